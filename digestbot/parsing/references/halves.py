"""Titles in two halves: words that are set off, most often a short name, and the rest of the title behind them.

`[Name](…): Rest`, `**Name** - Rest`, `[Name:](…) Rest`, `[Name](…) with Rest`. What stands behind a name may as well be
a comment on the paper; how it is written tells, and what the list's other items do.
"""

import re

from digestbot.parsing.references import signs
from digestbot.parsing.terms import authors, links, titles, venues

GOES_ON = re.compile(
    r"\s+(?!in\s+[A-Z]{3,})(?:in|on|of|for|with|without|via|and|to|as|at|through|using|under|over|towards?|between|across"
    r"|into|beyond|against|during|behind|like|or|than|when|where)\s+\w"
)
"""How a phrase goes on behind words of it that are set off."""
_COLON = re.compile(r"\s*[:：]\s*(?=[^\s(（\[【])")
_DASH = re.compile(r"\s*[-–—]+\s+(?=[^\s(（\[【])")
_NEXT = re.compile(r"\s*(?=[^\s(（\[【])")
_SIGNED = re.compile(r",\s+[A-Z][\w'’-]+\s+et\.? al\b\.?\s*$")
"""Whose the paper is, behind all of its title."""
_SHORT_NAME = 4  # words of a name that a title begins with
_LEAST = 3  # words of a half that stands behind a dash, or behind a long one


def begins(name: str, following: str) -> bool:
    """Tell whether a colon or a dash stands between a short name and what is behind it."""
    return titles.size(name) <= _SHORT_NAME and bool(_joint(name, following) or _DASH.match(following))


def join(name: str, following: str, *, likely: bool = False) -> tuple[str, str] | None:
    """Join the two halves of a title; return it with what is left behind it, None if they are none.

    `likely`: the list's other items are titles in two halves.
    """
    short = titles.size(name) <= _SHORT_NAME
    joint = _joint(name, following)
    name = name.strip().rstrip(":： ")
    if short and not joint and GOES_ON.match(following):
        return _phrase(name, following)
    dash = None if joint else _DASH.match(following)
    if not (behind := joint or dash):
        return None
    if quoted := signs.QUOTED.match(following, behind.end()):
        return signs.quoted_words(quoted), following[quoted.end() :]
    signed = _SIGNED.search(following, behind.end())
    rest, left = signs.until_sentence(following[behind.end() : signed.start() if signed else None])
    left += signed[0] if signed else ""
    if not any(c.isalnum() for c in rest) or titles.dangles(rest) or (not signed and _says_else(rest)):
        return None
    if signed:
        fits = titles.continues(rest)
    elif short and likely:
        fits = not titles.is_sentence(rest) or titles.continues(rest) or _leads_with_venue(left)
    elif short and joint:
        fits = titles.continues(rest) and (rest.isascii() or titles.looks_like_title(rest))
    else:
        foreign = titles.is_cjk(rest) and not titles.is_cjk(name)
        fits = not foreign and ":" not in name and not following.rstrip().endswith((".", "。")) and _is_subtitle(rest)
    if not fits:
        return None
    whole = rest.casefold().startswith(name.casefold()) or (signed and authors.others(name))
    return (rest if whole else f"{name}: {rest}"), left


def _joint(name: str, following: str) -> re.Match[str] | None:
    return _COLON.match(following) or (_NEXT.match(following) if name.rstrip().endswith((":", "：")) else None)


def _leads_with_venue(left: str) -> bool:
    """Tell whether what is left behind a half begins with the venue: no comment on a paper has that."""
    venue = venues.find_venue(left)
    return venue is not None and left.startswith(venue[0])


def _phrase(name: str, following: str) -> tuple[str, str] | None:
    rest, left = signs.until_sentence(following.strip())
    whole = f"{name} {rest}"
    fits = titles.looks_like_title(whole) and titles.stands_alone(whole) and titles.continues(whole)
    return (whole, left) if fits and titles.is_capitalised(whole) else None


def _is_subtitle(text: str) -> bool:
    """Tell whether a text is written as titles are: a comment has small letters, or ends with a full stop."""
    return titles.size(text) >= _LEAST and titles.is_capitalised(text) and titles.continues(text)


def _says_else(text: str) -> bool:
    """Tell whether a text says whose the paper is, or where it came out."""
    lone = titles.size(text) < _LEAST and authors.is_name(text)
    return lone or authors.authors_in(text) is not None or signs.is_venue(text) or links.is_web(text)
