"""What is told of a source: what a reading of it found, and how it is doing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from digestbot.sources.origin import Commit

Progress = Callable[[int, int], None]
"""Told how many files of how many have been looked at."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading of a source found: numbers of files, and a sentence when the source as a whole failed.

    `touched` are the names of those that are new or changed, then of those that are gone; `sighted` are the sequences
    of papers that nobody has seen before.
    """

    files: int = 0
    changed: int = 0
    removed: int = 0
    unreadable: int = 0
    trouble: str = ""
    touched: tuple[str, ...] = ()
    sighted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """How a source is doing: what it is called, where it comes from, and what its last reading found.

    `place` has no credentials in it. `read_at` is None before the first reading that found notes, `commit` for a
    folder. `trouble` is a sentence, "" if all is well.
    """

    name: str
    place: str
    files: int
    papers: int
    read_at: datetime | None = None
    commit: Commit | None = None
    trouble: str = ""
