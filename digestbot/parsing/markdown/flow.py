"""Mappings and lists in brackets, as YAML's flow style and JSON write them, over one line or several."""

import json
import re

LONGEST = 20_000
"""Characters of a value that are looked into."""
_DEEPEST = 12
_BLANK = re.compile(r"(?:\s|#[ \t].*)*")
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^']|'')*)'", re.DOTALL)
_PLAIN = re.compile(r"[^,\[\]{}\n]+")
_KEY = re.compile(r"([^\s,\[\]{}:\"'][^,\[\]{}:\n\"']*)")


def read(text: str) -> object:
    """Return the mappings, lists and texts that a value in brackets holds; None if it is not written so to its end."""
    reader = _Reader(text[:LONGEST])
    try:
        value = reader.value(0)
    except ValueError:
        return None
    return value if reader.at_end() else None


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def at_end(self) -> bool:
        self._skip()
        return self.at == len(self.text)

    def value(self, depth: int) -> object:
        if depth > _DEEPEST:
            raise ValueError
        match self._next():
            case "{":
                return self._mapping(depth)
            case "[":
                return self._list(depth)
            case _:
                return self._text(_PLAIN)

    def _list(self, depth: int) -> list[object]:
        found: list[object] = []
        self.at += 1
        while self._next() != "]":
            found.append(self.value(depth + 1))
            self._part("]")
        self.at += 1
        return found

    def _mapping(self, depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        self.at += 1
        while self._next() != "}":
            key = self._text(_KEY)
            if self._next() != ":":
                raise ValueError
            self.at += 1
            found[key] = "" if self._next() in {",", "}"} else self.value(depth + 1)
            self._part("}")
        self.at += 1
        return found

    def _part(self, close: str) -> None:
        """Go over the comma behind a value; before the closing bracket there need be none."""
        if self._next() == ",":
            self.at += 1
        elif self.text[self.at] != close:
            raise ValueError

    def _text(self, plain: re.Pattern[str]) -> str:
        self._skip()
        found = _QUOTED.match(self.text, self.at)
        said = found or plain.match(self.text, self.at)
        if said is None:
            raise ValueError
        self.at = said.end()
        if not found:
            return said[0].strip()
        return found[2].replace("''", "'") if found[1] is None else _unescaped(found[0])

    def _next(self) -> str:
        self._skip()
        if self.at == len(self.text):
            raise ValueError
        return self.text[self.at]

    def _skip(self) -> None:
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at


_UNREADABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""What an escape may stand for and no text holds: control characters, halves of characters."""


def _unescaped(quoted: str) -> str:
    try:
        return _UNREADABLE.sub(" ", json.loads(quoted, strict=False))
    except ValueError:  # an escape that JSON does not know
        return quoted[1:-1]
