"""The place where a paper's text has the words of a query, and the passage around it."""

import re
from collections.abc import Iterator, Sequence

from digestbot.library import cut, folding, plain
from digestbot.library.folding import FOLDING, Word
from digestbot.library.query import Part
from digestbot.models import Hit, Paper

SNIPPET = 200
"""Characters of a snippet at most."""

BEFORE = 50
"""Characters of a snippet before its first mark, about a line on a phone."""

_LETTER = "[0-9a-z\u00aa-\u10ff]"
"""A letter of a folded text in a script with spaces between words; a class without `CJK` takes 3 ms to compile."""


def hit(paper: Paper, wanted: Sequence[Part], reason: str = "") -> Hit:
    """Return a paper with the place where it was found: the title, which is shown anyway, only if nowhere else.

    A passage with a "phrase" that was asked for comes before one with other words.
    """
    phrases = [part for part in wanted if part.quoted and len(part.words) > 1]
    matched = _matched(paper, wanted)
    for parts in (phrases, wanted):
        needle = _needle(parts)
        for column in _columns(paper):
            text = folding.composed(column)
            if _found(text, needle):
                return Hit(paper, *_snippet(text, _marks(text, _needle(wanted))), reason, matched)
    return Hit(paper, cut.short(paper.gist, SNIPPET), (), reason, matched)


def _columns(paper: Paper) -> Iterator[str]:
    yield from plain.body(paper)
    yield from ("; ".join(paper.keypoints), ", ".join(paper.topics), paper.venue or "", ", ".join(paper.authors))
    yield paper.title


def _matched(paper: Paper, wanted: Sequence[Part]) -> tuple[tuple[str, str], ...]:
    """Return where each wanted part stands first, and how it is written there."""
    places = [
        ("title", paper.title),
        ("keypoints", "; ".join(paper.keypoints)),
        ("topics", ", ".join(paper.topics)),
        *((field.label, plain.text(field.markdown)) for field in paper.fields),
        ("gist", paper.gist),
        ("venue", paper.venue or ""),
        ("authors", ", ".join(paper.authors)),
    ]
    found: list[tuple[str, str]] = []
    for part in wanted:
        needle = _needle([part])
        for place, column in places:
            text = folding.composed(column)
            if marks := _marks(text, needle):
                found.append((place, text[slice(*marks[0])]))
                break
    return tuple(dict.fromkeys(found))


def _needle(parts: Sequence[Part]) -> re.Pattern[str]:
    """Return the pattern that finds the query's words in a folded text, as the index does."""
    return re.compile("|".join(_pattern(part) for part in parts if part.words) or r"(?!)")


def _pattern(part: Part) -> str:
    words = "[ -]*".join(_letters(word) for word in part.words)
    start = "" if part.words[0].cjk else f"(?<!{_LETTER})"
    finish = "" if part.words[-1].cjk or part.open else f"(?!{_LETTER})"
    return f"{start}{words}{finish}"


def _letters(word: Word) -> str:
    return re.escape(word.text) if word.cjk else "-?".join(map(re.escape, word.text))


def _marks(text: str, needle: re.Pattern[str]) -> list[tuple[int, int]]:
    """Return where the pattern stands in a text, widened to what a reader takes for whole signs."""
    marks: list[tuple[int, int]] = []
    for start, end in _found(text, needle):
        first, last = _sign_edge(text, start, -1), _sign_edge(text, end, 1)
        if marks and first < marks[-1][1]:
            first = marks.pop()[0]
        marks.append((first, last))
    return marks


def _sign_edge(text: str, at: int, step: int) -> int:
    while cut.splits_sign(text, at):
        at += step
    return at


def _found(text: str, needle: re.Pattern[str]) -> list[tuple[int, int]]:
    """Return where the pattern stands in a text that is folded character by character to be searched."""
    if all(len(FOLDING[ord(character)]) == 1 for character in set(text)):
        return [match.span() for match in needle.finditer(text.translate(FOLDING)) if match[0]]
    pieces = [FOLDING[ord(character)] for character in text]
    origin = [at for at, piece in enumerate(pieces) for _ in piece]
    return [(origin[m.start()], origin[m.end() - 1] + 1) for m in needle.finditer("".join(pieces)) if m[0]]


def _snippet(text: str, marks: list[tuple[int, int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Cut the text around its first mark, between words, and move the marks along."""
    start = _start(text, marks[0][0])
    head = "…" if start else ""
    room = SNIPPET - len(head)
    rest = text[start:]
    length = len(rest) if len(rest) <= room else cut.end(rest, room - 1)
    shown = rest[:length].rstrip()
    tail = "…" if length < len(rest) else ""
    moved = ((a - start, min(b - start, len(shown))) for a, b in marks if a - start < len(shown))
    return head + shown + tail, tuple((a + len(head), b + len(head)) for a, b in moved)


def _start(text: str, mark: int) -> int:
    """Return where a snippet begins: at the text's start, else at a word, else between two signs."""
    if mark <= BEFORE:
        return 0
    space = text.find(" ", mark - BEFORE, mark)
    if space >= 0:
        return space + 1
    at = mark - BEFORE // 2
    while at > 0 and cut.splits_sign(text, at):
        at -= 1
    return at
