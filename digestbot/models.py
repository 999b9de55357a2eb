"""The values that pass between the rooms: frozen, comparable, without behaviour that reaches outside.

The words are the project's glossary. Months are text `YYYY-MM`; moments are aware datetimes in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

T = TypeVar("T")

LinkKind = Literal["arxiv", "code", "project", "notes", "paper", "other"]
Severity = Literal["info", "warning", "error"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Origin = Literal["command", "config"]
PartState = Literal["waiting", "sending", "sent", "given_up"]
Payload = Mapping[str, Any]
"""The JSON body of one Discord message (`components` and `flags`), frozen when an edition is composed.

The first part's `name` is what its edition's post is called where the channel is a forum.
"""


@dataclass(frozen=True, slots=True)
class Link:
    """A link of an entry; `label` is what the note calls it, which decides the kind before the host does."""

    kind: LinkKind
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Field:
    """A labelled part of an entry: the label as written, the text as Markdown."""

    label: str
    markdown: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where an entry stands: the file as it was named, and the title's line, counted from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What notes tell about a paper: common to one entry and to the paper merged from several.

    `period` is the month the notes file it under, `published` the month of publication where the entry tells it.
    `gist` is one line of plain text for lists. `images` are URLs.
    """

    title: str
    topics: tuple[str, ...] = ()
    period: str | None = None
    published: str | None = None
    keypoints: tuple[str, ...] = ()
    gist: str = ""
    venue: str | None = None
    authors: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    links: tuple[Link, ...] = ()
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Content):
    """One paper as one note tells it."""

    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(Content):
    """A paper, merged from the entries that are about it (ordered by file and line).

    `key` stands for it in commands and custom ids. `sequence` is the ledger's number, None without a ledger.
    """

    key: str
    entries: tuple[Entry, ...]
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What was not understood in a file, and what was done instead; `line` 0 is the file as a whole.

    One of severity "info" was understood: it says what could be mended, and how. `more` are those of its kind that the
    file has besides, which are not told one by one.
    """

    file: str
    line: int
    severity: Severity
    found: str
    done: str
    more: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """One Markdown file, read."""

    file: str
    entries: tuple[Entry, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """An entry with the sequence that the ledger gave its paper (None without a ledger)."""

    entry: Entry
    sequence: int | None


@dataclass(frozen=True, slots=True)
class StoredNote:
    """A note as the library keeps it: its content's hash, its sightings, its diagnostics.

    `stamp` stands for the content where that need not be read to be known again, "" if it need.
    """

    file: str
    digest: str
    sightings: tuple[Sighting, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """A topic or keypoint with the number of its papers; `key` is 16 hex digits, fit for a custom id."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One autocomplete choice: the value that the command gets back, and what the person reads."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result: `snippet` is plain text, the matched stretches are `marks` (start, end) within it.

    `reason` says in words why it was found; `matched` where (title, venue, a field's label) what was.
    """

    paper: Paper
    snippet: str
    marks: tuple[tuple[int, int], ...] = ()
    reason: str = ""
    matched: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter among some results: the query that is narrowed to it, and how many papers it leaves."""

    name: str
    count: int
    query: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The values by which results can be narrowed, and the query without such a filter, "" if it has none."""

    choices: tuple[Choice, ...] = ()
    everything: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """A page of search results, best first.

    `query` is what was searched: what was typed, with words corrected if `typed` says what they were. `filters` are
    its filters in words. `total` counts all hits up to a bound, `more` tells that there are more than that. `before`
    and `after` are the cursors of the neighbouring pages, "" at an end. `partly`: no paper has all words.
    """

    query: str
    words: str
    hits: tuple[Hit, ...]
    total: int = 0
    more: bool = False
    number: int = 0
    before: str = ""
    after: str = ""
    typed: str = ""
    partly: bool = False
    filters: tuple[str, ...] = ()
    topics: Narrowing = Narrowing()
    periods: Narrowing = Narrowing()


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list: `number` counts from 0, `total` is the number of all items."""

    items: tuple[T, ...]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a channel's digest is due: local `HH:MM` on weekdays (in the week's order) in an IANA zone.

    `weeks` above 1: only in every so many weeks, counted from the one that holds the local date `since` (`YYYY-MM-DD`,
    before which nothing is due; "" otherwise). `nth` 1 to 4 or -1: only the days that are the first to fourth or the
    last such weekday of their month, with `weeks` 1.
    """

    days: tuple[Weekday, ...]
    time: str
    timezone: str
    weeks: int = 1
    since: str = ""
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Slot:
    """One scheduled date and hour: `local` is `YYYY-MM-DDTHH:MM` in the schedule's zone, `at` the instant in UTC."""

    local: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Channel:
    """A Discord channel that gets digests. `topics` empty means all; `mark` is the last sequence settled for it.

    `note` is the last trouble in a sentence ("" if none), told by `/digest status`; `told` the one that the managers
    were told of.
    """

    id: int
    guild_id: int
    schedule: Schedule
    topics: tuple[str, ...]
    mark: int
    next_slot: Slot
    paused: bool = False
    origin: Origin = "command"
    set_up_by: int | None = None
    note: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One Discord message of an edition; `papers` are the sequences it shows.

    `sending_since` is when it was first handed to Discord without an answer, None unless the state is `sending`.
    """

    edition_id: int
    number: int
    payload: Payload
    papers: tuple[int, ...]
    nonce: str
    state: PartState = "waiting"
    message_id: int | None = None
    sending_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """One digest for one channel and one slot (None: made by hand). `papers` are all its sequences, in order."""

    id: int
    channel_id: int
    slot: Slot | None
    late: bool
    composed_at: datetime
    papers: tuple[int, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of a digest as its channel shows it: which part of which edition, of which papers, and since when."""

    edition: int
    part: int
    message_id: int
    keys: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """Papers under one topic in a part; `continued` when the topic began in the part before."""

    topic: str
    papers: tuple[Paper, ...]
    continued: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one part shows, before it is rendered: `number` of `total` parts, `count` papers in the whole edition.

    `beyond` papers stand in no part but behind the "All" button, which only the last part shows.
    `edition_id` 0 is a preview. `date` is the edition's date in the channel's zone, `YYYY-MM-DD`.
    """

    edition_id: int
    number: int
    total: int
    count: int
    groups: tuple[Group, ...]
    date: str
    late: bool = False
    beyond: int = 0
