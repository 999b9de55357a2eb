"""By what results are narrowed, in words, and by what they could be."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from digestbot.library import index
from digestbot.library import query as queries
from digestbot.library.names import tallies
from digestbot.library.query import Filter, FilterKind, Request
from digestbot.library.texts import limits
from digestbot.models import Choice, Narrowing

LONGEST_CHOICE = 100
"""Characters of a narrowed query at most: it is an option's value (Discord, select option structure)."""

MOST_CHOICES = 24
"""Values of a filter that are offered; one more option is the way back to all."""

_LABELS: tuple[tallies.Kind, ...] = ("topic", "keypoint")


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
        for found in limits.meant(connection, names, f)
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
