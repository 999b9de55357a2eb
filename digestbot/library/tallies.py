"""Topics and keypoints: which spellings are one, and how many papers each has.

"Diffusion", "diffusion model" and "Diffusion Models" are one, as are "Long-term memory" and "long term memories":
case, hyphens, spaces, the plural and a last "model" (模型) make no difference. The settings' alias table joins others.
"""

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rapidfuzz import fuzz, process

from digestbot.identity import digest16
from digestbot.library import folding
from digestbot.library import query as queries
from digestbot.models import Tally

Kind = Literal["topic", "keypoint"]

LEAST_LIKENESS = 70
"""Below this score (rapidfuzz's ratio, of 100) two names look unlike each other to a person."""

MOST_WORDS = 8
"""Words of a query that count here: names of topics are short."""

_PLURALS = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("s", ""))
_NO_PLURALS = ("ss", "us", "is")


def singular(word: str) -> str:
    """Return an English word without its plural ending, as far as the spelling shows it."""
    if len(word) < 4 or word.endswith(_NO_PLURALS):
        return word
    return next((word[: -len(end)] + one for end, one in _PLURALS if word.endswith(end)), word)


def joined(name: str) -> str:
    """Return what all spellings of a topic or keypoint have in common."""
    words = [singular(word.text) for word in folding.words(name)]
    if len(words) > 1 and words[-1] == "model":
        words.pop()
    elif words and len(words[-1]) > 2:
        words[-1] = words[-1].removesuffix("模型")
    return "".join(words) or folding.joined(name)


@dataclass(frozen=True, slots=True)
class Names:
    """The alias table: each spelling's folded form with the name that the table wants shown."""

    shown: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, aliases: Mapping[str, Sequence[str]]) -> "Names":
        """Read the table of the settings: the name to show, then what else it is called."""
        every = [(joined(v), name) for name, variants in aliases.items() for v in (name, *variants)]
        return cls(dict(every))

    def key(self, name: str) -> str:
        """Return the key of the topic or keypoint that a name stands for."""
        folded = joined(name)
        return digest16(joined(self.shown[folded]) if folded in self.shown else folded)

    def by_key(self) -> dict[str, tuple[str, list[str]]]:
        """Return the names that the table wants shown, each with its spellings, by key."""
        found: dict[str, tuple[str, list[str]]] = {}
        for folded, name in self.shown.items():
            found.setdefault(self.key(name), (name, []))[1].append(folded)
        return found


def recount(connection: sqlite3.Connection, names: Names, touched: Iterable[tuple[Kind, str]]) -> None:
    """Count the papers of these topics and keypoints again, and choose the spelling that is shown.

    It is the alias table's, else the most frequent one; of equally frequent ones the one that the oldest paper has.
    """
    keys = sorted(set(touched))
    connection.executemany("DELETE FROM tallies WHERE kind = ? AND key = ?", keys)
    aliases = names.by_key()
    found: list[tuple[str, str, str, str, int]] = []
    for kind, key in keys:
        rows = connection.execute(
            "SELECT name FROM labels WHERE kind = ? AND key = ?"
            " GROUP BY name ORDER BY count(*) DESC, min(paper_id), name",
            (kind, key),
        ).fetchall()
        if rows:
            shown, others = aliases.get(key, (rows[0][0], []))
            spellings = dict.fromkeys([folding.joined(shown), *(folding.joined(name) for (name,) in rows), *others])
            found.append((kind, key, shown, f" {' '.join(spellings)} ", _papers(connection, kind, key)))
    connection.executemany("INSERT INTO tallies (kind, key, name, spellings, papers) VALUES (?, ?, ?, ?, ?)", found)


def _papers(connection: sqlite3.Connection, kind: Kind, key: str) -> int:
    return connection.execute(
        "SELECT count(DISTINCT paper_id) FROM labels WHERE kind = ? AND key = ?", (kind, key)
    ).fetchone()[0]


def one(connection: sqlite3.Connection, kind: Kind, names: Names, text: str) -> Tally | None:
    """Return the topic or keypoint that a text names, by any spelling or by its key."""
    key = names.key(text)
    row = connection.execute(
        "SELECT key, name, papers FROM tallies WHERE kind = ? AND key IN (?, ?) ORDER BY key = ? DESC LIMIT 1",
        (kind, key, text if re.fullmatch("[0-9a-f]{16}", text) else key, key),
    ).fetchone()
    return Tally(*row) if row else None


def matching(
    connection: sqlite3.Connection, kind: Kind, names: Names, text: str, limit: int | None
) -> tuple[Tally, ...]:
    """Return the topics or keypoints that a text may mean, the likeliest first; for no text all, by their papers."""
    query = queries.read(text)
    typed = [singular(word.text) for word in query.words][:MOST_WORDS]
    holds = "".join(" AND instr(spellings, ?)" for _ in typed)
    key = names.key(query.text)
    rows: list[tuple[str, str, int]] = connection.execute(
        f"SELECT key, name, papers FROM tallies WHERE (kind = ?{holds}) OR (kind = ? AND key = ?)"
        " ORDER BY key = ? DESC, instr(spellings, ?) > 0 DESC, instr(spellings, ?) > 0 DESC, papers DESC, name LIMIT ?",
        (kind, *typed, kind, key, key, f" {query.joined} ", f" {query.joined}", -1 if limit is None else limit),
    ).fetchall()
    if not rows and typed:
        rows = _alike(connection, kind, query.joined, limit)
    return tuple(Tally(*row) for row in rows)


def _alike(connection: sqlite3.Connection, kind: Kind, typed: str, limit: int | None) -> list[tuple[str, str, int]]:
    rows: list[tuple[str, str, int, str]] = connection.execute(
        "SELECT key, name, papers, spellings FROM tallies WHERE kind = ? ORDER BY papers DESC, name", (kind,)
    ).fetchall()
    choices = [(spelling, row) for row in rows for spelling in row[3].split()]
    near = process.extract(typed, [c[0] for c in choices], scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS, limit=limit)
    found = (choices[index][1] for _, _, index in near)
    return list(dict.fromkeys((key, name, papers) for key, name, papers, _ in found))
