"""Questions to the library, answered with layouts: what commands and presses have in common."""

from collections.abc import Awaitable, Callable, Sequence

from digestbot.bot.ids import LONGEST_QUERY
from digestbot.bot.markup import length
from digestbot.bot.views import card, choices, listing, note
from digestbot.bot.views.layout import Layout
from digestbot.bot.views.pieces import PAGE
from digestbot.errors import DigestbotError
from digestbot.library import Kind, Search, parse
from digestbot.models import Page, Paper, Tally

Aliases = Callable[[str], Awaitable[Sequence[str]]]
"""Gives every key that the paper behind a key goes by."""

EditionPapers = Callable[[int, int, int], Awaitable[Page[Paper]]]
"""Gives a page of the papers of an edition: its id, the page's number and size."""

_TALLIES = 25
_KEYS = ("arxiv:", "t:")
"""With one of these every key of a paper begins (`digestbot.identity.identifiers`)."""
_NEAREST = 3


class Answers:
    """Each method awaits what it needs and returns one layout; DigestbotError says what is not there any more.

    Where a layout comes with a truth value, it tells whether everyone may see it.
    """

    def __init__(self, search: Search, aliases: Aliases, edition_papers: EditionPapers) -> None:
        self._search = search
        self._aliases = aliases
        self._edition_papers = edition_papers

    async def card(self, key: str, *, private: bool = False) -> Layout:
        """Return the card of a paper."""
        return card.card(await self._paper(key), private=private)

    async def note(self, key: str, page: int) -> Layout:
        """Return a page of the full note of a paper."""
        return note.note(await self._paper(key), page)

    async def _paper(self, key: str) -> Paper:
        paper = await self._known(key)
        if paper is None:
            raise DigestbotError("This paper is no longer in the notes; /search may find it under another title")
        return paper

    async def _known(self, key: str) -> Paper | None:
        """Return the paper that a key stands for, also if it was given out before a title or link was corrected."""
        paper = await self._search.paper(key)
        if paper is None and key.startswith(_KEYS):
            found = await self._search.papers(await self._aliases(key))
            paper = next(iter(found.values()), None)
        return paper

    async def named(self, text: str) -> tuple[Layout, bool]:
        """Answer `/paper`: the card, or what may be meant."""
        chosen = await self._known(text) if text.startswith(_KEYS) else None
        found = (chosen,) if chosen else await self._search.find(text)
        if len(found) == 1:
            return card.card(found[0]), True
        if found:
            return choices.several_papers(text, found), False
        asked = parse(text)
        return choices.nearest_papers(asked.plain or text, await self._search.nearest(text), asked.limits), False

    async def tally(self, kind: Kind, text: str) -> tuple[Layout, bool]:
        """Answer `/topic` and `/keypoint` (`kind`): the papers, or the nearest names."""
        tally = await self._tally(kind, text)
        if tally:
            return listing.tally_papers(kind, tally, await self._papers(kind, tally, 0)), True
        asked = parse(text)
        if not asked.limits:
            return choices.nearest_tallies(kind, asked.plain, await self._matching(kind, text)), False
        query = asked.within(kind).written
        if length(query) > LONGEST_QUERY:
            raise DigestbotError(f"That is too long to narrow a {kind}: leave out a filter, or a piece of the name")
        return await self.results(query)

    async def tally_papers(self, kind: str, key: str, number: int) -> Layout:
        """Return a page of the papers under a topic or keypoint, by its key."""
        tally = await self._tally(kind, key)
        if tally is None:
            raise DigestbotError(f"This {kind} is no longer in the notes; /{kind} lists those that are")
        return listing.tally_papers(kind, tally, await self._papers(kind, tally, number))

    async def _tally(self, kind: str, text: str) -> Tally | None:
        return await (self._search.topic if kind == "topic" else self._search.keypoint)(text)

    async def _papers(self, kind: str, tally: Tally, number: int) -> Page[Paper]:
        papers = self._search.topic_papers if kind == "topic" else self._search.keypoint_papers
        return await papers(tally.key, number, PAGE)

    async def tallies(self, kind: str, number: int) -> Layout:
        """Return a page of all topics or keypoints."""
        return choices.all_tallies(kind, await self._search.tallies(kind, number, _TALLIES))

    async def _matching(self, kind: str, text: str) -> tuple[Tally, ...]:
        return await (self._search.topics if kind == "topic" else self._search.keypoints)(text, 10)

    async def results(self, query: str, at: str = "") -> tuple[Layout, bool]:
        """Return a page of search results, or what there is that is like the query; `at` is a page's cursor."""
        found = await self._search.text(query, PAGE, at, longest=LONGEST_QUERY)
        if found.hits:
            return listing.results(found), True
        near = await self._search.nearest(found.words, _NEAREST) if found.words else ()
        topics = await self._search.topics(found.words, _TALLIES) if found.words else ()
        keypoints = await self._search.keypoints(found.words, _TALLIES) if found.words else ()
        return choices.no_results(found, near, topics, keypoints), False

    async def edition(self, edition_id: int, number: int) -> Layout:
        """Return a page of all papers of an edition; a preview, whose id is 0, has none."""
        if edition_id == 0:
            raise DigestbotError("This button works once the digest is posted; this is only its preview")
        page = await self._edition_papers(edition_id, number, PAGE)
        if not page.items:
            raise DigestbotError("The papers of this digest are no longer in the notes")
        return listing.edition_papers(edition_id, page)
