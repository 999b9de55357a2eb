"""YAML as note writers write it: PyYAML reads it, and what that refuses is read in parts, the least of them as text.

YAML refuses a whole head for a stray colon in a title. So lines that are refused are parted where their outermost
keys or items begin, and each part is read by itself: what stays refused is the text of one key, or a line to tell of.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

import yaml

from digestbot.parsing.markdown.span import unwiki

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the latter without libyaml, ten times slower
DEPTH = 12
"""Mappings and lists inside each other that are read."""
_NULLS = frozenset({"", "~", "null", "Null", "NULL", "none", "None"})
_UNREADABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")  # what an escape may stand for, and no text holds
_KEY = re.compile(
    r"""^\s*(?:"([^"]*)"|'([^']*)'|([^\s:#'"\-\[\]{}](?:[^:#]*[^\s:#])?|-[^\s:](?:[^:]*[^\s:])?))\s*:(?:\s+(.*))?$"""
)
_ITEM = re.compile(r"^\s*-(?:\s+(.*))?$")
_SEVERAL = re.compile(r"""(?:"[^"]*"|'[^']*')(?:\s*,\s*(?:"[^"]*"|'[^']*'))+""")  # texts in quotes, without brackets
_SIGNS = re.compile(
    r"(\\(?:[\\\"/n]|u(?![dD][89a-fA-F])[\da-fA-F]{4}|x[\da-fA-F]{2}|$))|\\|(?<![^\s\[{,:])[&*!%@`]"
    r"|(?:(?<=\S) {1,3}|(?<=[\[{,]))#(?=\S)|\[\[[^\[\]\n\"]*\]\]|\{\{[^{}\n]*\}\}",
    re.MULTILINE,
)
"""Escapes, which stay, and what YAML takes for signs of its own: `\\mu` in quotes, `#tag`, `[[note]]`, `{{blank}}`."""
_PAIR = re.compile(r"(?i)\\ud[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}")  # of escapes for one character, as JSON has them
_STRAY = re.compile(
    r"((?:^[ -]*|[{,]\s*)[^\s:,{}\[\]\"'-][^:,{}\[\]\"'\n]*: +)([^\s\"'\[{|>,\]}][^,{}\[\]\n]*)", re.MULTILINE
)
"""Plain text behind a key, in which a colon is no sign either."""
_ASIDE = {ord(sign): 0x10F000 + ord(sign) for sign in "\\[]{}&*!%@`#:,|'\""}  # in a plane of private use
_BACK = {aside: sign for sign, aside in _ASIDE.items()}


@dataclass(slots=True)
class Scalar:
    """A value as text with its line (counted from 0); empty for null."""

    text: str
    line: int


def is_head(line: str) -> bool:
    """Tell whether a key or an item begins in a line."""
    return bool(_KEY.match(line) or _ITEM.match(line))


def read(lines: list[str]) -> tuple[object, list[int]]:
    """Return the mappings, lists and scalars that lines hold, and the lines that were not understood."""
    text = "\n".join(lines).expandtabs(4).replace("\u2028", " ").replace("\u2029", " ")
    text = _PAIR.sub(lambda pair: json.loads(f'"{pair[0]}"'), text)
    reader = _Reader(_SIGNS.sub(lambda sign: sign[1] or sign[0].translate(_ASIDE), text).split("\n"))
    return reader.value(0, len(lines), 0), sorted(reader.unread)


class _Reader:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.unread: list[int] = []

    def value(self, first: int, last: int, depth: int) -> object:
        """Return what some of the lines hold: by YAML, else with stray colons as text, else part by part."""
        for said in _ways("\n".join(self.lines[first:last])):
            try:
                return _built(said, first)
            except (yaml.YAMLError, ValueError):
                continue
        told = self._told(first, last)
        if depth > DEPTH or not told:
            return Scalar("", first)
        starts = self._starts(told)
        if len(starts) == 1:
            return self._lone(starts[0], last, depth + 1)
        return self._joined(starts, [self.value(*part, depth + 1) for part in pairwise([*starts, last])])

    def _starts(self, told: list[int]) -> list[int]:
        """Return where the outermost keys begin, or items if there are no keys, and lines beside them."""
        indents = {n: len(self.lines[n]) - len(self.lines[n].lstrip()) for n in told}
        least = min(indents.values())
        outer = [n for n, indent in indents.items() if indent == least and self.lines[n][indent] not in "]}"]
        keys = any(_KEY.match(self.lines[n]) for n in outer)
        return sorted({told[0], *(n for n in outer if not (keys and _ITEM.match(self.lines[n])))})

    def _told(self, first: int, last: int) -> list[int]:
        """Return the lines that are neither blank nor comments."""
        return [n for n in range(first, last) if self.lines[n].lstrip()[:1] not in {"", "#"}]

    def _joined(self, starts: list[int], held: list[object]) -> object:
        """Join mappings, else lists; what stands beside them is unread, and text alone is one text."""
        kind = next(kind for kind in (dict, list, Scalar) if any(isinstance(value, kind) for value in held))
        self.unread += [line for line, value in zip(starts, held, strict=True) if not isinstance(value, kind)]
        found: list[Any] = [value for value in held if isinstance(value, kind)]
        if kind is dict:
            return {key: value for mapping in found for key, value in mapping.items()}
        if kind is list:
            return [item for items in found for item in items]
        return Scalar(" ".join(scalar.text for scalar in found), starts[0])

    def _lone(self, first: int, last: int, depth: int) -> object:
        """Read one item or key that YAML refuses."""
        line = self.lines[first]
        if item := _ITEM.match(line):
            self.lines[first] = (item[1] or "").rjust(len(line))
            return [self.value(first, last, depth)]
        if not (key := _KEY.match(line)):
            return self._text(line.strip(), first, last)
        value = self._text(key[4], first, last) if key[4] else self.value(first + 1, last, depth)
        return {_plain(key[1] or key[2] or key[3] or "").strip().casefold(): value}

    def _text(self, text: str, first: int, last: int) -> object:
        """Take refused lines as text, or as texts in brackets; keys and items among them are none of it."""
        more = self._told(first + 1, last)
        if text[0] not in "[{":
            self.unread += [n for n in more if is_head(self.lines[n])]
            more = [n for n in more if not is_head(self.lines[n])]
        text = " ".join([text, *(self.lines[n].strip() for n in more)]).rstrip(", ")
        text = re.sub(r"\s#\s.*", "", text) if text[:1] not in "\"'" else text
        if (text.startswith("[") and (text.endswith("]") or "]" not in text)) or _SEVERAL.fullmatch(text):
            parts = re.findall(r"""(?:"[^"]*"|'[^']*'|[^,])+""", text.removeprefix("[").removesuffix("]"))
            return [_scalar(_unquoted(part.strip()), first) for part in parts if part.strip()]
        return _scalar(_unquoted(text), first)


def _ways(text: str) -> Iterator[str]:
    """Yield a text as it is written, and with its stray colons set aside."""
    yield text
    if (meant := _STRAY.sub(lambda said: said[1] + said[2].translate(_ASIDE), text)) != text:
        yield meant


def _plain(text: str) -> str:
    return text if text.isascii() else text.translate(_BACK)


def _unquoted(text: str) -> str:
    mark = text[:1]
    whole = mark in "\"'" and (text.count(mark) == 1 or text[-1] == mark)
    return text[1:].removesuffix(mark) if whole else text


def _scalar(text: str, line: int, *, plain: bool = True) -> object:
    """Return a text; if it is plain, it may be null, or links to notes, which are a list."""
    text = _UNREADABLE.sub(" ", _plain(text)).strip()
    if plain and text.startswith("[["):
        return [Scalar(part.strip(" #"), line) for part in unwiki(text).split(",") if part.strip(" #")]
    return Scalar("" if plain and text in _NULLS else unwiki(text), line)


def _built(text: str, first: int) -> object:
    """Build a value from what YAML says, with the line of each text; raise ValueError for what is not read so."""
    stack: list[list[object]] = [[]]
    bare: list[bool] = []
    for event in cast("Iterator[yaml.Event]", yaml.parse(text, _LOADER)):  # pyright: ignore[reportUnknownMemberType] -- its stub names no type
        if isinstance(event, yaml.ScalarEvent):
            stack[-1].append(_scalar(event.value, first + event.start_mark.line, plain=not event.style))
        elif isinstance(event, yaml.CollectionStartEvent):
            stack.append([])
            bare.append(bool(event.flow_style) and text[event.start_mark.index] not in "[{")
        elif isinstance(event, yaml.CollectionEndEvent):
            held, alone = stack.pop(), bare.pop()
            listed = isinstance(event, yaml.SequenceEndEvent)
            stack[-1].append(held if listed else _mapping(held, bare=alone))
        if isinstance(event, yaml.AliasEvent) or len(stack) > DEPTH:
            raise ValueError
    (value,) = stack[0] or [Scalar("", first)]
    return value


def _mapping(held: list[object], *, bare: bool) -> object:
    """Pair keys with values; a pair in a list, without braces, is a text with a colon (`[NLP: models]`)."""
    if bare and isinstance(key := held[0], Scalar) and isinstance(value := held[1], Scalar):
        return Scalar(f"{key.text}: {value.text}".strip(), key.line)
    pairs = zip(held[::2], held[1::2], strict=False)
    return {key.text.casefold(): value for key, value in pairs if isinstance(key, Scalar)}
