"""Comparing what the bot promised and posted with what the books say is due."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from digestbot.ledger import Ledger
from digestbot.library import Search
from digestbot.models import Edition, Part
from tests.digest.books import Book, Promise
from tests.digest.conftest import Discord
from tests.digest.shelf import Shelf


class Audit:
    """Knows every edition since the first, and the number of every paper, and finds both as they were.

    `set_back`: the bot's clock went back, after which an edition can be given up and then not be over.
    """

    def __init__(
        self, ledger: Ledger, search: Search, discord: Discord, shelf: Shelf, books: Mapping[int, Book]
    ) -> None:
        self.numbers: dict[int, int] = {}
        self.editions = 0
        self.set_back = False
        self._ledger = ledger
        self._search = search
        self._discord = discord
        self._shelf = shelf
        self._books = books

    async def number(self) -> None:
        """Check that the library tells of each paper once, under the one number that it has for ever."""
        highest = await self._ledger.papers.highest()
        found = await self._search.sequences(range(1, highest + 1))
        topics = self._shelf.topics()
        told: list[int] = []
        for sequence, paper in found.items():
            owners = {self._shelf.owner[entry.title] for entry in paper.entries}
            assert len(owners) == 1, f"two papers are taken for one: {owners}"
            (owner,) = owners
            assert self.numbers.setdefault(sequence, owner) == owner
            assert set(paper.topics) == topics[owner]
            told.append(owner)
        assert sorted(told) == sorted(topics), "the library has a paper twice, or not at all"
        assert len(set(self.numbers.values())) == len(self.numbers), "a paper was taken for a new one"

    async def edition(self, number: int) -> Edition:
        """Return an edition as the ledger has it now."""
        edition = await self._ledger.editions.get(number)
        assert edition is not None
        return edition

    async def look(self, now: datetime, touched: Collection[int], *, ticked: bool, is_well: bool) -> None:
        """Compare the ledger and Discord with the books.

        `touched` are papers whose notes changed while the bot was at work; `is_well`: the process did not die of it.
        """
        topics = self._shelf.topics()
        loose = {number: set(touched) for number in self._books}
        for number, book in self._books.items():
            for promise in book.unfinished():
                loose[number] |= await self.parts(book, promise, now)
        made: set[int] = set()
        while edition := await self._ledger.editions.get(self.editions + 1):
            self.editions += 1
            made.add(edition.channel_id)
            promise = self._promise(edition)
            book = self._books[edition.channel_id]
            book.promised(promise, topics, loose[edition.channel_id])
            await self.parts(book, promise, now)
        for number, book in self._books.items():
            channel = await self._ledger.channels.get(number)
            assert (channel is not None) == book.is_there
            if channel is None:
                continue
            if channel.next_slot.at != book.next_at:
                assert ticked, "a slot moved without a tick"
                if number not in made:
                    book.passed(topics, loose[number])
                book.next_at = channel.next_slot.at
            is_late = not book.is_paused and channel.next_slot.at <= now
            assert not (ticked and is_well and is_late), "a slot has come, and nothing was done"
        self._messages()

    def _promise(self, edition: Edition) -> Promise:
        shown = {part.number: self._papers(part.papers) for part in edition.parts}
        every = self._papers(edition.papers)
        last = edition.parts[-1].number
        for part in edition.parts:
            assert self._titles(part.payload) == shown[part.number], "a part shows other papers than it stands for"
        beyond = tuple(paper for paper in every if all(paper not in papers for papers in shown.values()))
        assert len(every) == len(beyond) + sum(len(papers) for papers in shown.values())
        assert edition.parts[-1].payload["beyond"] == len(beyond)
        return Promise(
            edition,
            tuple(part.payload for part in edition.parts),
            tuple(part.nonce for part in edition.parts),
            shown | {last: (*shown[last], *beyond)},
        )

    def _papers(self, sequences: Sequence[int]) -> tuple[int, ...]:
        return tuple(self.numbers[sequence] for sequence in sequences)

    def _titles(self, payload: Any) -> tuple[int, ...]:
        return tuple(self._shelf.owner[title] for group in payload["groups"] for title in group[2])

    async def parts(self, book: Book, promise: Promise, now: datetime) -> set[int]:
        """See how an edition stands; returns the papers that were given up since the last look."""
        edition = await self.edition(promise.edition.id)
        assert tuple(part.payload for part in edition.parts) == promise.payloads, "a promise was changed"
        assert tuple(part.nonce for part in edition.parts) == promise.nonces
        again: set[int] = set()
        promise.is_finished = all(part.state in ("sent", "given_up") for part in edition.parts)
        for part in edition.parts:
            if part.state == "given_up" and part.number not in promise.given_up:
                again |= book.give_up(promise, part.number, now)
            assert part.state != "sent" or self._is_there(edition, part), "a part counts as posted, but is not there"
        return again

    def _is_there(self, edition: Edition, part: Part) -> bool:
        mine = (edition.channel_id, f"e{part.edition_id}.{part.number}")
        return any((m.channel_id, m.payload["token"], m.id) == (*mine, part.message_id) for m in self._discord.messages)

    def _messages(self) -> None:
        """Check that nothing was posted twice, in another order, or otherwise than promised."""
        for number, book in self._books.items():
            messages = [m for m in self._discord.messages if m.channel_id == number]
            parts = [tuple(int(n) for n in m.payload["token"][1:].split(".")) for m in messages]
            assert len(set(parts)) == len(parts), "a part was posted twice"
            assert self.set_back or parts == sorted(parts), "parts were posted in another order"
            for message, (edition, part) in zip(messages, parts, strict=True):
                promise = book.promises[edition]
                assert message.payload == promise.payloads[part - 1], "another text was posted than promised"
                assert message.nonce == promise.nonces[part - 1]
            twice = [paper for paper, times in self.delivered(number).items() if times > 1]
            assert not twice, f"papers came twice: {twice}"

    def delivered(self, number: int) -> Counter[int]:
        """The papers in a channel's messages, and behind their buttons."""
        book = self._books[number]
        papers: list[int] = []
        for message in (m for m in self._discord.messages if m.channel_id == number):
            edition, part = (int(n) for n in message.payload["token"][1:].split("."))
            papers += book.promises[edition].papers[part]
        return Counter(papers)
