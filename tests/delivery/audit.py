"""What stands in the channels of the double, held against what the ledger of the bot promised them."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from digestbot.ledger import Ledger, open_ledger
from digestbot.models import Edition, Part
from tests.delivery.staged import custom_ids
from tests.double import Double, Message


@dataclass
class Verdict:
    """What is wrong, in words; empty lists are what a test wants. `shown` are papers by channel, as sequences."""

    lost: list[str] = field(default_factory=list[str])
    double: list[str] = field(default_factory=list[str])
    unordered: list[str] = field(default_factory=list[str])
    changed: list[str] = field(default_factory=list[str])
    unfinished: list[str] = field(default_factory=list[str])
    shown: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    parts: int = 0
    given_up: int = 0

    def assert_clean(self) -> None:
        """Every part exactly once, in order, as it was frozen."""
        wrong = (self.lost, self.double, self.unordered, self.changed, self.unfinished)
        assert not any(wrong), wrong

    def assert_complete(self, channel: int, papers: int) -> None:
        """As many papers as were written, each once."""
        shown = Counter(self.shown.get(channel, []))
        assert [sequence for sequence, times in shown.items() if times > 1] == []
        assert len(shown) == papers


async def audit(folder: Path, double: Double) -> Verdict:
    """Look at everything; the bot must not run."""
    verdict = Verdict()
    async with open_ledger(f"sqlite:///{folder / 'data' / 'ledger.db'}") as ledger:
        editions = [edition async for edition in _editions(ledger)]
        for channel in dict.fromkeys(edition.channel_id for edition in editions):
            own = [edition for edition in editions if edition.channel_id == channel]
            _compare(verdict, own, double.posted_in(channel))
            verdict.shown[channel] = [s for edition in own for s in await _papers(ledger, edition)]
    return verdict


async def _editions(ledger: Ledger) -> AsyncIterator[Edition]:
    number = 1
    while edition := await ledger.editions.get(number):
        yield edition
        number += 1


async def _papers(ledger: Ledger, edition: Edition) -> list[int]:
    """Return the papers that an edition shows, or has behind the button of its last part; not those it gave up."""
    every = await ledger.editions.papers(edition.id)
    posted = [part for part in edition.parts if part.state != "given_up"]
    shown = {sequence for part in posted for sequence in part.papers}
    in_parts = {sequence for part in edition.parts for sequence in part.papers}
    has_button = edition.parts[-1].state != "given_up"
    return [sequence for sequence in every if sequence in shown or (has_button and sequence not in in_parts)]


def _compare(verdict: Verdict, editions: Iterable[Edition], messages: Iterable[Message]) -> None:
    every = [part for edition in editions for part in edition.parts]
    parts = {token(part): part for part in every if part.state != "given_up"}
    found = [(part_of(message), message) for message in messages]
    there = [known for known, _ in found if known]
    first = list(dict.fromkeys(there))
    verdict.parts += len(parts)
    verdict.given_up += len(every) - len(parts)
    verdict.unfinished += [known for known, part in parts.items() if part.state != "sent"]
    verdict.lost += [known for known in parts if known not in there]
    verdict.double += [known for known in first if there.count(known) > 1 or known not in parts]
    verdict.unordered += [a for a, b in zip(first, [t for t in parts if t in first], strict=False) if a != b]
    verdict.changed += [known for known, message in found if known in parts and not _same(parts[known], message)]


def _same(part: Part, message: Message) -> bool:
    ids = [found for found in custom_ids(message.components) if found.startswith("paper:")]
    return message.components == part.payload["components"] and len(ids) == len(part.papers)


def token(part: Part) -> str:
    """Return what a part's message is known by: the end of its custom ids."""
    return f"e{part.edition_id}.{part.number}"


def part_of(message: Message) -> str:
    """Return the part that a message is, as its custom ids tell."""
    ends = {found.rsplit("/", 1)[1] for found in custom_ids(message.components) if "/e" in found}
    return ends.pop() if len(ends) == 1 else ""
