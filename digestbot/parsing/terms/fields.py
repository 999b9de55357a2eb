"""Fields: the labelled parts of an entry, found line by line.

The lines are looked at as written, not through Markdown's tree: text at the left margin or `$$` inside a nested list
ends the list in CommonMark, and the `- Metric:` after it becomes text of a paragraph. Its label still stands there.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from digestbot.parsing.markdown.inline import LONGEST
from digestbot.parsing.terms import labels

_MARKER = r"(?:[-*+•·◦▪–]|\d{1,2}[.)])"
_COLON = r"[:：]"
_NAME = r"[^\s*`:：_\[\]()<>|【】][^*`:：\[\]<>|【】\n]{0,48}+"  # whole, for no mark that ends it can be in it …
_SHORTEST = f"{_NAME[:-1]}?"  # … but an underscore
_LABEL = re.compile(
    rf"^(?P<lead>[ \t]*(?:{_MARKER}[ \t]+)?(?:\[[ xX]\][ \t]+)?)(?:"
    rf"(?P<open>\*\*\*|\*\*|`)[ \t]*(?P<a>{_NAME})[ \t]*(?:{_COLON}[ \t]*(?P=open)|(?P=open)[ \t]*{_COLON})"
    rf"|__[ \t]*(?P<h>{_SHORTEST})[ \t]*(?:{_COLON}[ \t]*__|__[ \t]*{_COLON})"
    rf"|\*(?P<b>{_NAME})(?:{_COLON}\*|\*[ \t]*{_COLON})"
    rf"|<(?P<tag>b|strong|i|em|u|h\d|font[^>]*)>[ \t]*(?P<c>{_NAME})[ \t]*(?:{_COLON}[ \t]*</\w+>|</\w+>[ \t]*{_COLON})"
    rf"|(?:【(?P<d>[^】\n]{{1,20}})】|\[(?P<e>[A-Za-z][A-Za-z ]{{1,20}})\](?![(\[:]))[ \t]*{_COLON}?"
    rf"|\*\*[ \t]*(?P<f>{_NAME})[ \t]*\*\*(?=\s|$)|__[ \t]*(?P<i>{_SHORTEST})[ \t]*__(?=\s|$)"
    rf"|(?P<g>{_NAME})[ \t]*{_COLON}(?!//)"
    rf")[ \t]*(?P<rest>.*)$"
)
_NEEDS_ROLE = frozenset("defgi")
_QUOTE = re.compile(r"^[ \t]{0,3}>[ \t]?")
_ITEM = re.compile(rf"^([ \t]*){_MARKER}(?:[ \t]+|$)")
_FENCE = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?(```+|~~~+)")
_FURNITURE = re.compile(
    r"(?i)</?details\b[^<>]*>|<summary\b[^<>]*>(?:(?!<summary).)*?</summary>|</?summary\b[^<>]*>|<!--(?:(?!<!--).)*?-->"
)
_CLOSING = re.compile(r"(?i)</details\s*>")
_BREAK = re.compile(r"(?:[ \t]{2,}|\\)$|(?i:<br\s*/?>)[ \t]*$")
_INSIDE = re.compile(r"[:：]\s*[^\s*]")  # a colon with something behind it
_HINT = re.compile(r"[:：】\]]|\*\*|__")  # what ends a label
_FARTHEST = 100  # characters from a line's first to the end of its label: a marker, marks, 49 of the name, spaces
_PIPE = re.compile(r"(?<!\s)\s+[|｜·•]\s+")
_PIPE_SIGN = re.compile(r"[|｜·•](?<=\s.)\s")  # the same seen at a glance: spaces are many, pipes few


@dataclass(slots=True)
class Part:
    """A stretch of an entry: a label (none for text that stands under no label), its line, and its lines of text."""

    label: str
    line: int
    lines: list[str] = field(default_factory=list[str])

    @property
    def markdown(self) -> str:
        """The text, moved to the left margin."""
        return dedent(self.lines)


@dataclass(slots=True)
class _Label:
    indent: int
    marked: bool
    name: str
    rest: str


def label_at(line: str, more: frozenset[str] = frozenset()) -> _Label | None:
    """Return the label that a line begins with.

    Plain words before a colon are one only if they are known as such, or folded among `more`.
    """
    start = len(line) - len(line.lstrip(" \t"))
    if not _HINT.search(line, start + 1, start + _FARTHEST):
        return None
    if (
        line[0] in "_*"
        and line[1:2] not in {line[0], " ", "\t"}
        and line.count(line[0]) == 2
        and line.endswith(line[0])
    ):
        line = line[1:-1]
    elif line.startswith("**") and line.endswith("**") and line.count("**") == 2 and _INSIDE.search(line):
        line = line[2:-2]  # a label and its value, bold together
    found = _LABEL.match(line)
    if not found:
        return None
    group = next(g for g in "abcdefghi" if found[g] is not None)
    name = found[group].strip()
    if not name or len(name.split()) > 6 or not any(map(str.isalpha, name)):
        return None
    if group in _NEEDS_ROLE and labels.role_of(name) is None and labels.fold(name) not in more:
        return None
    lead = found["lead"].expandtabs(4)
    indent = len(lead) - len(lead.lstrip())
    return _Label(indent, bool(lead.strip()), name, found["rest"])


def pieces(line: str, more: frozenset[str] = frozenset()) -> list[str]:
    """Divide a line of several labelled values (`**Date**: 2024 | **arXiv**: […](…)`) before each further label."""
    if not _PIPE_SIGN.search(line) or len(line) > LONGEST or not label_at(line, more):
        return [line]
    found: list[str] = []
    for piece in _PIPE.split(line):
        if found and not label_at(piece, more):
            found[-1] += f" | {piece}"
        else:
            found.append(piece)
    return found


def strip_quotes(lines: list[str]) -> list[str]:
    """Take the quote marks off lines."""
    return [_QUOTE.sub("", _QUOTE.sub("", line)) if ">" in line[:4] else line for line in lines]


def split(lines: Iterable[str], first: int, more: frozenset[str] = frozenset()) -> list[Part]:
    """Divide an entry's lines (the first is line `first`) into its labelled parts and the text between them.

    `more`: those, folded, that are known in addition.
    """
    splitter = _Splitter(more)
    for number, line in enumerate(lines, first):
        splitter.take(line, number)
    return [part for part in splitter.parts if part.label or part.markdown]


class _Splitter:
    """Goes through lines and knows which label the present one stands under."""

    def __init__(self, more: frozenset[str]) -> None:
        self.more = more
        self.parts: list[Part] = []
        self.label: _Label | None = None
        self.fence = ""
        self.math = False

    def take(self, line: str, number: int) -> None:
        """Take the next line."""
        if len(line) > LONGEST or self._opaque(line):
            self._append(line, number)
            return
        if ">" in line[:4]:
            line = _QUOTE.sub("", _QUOTE.sub("", line))
        closes = False
        if "<" in line:
            bare = _FURNITURE.sub("", line)
            closes = bool(_CLOSING.search(line))
            if bare != line:
                self._furniture(bare, number)
                if closes:
                    self.label = None
                return
        self._line(line, number)

    def _opaque(self, line: str) -> bool:
        """Keep track of fences and of `$$` blocks, inside which nothing is a label."""
        if self.fence:
            if line.strip().startswith(self.fence) and not line.strip().strip(self.fence[0]):
                self.fence = ""
            return True
        if found := _FENCE.match(line):
            self.fence = found[1]
            return True
        if line.count("$$") % 2:
            self.math = not self.math
            return True
        return self.math

    def _furniture(self, bare: str, number: int) -> None:
        """Take a line that held `<details>` and the like: what is left of it, if more than a list marker."""
        item = _ITEM.match(bare)
        if item and not bare[item.end() :].strip():
            indent = len(item[1].expandtabs(4))
            if self.label and self.label.marked and indent <= self.label.indent:
                self.label = None
        elif bare.strip():
            self._line(bare, number)

    def _line(self, line: str, number: int) -> None:
        for piece in pieces(line, self.more):
            self._piece(piece, number)

    def _piece(self, line: str, number: int) -> None:
        found = label_at(line, self.more)
        if found and self._opens(found):
            self.label = found
            self.parts.append(Part(found.name, number, [_BREAK.sub("", found.rest)]))
            return
        if found is None and self.label and self.label.marked and (item := _ITEM.match(line)):
            indent = len(item[1].expandtabs(4))
            if indent <= self.label.indent:
                self.label = None
        self._append(line, number)

    def _opens(self, found: _Label) -> bool:
        """Tell whether a label begins a field of its own: one deeper than the present label is part of that."""
        if self.label is None or found.indent <= self.label.indent:
            return True
        if not self.label.marked and not found.marked:
            return True
        held = self.parts[-1].markdown
        return (
            not held
            and labels.role_of(found.name) in {"keypoints", "authors", "venue", "date", "links", "title"}
            and (labels.role_of(self.label.name) is None)
        )

    def _append(self, line: str, number: int) -> None:
        if not self.parts or (self.label is None and self.parts[-1].label):
            if not line.strip():
                return
            self.parts.append(Part("", number))
        self.parts[-1].lines.append(line)


def bare(line: str) -> str:
    """Return a line without the marker of an item and the spaces around it."""
    return _ITEM.sub("", line).strip()


def is_item(line: str) -> bool:
    """Tell whether a line begins an item of a list."""
    return _ITEM.match(line) is not None


def dedent(lines: list[str]) -> str:
    """Move lines to the left margin, the first one (that stood behind a label) apart, and drop blank ones around."""
    first, rest = (lines[0].strip(), lines[1:]) if lines else ("", [])
    indents = [(indent(line), bool(_ITEM.match(line))) for line in rest if line.strip()]
    # Text at the margin inside a deeper field (broken Markdown) must not keep the others from moving.
    listed = [by for by, is_item in indents if is_item]
    common = min(listed) if listed else min((by for by, _ in indents if by), default=0)
    moved = [_moved(line, common) for line in rest]
    return "\n".join([first, *moved]).strip("\n").rstrip()


def _moved(line: str, by: int) -> str:
    return " " * max(0, indent(line) - by) + line.strip()


def indent(line: str) -> int:
    """Return how far a line stands from the margin, a tab counting for four columns."""
    lead = line[: len(line) - len(line.lstrip())].expandtabs(4)
    return len(lead)
