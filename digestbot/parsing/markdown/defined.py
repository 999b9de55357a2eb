"""Links whose addresses stand elsewhere in the note: `[Title][1]` with `[1]: https://…` below."""

import re

_DEFINED = re.compile(
    r" {0,3}\[([^\[\]^][^\[\]]{0,99})\]:\s{1,9}<?([^\s<>]{3,500})>?(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*"
)
_TEXT = r"((?:[^\[\]]|\[[^\[\]]{0,300}\](?:\([^()\s]{0,300}\))?){1,300})"
_LINK = re.compile(rf"(?<!\\)\[{_TEXT}\]\[([^\[\]]{{0,100}})\]|(?<![\\\]])\[([^\[\]]{{1,100}})\](?![\[(:])")
_HELD = re.compile(r"\](?![(:])")  # the end of its text, or of its label
_MOST = 20_000  # links of a note that are resolved: each can be as long as the longest address


def resolve(lines: list[str]) -> list[str]:
    """Put the addresses that a note defines into the links that name them, and take out what was used."""
    found = {
        _key(match[1]): (match[2], n)
        for n, line in enumerate(lines)
        if "]:" in line and (match := _DEFINED.fullmatch(line)) and not match[2].startswith("#")
    }
    return _resolved(lines, found) if found else lines


def _resolved(lines: list[str], found: dict[str, tuple[str, int]]) -> list[str]:
    used: set[int] = set()
    left = _MOST

    def link(match: re.Match[str]) -> str:
        nonlocal left
        text = match[1] or match[3]
        told = found.get(_key(match[2] or text))
        if told is None or not left:
            return match[0]
        left -= 1
        used.add(told[1])
        return f"[{text}]({told[0]})"

    defined = {n for _, n in found.values()}
    fence = ""
    for n, line in enumerate(lines):
        mark = line.lstrip()[:3]
        if mark in {"```", "~~~"} and fence in {"", mark}:
            fence = "" if fence else mark
        elif not fence and _HELD.search(line) and n not in defined:
            lines[n] = _LINK.sub(link, line)
    return ["" if n in used else line for n, line in enumerate(lines)]


def _key(label: str) -> str:
    """Return a label as labels are compared: in small letters, with single spaces."""
    return " ".join(label.casefold().split())
