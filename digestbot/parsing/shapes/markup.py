"""Papers in raw HTML: list items, table rows, paragraphs and lines written as tags."""

import re
from dataclasses import dataclass

from digestbot.parsing import references
from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.blocks import Block, uncommented
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
    source = uncommented(block.text)
    found: list[Fragment] = []
    line = block.start
    for piece, mark in _pieces(source):
        if reference := _reference(piece):
            shift = piece[: len(piece) - len(piece.lstrip())].count("\n")
            found.append(Fragment(line + shift + reference.line, reference))
        line += (piece + mark).count("\n")
    return found


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


def _reference(piece: str) -> Reference | None:
    if "<a" not in piece and "](" not in piece:
        return None
    if not re.search(r"(?i)href\s*=|\]\(http", piece):
        return None
    text = _CELL.sub(" | ", piece.strip())
    spans = inline.spans(text.replace("\n", " "))
    found = references.read(spans)
    if found is None or found.prose or found.proof < Proof.LINKED or not titles.looks_like_title(found.title):
        return None
    return found if found.proof == Proof.PROVEN or found.marked or found.venue else None


def read(page: Page, found: Fragment, place: Place) -> None:
    """Put a paper found in HTML on the page."""
    draft = page.begin(found.reference.title, found.line, place)
    draft.take(found.reference)
