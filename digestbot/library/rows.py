"""Entries as rows, and papers out of rows."""

import json
import sqlite3
from collections.abc import Iterable, Sequence

from pydantic import TypeAdapter

from digestbot import identity
from digestbot.models import Diagnostic, Entry, Paper

ENTRY = TypeAdapter(Entry)
DIAGNOSTICS = TypeAdapter(tuple[Diagnostic, ...])


def load(connection: sqlite3.Connection, ids: Sequence[int]) -> tuple[Paper, ...]:
    """Return the papers with these row ids, in that order."""
    papers = load_by_id(connection, ids)
    return tuple(papers[i] for i in ids)


def load_by_id(connection: sqlite3.Connection, ids: Iterable[int]) -> dict[int, Paper]:
    """Return the papers with these row ids."""
    found: dict[int, list[Entry]] = {}
    sequences: dict[int, list[int]] = {}
    rows = connection.execute(
        "SELECT paper_id, entry, sequence FROM entries JOIN files ON files.id = file_id"
        " WHERE paper_id IN (SELECT value FROM json_each(?)) ORDER BY source, file, position",
        (json.dumps(sorted(set(ids))),),
    )
    for paper, entry, sequence in rows:
        found.setdefault(paper, []).append(ENTRY.validate_json(entry))
        if sequence is not None:
            sequences.setdefault(paper, []).append(sequence)
    return {number: merged(entries, sequences.get(number, ())) for number, entries in found.items()}


def merged(entries: Iterable[Entry], sequences: Iterable[int]) -> Paper:
    """Merge the entries of one paper; of several sequences it is known by the first."""
    ordered = sorted(entries, key=lambda e: (e.source.file, e.source.line))
    return identity.merge(ordered, min(sequences, default=None))
