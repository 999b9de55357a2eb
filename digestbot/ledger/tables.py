"""The ledger's tables. A change here needs a migration in `migrations/versions`."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

_ISO = "%Y-%m-%dT%H:%M:%S.%fZ"

UNFINISHED = text("state IN ('waiting', 'sending')")
"""Parts neither posted nor given up: in a query by these very words, or SQLite does not see that their index serves."""


class Moment(TypeDecorator[datetime]):
    """An aware moment as ISO 8601 text in UTC, of one width, so that the order of the texts is that of the moments."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Refuse naive moments rather than guess their zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC).strftime(_ISO)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Read it back in UTC."""
        return None if value is None else datetime.strptime(value, _ISO).replace(tzinfo=UTC)


class Json(TypeDecorator[Any]):
    """JSON as text, in ASCII: no character of a note can be one that a database refuses."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Keep the order of keys: a payload is frozen as it was rendered."""
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read it back."""
        return None if value is None else json.loads(value)


metadata = MetaData()

counter = Table(
    "counter",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sequence", Integer, nullable=False),
    Column("edition", Integer, nullable=False),
)
"""One row: the last sequence and the last edition given out. Whoever writes locks it first."""

sources = Table(
    "sources",
    metadata,
    Column("name", Text, primary_key=True),
    Column("imported_at", Moment),
)

files = Table(
    "files",
    metadata,
    Column("source", Text, primary_key=True),
    Column("file", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("present", Boolean, nullable=False),
    Index("files_digest", "source", "digest"),
)
"""Files as last read; one that vanished keeps its row, so that it can come back without making anything new."""

papers = Table(
    "papers",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("archive", Boolean, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("folded_into", Integer, ForeignKey("papers.sequence"), index=True),
)
"""Papers in the order of their first sighting. `folded_into`: found out later to be the same as an earlier one."""

identifiers = Table(
    "identifiers",
    metadata,
    Column("identifier", Text, primary_key=True),
    Column("sequence", Integer, ForeignKey("papers.sequence"), nullable=False, index=True),
)

sightings = Table(
    "sightings",
    metadata,
    Column("source", Text, primary_key=True),
    Column("file", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("sequence", Integer, ForeignKey("papers.sequence"), nullable=False, index=True),
    Column("title", Text, nullable=False),
)
"""What each file held at its last reading, which tells a title corrected in place from a new one."""

channels = Table(
    "channels",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("days", Json, nullable=False),
    Column("weeks", Integer, nullable=False),
    Column("since", Text, nullable=False),
    Column("nth", Integer, nullable=False),
    Column("time", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("topics", Json, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("next_local", Text, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("origin", Text, nullable=False),
    Column("set_up_by", BigInteger),
    Column("note", Text, nullable=False),
    Column("told", Text, nullable=False, server_default=""),
    Index("channels_due", "paused", "next_at"),
)

owed = Table(
    "owed",
    metadata,
    Column("channel_id", BigInteger, ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True),
    Column("sequence", Integer, ForeignKey("papers.sequence"), primary_key=True, autoincrement=False),
    Column("promised", Boolean, nullable=False),
    Index("owed_sequence", "sequence"),
)
"""Papers at or below a channel's mark that its next edition takes in. `promised`: they stood in an edition already."""

editions = Table(
    "editions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("slot_local", Text),
    Column("slot_at", Moment),
    Column("late", Boolean, nullable=False),
    Column("composed_at", Moment, nullable=False),
    UniqueConstraint("channel_id", "slot_at", name="editions_once_per_slot"),
)
"""The history of a channel, which outlives its set-up.

A slot is known by its moment: the same wall clock's time in another zone is another slot, and an hour that is repeated
is meant once, the first time (`digestbot.digest.schedule`).
"""

parts = Table(
    "parts",
    metadata,
    Column("edition_id", Integer, ForeignKey("editions.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("payload", Json, nullable=False),
    Column("nonce", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("sending_since", Moment),
    Column("message_id", BigInteger),
    Column("done_at", Moment),
    Index("parts_unfinished", "edition_id", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
)

edition_papers = Table(
    "edition_papers",
    metadata,
    Column("edition_id", Integer, ForeignKey("editions.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("sequence", Integer, ForeignKey("papers.sequence"), nullable=False, index=True),
    Column("part", Integer, nullable=False),
    Column("beyond", Boolean, nullable=False),
    Index("edition_papers_had", "channel_id", "sequence"),
)
"""All papers of an edition in order. `beyond`: shown by no part, but behind the button of the part named here.

The edition's channel is told here too: which papers a channel has had is asked for each edition.
"""

state = Table(
    "state",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
