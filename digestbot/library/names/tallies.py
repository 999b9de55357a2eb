"""Topics and keypoints as people mean them: which one a text names, and which it may mean.

"Diffusion", "diffusion model" and "Diffusion Models" are one, as are "Long-term memory" and "long term memories":
case, hyphens, spaces, the plural and a last "model" (模型) make no difference. The settings' alias tables join others.
"""

import math
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from digestbot.library import folding, terms
from digestbot.library import query as queries
from digestbot.library.names import spelling
from digestbot.library.names.aliases import Kind, Names
from digestbot.models import Tally

MOST_WORDS = 8
"""Words of a query that count here: names of topics are short."""

CANDIDATES = 100
"""Topics or keypoints that are compared with what was typed, at each step of a search."""

LEAST_LIKENESS = 70
"""Below this score (rapidfuzz's ratio, of 100) two names look unlike each other to a person."""

_BEGINNING = 4
"""Letters that a word must share to be compared as a whole ("autoregressive", "autoregression")."""

PREFIX = 8
"""Letters of the longest beginning of a word that FTS5 has lists for (schema.sql)."""

_SLOTS = 40
_KIND = 1 << 20
_FOUND = "tallies.id, key, name, tallies.papers, tallies.words, tallies.joined, tallies.others"


def rank(kind: Kind, papers: int) -> int:
    """Return the upper bits of a tally's id: its kind, then about how many papers it has (four steps an octave).

    FTS5 gives rows in the order of their ids, and in any other only after reading all: so those with most papers come
    first, and a tally gets a new id only a few times in its life.
    """
    return (_KIND if kind == "keypoint" else 0) + int(4 * math.log2(papers))


def ids(rank: int, ranks: int = 1) -> tuple[int, int]:
    """Return the lowest and the highest id of a rank, or of several from it on."""
    return rank << _SLOTS, ((rank + ranks) << _SLOTS) - 1


def ranked(number: int) -> int:
    """Return the rank that an id belongs to."""
    return number >> _SLOTS


@dataclass(frozen=True, slots=True)
class _Row:
    """A topic or keypoint that may be meant, with the columns that it was found by."""

    id: int
    key: str
    name: str
    papers: int
    words: str
    joined: str
    others: str


def one(connection: sqlite3.Connection, kind: Kind, names: Names, text: str, *, exact: bool = False) -> Tally | None:
    """Return the topic or keypoint that a text names: by any spelling, an alias, its key, or the words it begins with.

    An acronym in brackets is a spelling too. Words that several begin with name none of them. With `exact` the words at
    the beginning are not enough.
    """
    key = names.key(kind, text)
    row = connection.execute(
        "SELECT key, name, papers FROM tallies WHERE kind = ? AND key IN (?, ?) ORDER BY key = ? DESC LIMIT 1",
        (kind, key, text if re.fullmatch("[0-9a-f]{16}", text) else key, key),
    ).fetchone()
    if row is None and (other := _other(connection, kind, text, exact=exact)):
        row = connection.execute(
            "SELECT key, name, papers FROM tallies WHERE kind = ? AND key = ?", (kind, other)
        ).fetchone()
    return Tally(*row) if row else None


def _other(connection: sqlite3.Connection, kind: Kind, text: str, *, exact: bool) -> str | None:
    return _shortened(connection, kind, text) or (None if exact else _begun_with(connection, kind, text))


def _shortened(connection: sqlite3.Connection, kind: Kind, text: str) -> str | None:
    """Return the key of the only topic or keypoint that is shown with this as its acronym in brackets."""
    short = spelling.joined(text)
    found = _search(connection, kind, f"joined : {queries.quoted(short[: folding.LONGEST_TOKEN])}")
    keys = [row.key for row in found if spelling.joined(spelling.abbreviated(row.name)[1]) == short]
    return keys[0] if len(keys) == 1 else None


def _begun_with(connection: sqlite3.Connection, kind: Kind, text: str) -> str | None:
    """Return the key of the only topic or keypoint with a spelling that begins with these words."""
    words = queries.read(text).words
    if sum(len(word.text) for word in words) < 2:
        return None
    start = spelling.form(" ".join(word.text for word in words))
    if words[-1].cjk and len(words[-1].text) > 1:
        start = start.rstrip()  # a run of Chinese characters has no spaces to show where its words end
    rows = connection.execute(
        "SELECT DISTINCT key FROM spellings INDEXED BY spellings_by_form"
        " WHERE kind = ? AND form >= ? AND form < ? LIMIT 2",
        (kind, start, start + "\U0010ffff"),
    ).fetchall()
    return rows[0][0] if len(rows) == 1 else None


def matching(
    connection: sqlite3.Connection, kind: Kind, names: Names, text: str, limit: int | None
) -> tuple[Tally, ...]:
    """Return the topics or keypoints that a text may mean, the likeliest first; for no text all, by their papers.

    First the one it names, then those that begin with it, those with all its words or half words; where these are few,
    those it is an acronym of, or that are its acronym. Only where nothing was found, those that have it inside a word,
    else those with words alike, else names alike, and last those with any of the words.
    """
    query = queries.read(text)
    if not query.joined:
        return _all(connection, kind, limit)
    most = CANDIDATES if limit is None else limit
    found: dict[str, tuple[_Row, tuple[float, ...]]] = {}
    key = names.key(kind, query.text)
    for stage, rows in enumerate(_stages(connection, kind, query, key)):
        for row in rows:
            if row.key not in found:
                found[row.key] = (row, (stage, *_order(row, query, stage)))
        if len(found) >= most or (found and (stage >= _SHORT or (stage >= _GOOD and len(found) >= _FEW))):
            break
    best = sorted(found.values(), key=lambda one: (one[1], one[0].name))[:most]
    return tuple(Tally(row.key, row.name, row.papers) for row, _ in best)


_GOOD = 2  # the last stage that always runs
_SHORT = 3  # the last one that adds to what was found before
_FEW = 5  # so many are enough without those of which it is an acronym


def _stages(connection: sqlite3.Connection, kind: Kind, query: queries.Query, key: str) -> Iterator[Iterable[_Row]]:
    typed = query.words[:MOST_WORDS]
    named = connection.execute(f"SELECT {_FOUND} FROM tallies WHERE kind = ? AND key = ?", (kind, key))
    yield [_Row(*row) for row in named]
    yield _beginning(connection, kind, query)
    words = [_word(connection, word, last=word is typed[-1]) for word in typed]
    yield _search(connection, kind, _all_of(words))
    yield _search(connection, kind, _short(typed))
    words = [word if _search(connection, kind, word, most=1) else "" for word in words]
    for find in (terms.containing, terms.corrections):
        pairs = zip(words, typed, strict=True)
        alike = (known or _any_word(find(connection, word.text, terms.NAMES)) for known, word in pairs)
        yield _search(connection, kind, "" if all(words) else _all_of(alike))
    yield _search(connection, kind, " OR ".join(map(_near, typed)), query.joined)
    yield _search(connection, kind, " OR ".join(filter(None, words)))


def _order(row: _Row, query: queries.Query, stage: int) -> tuple[float, ...]:
    if stage <= _GOOD:
        tokens = {*row.words.split(), *row.others.split()}
        whole = all(token in tokens for word in query.words for token in _tokens(word, word.pairs))
        return (not whole, -row.papers)
    if stage == _SHORT:
        return (-row.papers,)
    return (-_likeness(row, query.joined), -row.papers)


def _likeness(row: _Row, typed: str) -> float:
    return max(fuzz.ratio(typed, one) for one in row.joined.split(" "))


def _all(connection: sqlite3.Connection, kind: Kind, limit: int | None) -> tuple[Tally, ...]:
    rows = connection.execute(
        "SELECT key, name, papers FROM tallies WHERE kind = ? ORDER BY papers DESC, name LIMIT ?",
        (kind, -1 if limit is None else limit),
    )
    return tuple(Tally(*row) for row in rows)


def _search(
    connection: sqlite3.Connection, kind: Kind, match: str, typed: str = "", most: int = CANDIDATES
) -> list[_Row]:
    """Return those with most papers of all that an FTS5 expression finds; if `typed`, only those that look like it."""
    if not match:
        return []
    rows = connection.execute(
        f"SELECT {_FOUND} FROM names JOIN tallies ON tallies.id = names.rowid"
        " WHERE names MATCH ? AND names.rowid BETWEEN ? AND ? ORDER BY names.rowid DESC LIMIT ?",
        (match, *ids(rank(kind, 1), _KIND), most),
    )
    found = [_Row(*row) for row in rows]
    return [row for row in found if _likeness(row, typed) >= LEAST_LIKENESS] if typed else found


def _singular(word: folding.Word) -> str:
    return word.text if word.cjk else spelling.singular(word.text)


def _tokens(word: folding.Word, run: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a name with this word has: the word without its plural ending, or what stands for a CJK run."""
    return run if word.cjk else (_singular(word),)


def _beginning(connection: sqlite3.Connection, kind: Kind, query: queries.Query) -> list[_Row]:
    """Return those that begin with the words, of which the last may be half typed; a plural stands for its word too."""
    typed = query.words[:MOST_WORDS]
    start = ("".join(map(_singular, typed)) or query.joined)[: folding.LONGEST_TOKEN]
    found = _search(connection, kind, f"joined : {queries.quoted(start, prefix=True)}")
    half = "".join([*map(_singular, typed[:-1]), *(word.text for word in typed[-1:])])[: folding.LONGEST_TOKEN]
    whole = "".join(f"{token} " for word in typed for token in _tokens(word, word.tokens))
    return [
        row
        for row in found
        if f" {half}" in f" {row.joined}" or f" {start} " in f" {row.joined} " or f"{row.words} ".startswith(whole)
    ]


def _word(connection: sqlite3.Connection, word: folding.Word, *, last: bool) -> str:
    """Return the expression for a word, which may be half typed if it is the last, or if no name has it as it is.

    It is "" if nothing begins like it: the dictionary tells that sooner than FTS5.
    """
    if word.cjk:
        return _near(word)
    singular = _singular(word)
    whole = _any_word([singular]) if terms.known(connection, singular, terms.NAMES) else ""
    if whole and not last:
        return whole
    begun = _begun(connection, word.text)
    if singular == word.text or not (begun or whole):
        return begun or _begun(connection, singular)
    return " OR ".join(filter(None, (begun, whole)))


def _begun(connection: sqlite3.Connection, start: str) -> str:
    """Return the expression for words that begin like this, "" if there are none.

    FTS5 puts all rows of a beginning together before it gives the first, unless it has a list of them (schema.sql).
    """
    if len(start) > PREFIX:
        return _any_word(list(terms.beginning(connection, start, terms.NAMES)))
    known = terms.begun(connection, start, terms.NAMES)
    return f"{{words others}} : {queries.quoted(start, prefix=True)}" if known else ""


def _near(word: folding.Word) -> str:
    start = word if word.cjk else folding.Word(word.text[:_BEGINNING], cjk=False)
    return f"{{words others}} : {queries.word(start, prefix=True)}"


def _any_word(words: Sequence[str]) -> str:
    return f"{{words others}} : ({' OR '.join(map(queries.quoted, words))})" if words else ""


def _all_of(expressions: Iterable[str]) -> str:
    """Return the expression for all of these; none if one of them is empty, which nothing can match."""
    every = list(dict.fromkeys(expressions))
    return " AND ".join(f"({one})" for one in every) if all(every) else ""


def _short(typed: Sequence[folding.Word]) -> str:
    """Return the expression for names with these initials, and for the acronym that the words would make."""
    words = [_singular(word) for word in typed]
    made = [f"{{words joined}} : {queries.quoted(one)}" for one in spelling.initials(words) if len(one) > 2]
    alone = len(typed) == 1 and not typed[0].cjk and len(words[0]) > 1
    wanted = dict.fromkeys((typed[0].text, words[0])) if alone else ()
    return " OR ".join([*made, *(f"initials : {queries.quoted(one, prefix=len(one) > 2)}" for one in wanted)])
