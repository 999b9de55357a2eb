"""The first ledger: papers, channels, editions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_UNFINISHED = sa.text("state IN ('waiting', 'sending')")


def upgrade() -> None:
    counter = op.create_table(
        "counter",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
    )
    op.bulk_insert(counter, [{"id": 1, "sequence": 0, "edition": 0}])
    op.create_table(
        "sources",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("imported_at", sa.Text),
    )
    op.create_table(
        "files",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("file", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("present", sa.Boolean, nullable=False),
    )
    op.create_index("files_digest", "files", ["source", "digest"])
    op.create_table(
        "papers",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("archive", sa.Boolean, nullable=False),
        sa.Column("first_seen", sa.Text, nullable=False),
        sa.Column("folded_into", sa.Integer, sa.ForeignKey("papers.sequence")),
    )
    op.create_index("ix_papers_folded_into", "papers", ["folded_into"])
    op.create_table(
        "identifiers",
        sa.Column("identifier", sa.Text, primary_key=True),
        sa.Column("sequence", sa.Integer, sa.ForeignKey("papers.sequence"), nullable=False),
    )
    op.create_index("ix_identifiers_sequence", "identifiers", ["sequence"])
    op.create_table(
        "sightings",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("file", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sequence", sa.Integer, sa.ForeignKey("papers.sequence"), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
    )
    op.create_index("ix_sightings_sequence", "sightings", ["sequence"])
    op.create_table(
        "channels",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("days", sa.Text, nullable=False),
        sa.Column("weeks", sa.Integer, nullable=False),
        sa.Column("since", sa.Text, nullable=False),
        sa.Column("nth", sa.Integer, nullable=False),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.Column("topics", sa.Text, nullable=False),
        sa.Column("mark", sa.Integer, nullable=False),
        sa.Column("next_local", sa.Text, nullable=False),
        sa.Column("next_at", sa.Text, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("set_up_by", sa.BigInteger),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("told", sa.Text, nullable=False, server_default=""),
    )
    op.create_index("channels_due", "channels", ["paused", "next_at"])
    op.create_table(
        "owed",
        sa.Column("channel_id", sa.BigInteger, sa.ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("sequence", sa.Integer, sa.ForeignKey("papers.sequence"), primary_key=True, autoincrement=False),
        sa.Column("promised", sa.Boolean, nullable=False),
    )
    op.create_index("owed_sequence", "owed", ["sequence"])
    op.create_table(
        "editions",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("slot_local", sa.Text),
        sa.Column("slot_at", sa.Text),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("composed_at", sa.Text, nullable=False),
        sa.UniqueConstraint("channel_id", "slot_at", name="editions_once_per_slot"),
    )
    op.create_table(
        "parts",
        sa.Column("edition_id", sa.Integer, sa.ForeignKey("editions.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("nonce", sa.Text, nullable=False, unique=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("sending_since", sa.Text),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("done_at", sa.Text),
    )
    op.create_index(
        "parts_unfinished", "parts", ["edition_id"], sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED
    )
    op.create_table(
        "edition_papers",
        sa.Column("edition_id", sa.Integer, sa.ForeignKey("editions.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("sequence", sa.Integer, sa.ForeignKey("papers.sequence"), nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("beyond", sa.Boolean, nullable=False),
    )
    op.create_index("ix_edition_papers_sequence", "edition_papers", ["sequence"])
    op.create_index("edition_papers_had", "edition_papers", ["channel_id", "sequence"])
    op.create_table(
        "state",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
