"""Cutting an edition into parts: pure, with a `render` that decides what fits into one message."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from digestbot.models import Group, Paper, Payload, Sheet

MOST_PARTS = 5
"""More messages than this at once are a flood; the papers beyond them stand behind a button."""

Render = Callable[[Sheet], Payload | None]
"""Makes one message of a sheet, or None if it does not fit; a sheet with a single paper always does."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A paper under the one topic that it stands under in an edition ("" for none)."""

    topic: str
    paper: Paper


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of an edition without a number yet: what it shows, as a message, and the papers beyond the last."""

    sheet: Sheet
    payload: Payload
    papers: tuple[Paper, ...]
    beyond: tuple[Paper, ...]


def cut(filed: Sequence[Filed], render: Render, *, date: str, late: bool) -> tuple[Piece, ...]:
    """Cut papers into parts, as full as `render` allows, with the breaks between papers and their order kept.

    A part says how many there are, and that can decide what fits: each number is tried until the parts come out at it.
    """
    cutter = _Cutter(filed, render, date, late)
    pieces = cutter.pieces(MOST_PARTS)
    for total in range(len(pieces), MOST_PARTS):
        pieces = cutter.pieces(total, exactly=True)
        if not pieces or not pieces[-1].beyond:
            return pieces
    return pieces if len(pieces) == MOST_PARTS else cutter.pieces(MOST_PARTS, exactly=True)


@dataclass(frozen=True, slots=True)
class _Cutter:
    filed: Sequence[Filed]
    render: Render
    date: str
    late: bool

    def pieces(self, total: int, *, exactly: bool = False) -> tuple[Piece, ...]:
        """Fill `total` parts at most, each of which says so; `exactly`: leave each of them a paper at least."""
        pieces: list[Piece] = []
        start = 0
        while start < len(self.filed) and len(pieces) < total:
            number = len(pieces) + 1
            kept = total - number if exactly else 0
            piece = self._fullest(start, len(self.filed) - kept, number, total)
            pieces.append(piece)
            start += len(piece.papers)
        return tuple(pieces)

    def _fullest(self, start: int, stop: int, number: int, total: int) -> Piece:
        piece = self._piece(start, start + 1, number, total)
        if piece is None:
            raise ValueError(f"“{self.filed[start].paper.title}” alone does not fit into a message")
        # Double while it fits, then halve the doubt: most editions fit whole, and few sheets are made in vain.
        most, fits, too_many = stop - start, 1, 0
        while (tried := (fits + too_many) // 2 if too_many else min(2 * fits, most)) > fits:
            larger = self._piece(start, start + tried, number, total)
            if larger is None:
                too_many = tried
            else:
                piece, fits = larger, tried
        return piece

    def _piece(self, start: int, end: int, number: int, total: int) -> Piece | None:
        beyond = self.filed[end:] if number == total else ()
        sheet = Sheet(
            edition_id=0,
            number=number,
            total=total,
            count=len(self.filed),
            groups=self._groups(start, end),
            date=self.date,
            late=self.late,
            beyond=len(beyond),
        )
        payload = self.render(sheet)
        if payload is None:
            return None
        papers = tuple(one.paper for one in self.filed[start:end])
        return Piece(sheet, payload, papers, tuple(one.paper for one in beyond))

    def _groups(self, start: int, end: int) -> tuple[Group, ...]:
        runs = [
            (topic, tuple(one.paper for one in run))
            for topic, run in groupby(self.filed[start:end], key=lambda one: one.topic)
        ]
        continues = start > 0 and self.filed[start - 1].topic == self.filed[start].topic
        return tuple(Group(topic, run, continues and place == 0) for place, (topic, run) in enumerate(runs))
