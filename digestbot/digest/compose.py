"""What is new for a channel, and the edition made of it."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from digestbot.digest.cut import Filed, Piece, Render, cut
from digestbot.digest.filing import file_papers
from digestbot.ledger import Draft, DraftPart, Ledger, Outdated
from digestbot.library import Search
from digestbot.models import Channel, Edition, Page, Paper, Payload, Slot

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Pending:
    """What a channel's next edition would hold, and the draft's knowledge behind it. Papers carry their sequence."""

    filed: tuple[Filed, ...]
    mark: int
    owed: tuple[int, ...]
    missing: tuple[int, ...]


class Composer:
    """Makes editions. `render` turns a sheet into a message; see `digestbot.digest.cut`."""

    def __init__(self, ledger: Ledger, search: Search, render: Render, clock: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._search = search
        self._render = render
        self._clock = clock

    async def compose(
        self, channel: Channel, slot: Slot | None, *, late: bool = False, next_slot: Slot | None = None
    ) -> Edition | None:
        """Store the edition for a slot, or one by hand (None), and settle its papers.

        Returns None if nothing is new or the slot has its edition already; a slot's papers that the topics leave out
        are settled all the same, and its next slot moves. None too if the channel was paused, moved to other slots or
        removed since `channel` was read; then nothing changes. Raises LedgerError, LibraryError.
        """
        current: Channel | None = channel
        while current is not None:
            pending = await self._pending(current)
            draft = Draft(
                seen=current,
                slot=slot,
                next_slot=next_slot,
                late=late,
                mark=pending.mark,
                taken=pending.owed,
                missing=pending.missing,
            )
            date = self._date(current, slot)

            def build(number: int, pending: _Pending = pending, date: str = date) -> Sequence[DraftPart]:
                pieces = cut(pending.filed, self._render, edition_id=number, date=date, late=late)
                return [_draft_part(piece) for piece in pieces]

            try:
                return await self._ledger.editions.compose(draft, build, self._clock())
            except Outdated:
                current = await self._ledger.channels.get(channel.id)
            if slot is not None and current is not None and not _is_due_as(current, channel):
                return None
        return None

    async def preview(self, channel: Channel) -> tuple[Payload, ...]:
        """Return the messages that an edition made now would have; nothing changes."""
        pending = await self._pending(channel)
        pieces = cut(pending.filed, self._render, edition_id=0, date=self._date(channel, None), late=False)
        return tuple(piece.payload for piece in pieces)

    async def waiting(self, channel: Channel) -> int:
        """Return how many papers an edition made now would have."""
        return len((await self._pending(channel)).filed)

    async def papers(self, edition_id: int, page: int, size: int) -> Page[Paper]:
        """Return a page of all papers of an edition, in its order, as the notes tell of them now."""
        found = await self._look_up(await self._ledger.editions.papers(edition_id))
        total = len(found)
        number = min(max(page, 0), max(0, (total - 1) // size))
        return Page(tuple(found.values())[number * size : (number + 1) * size], number, size, total)

    def _date(self, channel: Channel, slot: Slot | None) -> str:
        if slot is not None:
            return slot.local[:10]
        return self._clock().astimezone(ZoneInfo(channel.schedule.timezone)).date().isoformat()

    async def _pending(self, channel: Channel) -> _Pending:
        """Look up what is above the channel's mark or owed to it, and not posted there before.

        The mark-to-be is read first: a paper sighted while this goes on is above it, and comes next time.
        """
        mark = await self._ledger.papers.highest()
        owed = await self._ledger.channels.owed(channel.id)
        fresh = [s for s in await self._ledger.papers.since(channel.mark) if s <= mark]
        sequences = sorted({*fresh, *owed})
        posted = await self._ledger.editions.posted(channel.id, sequences)
        found = await self._look_up([s for s in sequences if s not in posted])
        missing = tuple(s for s in sequences if s not in posted and s not in found)
        promised = {sequence for sequence, is_promised in owed.items() if is_promised}
        filed = await file_papers(self._search, _once(found), channel.topics, promised)
        return _Pending(filed, mark, tuple(owed), missing)

    async def _look_up(self, sequences: Sequence[int]) -> dict[int, Paper]:
        """Return the papers that the library has, under these sequences and in their order."""
        members = await self._ledger.papers.members(sequences)
        held = await self._search.sequences(list(members))
        papers: dict[int, Paper] = {}
        for member in sorted(held, key=lambda m: m != members[m]):
            papers.setdefault(members[member], held[member])
        return {s: replace(papers[s], sequence=s) for s in sequences if s in papers}


async def cut_papers(search: Search, papers: Sequence[Paper], render: Render, *, date: str) -> tuple[Payload, ...]:
    """Return the messages that an edition of these papers would have, for a look at them without a ledger."""
    filed = await file_papers(search, papers, ())
    return tuple(piece.payload for piece in cut(filed, render, edition_id=0, date=date, late=False))


def _is_due_as(now: Channel, before: Channel) -> bool:
    return not now.paused and (now.next_slot, now.schedule) == (before.next_slot, before.schedule)


def _once(found: dict[int, Paper]) -> list[Paper]:
    """Leave out papers that another sequence has led to already."""
    return list({paper.key: paper for paper in reversed(found.values())}.values())[::-1]


def _draft_part(piece: Piece) -> DraftPart:
    return DraftPart(piece.payload, _sequences(piece.papers), _sequences(piece.beyond))


def _sequences(papers: Sequence[Paper]) -> tuple[int, ...]:
    return tuple(paper.sequence for paper in papers if paper.sequence is not None)
