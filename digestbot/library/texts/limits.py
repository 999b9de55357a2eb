"""What a request's filters and excluded words come to in the index."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from digestbot.library import folding, index
from digestbot.library import query as queries
from digestbot.library.names import tallies
from digestbot.library.query import Filter, Request

NEWEST = (1 << 63) - 1

MOST_MEANT = 24
"""Topics or keypoints that a filter may mean where it names none."""

_NOTHING = f"filed : {queries.quoted(folding.FILED + 'nothing')}"
_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a request's filters and excluded words come to.

    `wanted` and `unwanted` are FTS5's expressions ("" if there is nothing to ask), `spans` the row ids (low, high; both
    outside), the newest first, `files` and `not_files` the files of which a paper must, or must not, have an entry.
    With `titled` the index of titles, which is much smaller, can answer for the unwanted as well.
    """

    wanted: str = ""
    unwanted: str = ""
    spans: tuple[tuple[int, int], ...] = ((-1, NEWEST),)
    files: tuple[tuple[int, ...], ...] = ()
    not_files: tuple[int, ...] = ()
    titled: bool = False

    @property
    def expressions(self) -> bool:
        """Whether papers are limited by what their texts say."""
        return bool(self.wanted or self.unwanted)

    def on(self, expression: str) -> str:
        """Return the expression for what of these papers fits."""
        both = f"({expression}) AND ({self.wanted})" if self.wanted else expression
        return f"({both}) NOT ({self.unwanted})" if self.unwanted else both


def of(connection: sqlite3.Connection, names: tallies.Names, request: Request, *, titles: bool = False) -> Limits:
    """Return what the filters and excluded words of a request come to; with `titles` those must not be in the title.

    Of several filters of a kind any is enough; those of different kinds must all hold.
    """
    wanted: list[str] = []
    where = "{words parts} : " if titles else ""
    unwanted = [where + part.expression() for part in request.excluded if part.words]
    files: list[tuple[int, ...]] = []
    not_files: set[int] = set()
    for kind in dict.fromkeys(f.kind for f in request.filters):
        ours = [f for f in request.filters if f.kind == kind]
        if kind == "source":
            if included := [f for f in ours if not f.excluded]:
                files.append(tuple(_of_files(connection, included)))
            not_files.update(_of_files(connection, [f for f in ours if f.excluded]))
        elif kind != "period":
            if included := [_expression(connection, names, f) for f in ours if not f.excluded]:
                wanted.append(f"({' OR '.join(included)})")
            unwanted += [_expression(connection, names, f) for f in ours if f.excluded]
    spans = _cut(_spans(request), [_reach(connection, some) for some in files])
    titled = titles and not wanted and len(unwanted) == len([part for part in request.excluded if part.words])
    return Limits(
        " AND ".join(wanted), " OR ".join(unwanted), spans, tuple(files), tuple(sorted(not_files)), titled=titled
    )


def _expression(connection: sqlite3.Connection, names: tallies.Names, wanted: Filter) -> str:
    if wanted.kind == "venue":
        return f"venue : {queries.phrase(tuple(folding.words(wanted.value)), prefix=True)}"
    if wanted.kind == "has":
        values: Iterable[str] = queries.links(wanted.value)
    else:
        values = (tally.key for tally in meant(connection, names, wanted))
    tokens = [queries.quoted(folding.filed(wanted.kind, value)) for value in values]
    return f"filed : ({' OR '.join(tokens)})" if tokens else _NOTHING


def meant(connection: sqlite3.Connection, names: tallies.Names, wanted: Filter) -> Sequence[tallies.Tally]:
    """Return the topic or keypoint that is named, else those that may be meant."""
    kind: tallies.Kind = "topic" if wanted.kind == "topic" else "keypoint"
    value = queries.bindable(wanted.value)
    one = tallies.one(connection, kind, names, value)
    return [one] if one else tallies.matching(connection, kind, names, value, MOST_MEANT)


def _of_files(connection: sqlite3.Connection, wanted: Iterable[Filter]) -> list[int]:
    """Return the files that have such a piece in their path, in any case and width."""
    pieces = [_path(f.value) for f in wanted]
    if not pieces:
        return []
    rows = connection.execute("SELECT id, file FROM files")
    return [number for number, file in rows if any(piece in _path(file) for piece in pieces)]


def _reach(connection: sqlite3.Connection, files: Sequence[int]) -> _Span:
    """Return the row ids (both outside) between which these files' papers are: most notes are of one month."""
    low, high = connection.execute(
        "SELECT min((SELECT min(paper_id) FROM entries WHERE file_id = value)),"
        " max((SELECT max(paper_id) FROM entries WHERE file_id = value)) FROM json_each(?)",
        (json.dumps(files),),
    ).fetchone()
    return (low - 1, high + 1) if low is not None else (0, 0)


def _cut(spans: Iterable[_Span], reaches: Sequence[_Span]) -> tuple[_Span, ...]:
    """Return what of the spans is within all of the reaches."""
    low, high = max((r[0] for r in reaches), default=-1), min((r[1] for r in reaches), default=NEWEST)
    cut = ((max(low, span[0]), min(high, span[1])) for span in spans)
    return tuple(span for span in cut if span[0] < span[1])


def _path(text: str) -> str:
    return folding.composed(text).casefold().replace("\\", "/")


def _spans(request: Request) -> tuple[_Span, ...]:
    """Return the row ids (both outside) of the wanted months, the newest first, without overlaps."""
    periods = [(queries.months(f.value), f.excluded) for f in request.filters if f.kind == "period"]
    wanted = [months for months, excluded in periods if months and not excluded]
    spans = _merged(map(_span, wanted)) if wanted else [(-1, NEWEST)]
    for months, excluded in periods:
        if months and excluded:
            spans = [piece for span in spans for piece in _around(span, _span(months))]
    return tuple(reversed(spans))


def _span(months: tuple[int, int]) -> _Span:
    first, last = months
    return index.first_of(max(first, 1)) - 1, index.first_of(last + 1)


def _merged(spans: Iterable[_Span]) -> list[_Span]:
    found: list[_Span] = []
    for low, high in sorted(spans):
        if found and low < found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found


def _around(span: _Span, gap: _Span) -> list[_Span]:
    """Return what is left of a span without the ids inside a gap."""
    below, above = (span[0], min(span[1], gap[0] + 1)), (max(span[0], gap[1] - 1), span[1])
    return [piece for piece in (below, above) if piece[1] - piece[0] > 1]
