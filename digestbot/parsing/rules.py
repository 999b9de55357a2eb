"""Rules: what a curator says about the reading of some notes, where the reader would have to guess."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Literal

PapersRule = Literal["level 1", "level 2", "level 3", "level 4", "level 5", "level 6", "lists", "tables", "file"]
TopicsRule = Literal[
    "level 1", "level 2", "level 3", "level 4", "level 5", "level 6", "folder", "file name", "front matter", "none"
]
PeriodRule = Literal["heading", "path", "front matter", "none"]


@dataclass(frozen=True, slots=True)
class Rules:
    """How one note is to be read; None leaves it to the reader.

    `papers`: the headings, lists or tables that are papers, or the file as a whole. `topics` (a tuple: these) and
    `period`: the only place they come from, apart from what a paper says itself (`Topic: …`). `keypoints`: more labels
    that mean keypoints. `skip`: leave the note out.
    """

    papers: PapersRule | None = None
    topics: TopicsRule | tuple[str, ...] | None = None
    period: PeriodRule | None = None
    keypoints: tuple[str, ...] | None = None
    skip: bool | None = None

    @property
    def mark(self) -> str:
        """A short text that is another for other rules, and empty for none."""
        return "" if self == NO_RULES else hashlib.sha256(repr(self).encode("utf-8", "replace")).hexdigest()[:16]


NO_RULES = Rules()


@dataclass(frozen=True, slots=True)
class Rule:
    """Rules for the files that match one of the globs `files`, against the path below their source."""

    files: tuple[str, ...]
    says: Rules


def rules_for(rules: Sequence[Rule], file: str) -> Rules:
    """Return what the rules say of a file; of two that say something of the same key, the later one counts."""
    told: dict[str, object] = {}
    for rule in rules:
        if any(_matches(glob, file) for glob in rule.files):
            said = {key.name: getattr(rule.says, key.name) for key in fields(Rules)}
            told |= {key: value for key, value in said.items() if value is not None}
    return replace(NO_RULES, **told) if told else NO_RULES


def idle(rules: Sequence[Rule], files: Iterable[str]) -> list[str]:
    """Return the globs that match none of the files."""
    known = list(files)
    return [g for rule in rules for g in rule.files if not any(_matches(g, file) for file in known)]


def _matches(glob: str, file: str) -> bool:
    """Match as `pathlib.PurePath.full_match` of Python 3.13 does: `**` is any number of folders, `*` none."""
    return _match(tuple(glob.split("/")), tuple(file.split("/")))


@lru_cache(maxsize=8192)
def _match(glob: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    if not glob:
        return not parts
    if glob[0] == "**":
        return _match(glob[1:], parts) or (bool(parts) and _match(glob, parts[1:]))
    return bool(parts) and fnmatchcase(parts[0], glob[0]) and _match(glob[1:], parts[1:])
