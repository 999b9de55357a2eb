"""Citations: people, title and venue in a line of plain words, as bibliographies have them, with stops or commas."""

import re
from functools import lru_cache

from digestbot.parsing.markdown.span import squeeze
from digestbot.parsing.references import signs
from digestbot.parsing.terms import authors, titles, venues

INITIALS = re.compile(
    r"(?:\[\d{1,4}\]\s*)?(?:[^\W\d_][\w'’-]+(?:\s[^\W\d_][\w'’-]+)?,\s[A-Z]\.|[A-Z]\.[\s-]?(?:[A-Z]\.[\s-]?)*[A-Z]\w+(?:,|\sand\s))"
)
"""How a citation begins: with a name and its initials."""
_TASK = re.compile(r"^\[[ xX]?\]\s+")
_NUMBERED = re.compile(r"^\[\d{1,4}\]\s+")
_STOP = re.compile(
    r"[.:](?:(?<![A-Z].)|(?<=\sI[IV].)|(?<=\sIII.))(?<!et al.)\s+"
    r"|\((?:19|20)\d\d[a-z]?\)[.,:]?\s+"
    r"|et al\.?,?\s*(?:\(?(?:19|20)\d\d\)?)?[.,:]?\s+"
    r"|(?<=[A-Z]\.)\s+(?=[A-Z][a-z]+\s+[a-z])"
)
_YEAR_FIRST = re.compile(r"(?:19|20)\d\d[a-z]?[.,:]\s+")
"""The year between people and the title, as ACM's references have it."""
_VENUE_FIRST = re.compile(r"[A-Z][\w&/-]*(?:\s[A-Z][\w&/-]*){0,3},?\s(?:19|20)\d\d[.:]\s+(?=[A-Z])")
"""Where and when, before the people: `NeurIPS, 2020. `."""
_STOPS = (".", ":", "(", "et al")  # each of them has one of these
_INITIAL = re.compile(r"[ :(]*[A-Z]\.")
_MOST_PEOPLE = 30  # names before a title
_SURELY_PEOPLE = 3  # names before a colon; `Seeing Voices and Hearing Faces: …` begins a title
_SEVERAL = 2  # names at least, or one with others
_LONE_WORDS = 3  # a title that one name leads before a journal has more
_DATE_BEHIND = re.compile(r",\s+(?:19|20)\d\d[a-z]?(?:,\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*)?$")
_JOURNAL = re.compile(
    r",\s+(?=[A-Z][^\W\d_.]*\.?(?:[\s-]+(?:(?:of|on|the|and|in|for|&)\s+)*[A-Z][^\W\d_.]*\.?)*\s*(?:[,(\d]|$))"
)
"""The comma before what a journal's name and its volume look like: `, Bull. Seismol. Soc. Am. 58 (1968)`."""


@lru_cache(maxsize=1024)
def cited(text: str) -> tuple[tuple[str, ...], str, str] | None:
    """Read a bibliographic line, `A. Author, B. Author. Title. Venue, year`: authors, title, the rest."""
    text = _NUMBERED.sub("", _TASK.sub("", squeeze(text)))
    if (led := _VENUE_FIRST.match(text)) and venues.find_venue(led[0]):
        found = _cited(text[led.end() :])
        return (*found[:2], f"({led[0].rstrip(' .:')}) {found[2]}") if found else None
    return _cited(text)


def _cited(text: str) -> tuple[tuple[str, ...], str, str] | None:
    last = max(map(text.rfind, _STOPS))
    first = 0 if _INITIAL.match(text) else authors.first_sign(text[: last + len(_STOPS[-1])]) if last > 0 else None
    if first is None:
        return cited_by_names(text)
    for stop in _STOP.finditer(text, first, 1500):
        upto = stop.end() if stop[0].startswith("et al") else stop.start()
        told = _DATE_BEHIND.search(whole := text[:upto].strip(" :("))
        named = whole[: told.start()] if told else whole
        dated = _YEAR_FIRST.match(text, stop.end())
        lone = ("(" in stop[0] or dated or told) and authors.is_initialled(named)
        people = (named,) if lone else authors.authors_in(named.strip("."))
        if (
            people is None
            or not authors.are_full(people)
            or _is_phrase(people)
            or (":" in stop[0] and not _are_many(people))
        ):
            continue
        parted = ":" in stop[0] and not (authors.is_full_name(people[-1]) and people[-1].count(" ") == 1)
        if (parted or stop[0].startswith("et al")) and (found := cited_by_names(text)):
            return found
        rest = text[dated.end() if dated else stop.end() :]
        if (tag := signs.tag_in(rest)) and signs.is_tag(*tag):
            rest = tag[1]
        if quoted := signs.QUOTED.match(rest):
            return people, signs.quoted_words(quoted), rest[quoted.end() :]
        title, left = signs.until_sentence(rest)
        worded = titles.looks_like_title(title) or (len(people) >= _SEVERAL and titles.size(title) >= _SEVERAL)
        if worded and titles.could_be_title(title) and title[0] not in '“"':
            return people, title, left
        break
    return _cited_with_commas(text)


def _are_many(people: tuple[str, ...]) -> bool:
    """Tell whether words before a colon are surely names: three or more, and nothing beside them."""
    return len(people) >= _SURELY_PEOPLE and all(map(authors.is_name, people))


def _is_phrase(people: tuple[str, ...]) -> bool:
    """Tell whether two names may as well be words of a title: `Differential Privacy and Applications`."""
    return len(people) == _SEVERAL and not all(map(authors.is_full_name, people))


def _cited_with_commas(text: str) -> tuple[tuple[str, ...], str, str] | None:
    """Read `A. Author, B. Author, Title, Journal 12 (1999) 3–4`: nothing but commas in between."""
    if text[1:2] != ".":  # no name with initials stands first
        return cited_by_names(text)
    pieces = text.split(", ", _MOST_PEOPLE)
    count = next((n for n, piece in enumerate(pieces) if not authors.is_initialled(piece)), 0)
    if not count:
        return cited_by_names(text)
    if len(pieces) == count:
        return None
    rest = ", ".join(pieces[count:]).removeprefix("and ")
    for stop in _JOURNAL.finditer(rest):
        if titles.looks_like_title(rest[: stop.start()]):
            return tuple(pieces[:count]), rest[: stop.start()], rest[stop.end() :]
    return None


def cited_by_names(text: str, *, lone: bool = False) -> tuple[tuple[str, ...], str, str] | None:
    """Read `Ann Author and Bo Other, Title, Venue, 1999`: full names, and nothing but commas in between.

    `lone`: what stands around the text tells that one name before a title is its author.
    """
    pieces = text.split(", ", _MOST_PEOPLE)
    if len(pieces) < _SEVERAL or not _are_names(pieces[0]):
        return None
    count = next((n for n, piece in enumerate(pieces) if not _are_names(piece.removeprefix("and "))), len(pieces))
    if count > 1 and (count == len(pieces) or _ends_title(pieces[count])):
        count -= 1  # a title of two words with capitals, which look like a name
    others = count < len(pieces) and pieces[count].strip(" .") == "et al"
    count += others
    rest = pieces[count:]
    end = next((n for n, piece in enumerate(rest) if n and _ends_title(piece)), len(rest))
    if apart := end > 1 and end < len(rest) and signs.YEAR.match(rest[end]) is not None and _is_journal(rest[end - 1]):
        end -= 1
    title, left = signs.until_sentence(", ".join(rest[:end])) if rest else ("", "")
    if rest and rest[0].startswith("and "):
        return None
    alone = lone or (apart and titles.size(title) > _LONE_WORDS)
    several = alone or others or count > 1 or " and " in pieces[0]
    if not (several and titles.looks_like_title(title)) or authors.authors_in(title):
        return None
    return (
        authors.split_authors(", ".join(pieces[:count])),
        title.rstrip(" ."),
        ", ".join([left, *rest[end:]]).strip(", "),
    )


def _are_names(piece: str) -> bool:
    """Tell whether a piece between commas is one full name, or two with `and`."""
    return all(map(authors.is_full_name, piece.split(" and ", 1)))


def _is_journal(piece: str) -> bool:
    """Tell whether a piece before a year may be where something came out, known or not: a name in capitals."""
    return _JOURNAL.match(f", {piece}") is not None and not piece.startswith(("A ", "An ", "The "))


def _ends_title(piece: str) -> bool:
    """Tell whether a piece between commas is no more of the title: a venue, an arXiv id, a year."""
    piece = piece.strip(" .[(")
    return signs.is_venue(piece) or piece[:6].lower() == "arxiv:" or signs.YEAR.fullmatch(piece) is not None
