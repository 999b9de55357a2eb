"""What successive readings of notes must come to: the plain model beside `digestbot.sources`, file by file."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from digestbot.parsing import Rule, rules_for
from tests.digest.shelf import Files, Line


@dataclass(frozen=True)
class Text:
    """A file at one time."""

    content: bytes
    lines: tuple[Line, ...]

    @property
    def digests(self) -> tuple[str, str]:
        """By what a folder and a repository know it."""
        blob = b"blob %d\0%b" % (len(self.content), self.content)
        return hashlib.sha256(self.content).hexdigest(), hashlib.sha1(blob).hexdigest()


Version = dict[str, Text]


def version(folder: Path, files: Files) -> Version:
    """Return the notes as they stand in a folder."""
    return {name: Text((folder / name).read_bytes(), lines) for name, lines in files.items()}


@dataclass
class Model:
    """Which papers were ever seen, and since when those are new that are not archive.

    `held` is what each file had when it was last sighted, `shown` what of it the rules let one see, `present` which
    files are there.
    """

    rules: Sequence[Rule] = ()
    importing: bool = True
    held: Version = field(default_factory=dict[str, Text])
    shown: dict[str, tuple[Line, ...]] = field(default_factory=dict[str, tuple[Line, ...]])
    present: set[str] = field(default_factory=set[str])
    names: set[str] = field(default_factory=set[str])
    seen: set[int] = field(default_factory=set[int])
    new: dict[int, datetime] = field(default_factory=dict[int, datetime])

    def visible(self, name: str, text: Text) -> tuple[Line, ...]:
        """The papers that the rules let one see in a file."""
        return () if rules_for(self.rules, name).skip else text.lines

    def papers(self, notes: Version) -> set[int]:
        return {line.paper for name, text in notes.items() for line in self.visible(name, text)}

    def begin(self, notes: Version) -> None:
        """Before a reading: notes that were exchanged for others are another archive."""
        self.importing |= self._exchanged(notes)

    def sight(self, name: str, text: Text, now: datetime) -> None:
        """A file is read: what nobody has seen is new, unless its text was read here before, by the same rules."""
        known = [other for other, before in self.held.items() if before.content == text.content]
        archive = self.importing or any(other == name or self._alike(other, name) for other in known)
        self.shown[name] = self.visible(name, text)
        for line in self.shown[name]:
            if line.paper not in self.seen and not archive:
                self.new[line.paper] = now
            self.seen.add(line.paper)
            self.names |= _names(line)
        self.held[name] = text
        self.present.add(name)

    def forget(self, gone: Sequence[str]) -> None:
        self.present.difference_update(gone)

    def _alike(self, one: str, other: str) -> bool:
        return rules_for(self.rules, one) == rules_for(self.rules, other)

    def _exchanged(self, notes: Version) -> bool:
        """No file is as it was, most papers were never seen, and at most half of those before are left."""
        kept = {self.held[name].content for name in self.present} & {text.content for text in notes.values()}
        held = {line.paper for name in self.present for line in self.shown[name]}
        if kept or not held or (len(self.present) == 1 and self.present & notes.keys()):
            return False
        lines = [line for name, text in notes.items() for line in self.visible(name, text)]
        unknown = [line for line in lines if not self.names & _names(line)]
        left = {line.paper for line in lines if self.names & _names(line)} & held
        return len(unknown) * 2 > len(lines) and len(left) * 2 <= len(held)


def _names(line: Line) -> set[str]:
    return {line.title.casefold(), line.arxiv} - {""}
