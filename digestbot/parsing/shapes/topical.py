"""Schedules of a course: some of their topics are papers, beside links to these; no header says where titles stand.

What is linked is the title if it reads like one (`Shadows | [Lamps That Follow, ATC 2011](…)`), else the topic that a
link tells the paper of (`Lamps That Follow the Sun of the North | [ATC 11 paper](…)`).
"""

import re
from collections.abc import Sequence

from digestbot.parsing.markdown import inline
from digestbot.parsing.shapes.columns import Column, Row, is_coined, read_title
from digestbot.parsing.terms import links, titles

_FEW = 3  # papers, without which nothing but lectures is told
_WORDED = 6  # words of a title, more than most lectures' topics have
_NAMED = 4  # words that call a link the paper, with its venue or its name
_CALLED = re.compile(r"(?i)\b(?:papers?|articles?|pdf)$")


def with_titles(kinds: Sequence[Column], rows: Sequence[Row]) -> Sequence[Row]:
    """Return the rows that name a paper, each with its title in a further cell behind the others; too few are none."""
    if "topic" not in kinds:
        return []
    topic = kinds.index("topic")
    linked = [n for n, kind in enumerate(kinds) if kind == "links"]
    whole = ((line, [*row, *[""] * len(kinds)][: len(kinds)]) for line, row in rows)
    found = [(line, told) for line, row in whole if (told := _with_title(row, topic, linked))]
    return found if len(found) >= _FEW else []


def _with_title(row: list[str], topic: int, linked: list[int]) -> list[str] | None:
    """Move a row's title behind its other cells: what is linked in one of these columns, or the topic beside that."""
    for n in linked:
        spans = inline.spans(row[n]) if "](" in row[n] else []
        own = next((span.text for span in spans if span.kind == "link" and links.is_paper_url(span.url)), "")
        if own and _calls(own):
            at = topic if titles.looks_like_title(row[topic]) and _is_worded(row[topic]) else None
        else:
            at = n if own and (found := read_title(spans)) and titles.looks_like_title(found.title) else None
        if at is not None:
            title, row[at] = row[at], ""
            return [*row, title]
    return None


def _calls(text: str) -> bool:
    """Tell whether a link says no more than that it leads to the paper."""
    return titles.size(text) <= _NAMED and _CALLED.search(text.strip()) is not None


def _is_worded(topic: str) -> bool:
    return is_coined(topic) or titles.size(topic) >= _WORDED
