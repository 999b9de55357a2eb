"""CPU time of reading notes over that of a bare CommonMark parse of the same texts.

    python bench/reading.py [FOLDER] [--rounds N] [--most RATIO] [--whole]

Both are measured in turn in one process, so that a slow machine slows both; the medians of the ratios are told, that of
each note of over 500 KB apart. Exits with 1 if the one over all notes is above `--most`. `--whole` also puts what was
read into a new ledger and a new library with all its indexes, as the bot's first reading does; making both empty and
settling the indexes afterwards are not counted.
"""

import argparse
import asyncio
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import _lru_cache_wrapper  # pyright: ignore[reportPrivateUsage]  # nothing else tells a cache
from pathlib import Path

from markdown_it import MarkdownIt

from digestbot.ledger import open_ledger
from digestbot.library import open_library
from digestbot.models import Note, Sighting, StoredNote
from digestbot.parsing import READER_VERSION, read_note
from digestbot.sources.sync import BATCH

NOTES = Path(__file__).parent.parent / "notes"
NOW = datetime(2026, 11, 21, tzinfo=UTC)
LARGE = 500_000  # characters of a note that is also measured alone


def texts_in(folder: Path) -> list[tuple[str, str]]:
    """Return the notes below a folder with their names; what is no UTF-8 is read as well as it goes."""
    return [(str(path), path.read_text("utf-8", errors="replace")) for path in sorted(folder.rglob("*.md"))]


def cpu(work: Callable[[], object]) -> float:
    """Return the seconds of processor time that some work takes."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def forget() -> None:
    """Empty the program's caches, as a first reading finds them."""
    for held in gc.get_objects():
        if isinstance(held, _lru_cache_wrapper) and held.__module__.startswith("digestbot"):
            held.cache_clear()


@dataclass
class Ratios:
    """Processor time over that of a bare parse in each round, by what was done."""

    of: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def take(self, work: str, ratio: float) -> None:
        """Note the ratio of one round."""
        self.of.setdefault(work, []).append(ratio)

    def told(self) -> str:
        """Return the medians as text."""
        return ", ".join(f"{work} {statistics.median(ratios):.2f}" for work, ratios in self.of.items())


def measure(texts: list[tuple[str, str]], rounds: int, *, whole: bool = False) -> Ratios:
    """Return the ratios of reading these notes, and of putting them into a ledger and a library."""
    bare = MarkdownIt("commonmark")
    ratios = Ratios()
    for _ in range(rounds):
        parsed = cpu(lambda: [bare.parse(text) for _, text in texts])
        forget()
        begin = time.process_time()
        notes = [read_note(text, name) for name, text in texts]
        read = (time.process_time() - begin) / parsed
        ratios.take("reading", read)
        if whole:
            sizes = [len(text) for _, text in texts]
            sighted, stored = (seconds / parsed for seconds in asyncio.run(keep(list(batches(notes, sizes)))))
            ratios.take("ledger", sighted)
            ratios.take("library", stored)
            ratios.take("whole", read + sighted + stored)
    return ratios


def batches(notes: list[Note], sizes: list[int]) -> Iterator[list[Note]]:
    """Yield the notes as a reading puts them away: up to so many characters at once."""
    batch, size = list[Note](), 0
    for note, characters in zip(notes, sizes, strict=True):
        batch.append(note)
        size += characters
        if size > BATCH:
            yield batch
            batch, size = [], 0
    yield batch


async def keep(batches: list[list[Note]]) -> tuple[float, float]:
    """Put notes into a new ledger and a new library; return the seconds of processor time of each."""
    sighted = stored = 0.0
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        async with (
            open_ledger(f"sqlite:///{data / 'ledger.db'}") as ledger,
            open_library(data, reader_version=READER_VERSION) as library,
        ):
            for notes in batches:
                begin = time.process_time()
                numbers = await ledger.papers.sight_all("bench", [(note, note.file) for note in notes], NOW)
                seen = time.process_time()
                found = zip(notes, numbers, strict=True)
                await library.put(
                    "bench",
                    [
                        StoredNote(n.file, n.file, tuple(map(Sighting, n.entries, seq)), n.diagnostics)
                        for n, seq in found
                    ],
                )
                sighted, stored = sighted + seen - begin, stored + time.process_time() - seen
    return sighted, stored


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=NOTES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--most", type=float, default=0.0)
    parser.add_argument("--whole", action="store_true")
    options = parser.parse_args()
    texts = texts_in(options.folder)
    ratios = measure(texts, options.rounds, whole=options.whole)
    print(f"{len(texts)} notes, {sum(len(text) for _, text in texts)} characters: {ratios.told()}")
    for name, text in texts:
        if len(text) > LARGE:
            print(f"{name}, {len(text)} characters: {measure([(name, text)], options.rounds).told()}")
    return 1 if options.most and statistics.median(ratios.of["reading"]) > options.most else 0


if __name__ == "__main__":
    sys.exit(main())
