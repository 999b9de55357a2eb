"""Front matter: the YAML or TOML block at the head of a post, as far as note writers use it.

YAML is read as the small subset that such heads are written in (mappings, lists, plain, quoted, folded and literal
scalars, `[…]` and `{…}`), and forgivingly: a line that is not understood is left out and named. A whole YAML library
would refuse the block instead, which loses the title of a paper for a stray colon in it.
"""

import re
import tomllib
from dataclasses import dataclass, field
from typing import cast

from digestbot.parsing.markdown import flow
from digestbot.parsing.markdown.span import unwiki

Value = "Scalar | list[Value] | dict[str, Value]"


@dataclass(slots=True)
class Scalar:
    """A value as text with its line (counted from 0); empty for null."""

    text: str
    line: int


@dataclass(slots=True)
class FrontMatter:
    """What a front matter holds, the line after its end, and the lines of it that were not understood."""

    values: dict[str, object] = field(default_factory=dict[str, object])
    end: int = 0
    unread: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])

    def text(self, *keys: str) -> Scalar | None:
        """Return the first of these keys that holds text."""
        for key in keys:
            value = self.values.get(key)
            if isinstance(value, Scalar) and value.text:
                return value
        return None

    def items(self, *keys: str) -> tuple[str, ...]:
        """Return the texts of the first of these keys that holds any, a lone text as a list of one."""
        for key in keys:
            if found := texts(self.values.get(key)):
                return found
        return ()


def texts(value: object) -> tuple[str, ...]:
    """Return the texts that a value holds, without empty ones."""
    if isinstance(value, Scalar):
        return (value.text,) if value.text else ()
    if isinstance(value, list):
        return tuple(text for item in cast("list[object]", value) for text in texts(item))
    return ()


_KEY = re.compile(
    r"""^(\s*)(?:"([^"]*)"|'([^']*)'|([^\s:#'"\-\[\]{}](?:[^:#]*[^\s:#])?|-[^\s:](?:[^:]*[^\s:])?))\s*:(?:\s+(.*))?$"""
)
_ITEM = re.compile(r"^(\s*)-(?:\s+(.*))?$")
_NULLS = frozenset({"", "~", "null", "Null", "NULL", "none", "None"})
_DEPTH = 12
_LONGEST_TOML = 20_000  # characters: the time of tomllib grows with the square of a dotted key's parts


def read(lines: list[str]) -> FrontMatter | None:
    """Read the front matter at the head of a note's lines; None if it has none. Blank lines may stand before it."""
    first = next((n for n, line in enumerate(lines[:10]) if line.strip()), None)
    if first is None or lines[first].rstrip() not in {"---", "+++"}:
        return None
    fence = lines[first].rstrip()
    ends = {fence, "..."} if fence == "---" else {fence}
    last = next((n for n in range(first + 1, len(lines)) if lines[n].rstrip() in ends), None)
    if last is None or _is_slide(lines[first + 1 : last]):
        return None
    return _toml(lines, first, last) if fence == "+++" else _yaml(lines, first, last)


def _is_slide(lines: list[str]) -> bool:
    """Tell whether nothing but headings stands between two rules, as on the first of a deck of slides."""
    told = [line for line in lines if line.strip()]
    return bool(told) and all(line.startswith(("# ", "## ")) for line in told)


def _toml(lines: list[str], first: int, last: int) -> FrontMatter:
    found = FrontMatter(end=last + 1)
    lines = lines[:last]
    text = "\n".join(lines[first + 1 :])
    try:
        table = tomllib.loads(text if len(text) <= _LONGEST_TOML else "too long")
        found.values = {key.casefold(): _from_toml(value, lines, first, 1) for key, value in table.items()}
    except (ValueError, RecursionError):  # no TOML, a number of thousands of digits, thousands of brackets
        found.unread.append((first, "TOML"))
        return found
    for key, value in table.items():  # Hugo's own nesting: [taxonomies] tags = […]
        if isinstance(value, dict):
            for inner, held in cast("dict[str, object]", value).items():
                found.values.setdefault(inner.casefold(), _from_toml(held, lines, first, 2))
            found.values.pop(key.casefold(), None) if key == "taxonomies" else None
    return found


def _from_toml(value: object, lines: list[str], first: int, depth: int) -> object:
    if depth > _DEPTH:
        return Scalar("", first)
    if isinstance(value, dict):
        held = cast("dict[str, object]", value)
        return {k.casefold(): _from_toml(v, lines, first, depth + 1) for k, v in held.items()}
    if isinstance(value, list):
        return [_from_toml(v, lines, first, depth + 1) for v in cast("list[object]", value)]
    text = "" if value is None else str(value).strip()
    return Scalar(text, next((n for n in range(first, len(lines)) if text and text in lines[n]), first))


def _yaml(lines: list[str], first: int, last: int) -> FrontMatter | None:
    content = [line for line in lines[first + 1 : last] if line.strip() and not line.lstrip().startswith("#")]
    if content and not (_KEY.match(content[0]) or _ITEM.match(content[0])):
        return None  # a rule between two paragraphs
    reader = _Yaml(lines, first + 1, last)
    value = reader.block(0, 0)
    values = cast("dict[str, object]", value) if isinstance(value, dict) else {"": value}
    return FrontMatter(_lifted(values), last + 1, reader.unread)


_WORKS = ("paper", "work", "publication", "article")
_OF_A_WORK = frozenset({"author", "authors", "arxiv", "doi", "year", "venue", "journal"})


def _lifted(values: dict[str, object]) -> dict[str, object]:
    """Bring up the mapping that describes the paper: in a head without a title, or under a paper's key (`paper: …`)."""
    inner = {key: cast("dict[str, object]", value) for key, value in values.items() if isinstance(value, dict)}
    works = [key for key, work in inner.items() if isinstance(work.get("title"), Scalar) and _OF_A_WORK & set(work)]
    titled = "title" in values
    if len(works) != 1 or (titled and works[0] not in _WORKS):
        return values
    names = {"date": "published", "title": "paper_title" if titled else "title"}
    outer = {key: value for key, value in values.items() if key != works[0]}
    return outer | {names.get(key, key): value for key, value in inner[works[0]].items()}


class _Yaml:
    """Reads the lines between two fences by their indentation."""

    def __init__(self, lines: list[str], start: int, end: int) -> None:
        self.lines = lines[:end]
        self.at = start
        self.end = end
        self.unread: list[tuple[int, str]] = []
        self.unclosed = False
        """Whether a bracket was found that nothing closes: it is not looked for again."""

    def block(self, indent: int, depth: int) -> object:
        """Read the mapping or list whose lines stand at `indent` or deeper; an empty scalar if there is none."""
        self._skip()
        if self.at >= self.end or self._indent() < indent or depth > _DEPTH:
            return Scalar("", self.at)
        if _ITEM.match(self.lines[self.at]):
            return self._list(self._indent(), depth)
        return self._mapping(self._indent(), depth)

    def _skip(self) -> None:
        while self.at < self.end and (not self.lines[self.at].strip() or self.lines[self.at].lstrip().startswith("#")):
            self.at += 1

    def _indent(self) -> int:
        line = self.lines[self.at].expandtabs(4)
        return len(line) - len(line.lstrip())

    def _mapping(self, indent: int, depth: int) -> dict[str, object]:
        values: dict[str, object] = {}
        while True:
            self._skip()
            if self.at >= self.end or self._indent() < indent:
                return values
            line = self.lines[self.at]
            found = _KEY.match(line)
            if not found or self._indent() > indent:
                if _ITEM.match(line) and self._indent() == indent:
                    return values
                self.unread.append((self.at, line.strip()))
                self.at += 1
                continue
            key = (found[2] or found[3] or found[4] or "").strip().casefold()
            self.at += 1
            values[key] = self._value(found[5] or "", indent, depth)

    def _list(self, indent: int, depth: int) -> list[object]:
        items: list[object] = []
        while True:
            self._skip()
            found = _ITEM.match(self.lines[self.at]) if self.at < self.end else None
            if not found or self._indent() != indent:
                return items
            rest = found[2] or ""
            inner = _KEY.match(rest)
            if inner and not rest.startswith(("'", '"', "[", "{")) and "://" not in rest.split(":")[0]:
                shift = len(self.lines[self.at]) - len(rest)
                self.lines[self.at] = " " * shift + rest
                items.append(self._mapping(shift, depth + 1) if depth < _DEPTH else Scalar("", self.at))
                continue
            self.at += 1
            items.append(self._value(rest, indent, depth))

    def _value(self, rest: str, indent: int, depth: int) -> object:
        line = self.at - 1
        rest = _uncommented(rest.strip())
        if re.fullmatch(r"[|>][-+]?\d?", rest):
            return Scalar(self._folded(indent, literal=rest[0] == "|"), line)
        if not rest:
            return self._nested(indent, depth, line)
        if rest.startswith("[["):
            shown = (part.strip(" #") for part in unwiki(rest).strip("[]").split(","))
            return [Scalar(part, line) for part in shown if part]
        if rest[0] in "[{" and (held := self._in_brackets(rest)) is not None:
            return _from_toml(held, self.lines, line, depth + 1)
        if rest.startswith("["):
            return [Scalar(text, line) for text in _flow(self._closed(rest, "]"))]
        if rest[0] in "\"'" and not _closes(rest):
            rest = self._closed(rest, rest[0])
        elif rest[0] not in "\"'":
            rest = " ".join([rest, *self._continued(indent)])
        return Scalar(_scalar(rest), line)

    def _nested(self, indent: int, depth: int, line: int) -> object:
        self._skip()
        if self.at >= self.end:
            return Scalar("", line)
        deeper = self._indent() > indent
        if _ITEM.match(self.lines[self.at]) and self._indent() >= indent:
            return self._list(self._indent(), depth + 1) if depth < _DEPTH else Scalar("", line)
        if deeper and not _KEY.match(self.lines[self.at]):
            return Scalar(_scalar(" ".join(self._continued(indent))), line + 1)
        return self.block(indent + 1, depth + 1) if deeper else Scalar("", line)

    def _in_brackets(self, rest: str) -> object:
        """Take a value of mappings in brackets with the further lines it goes on in; None if it is none."""
        last, size = self.at, len(rest)
        opened = _opened(rest)
        while opened > 0 and last < self.end and not self.unclosed:
            opened += _opened(self.lines[last])
            size += len(self.lines[last])
            last += 1
            self.unclosed = opened > 0 and (last == self.end or size > flow.LONGEST)
        text = "\n".join([rest, *self.lines[self.at : last]])
        held = flow.read(text) if "{" in text and opened <= 0 else None
        self.at = last if held is not None else self.at
        return held

    def _continued(self, indent: int) -> list[str]:
        """Take the further lines of a plain scalar."""
        taken: list[str] = []
        while self.at < self.end and self.lines[self.at].strip() and self._indent() > indent:
            if _KEY.match(self.lines[self.at]) or _ITEM.match(self.lines[self.at]):
                break
            taken.append(self.lines[self.at].strip())
            self.at += 1
        return taken

    def _closed(self, rest: str, mark: str) -> str:
        """Take further lines until a quote or bracket closes."""
        while not rest.rstrip().endswith(mark) and self.at < self.end:
            if _KEY.match(self.lines[self.at]) and mark != "]":
                break
            rest += " " + self.lines[self.at].strip()
            self.at += 1
        return rest

    def _folded(self, indent: int, *, literal: bool) -> str:
        taken: list[str] = []
        while self.at < self.end and (not self.lines[self.at].strip() or self._indent() > indent):
            taken.append(self.lines[self.at].strip())
            self.at += 1
        return ("\n" if literal else " ").join(taken).strip()


_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*+\"")


def _opened(text: str) -> int:
    """Count the brackets that a text opens and does not close, those in quotes left out."""
    text = _QUOTED.sub("", text)
    return text.count("[") + text.count("{") - text.count("]") - text.count("}")


def _uncommented(rest: str) -> str:
    return re.sub(r"(?:^|\s)#\s.*$", "", rest) if "#" in rest and rest[:1] not in "\"'|>" else rest


def _closes(rest: str) -> bool:
    return len(rest) > 1 and rest.rstrip().endswith(rest[0])


def _flow(rest: str) -> list[str]:
    inner = rest.strip().removeprefix("[")
    inner = inner[: inner.rfind("]")] if "]" in inner else inner
    return [text for part in re.findall(r"""(?:"[^"]*"|'[^']*'|[^,])+""", inner) if (text := _scalar(part))]


def _scalar(text: str) -> str:
    text = unwiki(text.strip())
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        inner = text[1:-1]
        return inner.replace("''", "'") if text[0] == "'" else inner.replace('\\"', '"').replace("\\n", "\n")
    return "" if text in _NULLS else text.strip("\"'") if text[:1] in "\"'" else text
