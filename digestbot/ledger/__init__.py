"""The truth about the outside world: what was seen, promised and posted. The only room that knows SQLAlchemy."""

from digestbot.ledger.channels import Channels
from digestbot.ledger.editions import Build, Draft, DraftPart, Editions, Outdated
from digestbot.ledger.ledger import Ledger, open_ledger
from digestbot.ledger.papers import Papers
from digestbot.ledger.state import State

__all__ = [
    "Build",
    "Channels",
    "Draft",
    "DraftPart",
    "Editions",
    "Ledger",
    "Outdated",
    "Papers",
    "State",
    "open_ledger",
]
