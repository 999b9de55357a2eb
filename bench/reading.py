"""CPU time of reading notes over that of a bare CommonMark parse of the same texts.

    python bench/reading.py [FOLDER] [--rounds N] [--most RATIO]

Both are measured in turn in one process, so that a slow machine slows both; the median of the ratios is told.
Exits with 1 if it is above `--most`.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from markdown_it import MarkdownIt

from digestbot.parsing import read_note

NOTES = Path(__file__).parent.parent / "notes"


def texts_in(folder: Path) -> list[tuple[str, str]]:
    """Return the notes below a folder with their names; what is no UTF-8 is read as well as it goes."""
    return [(str(path), path.read_text("utf-8", errors="replace")) for path in sorted(folder.rglob("*.md"))]


def cpu(work: Callable[[], object]) -> float:
    """Return the seconds of processor time that some work takes."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def measure(notes: list[tuple[str, str]], rounds: int) -> tuple[float, float]:
    """Return the median ratio of the rounds, and the seconds of the last bare parse."""
    bare = MarkdownIt("commonmark")
    ratios: list[float] = []
    parsed = 0.0
    for _ in range(rounds):
        parsed = cpu(lambda: [bare.parse(text) for _, text in notes])
        read = cpu(lambda: [read_note(text, name) for name, text in notes])
        ratios.append(read / parsed)
    return statistics.median(ratios), parsed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=NOTES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--most", type=float, default=0.0)
    options = parser.parse_args()
    notes = texts_in(options.folder)
    ratio, parsed = measure(notes, options.rounds)
    size = sum(len(text) for _, text in notes)
    print(f"{len(notes)} notes, {size} characters: bare parse {parsed:.3f} s, reading {ratio:.2f} of it")
    return 1 if options.most and ratio > options.most else 0


if __name__ == "__main__":
    sys.exit(main())
