"""Tables that HTML writes, as far as tables of papers use their rows and cells, and those that its comments part."""

import re
from itertools import pairwise

from digestbot.parsing.markdown.blocks import Block, uncommented

_TABLE = re.compile(r"(?is)(?:\s|</?(?!table\b|summary\b|h[1-6]\b)[a-z!][^<>]*>)*<table\b")
"""How a table begins, the tags of what it stands in before it."""
_ROW = re.compile(r"(?i)<tr\b[^<>]*>")
_CELL = re.compile(r"(?i)<t[dh]\b([^<>]*)>")
_END = re.compile(r"(?i)</(?:t[dhr]|thead|tbody|table)\b")
_SPAN = re.compile(r"(?i)\b(row|col)span\s*=\s*[\"']?(\d{1,2})\b")
_WIDEST = 40  # columns: a wider table holds no papers

Row = tuple[int, list[str]]


def whole(tree: list[Block], lines: list[str]) -> list[Block]:
    """Join the blocks of each table that blank lines divide, as CommonMark ends a block of HTML there.

    A comment in the place of a row ends a table as well, whose further rows are then a paragraph's lines.
    """
    joined: list[Block] = []
    n = 0
    while n < len(tree):
        kind = tree[n].kind
        last = _last(tree, n) if kind == "html" else _last_row(tree, n) if kind == "table" else n
        start, end = tree[n].start, tree[last].end
        text = "\n".join(lines[start:end]) if last > n else ""
        joined.append(Block(kind, start, end, uncommented(text) if kind == "table" else text) if text else tree[n])
        n = last + 1
    return joined


def _last_row(tree: list[Block], first: int) -> int:
    """Return the index of the block that ends the table which one begins, when comments stand between its rows."""
    last = first
    for n in range(first + 1, len(tree)):
        block = tree[n]
        if block.start > tree[n - 1].end or block.kind not in {"html", "paragraph"}:
            break
        if block.kind == "html" and (not block.text.startswith("<!--") or uncommented(block.text).strip()):
            break
        if block.kind == "paragraph":
            if not all(line.startswith("|") for line in block.text.split("\n")):
                break
            last = n
    return last


def _last(tree: list[Block], first: int) -> int:
    """Return the index of the block that ends the table which one begins; that one's own if it begins or ends none."""
    if not _begins(tree[first]) or _ends(tree[first]):
        return first
    for n in range(first + 1, len(tree)):
        if tree[n].kind not in {"html", "paragraph", "fence"} or _begins(tree[n]):
            return first
        if _ends(tree[n]):
            return n
    return first


def _begins(block: Block) -> bool:
    return block.kind == "html" and _TABLE.match(block.text) is not None


def _ends(block: Block) -> bool:
    return "</table" in block.text.lower()


def rows(block: Block) -> list[Row]:
    """Return a block's rows with their lines, none if it is not one whole table; spanned cells stand in each place."""
    if not _TABLE.match(block.text) or block.text.lower().count("<table") != 1:
        return []
    source = uncommented(block.text)
    starts = [found.start() for found in _ROW.finditer(source)]
    made: list[Row] = []
    held: dict[int, tuple[int, str]] = {}
    line, counted = block.start, 0
    for start, end in pairwise([*starts, len(source)]):
        line, counted = line + source.count("\n", counted, start), start
        made.append((line, _row(source[start:end], held)))
    return made


def _row(source: str, held: dict[int, tuple[int, str]]) -> list[str]:
    """Return a row's cells. `held`: how many rows more a cell from above goes on in a column, and its text."""
    row: list[str] = []
    found = list(_CELL.finditer(source))
    for n, mark in enumerate(found):
        _take_held(row, held)
        text = source[mark.end() : found[n + 1].start() if n + 1 < len(found) else len(source)]
        end = _END.search(text)
        cell = " ".join(text[: end.start() if end else None].split())
        spans = {name.lower(): int(number) for name, number in _SPAN.findall(mark[1])}
        for _ in range(max(1, spans.get("col", 1))):
            if len(row) < _WIDEST:
                if spans.get("row", 1) > 1:
                    held[len(row)] = (spans["row"] - 1, cell)
                row.append(cell)
    _take_held(row, held)
    return row


def _take_held(row: list[str], held: dict[int, tuple[int, str]]) -> None:
    while len(row) in held:
        left, text = held.pop(len(row))
        if left > 1:
            held[len(row)] = (left - 1, text)
        row.append(text)
