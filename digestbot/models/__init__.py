"""The values that pass between the rooms: frozen, comparable, without behaviour that reaches outside.

The words are the project's glossary. Months are text `YYYY-MM`; moments are aware datetimes in UTC.
"""

from digestbot.models.answers import Choice, Hit, Narrowing, Page, Results, Suggestion, Tally
from digestbot.models.digests import (
    Channel,
    ChannelOrigin,
    Edition,
    Group,
    Part,
    PartState,
    Payload,
    Posted,
    Schedule,
    Sheet,
    Slot,
    Weekday,
)
from digestbot.models.notes import (
    Content,
    Diagnostic,
    Entry,
    Field,
    Link,
    LinkKind,
    Location,
    Note,
    Paper,
    Severity,
    Sighting,
    StoredNote,
)

__all__ = [
    "Channel",
    "ChannelOrigin",
    "Choice",
    "Content",
    "Diagnostic",
    "Edition",
    "Entry",
    "Field",
    "Group",
    "Hit",
    "Link",
    "LinkKind",
    "Location",
    "Narrowing",
    "Note",
    "Page",
    "Paper",
    "Part",
    "PartState",
    "Payload",
    "Posted",
    "Results",
    "Schedule",
    "Severity",
    "Sheet",
    "Sighting",
    "Slot",
    "StoredNote",
    "Suggestion",
    "Tally",
    "Weekday",
]
