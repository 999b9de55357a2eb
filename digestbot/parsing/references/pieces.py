"""Pieces: what a stretch of text between separators says of a paper, if it says one thing that is known and no more.

The same venues, days and labels stand beside paper after paper: each is told once, and remembered.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from digestbot.parsing.references import signs
from digestbot.parsing.terms import authors, dates, labels, links, venues

_LONGEST_CREDIT = 300  # characters of people, venue and year without full stops between them
_DIGIT = re.compile(r"\d")
_ONLY_YEAR = re.compile(r"[\W_]*(?:19|20)\d\d[\W_]*")
_SIGN = re.compile(r"[,，]\s*|(?<![\s.][A-Z])(?<!^[A-Z])\.\s+")
"""What parts authors, venue and year; the point behind an initial does not."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What a piece of text says. A label says nothing but what the link beside it is; a credit names people and venue.

    `clear`: it can be nothing else, not even an unknown venue.
    """

    kind: Literal["venue", "credit", "date", "label", "people"]
    venue: str | None = None
    published: str | None = None
    people: tuple[str, ...] = ()
    clear: bool = False


@lru_cache(maxsize=4096)
def said(text: str) -> Piece | None:
    """Return what a piece of text says, None if that is nothing known, or more than one thing."""
    people = authors.plain_names(text)
    if not people and (told := _named(text)):
        return told
    if _ONLY_YEAR.fullmatch(text) or links.label_kind(text) or labels.role_of(text) == "links":
        return Piece("label")
    if people := people or authors.authors_in(text):
        return Piece("people", people=people)
    return credit(text)


def _named(text: str) -> Piece | None:
    """Return the venue, with people before it or without, or the date that a piece says."""
    if ". " in text and (found := _credit(text)):
        return found
    if not _DIGIT.search(text):  # neither a date nor an unknown venue with its year
        known = venues.venue_in(text)
        return Piece("venue", known, clear=True) if known else None
    found = dates.moments(text)
    if venue := venues.venue_in(text) or venues.dated_name(text) or venues.of_year(text) or venues.led(text):
        return Piece("venue", venue, found[0].text if found else None, clear=True)
    if found and sum(map(str.isalpha, text[: found[0].start] + text[found[0].end :])) <= 4:
        return Piece("date", published=found[0].text)
    return None


def credit(text: str) -> Piece | None:
    """Return the people and the venue, or the year, that a piece is made of."""
    return _credit(text) if ("," in text or "." in text) and len(text) < _LONGEST_CREDIT else None


def _credit(text: str) -> Piece | None:
    pieces = [p.strip() for p in _SIGN.split(text) if p.strip()]
    known = [p for p in pieces if venues.venue_in(p) or signs.YEAR.fullmatch(p)]
    others = [p for p in pieces if p not in known and not venues.HONOUR.fullmatch(p)]
    people = authors.authors_in(", ".join(others)) if others else ()
    if people is None and len(others) == 1 and authors.is_name(others[0]):
        people = (others[0],)
    if not known or people is None:
        return None
    return Piece(
        "credit", next((v for p in known if (v := venues.venue_in(p))), None), people=people, clear=". " in text
    )
