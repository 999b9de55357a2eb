"""What digests are made of: schedules, channels, and editions with their parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from digestbot.models.notes import Paper

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ChannelOrigin = Literal["command", "config"]
PartState = Literal["waiting", "sending", "sent", "given_up"]
Payload = Mapping[str, Any]
"""The JSON body of one Discord message (`components` and `flags`), frozen when an edition is composed.

The first part's `name` is what its edition's post is called where the channel is a forum.
"""


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
    origin: ChannelOrigin = "command"
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
