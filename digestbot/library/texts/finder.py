"""The hits of one query, from any of them on."""

import sqlite3
from functools import cached_property
from itertools import islice

from digestbot.library.names import tallies
from digestbot.library.query import Request
from digestbot.library.texts import limits
from digestbot.library.texts.limits import NEWEST
from digestbot.library.texts.ranks import Rank, Ranks

MOST_COUNTED = 1000
"""Hits that are counted; of more, a person needs no number."""

Place = tuple[int, int]
"""A hit: its rank and its row."""


class Finder:
    """The papers that a request finds, best first; with `titles` those that it finds by their titles alone.

    With `partly` these are the papers that lack some of its words.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        names: tallies.Names,
        request: Request,
        *,
        titles: bool = False,
        partly: bool = False,
    ) -> None:
        self.request = request
        self.partly = partly
        self._ranks = Ranks(connection, request, limits.of(connection, names, request, titles=titles))
        every = self._ranks.partial if partly else self._ranks.complete
        self._order = [rank for rank in every if rank != Rank.TEXT] if titles else every

    def reason(self, rank: int) -> str:
        """Say why a paper of this rank was found."""
        return self._ranks.reason(rank)

    @cached_property
    def every(self) -> list[Place]:
        """The first hits, as many as are counted and one more."""
        return self.first(MOST_COUNTED + 1)

    def first(self, count: int) -> list[Place]:
        """Return the first hits."""
        return self._after((-1, 0), count)

    def after(self, place: Place, count: int) -> list[Place]:
        """Return the hits that follow a place."""
        if self._all_counted:
            return [hit for hit in self.every if _order(hit) > _order(place)][:count]
        return self._after(place, count)

    @property
    def _all_counted(self) -> bool:
        """Whether the counted hits are all: no page then asks the index again, which may take long for few hits."""
        return len(self.every) <= MOST_COUNTED

    def _after(self, place: Place, count: int) -> list[Place]:
        found: list[Place] = []
        for rank in self._order:
            if rank >= place[0] and len(found) < count:
                high = place[1] if rank == place[0] else NEWEST
                papers = self._ranks.papers(rank, -1, high)
                found += [(rank, paper) for paper in islice(papers, count - len(found))]
        return found

    def before(self, place: Place, count: int) -> list[Place]:
        """Return the hits right before a place, in the order of all."""
        if self._all_counted:
            return [hit for hit in self.every if _order(hit) < _order(place)][-count:]
        found: list[Place] = []
        for rank in reversed(self._order):
            if rank <= place[0] and len(found) < count:
                low = place[1] if rank == place[0] else -1
                papers = self._ranks.papers(rank, low, NEWEST, oldest_first=True)
                found += [(rank, paper) for paper in islice(papers, count - len(found))]
        return found[::-1]


def _order(place: Place) -> tuple[int, int]:
    return place[0], -place[1]
