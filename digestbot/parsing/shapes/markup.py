"""Papers in raw HTML: list items, table rows, paragraphs and lines written as tags."""

import re
from dataclasses import dataclass

from digestbot.parsing import references
from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.blocks import Block, uncommented
from digestbot.parsing.markdown.span import Span
from digestbot.parsing.page.note import Page
from digestbot.parsing.page.place import Place
from digestbot.parsing.references import Proof, Reference
from digestbot.parsing.terms import titles

_UNITS = re.compile(
    r"(?i)<(?:li|p|tr|dt|div|article|section)\b[^>]*>|</(?:li|p|tr|ul|ol|table|div|dl|article|section)>|"
    r"(?:<br\s*/?>\s*){2,}|\n\s*\n"
)
_LINE = re.compile(r"(?i)<br\s*/?>\s*(?=<(?:i|b|em|strong|a)\b)|\n(?=\s*<(?:i|b|em|strong)\b)")
_PICTURE = re.compile(r"(?i)\s*<td\b[^<>]*>\s*(?:<a\b[^<>]*>\s*)?<img\b[^<>]*>\s*(?:</a>\s*)?</td>\s*(?=<td\b)")
"""The picture beside a paper, in a cell of its own."""
_CELL = re.compile(r"(?i)</t[dh]>\s*<t[dh]\b[^>]*>")


@dataclass(slots=True)
class Fragment:
    """A paper in a piece of HTML, with its line."""

    line: int
    reference: Reference


def judge(block: Block, place: Place) -> list[Fragment]:
    """Find the papers in an HTML block: pieces between tags that begin with a title and link to a paper."""
    if place.nothing or "<" not in block.text or not re.search(r"(?i)<a\s|\]\(http", block.text):
        return []
    rows: list[list[Span]] = []
    lines: list[int] = []
    line = block.start
    for piece, mark in _pieces(uncommented(block.text)):
        if spans := _linked(piece):
            rows.append(spans)
            lines.append(line + piece[: len(piece) - len(piece.lstrip())].count("\n"))
        line += (piece + mark).count("\n")
    found = [
        Fragment(line + one.line, one)
        for line, one in zip(lines, references.read_alike(rows), strict=True)
        if one and not one.prose and titles.looks_like_title(one.title)
    ]
    crowd = sum(_is_paper(one.reference) for one in found) * 3 >= len(rows) * 2
    return [one for one in found if _is_paper(one.reference) or (crowd and _is_told(one.reference))]


def _pieces(source: str) -> list[tuple[str, str]]:
    """Divide HTML at the tags that begin or end a unit; each piece comes with the mark after it."""
    pieces: list[tuple[str, str]] = []
    start = 0
    for mark in _UNITS.finditer(source):
        pieces.append((source[start : mark.start()], mark[0]))
        start = mark.end()
    pieces.append((source[start:], ""))
    return [part for piece, mark in pieces for part in _lines(piece, mark)]


def _lines(piece: str, mark: str) -> list[tuple[str, str]]:
    """Divide a piece at a line break after which another title with a link of its own begins."""
    if picture := _PICTURE.match(piece):
        return [(picture[0], ""), (piece[picture.end() :], mark)]
    parts: list[tuple[str, str]] = []
    start = 0
    for found in _LINE.finditer(piece):
        before, after = piece[start : found.start()], piece[found.end() :]
        if "href" in before and "href" in after:
            parts.append((before, found[0]))
            start = found.end()
    return [*parts, (piece[start:], mark)]


def _linked(piece: str) -> list[Span]:
    """Return what a piece with a link shows, nothing of one without."""
    if not re.search(r"(?i)href\s*=|\]\(http", piece) or ("<a" not in piece and "](" not in piece):
        return []
    return inline.spans(_CELL.sub(" | ", piece.strip()).replace("\n", " "))


def _is_paper(found: Reference) -> bool:
    """Tell whether a title's link, mark or venue says that it is a paper's."""
    named = found.marked or found.venue is not None
    return found.proof == Proof.PROVEN or (found.proof == Proof.LINKED and named)


def _is_told(found: Reference) -> bool:
    """Tell whether a title's people or venue stand beside it, which is enough among papers."""
    return bool(found.authors or found.venue)


def read(page: Page, found: Fragment, place: Place) -> None:
    """Put a paper found in HTML on the page."""
    draft = page.begin(found.reference.title, found.line, place)
    draft.take(found.reference)
