"""Cutting text between words, and never inside what a reader sees as one sign."""

import unicodedata

_JOINER = "\u200d"
_MODIFIERS = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_REGIONAL = range(0x1F1E6, 0x1F200)


def splits_sign(text: str, at: int) -> bool:
    """Tell whether a cut before this character would part an accent or an emoji from what it belongs to."""
    if not 0 < at < len(text):
        return False
    after = text[at]
    if _JOINER in (text[at - 1], after) or unicodedata.category(after)[0] == "M":
        return True
    if ord(after) in _MODIFIERS or ord(after) in _TAGS:
        return True
    return ord(after) in _REGIONAL and _letters_of_flags(text, at) % 2 == 1


def _letters_of_flags(text: str, at: int) -> int:
    """Return how many letters of flags stand right before a place; a flag has two."""
    first = at
    while first and ord(text[first - 1]) in _REGIONAL:
        first -= 1
    return at - first


def end(text: str, at: int) -> int:
    """Return where to end a text of at most `at` characters: at a space if one is near, else between two signs."""
    if at >= len(text):
        return len(text)
    space = text.rfind(" ", at // 2, at + 1)
    if space > 0 and text[:space].strip():
        return space
    while at > 1 and splits_sign(text, at):
        at -= 1
    return at


def short(text: str, limit: int) -> str:
    """Return a text of at most `limit` characters, "…" where something was left out."""
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= limit else one_line[: end(one_line, limit - 1)].rstrip() + "…"
