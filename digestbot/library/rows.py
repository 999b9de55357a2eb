"""Entries as rows, and papers out of rows."""

import json
import sqlite3
from collections.abc import Iterable, Sequence

from pydantic import TypeAdapter

from digestbot import identity
from digestbot.models import Diagnostic, Entry, Paper

Stored = tuple[str, int | None]
"""An entry as JSON, and the sequence that the ledger gave its paper."""

ENTRY = TypeAdapter(Entry)
DIAGNOSTICS = TypeAdapter(tuple[Diagnostic, ...])


def load(connection: sqlite3.Connection, ids: Sequence[int]) -> tuple[Paper, ...]:
    """Return the papers with these row ids, in that order."""
    papers = load_by_id(connection, ids)
    return tuple(papers[i] for i in ids)


def load_by_id(connection: sqlite3.Connection, ids: Iterable[int]) -> dict[int, Paper]:
    """Return the papers with these row ids."""
    return {number: paper(entries) for number, entries in stored(connection, ids).items()}


def stored(connection: sqlite3.Connection, ids: Iterable[int]) -> dict[int, list[Stored]]:
    """Return the entries of the papers with these row ids."""
    found: dict[int, list[Stored]] = {}
    rows = connection.execute(
        "SELECT paper_id, entry, sequence FROM entries JOIN files ON files.id = file_id"
        " WHERE paper_id IN (SELECT value FROM json_each(?)) ORDER BY source, file, position",
        (json.dumps(sorted(set(ids))),),
    )
    for number, entry, sequence in rows:
        found.setdefault(number, []).append((entry, sequence))
    return found


def paper(entries: Iterable[Stored]) -> Paper:
    """Return the paper that some entries are about."""
    read = [(ENTRY.validate_json(entry), sequence) for entry, sequence in entries]
    return merged([entry for entry, _ in read], [sequence for _, sequence in read if sequence is not None])


def merged(entries: Iterable[Entry], sequences: Iterable[int]) -> Paper:
    """Merge the entries of one paper; of several sequences it is known by the first."""
    ordered = sorted(entries, key=lambda e: (e.source.file, e.source.line))
    return identity.merge(ordered, min(sequences, default=None))
