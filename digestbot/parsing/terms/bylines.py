"""Bylines: whose a paper is and when it came out, where a heading says it beside the title.

`Lee et al., ACL 2021. Title`, `Title (2010, Lee et al.)`, `Title - Lee and Chu (2010)`.
"""

import re
from dataclasses import dataclass

from digestbot.parsing.terms import authors, titles, venues

_NAME = r"[A-Z][\w'’-]+"
_PEOPLE = rf"{_NAME}(?:(?:,\s+|\s+(?:and|&)\s+){_NAME}){{0,3}}(?:,?\s+(?:et\.?\s*al\b\.?|and others))?"
_YEAR = r"(?:19|20)\d\d[a-z]?"
_LEAD = re.compile(
    rf"[(（\[]?({_PEOPLE})(?:[\s,]*[(（\[]?((?:[A-Z][\w&-]*[\s,'’]+){{0,3}}{_YEAR})[)）\]]?)?[)）\]]?\s*"
    r"(?:[.:,]|[-–—]\s)\s*(?=[A-Z“\"])"
)
_TAIL = re.compile(
    rf"\s*[(（\[]([^()（）\[\]]{{4,90}})[)）\]]$|\s+(?:by|[-–—])\s+({_PEOPLE},?\s*[(（]?(?:{_YEAR})?[)）]?)$"
)
_LISTED = re.compile(r"\s*[(（](?:19|20)\d\d[)）],\s+([A-Z][^()（）]+)$")
"""The year, and people behind it: `Title (2013), Ann Lee, Bo Chu`."""
_BY = re.compile(r"[,;]\s+by\s+(?=[A-Z])([^()（）]{4,300})$")
"""Whose a title is, behind a comma: `Title, by Ann Lee and Bo Chu, ACL 2014.`"""
_PIECES = re.compile(rf"[,;，；]\s*|\s+(?={_YEAR}$)")
_LONE_YEAR = re.compile(_YEAR)


@dataclass(frozen=True, slots=True)
class Signed:
    """A title without its byline, and what that said."""

    title: str
    authors: tuple[str, ...] = ()
    venue: str | None = None


_REMARK = re.compile(r"(?<=[)）])[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af].*$")
"""What a note's writer adds, in Chinese, Japanese or Korean, behind a byline in brackets."""
_DATED = re.compile(r"[,，]\s*(?:19|20)\d\d$")


def split(title: str) -> Signed:
    """Take a byline off the front or the end of a title; the title stays as it is where nothing surely is one."""
    title = _DATED.sub("", title) if title[-1:].isdigit() else title
    return _lead(title) or by_people(title) or _tail(title) or _tail(_REMARK.sub("", title)) or Signed(title)


def _lead(title: str) -> Signed | None:
    found = _LEAD.match(title)
    if not found or not titles.looks_like_title(title[found.end() :]):
        return None
    if "et al" not in found[1] and not (found[2] and found[0].rstrip(" .:,-–—")[-1] in ")）]"):
        return None
    return Signed(title[found.end() :], authors.split_authors(found[1]), venues.venue_in(found[2] or ""))


def by_people(title: str) -> Signed | None:
    """Take people off the end of a title, behind `by`, with where it came out; None if there are none.

    One name alone without a venue is sooner a book's.
    """
    found = _BY.search(title)
    if not found or not titles.could_be_title(title[: found.start()]):
        return None
    pieces = found[1].rstrip(". ").split(", ")
    where = next((n for n, piece in enumerate(pieces) if venues.venue_in(piece) or venues.dated_name(piece)), None)
    named = ", ".join(pieces[:where])
    people = authors.authors_in(named) or ((named,) if where and authors.is_full_name(named) else None)
    return Signed(title[: found.start()], people, ", ".join(pieces[where:]) if where else None) if people else None


def _tail(title: str) -> Signed | None:
    if listed := _LISTED.search(title):
        people = authors.authors_in(listed[1])
        if people and authors.are_full(people) and titles.looks_like_title(title[: listed.start()]):
            return Signed(title[: listed.start()], people)
    before, dash, people_behind = title.rpartition(" - ")
    if dash and "," in people_behind and (people := authors.authors_in(people_behind)) and authors.are_full(people):
        return Signed(before, people) if titles.looks_like_title(before) else None
    found = _TAIL.search(title) if title[-1:] in ")）]." or title[-1:].isdigit() or title.endswith(" al") else None
    if not found or not titles.could_be_title(title[: found.start()]):
        return None
    pieces = [piece.strip(" .()（）") for piece in _PIECES.split(found[1] or found[2]) if piece.strip(" .()（）")]
    told = {piece for n, piece in enumerate(pieces) if venues.venue_in(piece) or (n and piece.isupper())}
    people = [piece for piece in pieces if not (_LONE_YEAR.fullmatch(piece) or piece in told)]
    named = authors.authors_in(", ".join(people)) or (tuple(people) if all(map(authors.is_name, people)) else None)
    if not people or named is None or (len(pieces) == len(people) and "et al" not in people[-1]):
        return None
    venue = next((venues.venue_in(piece) or piece for piece in pieces if piece in told), None)
    return Signed(title[: found.start()], named, venue)
