"""Finding papers by their titles: what was meant by an exact title, a name, some words, a half word or a typo.

The stages go from what was certainly meant to what may have been. Each is a few questions to the index, and the next is
asked only while there are few answers. Within a stage, titles that begin with the query come first, then the newest.
Every question stops at the newest titles that answer it, so that a frequent word costs no more than a rare one.
"""

import sqlite3
from collections.abc import Callable, Sequence
from enum import IntEnum

from digestbot.library import identifiers
from digestbot.library.titles import alike, starts, worded
from digestbot.library.titles.asked import Asked

__all__ = ["find", "nearest", "suggest"]

FEW = 5
"""Below this number of suggestions, titles with words that are only alike are worth showing after them."""


class Reason(IntEnum):
    """Why a title was found, the best reason first."""

    TITLE = 0
    NAME = 1
    START = 2
    WORDS = 3
    HALF = 4
    INITIALS = 5
    JOINED = 6
    INSIDE = 7
    TYPO = 8
    DISTANT = 9


def find(connection: sqlite3.Connection, text: str, limit: int) -> list[int]:
    """Return the rows of the papers that a person meant: those with the best reasons alone, the best first."""
    asked = Asked(connection, text)
    for tier in _TIERS:
        if found := _found(asked, tier, limit):
            return (found if tier[0] < Reason.TYPO else alike.meant_by_name(asked, found))[:limit]
    return []


def suggest(connection: sqlite3.Connection, text: str, limit: int) -> list[int]:
    """Return the rows of papers to choose from while a person types, the likeliest first."""
    return _found(Asked(connection, text), _WHILE_TYPING, limit)[:limit]


def _found(asked: Asked, reasons: Sequence[Reason], limit: int) -> list[int]:
    """Return what is found for these reasons, as long as there are few answers and none that was surely meant."""
    found: dict[int, None] = {}
    sure = False
    for reason in reasons:
        enough = limit if reason <= Reason.WORDS else min(FEW, limit)
        if len(found) >= enough or (sure and reason > Reason.WORDS):
            break
        found |= dict.fromkeys(_STAGES[reason](asked))
        sure = bool(found) and (sure or reason <= Reason.START or asked.decided(half=reason < Reason.HALF))
    return list(found)


def nearest(connection: sqlite3.Connection, text: str, limit: int) -> list[int]:
    """Return the rows of the papers whose titles are most like the text: any papers rather than none."""
    return alike.nearest(Asked(connection, text), limit)


def _title(asked: Asked) -> list[int]:
    return sorted({*identifiers.papers(asked.connection, asked.query.text), *starts.exactly(asked)}, reverse=True)


_STAGES: dict[Reason, Callable[[Asked], list[int]]] = {
    Reason.TITLE: _title,
    Reason.NAME: starts.by_name,
    Reason.START: starts.likely,
    Reason.WORDS: worded.found,
    Reason.HALF: alike.half,
    Reason.INITIALS: starts.initials,
    Reason.JOINED: alike.joined,
    Reason.INSIDE: alike.inside,
    Reason.TYPO: alike.mistyped,
    Reason.DISTANT: alike.distant,
}

_WHILE_TYPING = [reason for reason in Reason if reason is not Reason.DISTANT]
_TIERS = (
    (Reason.TITLE,),
    (Reason.NAME,),
    (Reason.START, Reason.WORDS, Reason.HALF, Reason.INITIALS),
    (Reason.JOINED,),
    (Reason.INSIDE,),
    (Reason.TYPO,),
    (Reason.DISTANT,),
)
