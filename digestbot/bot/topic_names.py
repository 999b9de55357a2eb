"""Several topics in one option: names with separators between them, where a name may hold a separator itself."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

_PIECE = re.compile(r"[^\s,，、;；](?:[^,，、;；]*[^\s,，、;；])?")
_SEPARATOR = re.compile(r"[,，、;；]")
_COUNT = re.compile(r" · \d{1,3}(?:,\d{3})* papers?(?=\s*(?:[,，、;；]|$))")
"""What a choice shows after a name (`views.choices.choice`), and some clients leave there when a person goes on."""


def split_names(typed: str, known: Iterable[str]) -> list[str]:
    """Return the names in a text; neighbouring pieces that together are a known name, word for word, are one."""
    typed = _COUNT.sub("", typed)
    pieces = list(_PIECE.finditer(typed))
    whole = {_folded(name) for name in known if _SEPARATOR.search(name)}
    most = max((len(_PIECE.findall(name)) for name in whole), default=1)
    names: list[str] = []
    at = 0
    while at < len(pieces):
        size = next((n for n in range(most, 1, -1) if _folded(_span(typed, pieces[at : at + n])) in whole), 1)
        names.append(_span(typed, pieces[at : at + size]))
        at += size
    return names


def begun(typed: str, known: Sequence[str]) -> tuple[list[str], str, list[str]]:
    """Return what is whole already, what is being typed, and the names with separators that may come of that."""
    typed = _COUNT.sub("", typed)
    *before, last = _SEPARATOR.split(typed)
    pieces = list(_PIECE.finditer(typed, 0, len(typed) - len(last)))
    holding = [name for name in known if _SEPARATOR.search(name)]
    for piece in pieces[-8:]:  # few names hold more separators
        tail = _folded(typed[piece.start() :])
        if meant := [name for name in holding if _folded(name).startswith(tail)]:
            return split_names(typed[: piece.start()], known), typed[piece.start() :], meant
    return split_names(",".join(before), known), last, []


def _span(typed: str, pieces: Sequence[re.Match[str]]) -> str:
    return typed[pieces[0].start() : pieces[-1].end()]


def _folded(name: str) -> str:
    return " ".join(re.sub(r"\s*([,，、;；])\s*", r"\1 ", unicodedata.normalize("NFKC", name).casefold()).split())
