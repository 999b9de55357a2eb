"""What is new for a channel, and the edition made of it."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from digestbot.digest.cut import Filed, Piece, Render, cut
from digestbot.digest.filing import file_papers
from digestbot.ledger import Draft, DraftPart, Ledger, Outdated
from digestbot.library import Search
from digestbot.models import Channel, Edition, Page, Paper, Payload, Slot


@dataclass(frozen=True, slots=True)
class Order:
    """An edition that is to be made: for a slot, or by hand (None). `late`: the slot is long past."""

    channel: Channel
    slot: Slot | None = None
    next_slot: Slot | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class _Pending:
    """What a channel's next edition would hold, and the draft's knowledge behind it. Papers carry their sequence."""

    filed: tuple[Filed, ...]
    mark: int
    owed: Mapping[int, bool]
    missing: tuple[int, ...]


class Composer:
    """Makes editions. `render` turns a sheet into a message; see `digestbot.digest.cut`."""

    def __init__(self, ledger: Ledger, search: Search, render: Render, clock: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._search = search
        self._render = render
        self._clock = clock

    async def compose_all(self, orders: Sequence[Order]) -> tuple[Edition | None, ...]:
        """Store an edition for each order, as `compose` does, in one go: the channels must be different ones.

        What several of them need is looked up and cut once. Where one raises, none is stored.
        """
        cut_once: dict[tuple[int, str, bool], tuple[Piece, ...]] = {}
        pendings = await self._pending([order.channel for order in orders])
        drafts = [self._draft(order, pending, cut_once) for order, pending in zip(orders, pendings, strict=True)]
        outcomes = await self._ledger.editions.compose(drafts, self._clock())
        return tuple(
            [
                await self._again(order) if isinstance(outcome, Outdated) else outcome
                for order, outcome in zip(orders, outcomes, strict=True)
            ]
        )

    async def compose(self, order: Order) -> Edition | None:
        """Store an edition and settle its papers.

        Returns None if nothing is new or the slot has its edition already; a slot's papers that the topics leave out
        are settled all the same, and its next slot moves. None too if the channel was paused, moved to other slots or
        removed since it was read; then nothing changes. Raises LedgerError, LibraryError.
        """
        return (await self.compose_all([order]))[0]

    async def _again(self, order: Order) -> Edition | None:
        """Look again at a channel of which something has changed meanwhile."""
        current = await self._ledger.channels.get(order.channel.id)
        if current is None or (order.slot is not None and not _is_due_as(current, order.channel)):
            return None
        return await self.compose(replace(order, channel=current))

    def _draft(
        self, order: Order, pending: _Pending, cut_once: dict[tuple[int, str, bool], tuple[Piece, ...]]
    ) -> Draft:
        date = self._date(order.channel, order.slot)

        def build(number: int) -> Sequence[DraftPart]:
            key = (id(pending.filed), date, order.late)
            if key not in cut_once:
                cut_once[key] = cut(pending.filed, self._render, date=date, late=order.late)
            return [self._part(piece, number) for piece in cut_once[key]]

        return Draft(
            seen=order.channel,
            slot=order.slot,
            next_slot=order.next_slot,
            late=order.late,
            mark=pending.mark,
            build=build,
            taken=pending.owed,
            missing=pending.missing,
        )

    def _part(self, piece: Piece, number: int) -> DraftPart:
        """Make a piece once more with its edition's number, which stands in ids alone and takes no room."""
        payload = self._render(replace(piece.sheet, edition_id=number))
        if payload is None:
            raise ValueError(f"edition {number}: part {piece.sheet.number} does not fit with its number any more")
        return DraftPart(payload, _sequences(piece.papers), _sequences(piece.beyond))

    async def preview(self, channel: Channel) -> tuple[Payload, ...]:
        """Return the messages that an edition made now would have; nothing changes."""
        (pending,) = await self._pending([channel])
        pieces = cut(pending.filed, self._render, date=self._date(channel, None), late=False)
        return tuple(piece.payload for piece in pieces)

    async def waiting(self, channel: Channel) -> int:
        """Return how many papers an edition made now would have."""
        (pending,) = await self._pending([channel])
        return len(pending.filed)

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

    async def _pending(self, channels: Sequence[Channel]) -> list[_Pending]:
        """Look up what is above each channel's mark or owed to it, and not posted there before.

        The mark-to-be is read first: a paper sighted while this goes on is above it, and comes next time.
        """
        mark = await self._ledger.papers.highest()
        ids = [channel.id for channel in channels]
        owed = await self._ledger.channels.owed(ids)
        fresh = {above: await self._ledger.papers.since(above) for above in {channel.mark for channel in channels}}
        wanted = {c.id: sorted({*(s for s in fresh[c.mark] if s <= mark), *owed[c.id]}) for c in channels}
        posted = await self._ledger.editions.posted(ids, sorted({s for some in wanted.values() for s in some}))
        knowledge = _Knowledge(self._search, self._look_up)
        return [
            await knowledge.pending(c, mark, owed[c.id], tuple(s for s in wanted[c.id] if s not in posted[c.id]))
            for c in channels
        ]

    async def _look_up(self, sequences: Sequence[int]) -> dict[int, Paper]:
        """Return the papers that the library has, under these sequences and in their order."""
        members = await self._ledger.papers.members(sequences)
        held = await self._search.sequences(list(members))
        papers: dict[int, Paper] = {}
        for member in sorted(held, key=lambda m: m != members[m]):
            papers.setdefault(members[member], held[member])
        return {s: replace(papers[s], sequence=s) for s in sequences if s in papers}


class _Knowledge:
    """What is looked up once for all the channels that need it: papers, and how they are filed under topics."""

    def __init__(self, search: Search, look_up: Callable[[Sequence[int]], Awaitable[dict[int, Paper]]]) -> None:
        self._search = search
        self._look_up = look_up
        self._found: dict[tuple[int, ...], dict[int, Paper]] = {}
        self._filed: dict[Hashable, tuple[Filed, ...]] = {}

    async def pending(self, channel: Channel, mark: int, owed: dict[int, bool], wanted: tuple[int, ...]) -> _Pending:
        if wanted not in self._found:
            self._found[wanted] = await self._look_up(wanted)
        found = self._found[wanted]
        promised = frozenset(sequence for sequence, is_promised in owed.items() if is_promised)
        key = (wanted, channel.topics, promised)
        if key not in self._filed:
            self._filed[key] = await file_papers(self._search, _once(found), channel.topics, promised)
        return _Pending(self._filed[key], mark, owed, tuple(s for s in wanted if s not in found))


async def cut_papers(search: Search, papers: Sequence[Paper], render: Render, *, date: str) -> tuple[Payload, ...]:
    """Return the messages that an edition of these papers would have, for a look at them without a ledger."""
    filed = await file_papers(search, papers, ())
    return tuple(piece.payload for piece in cut(filed, render, date=date, late=False))


def _is_due_as(now: Channel, before: Channel) -> bool:
    return not now.paused and (now.next_slot, now.schedule) == (before.next_slot, before.schedule)


def _once(found: dict[int, Paper]) -> list[Paper]:
    """Leave out papers that another sequence has led to already."""
    return list({paper.key: paper for paper in reversed(found.values())}.values())[::-1]


def _sequences(papers: Sequence[Paper]) -> tuple[int, ...]:
    return tuple(paper.sequence for paper in papers if paper.sequence is not None)
