"""Notes that people write, and what a reading of them must come to: the model's side of `digestbot.sources`."""

import random
from dataclasses import dataclass, replace
from pathlib import Path

TOPICS = ("Video", "Diffusion", "Agents")
ARCHIVE = (-1, -2, -3)
"""The papers of the first import, one for each topic."""

_ANCHOR = "0.md"
"""A file that stays as it is: a folder whose files all change at once counts as exchanged, and as archive again."""


@dataclass(frozen=True)
class Line:
    """A paper as one file tells it."""

    paper: int
    title: str
    topics: tuple[str, ...]
    arxiv: str = ""

    def text(self) -> str:
        link = f"- **Link:** https://arxiv.org/abs/{self.arxiv}\n" if self.arxiv else ""
        return f"### {self.title}\n{link}- **Objective:** about it\n\n"


Files = dict[str, tuple[Line, ...]]

_FAR = 10**6
"""Beyond the numbers of papers: titles that are made of these are nobody's."""


class Shelf:
    """A folder of notes. `files` is what it holds, `read` what of it the library has taken in.

    `owner` tells whose every title was; `seen` are the papers that were read at least once.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.owner: dict[str, int] = {}
        self.seen: set[int] = set()
        self.files: Files = {}
        self.read: Files = {}
        self.bin: Files = {}
        self._papers = 0
        self._files = 0
        anchor = [Line(paper, self._title(paper), (topic,)) for paper, topic in zip(ARCHIVE, TOPICS, strict=True)]
        self._put(_ANCHOR, anchor)

    def names(self) -> list[str]:
        """The files that may change."""
        return sorted(set(self.files) - {_ANCHOR})

    def write(self, count: int, topics: tuple[str, ...], file: str = "") -> set[int]:
        """Add papers that nobody knows, to a new file or below what a file holds."""
        new = [self._papers + number for number in range(1, count + 1)]
        self._papers += count
        lines = [Line(paper, self._title(paper), topics) for paper in new]
        self._put(file or self._new_file(), [*self.files.get(file, ()), *lines])
        return set(new)

    def correct(self, file: str, place: int, *, word: bool) -> set[int]:
        """Correct a letter or a word in one title of a file."""
        line = self._line(file, place)
        title = self._corrected(line.title, word=word)
        self.owner[title] = line.paper
        return self._change(file, line, replace(line, title=title))

    def link(self, file: str, place: int) -> set[int]:
        """Add its arXiv link to a paper of a file."""
        line = self._line(file, place)
        return self._change(file, line, replace(line, arxiv=f"2410.{10000 + line.paper}"))

    def file_under(self, file: str, place: int, topics: tuple[str, ...]) -> set[int]:
        """Change the topics that a file has for a paper."""
        line = self._line(file, place)
        return self._change(file, line, replace(line, topics=topics))

    def retitle(self, file: str, place: int) -> set[int]:
        """Give a paper of a file a title that is nothing like the one before."""
        line = self._line(file, place)
        title = self._title(len(self.owner) + _FAR)
        self.owner[title] = line.paper
        return self._change(file, line, replace(line, title=title))

    def shift(self, file: str, place: int, into: str) -> set[int]:
        """Move a paper from one file into another one."""
        line = self._line(file, place)
        self._put(file, [other for other in self.files[file] if other != line])
        if all(line.paper != other.paper for other in self.files.get(into, ())):
            self._put(into or self._new_file(), [*self.files.get(into, ()), line])
        return {line.paper}

    def move(self, file: str) -> set[int]:
        """Rename a file, or move it into another folder."""
        lines = self.files[file]
        self._take(file)
        self._put(self._new_file(), lines)
        return {line.paper for line in lines}

    def copy(self, file: str, place: int, into: str) -> set[int]:
        """Tell of a paper in a second file too."""
        line = self._line(file, place)
        if all(line.paper != other.paper for other in self.files.get(into, ())):
            self._put(into or self._new_file(), [*self.files.get(into, ()), line])
        return {line.paper}

    def delete(self, file: str) -> set[int]:
        self.bin[file] = self._take(file)
        return {line.paper for line in self.bin[file]}

    def restore(self, file: str) -> set[int]:
        lines = self.bin.pop(file)
        self._put(file, lines)
        return {line.paper for line in lines}

    def sighted(self) -> set[int]:
        """Note that the ledger knows of all that the files hold; returns the papers that are new."""
        new = {line.paper for lines in self.files.values() for line in lines} - self.seen
        self.seen |= new
        return new

    def topics(self) -> dict[int, set[str]]:
        """The papers that the library has, with all topics that their files have for them."""
        found: dict[int, set[str]] = {}
        for line in (line for lines in self.read.values() for line in lines):
            found.setdefault(line.paper, set()).update(line.topics)
        return found

    def _line(self, file: str, place: int) -> Line:
        return self.files[file][place % len(self.files[file])]

    def _change(self, file: str, old: Line, new: Line) -> set[int]:
        self._put(file, [new if line == old else line for line in self.files[file]])
        return {old.paper}

    def _put(self, file: str, lines: list[Line] | tuple[Line, ...]) -> None:
        self.files[file] = tuple(lines)
        sections = "".join(
            f"## {topic}\n\n" + "".join(line.text() for line in lines if topic in line.topics)
            for topic in TOPICS
            if any(topic in line.topics for line in lines)
        )
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# 2026-0{1 + len(file) % 2}\n\n{sections}", encoding="utf-8")

    def _take(self, file: str) -> tuple[Line, ...]:
        (self.folder / file).unlink()
        return self.files.pop(file)

    def _new_file(self) -> str:
        self._files += 1
        return f"{'abcd'[self._files % 4]}/{self._files}.md" if self._files % 2 else f"{self._files}.md"

    def _title(self, paper: int) -> str:
        """Five words of its own: no two titles are alike by chance."""
        chance = random.Random(f"paper {paper}")
        title = " ".join("".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(5)).capitalize()
        self.owner[title] = paper
        return title

    def _corrected(self, title: str, *, word: bool) -> str:
        chance = random.Random(len(self.owner))
        size = 3 if word else 1
        at = chance.choice([i for i in range(1, len(title) - size) if " " not in title[i : i + size]])
        new = title[:at] + "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=size)) + title[at + size :]
        return new if new not in self.owner else title
