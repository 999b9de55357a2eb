"""Names with a gloss: a column whose plain cells call each paper by its name and say behind a dash what it does.

`2) Anvil - forges small models from large ones`. One such cell might as well be a title with a dash in it; that most of
the column is written so tells what it is, and the names are set off then, as other people do it themselves.
"""

import re
from collections.abc import Sequence

from digestbot.parsing.shapes.columns import Row
from digestbot.parsing.terms import titles

_LED = re.compile(r"\W*\d{1,3}[.)、]\s+")
_DASH = re.compile(r"\s[-–—]{1,2}\s+")
_MARKS = frozenset("[]*`<>:：")
_LONGEST = 120  # characters of a name
_LENGTHY = 16  # words: no title has so many behind a dash
_FEW = 2  # rows that tell what a column is


def set_off(n: int, rows: Sequence[Row]) -> Sequence[Row]:
    """Return a table's rows with the names in one column in bold, if most of its cells are a name and a gloss."""
    written = {line: cells for line, cells in rows if n < len(cells) and cells[n]}
    bold = {line: told for line, cells in written.items() if (told := _with_bold_name(cells[n]))}
    if len(bold) < _FEW or len(bold) * 5 < len(written) * 4:
        return rows
    return [(line, [*row[:n], bold[line], *row[n + 1 :]] if line in bold else row) for line, row in rows]


def _with_bold_name(cell: str) -> str:
    """Return a cell with its name in bold, nothing if it is not written so."""
    led = _LED.match(cell)
    start = led.end() if led else 0
    dash = _DASH.search(cell, start, start + _LONGEST)
    name = cell[start : dash.start()].rstrip() if dash else ""
    if dash is None or not titles.could_be_title(name) or not _MARKS.isdisjoint(name):
        return ""
    return f"{cell[:start]}**{name}**{cell[dash.start() :]}" if _is_gloss(cell[dash.end() :]) else ""


def _is_gloss(text: str) -> bool:
    """Tell whether a text says what a paper does: a sentence without its subject, or a long one about it."""
    told = titles.is_sentence(text) or titles.size(text) > _LENGTHY
    return told and text[:1].islower() and not titles.is_capitalised(text)
