"""Texts for fuzzing: small pieces of the notes, and notes damaged as hands and merges damage them."""

import os
import random
from pathlib import Path

PLACES = [Path(__file__).parents[2] / "notes", *map(Path, filter(None, [os.environ.get("DIGESTBOT_CORPUS")]))]
CASES = Path(__file__).parent / "cases"
PIECE = 400
"""Characters of most base texts: a reading takes half a millisecond, a fault needs no more than a few lines."""

LONGEST = 4000
SIGNS = [
    "#",
    "##",
    "- ",
    "* ",
    "1. ",
    "> ",
    "+ ",
    "**",
    "__",
    "*",
    "_",
    "`",
    "```",
    "~~~",
    "$$",
    "$",
    "|",
    "| --- | --- |",
    "[",
    "](",
    ")",
    "![",
    "[[",
    "]]",
    "<",
    ">",
    "<br>",
    "</a>",
    "<details>",
    "<summary>",
    "</summary>",
    "</details>",
    "<!--",
    "-->",
    "<table>",
    "<tr><td>",
    "<li>",
    "<h2>",
    "---",
    "+++",
    "...",
    "===",
    ":",
    "：",
    "",
    "",
    ",",
    "、",
    "。",
    "\\",
    "&amp ",
    "&#x1F600 ",
    "&lt ",
    "\t",
    "    ",
    "  ",
    "\xa0",
    "\u200b",
    "\u200f",
    "\u202e",
    "\ufeff",
    "\x00",
    "\x0b",
    "\x0c",
    "\x1b",
    "\x85",
    "\u2028",
    "\u2029",
    "�",
    "�",
    "🔥",
    "é",
    "《",
    "》",
    "（",
    "）",
    "https://arxiv.org/abs/2401.00001",
    "http://",
    "://",
    "javascript:",
    "2024-13",
    "202413",
    "2024.02.30",
    "0000-00",
    "title:",
    "Title: ",
    "tags: [",
    "authors:",
    "Keywords: ",
    "**Method:** ",
    "`Code:` ",
    "[^1]",
    "[^1]: ",
    "[x]: http://y.z",
    "{{ ",
    "{% ",
    "''",
    '""',
]


def bases() -> list[str]:
    """Return the base texts: small notes whole, all notes in pieces."""
    found: list[str] = []
    for path in sorted(path for place in (*PLACES, CASES) for path in place.rglob("*.md")):
        text = path.read_text("utf-8", errors="replace")
        if len(text) <= LONGEST:
            found.append(text)
        found += [text[at : at + PIECE] for at in range(0, min(len(text), 40 * PIECE), 2 * PIECE)]
    return found


def mutant(chance: random.Random, texts: list[str]) -> str:
    """Return a base text with one to six kinds of damage."""
    text = chance.choice(texts)
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        text = chance.choice(_DAMAGE)(chance, text, texts)[: 2 * LONGEST]
    return text


def _at(chance: random.Random, text: str) -> int:
    return chance.randrange(len(text) + 1)


def _inserted(chance: random.Random, text: str, _: list[str]) -> str:
    at = _at(chance, text)
    return text[:at] + chance.choice(SIGNS) * chance.choice((1, 1, 1, 2, 3, 40)) + text[at:]


def _lost(chance: random.Random, text: str, _: list[str]) -> str:
    at = _at(chance, text)
    return text[:at] + text[at + chance.choice((1, 1, 2, 10, 100)) :]


def _cut(chance: random.Random, text: str, _: list[str]) -> str:
    at = _at(chance, text)
    return chance.choice((text[:at], text[at:]))


def _repeated(chance: random.Random, text: str, _: list[str]) -> str:
    at, size = _at(chance, text), chance.choice((1, 2, 5, 20, 200))
    return text[:at] + text[at : at + size] * chance.choice((2, 3, 30)) + text[at:]


def _crossed(chance: random.Random, text: str, texts: list[str]) -> str:
    other = chance.choice(texts)
    return text[: _at(chance, text)] + other[_at(chance, other) :]


def _spliced(chance: random.Random, text: str, texts: list[str]) -> str:
    """Put some lines of one note between those of another."""
    lines, other = text.split("\n"), chance.choice(texts).split("\n")
    at, start = chance.randrange(len(lines) + 1), chance.randrange(len(other))
    return "\n".join([*lines[:at], *other[start : start + chance.randrange(1, 8)], *lines[at:]])


def _lines_changed(chance: random.Random, text: str, _: list[str]) -> str:
    """Drop, double, swap, join, indent or begin a line otherwise."""
    lines = text.split("\n")
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines.insert(other, lines[at])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            lines[at : at + 2] = ["".join(lines[at : at + 2])]
        case 4:
            lines[at:other] = [chance.choice((" ", "  ", "    ", "\t", "> ")) + line for line in lines[at:other]]
        case _:
            lines[at] = chance.choice(SIGNS) + lines[at].lstrip()
    return "\n".join(lines)


_DAMAGE = (_inserted, _inserted, _lost, _cut, _repeated, _crossed, _spliced, _lines_changed, _lines_changed)
