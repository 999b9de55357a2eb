"""Filters: what a request's filters come to in the index, and by what its results could be narrowed."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from digestbot.library import folding, index, tallies
from digestbot.library import query as queries
from digestbot.library.query import Filter, FilterKind, Request
from digestbot.library.ranks import NEWEST, Limits
from digestbot.models import Choice, Narrowing

LONGEST_CHOICE = 100
"""Characters of a narrowed query at most: it is an option's value (Discord, select option structure)."""

MOST_CHOICES = 24
"""Values of a filter that are offered; one more option is the way back to all."""

_LABELS: tuple[tallies.Kind, ...] = ("topic", "keypoint")
_NOTHING = f"filed : {queries.quoted(folding.FILED + 'nothing')}"
_Span = tuple[int, int]


def limits(connection: sqlite3.Connection, names: tallies.Names, request: Request, *, titles: bool = False) -> Limits:
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
        values = (tally.key for tally in _tallies(connection, names, wanted))
    tokens = [queries.quoted(folding.filed(wanted.kind, value)) for value in values]
    return f"filed : ({' OR '.join(tokens)})" if tokens else _NOTHING


def _tallies(connection: sqlite3.Connection, names: tallies.Names, wanted: Filter) -> Sequence[tallies.Tally]:
    """Return the topic or keypoint that is named, else those that may be meant."""
    kind: tallies.Kind = "topic" if wanted.kind == "topic" else "keypoint"
    value = queries.bindable(wanted.value)
    one = tallies.one(connection, kind, names, value)
    return [one] if one else tallies.matching(connection, kind, names, value, MOST_CHOICES)


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


def said(connection: sqlite3.Connection, names: tallies.Names, request: Request) -> tuple[str, ...]:
    """Return the filters in words: topics and keypoints as they are spelled, not by key."""
    return tuple(_said(connection, names, one) for one in request.filters)


def _said(connection: sqlite3.Connection, names: tallies.Names, one: Filter) -> str:
    value = one.value
    if one.kind in _LABELS:
        found = tallies.one(connection, one.kind, names, queries.bindable(value))  # pyright: ignore[reportArgumentType] - a label's kind
        value = found.name if found else value
    return f"{'not ' if one.excluded else ''}{one.kind}: {value}"


def topics(
    connection: sqlite3.Connection, names: tallies.Names, request: Request, ids: Sequence[int], longest: int
) -> Narrowing:
    """Return the topics of these papers as filters, those of most papers first; `longest` limits a query's length."""
    rows = connection.execute(
        "SELECT key, name, count FROM (SELECT kind, key, count(DISTINCT paper_id) AS count"
        " FROM labels INDEXED BY labels_by_paper"  # by papers: the planner would go through all topics
        " WHERE kind = 'topic' AND paper_id IN (SELECT value FROM json_each(?)) GROUP BY kind, key)"
        " JOIN tallies USING (kind, key) ORDER BY count DESC, name LIMIT ?",
        (json.dumps(ids), MOST_CHOICES),
    ).fetchall()
    chosen = {
        found.key
        for f in request.filters
        if f.kind == "topic" and not f.excluded
        for found in _tallies(connection, names, f)
    }
    values = [(name, (name, key), count, key in chosen) for key, name, count in rows]
    return _narrowing(request, "topic", values, longest)


def periods(request: Request, ids: Sequence[int], longest: int) -> Narrowing:
    """Return the months of these papers as filters, the newest first; the years where there are many months."""
    months = Counter(month for number in ids if (month := index.month_of(number)))
    counts = Counter({_month(month): count for month, count in months.items()})
    if len(counts) > MOST_CHOICES:
        counts = Counter[str]()
        for month, count in months.items():
            counts[f"{(month - 1) // 12:04}"] += count
    chosen = {f.value for f in request.filters if f.kind == "period" and not f.excluded}
    values = [(name, (name,), counts[name], name in chosen) for name in sorted(counts, reverse=True)[:MOST_CHOICES]]
    return _narrowing(request, "period", values, longest)


def _month(month: int) -> str:
    return f"{(month - 1) // 12:04}-{(month - 1) % 12 + 1:02}"


def _narrowing(
    request: Request, kind: FilterKind, values: Iterable[tuple[str, Sequence[str], int, bool]], longest: int
) -> Narrowing:
    """Return the choices whose queries, with the first of a value's names that fits, are not too long."""
    free = request.without(kind)
    choices: list[Choice] = []
    for name, spelled, count, chosen in values:
        queries_ = (_with(free, kind, spelling) for spelling in spelled)
        if fitting := next((query for query in queries_ if len(query.encode("utf-16-le")) // 2 <= longest), None):
            choices.append(Choice(name, count, fitting, chosen))
    return Narrowing(tuple(choices), free.written if free != request else "")


def _with(request: Request, kind: FilterKind, value: str) -> str:
    return replace(request, filters=(*request.filters, Filter(kind, value))).written
