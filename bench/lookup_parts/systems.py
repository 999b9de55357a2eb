"""The library's look-up, and the programs beside it: each is given the same titles and the same queries."""

import importlib
import importlib.util
import json
import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from rapidfuzz import fuzz, process, utils

from digestbot.library import database, folding, index, titles

SHOWN = 25
BATCH = 1_000
MONTHS = 120

CJK_RUN = re.compile(f"([{folding.CJK}]+)")


class System(Protocol):
    """Something that holds titles and suggests some of them."""

    name: str
    seconds: float
    size: int

    def suggest(self, typed: str) -> list[str]:
        """Return up to 25 titles for what was typed, the likeliest first."""
        ...


def cpu(work: Callable[[], object]) -> float:
    """Return the seconds of processor time that some work takes on this thread."""
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


class Ours:
    """The tables of titles of the library, written as the library writes them, in its own file."""

    name = "digestbot"

    def __init__(self, path: Path, every: Sequence[str]) -> None:
        self.seconds, self.size = 0.0, 0
        self.path = path
        database.prepare(path)
        connection = database.connect(path)
        for pragma in database.WRITING:
            connection.execute(f"PRAGMA {pragma}")
        rows = ((self._number(at, len(every)), title) for at, title in enumerate(every))
        while batch := list(islice(rows, BATCH)):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO papers (id, key, digest, title) VALUES (?, ?, ?, ?)",
                [(number, f"k{number}", "", title) for number, title in batch],
            )
            self.seconds += cpu(lambda batch=batch: index.add_titles(connection, batch))
            self.seconds += cpu(lambda: connection.execute("COMMIT"))
        self.seconds += cpu(lambda: index.settle(connection))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self.size = _size(connection)
        connection.close()
        self._connection = reading(path)

    @classmethod
    def opened(cls, path: Path) -> "Ours":
        """Open what was made before."""
        made = cls.__new__(cls)
        made.path, made._connection = path, reading(path)
        return made

    @staticmethod
    def _number(at: int, count: int) -> int:
        """Return a row id as papers have them: by month, then sequence."""
        return ((24_000 + at * MONTHS // count) << 32) + (at << 4)

    def suggest(self, typed: str) -> list[str]:
        """Return up to 25 titles for what was typed, the likeliest first."""
        self._connection.execute("BEGIN")
        ids = titles.suggest(self._connection, typed, SHOWN)
        rows = self._connection.execute(
            "SELECT id, title FROM papers WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
        )
        by_id = dict(rows.fetchall())
        self._connection.execute("COMMIT")
        return [by_id[number] for number in ids]


def reading(path: Path) -> sqlite3.Connection:
    """Open a library as it is opened for reading."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
    for pragma in database.READING:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _size(connection: sqlite3.Connection) -> int:
    """Return the bytes of the tables by which titles are found, without the titles themselves."""
    found = "name LIKE 'titles%' OR name LIKE 'starts%' OR name LIKE 'terms%' OR name LIKE '%_terms_%'"
    return connection.execute(
        f"SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE AND ({found} OR name LIKE 'hints%')"
    ).fetchone()[0]


class Fts5:
    """An FTS5 table as its documentation shows it, best matches first."""

    def __init__(self, path: Path, every: Sequence[str], tokenizer: str) -> None:
        self.name = f"FTS5 {tokenizer}"
        self._trigram = tokenizer == "trigram"
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL").fetchone()
        self._connection.execute(f"CREATE VIRTUAL TABLE titles USING fts5 (title, tokenize = '{tokenizer}')")
        self.seconds = cpu(lambda: self._fill(every))
        self.size = self._connection.execute(
            "SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE AND name LIKE 'titles%' AND name <> 'titles_content'"
        ).fetchone()[0]

    def _fill(self, every: Sequence[str]) -> None:
        for at in range(0, len(every), BATCH):
            self._connection.execute("BEGIN")
            rows = [(title,) for title in every[at : at + BATCH]]
            self._connection.executemany("INSERT INTO titles (title) VALUES (?)", rows)
            self._connection.execute("COMMIT")

    def suggest(self, typed: str) -> list[str]:
        """Return up to 25 titles for what was typed, the likeliest first."""
        words = [typed.replace('"', '""')] if self._trigram else re.findall(r"\w+", typed)
        if not words:
            return []
        expression = " ".join(f'"{word}"' for word in words) + ("" if self._trigram else "*")
        found = self._connection.execute(
            "SELECT title FROM titles WHERE titles MATCH ? ORDER BY rank LIMIT ?", (expression, SHOWN)
        )
        return [title for (title,) in found]


class Rapidfuzz:
    """All titles compared with the query, one after the other."""

    name = "rapidfuzz"

    def __init__(self, every: Sequence[str]) -> None:
        self._titles: Sequence[str] = every
        self._plain: list[str] = []
        self.seconds = cpu(lambda: self._plain.extend(map(utils.default_process, every)))
        self.size = sum(len(title.encode()) for title in self._plain)

    def suggest(self, typed: str) -> list[str]:
        """Return up to 25 titles for what was typed, the likeliest first."""
        found = process.extract(utils.default_process(typed), self._plain, scorer=fuzz.WRatio, limit=SHOWN)
        return [self._titles[at] for _, _, at in found]


class Tantivy:
    """tantivy: all words, the last as a prefix; if no title has them, words a letter apart; then parts of words.

    It is given runs of Chinese as pairs, as ours is: its own tokenizers take such a run as one word.
    """

    name = "tantivy"

    def __init__(self, path: Path, every: Sequence[str]) -> None:
        tantivy: Any = importlib.import_module("tantivy")  # an extra
        self._tantivy = tantivy
        path.mkdir()
        self._titles: Sequence[str] = every
        # The titles stay outside, so that its size is that of the index alone.
        builder: Any = tantivy.SchemaBuilder()
        builder.add_text_field("title", stored=False, tokenizer_name="default")
        builder.add_unsigned_field("number", stored=True)
        self._schema: Any = builder.build()
        self._index: Any = tantivy.Index(self._schema, path=str(path))
        begun = time.process_time()
        writer: Any = self._index.writer(64_000_000, 1)
        for at, title in enumerate(every):
            writer.add_document(tantivy.Document(title=self._tokens(title), number=at))
        writer.commit()
        writer.wait_merging_threads()
        self.seconds = time.process_time() - begun
        self._index.reload()
        self._searcher: Any = self._index.searcher()
        self.size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())

    @staticmethod
    def _tokens(text: str) -> str:
        return folding.tokens(folding.fold(text)) if CJK_RUN.search(text) else text

    def _words(self, typed: str) -> list[str]:
        text = " ".join(p for w in folding.words(typed) for p in w.pairs) if CJK_RUN.search(typed) else typed.lower()
        return re.findall(r"\w+", text)

    def _all(self, parts: Iterable[Any]) -> Any:
        must = self._tantivy.Occur.Must
        return self._tantivy.Query.boolean_query([(must, part) for part in parts])

    def suggest(self, typed: str) -> list[str]:
        """Return up to 25 titles for what was typed, the likeliest first."""
        words = self._words(typed)
        if not words:
            return []
        for stage in (self._prefix, self._fuzzy, self._inside):
            hits = self._searcher.search(stage(words), SHOWN).hits
            if hits:
                numbers: list[int] = [self._searcher.doc(address)["number"][0] for _, address in hits]
                return [self._titles[number] for number in numbers]
        return []

    def _term(self, word: str) -> Any:
        return self._tantivy.Query.term_query(self._schema, "title", word)

    def _prefix(self, words: list[str]) -> Any:
        begun = self._tantivy.Query.regex_query(self._schema, "title", f"{words[-1]}.*")
        return self._all([*map(self._term, words[:-1]), begun])

    def _fuzzy(self, words: list[str]) -> Any:
        query = self._tantivy.Query.fuzzy_term_query
        return self._all(query(self._schema, "title", word, 1, True) for word in words)

    def _inside(self, words: list[str]) -> Any:
        query = self._tantivy.Query.regex_query
        return self._all(query(self._schema, "title", f".*{word}.*") for word in words)


def peers(every: Sequence[str], folder: Path, only: Sequence[str], say: Callable[[str], None]) -> Iterable[System]:
    """Make the others, one at a time; what is not installed, or would take too long, is left out with a note."""

    def wanted(name: str) -> bool:
        return not only or name in only

    if not importlib.util.find_spec("tantivy"):
        say("tantivy is left out: it is not installed (the extra `bench`).")
    elif wanted("tantivy"):
        yield Tantivy(folder / "tantivy", every)
    for tokenizer in ("unicode61", "trigram"):
        if wanted(tokenizer):
            yield Fts5(folder / f"{tokenizer}.db", every, tokenizer)
    if len(every) > 100_000:
        say("rapidfuzz is left out: it compares every title, which takes seconds a query at this size.")
    elif wanted("rapidfuzz"):
        yield Rapidfuzz(every)
