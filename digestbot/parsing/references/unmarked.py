"""Words without any mark: which stretch of plain text is a paper's title, and what it says beside that.

A venue, a date, tags or people stand before the title, a venue, a year or people behind it, with nothing but commas,
dashes and brackets between.
"""

import re
from functools import lru_cache

from digestbot.parsing.markdown.span import squeeze
from digestbot.parsing.references import citations, signs
from digestbot.parsing.terms import authors, bylines, titles, venues

FRONT = 2000  # characters in which a title begins and ends, behind fifty names of people if need be
_QUOTES = re.compile('[《“"「『]')
_DATED = re.compile(r"\s*((?:19|20)\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?)(?:\s*[:：,，|]\s*|\s+[-–—]?\s*)(?=[^\W\d])")
_LED_BY = re.compile(
    r"(?:[A-Z]{1,2}\.?\s+){0,2}[A-Z][\w'’-]*[a-z](?:(?:\s+(?:and|&)|,)\s+[A-Z][\w'’-]+){0,2}"
    r"(?:\s+et al\.?,?\s*(?:\(?(?:19|20)\d\d[a-z]?\)?)?\s*[.,:]?\s+|,?\s*\(?(?:19|20)\d\d[a-z]?\)?\s*[.,:]\s+)"
    r"(?=[A-Z\d])"
)
"""People, and a year, that lead a title."""
_INSIDE = re.compile(
    r"\s*[(（](?:[A-Z][\w-]{1,14}|(?:and|or|for|in|of|with|to|a|an|the)\s[\w' -]{1,30})[)）]\s*[:：\w]"
    r"|(?<=\w)\[\w{1,4}\]\s?[:：]"
)
_GLOSS = re.compile(r"([^:：]{2,80})[:：]\s*(?=[A-Z])")
_SHORT = re.compile(r"\s*\(([A-Za-z][A-Za-z-]{1,10})\)\s*[.,](?:\s|$)")
_HAN = r"[\u4e00-\u9fff]"
_CREDIT = re.compile(
    r"(?:(?:,\s+|，\s*)(?:(?:[A-Z][a-z]{0,8}\.\s*){1,4}(?:(?:of\s)?[A-Z][a-z]{1,20}(?:\s[A-Z][a-z]{1,20}){0,3})?"
    r"|[A-Z][\w'’-]{1,20}(?:\s(?:and|&)\s[A-Z][\w'’-]{1,20}|\set al\.?)?"
    rf"|(?P<name>[A-Z][\w.'’-]{{1,20}}(?:\s[A-Z]\.)?\s[A-Z][\w'’-]{{1,20}})|{_HAN}\s?{_HAN}{{1,2}}(?:，\s*{_HAN}\s?{_HAN}{{1,2}})*))?"
    r"[,，]\s*(?:19|20)\d\d\s*$"
)
"""Whose, or in which journal, and when, behind a title: `, Lee et al., 2021`, `, J. Geom. Anal., 2020`, `, 2020`."""
_OTHERS_BEHIND = re.compile(r"(?:[,.]|(?<=[?!]))\s+([A-Z][\w.'’-]*(?:\s[A-Z][\w.'’-]*){0,2}\s+et\.? al\b\.?)[,\s]*")
_ONE_BEHIND = re.compile(
    r"(?:,\s+([A-Z][\w'’-]*[a-z])|[.]\s+([A-Z][\w'’-]*[a-z](?:\s(?:and|&)\s[A-Z][\w'’-]*[a-z])?))"
    r"(?:\s+([(（](?:19|20)\d\d[a-z]?[)）])|,\s+([^.,]{2,40}\s(?:19|20)\d\d))\.?$"
)
"""A family's name, or two, with the year in brackets or where it came out: `, Lee (2014)`, `. Lee, ICML 2014`."""
_WHERE_BEHIND = re.compile(r"(?:(?:19|20)\d\d|\d\d['’]?\s|['’]\d\d\s)?\s*(?P<venue>.*?)\.?")
_EMOJI = re.compile(r"(?::[a-z][a-z0-9_+-]*:\s*)+(?=\S)")
_BULLETS = "•·●▪ "
_CHOSEN = re.compile(rf"{venues.HONOUR.pattern}\.\s+(?=[A-Z])")  # `CVPR 2022, Oral. Title`
LEADERS = re.compile(r"\s*[,，]\s*|(?:\s+[-–—]+)+(?:\s+|$)|:\s+")
"""What parts venue, date and people that lead a title, and the title from them."""
_PERSON = r"[A-Z][\w.'’-]*"
_PEOPLE_BEHIND = re.compile(
    rf"[.?!]\s+(?=(?:[A-Z][\w'’-]+,\s?{_PERSON}(?:\s{_PERSON}){{0,2}}|{_PERSON}(?:\s{_PERSON}){{0,3}}),?\s+et al\b"
    rf"|[A-Z][\w'’-]+,\s?{_PERSON}(?:\s{_PERSON}){{0,2}},?\s*(?:&|,|and)\s*(?:and\s)?[A-Z][\w'’-]+,?\s?[A-Z])"
)
"""The stop before people, the family's name first or with others: `Title. Lee, Ann et al.`, `. Lee, Ann & Chu, Bo`."""
_FIRST_OF_ALL = re.compile(rf"([A-Z][\w'’-]+),\s?({_PERSON}(?:\s{_PERSON}){{0,2}})\s+et al\b")
_THEIR_END = re.compile(r".{3,80}?\bet\s+al\b\.?[\s,]*|.{5,200}?(?<![\s.][A-Z])\.(?:\s+|$)")
_YEAR_AND_VENUE = re.compile(r",\s+(?:19|20)\d\d,\s+([A-Z][\w&-]*(?:\s[A-Z][\w&-]*){0,3})$")
_SHORTEST = 10  # characters of a title that something behind it is cut from
_SHORTEST_HAN = 5  # of one in Chinese
_LED_AT = 60  # characters that each of these may take
_PIPE = re.compile(r"\s*[|｜]\s+|\s+[|｜]\s*|\s+[·•]\s+")
_PIPES = frozenset("|｜·•")
_OPENING = re.compile(r"\s*[(（\[【]")
_BEFORE_BRACKET = 3  # characters of a title at least
_SENTENCE = re.compile(r"[.。](?<![A-Z].)\s+(?=[A-Z(（\[])")
_BEFORE_NAME = re.compile(
    r"(?=[\s,，;；.。])"  # spares most places the rest
    r"(?:(?:\s*[,，;；]|(?<![\s.][A-Z])[.。]|(?<=[?!])|\s+[-–—]+)\s+(?:(?:and|&|[Bb]y)\s+)?|\s+(?:and|&|[Bb]y)\s+)"
)
"""What parts people from each other, and from the title before them."""
_SEVERAL = 2  # names at least, or one with others
_LAST_IN = re.compile(r"(?<=[.?!,;])\s+[Ii]n\s*$")
_LABELLED = re.compile(r"\s*[,，;；.|]?\s*\b(?:[Aa]uthors?|作者)\s*[:：]\s*")
JOINTS = re.compile(r",|[aA](?<!\w.)[nN][dD]\b|[eE](?<!\w.)[tT]\b")
"""A sign or word between people: they lead a text of plain words only with one of them."""


@lru_cache(maxsize=256)
def without_credit(text: str) -> tuple[tuple[str, ...], str, str]:
    """Take a text that is set off as a whole though people lead it (`Lee et al. Title`, a citation) as `cited` does."""
    quoted = signs.QUOTED.search(text) if _QUOTES.search(text) else None
    people = authors.authors_in(text[: quoted.start()]) if quoted else None
    if quoted and (people or signs.CALLED.search(text, 0, quoted.start() + 1)):
        return people or (), signs.quoted_words(quoted), text[quoted.end() :]
    if (found := citations.cited(text)) and not text[: text.find(found[1])].rstrip().endswith(":"):
        return found
    if behind := _others_behind(text) or _one_behind(text):
        return behind
    if signed := bylines.by_people(text):
        return signed.authors, signed.title, f"({signed.venue}) " if signed.venue else ""
    led = _led_by(text)
    text = text[led.end() :] if led else text
    venue = venues.find_venue(text) if text.endswith(".") or "." in text[-_LED_AT:] else None
    if venue and _is_apart(text, venue) and (people := authors.authors_in(text[venue.end() :].strip(" .,"))):
        return people, text[: venue.start()].rstrip(" .,"), venue[0]
    stop = text.rfind(":") if authors.others(text) else 0
    people = authors.authors_in(text[stop + 1 :]) if stop > 0 else None
    return (people, text[:stop], "") if people else ((), text, "")


def _others_behind(text: str) -> tuple[tuple[str, ...], str, str] | None:
    """Take one with others off the end of a title, and when or where it came out: `Title, Lee et al., 2017`."""
    found = _OTHERS_BEHIND.search(text, _SHORTEST) if "et al" in text or "et. al" in text else None
    if found is None or not titles.looks_like_title(text[: found.start()]):
        return None
    told = _WHERE_BEHIND.fullmatch(text, found.end())
    fits = told is not None and (not told["venue"] or signs.is_venue(told["venue"]))
    return (authors.split_authors(found[1]), text[: found.start()], text[found.end() :]) if fits else None


def _one_behind(text: str) -> tuple[tuple[str, ...], str, str] | None:
    """Take a family's name, or two, off the end of a title, with the year or where it came out behind it.

    A lone name is less sure: behind it the venue has to be a known one, and the title has no commas.
    """
    found = _ONE_BEHIND.search(text, _SHORTEST) if text.rstrip(".)）")[-1:].isdigit() else None
    title = text[: found.start()] if found else ""
    if found is None or not titles.looks_like_title(title):
        return None
    name, venue = found[1] or found[2], found[4]
    lone = " " not in name
    if (lone and "," in title) or (venue and (found[1] or (lone and not venues.find_venue(venue)))):
        return None
    people = authors.authors_in(name) or ((name,) if authors.is_name(name) else None)
    told = f"({venue})" if venue else found[3]
    return (people, title, told) if people and not venues.HONOUR.fullmatch(name) else None


def _led_by(text: str) -> re.Match[str] | None:
    return _LED_BY.match(text) if "et al" in text or signs.YEAR.search(text) else None


@lru_cache(maxsize=256)
def plain_title(text: str) -> tuple[str, str, tuple[str, ...]]:
    """Take a title without any mark off the front of a text: title, the rest with its tags, authors in between."""
    text = squeeze(text)
    text, beyond = text[:FRONT], text[FRONT:]
    labelled = _LABELLED.search(text, _BEFORE_BRACKET) if "uthor" in text or "作者" in text else None
    if labelled and titles.looks_like_title(text[: labelled.start()]):
        end = next((found.start() for found in _OPENING.finditer(text, labelled.end())), len(text))
        return text[: labelled.start()], text[end:] + beyond, authors.split_authors(text[labelled.end() : end])
    tags = ""
    if emoji := _EMOJI.match(text):
        text = text[emoji.end() :]
    text = text.lstrip(_BULLETS)
    while (tag := signs.tag_in(text)) and (
        _is_dated(tag[0]) or len(tag[0]) <= 2 or tag[1].startswith("|") or signs.is_tag(*tag)
    ):
        tags += f"({tag[0]}) " if len(tag[0]) > 1 else ""
        text = tag[1]
    if dated := _DATED.match(text):
        tags += f"({dated[1]}) "
        text = text[dated.end() :]
    text = _LAST_IN.sub("", text) if text.endswith("n") else text
    while led := _led(text):
        tags += f"({led[0]}) "
        text = led[1]
    if people := _led_by(text):
        text = text[people.end() :]
    pieces = [p for p in _PIPE.split(text) if p.strip()] if not _PIPES.isdisjoint(text) else []
    if len(pieces) > 1:
        best = next(
            (p for p in pieces if titles.looks_like_title(p) and not authors.authors_in(p) and not signs.is_told(p)),
            pieces[0],
        )
        title, people = _without_people(best)
        return title, " | ".join([tags, *(p for p in pieces if p is not best)]) + beyond, people
    if told := _told(text):
        tags, text = f"{tags}({told[1]}) ", text[told.end() :]
    title, left, people = _cut(text)
    return title.rstrip(" [(（【:：-–—\\"), f"{tags}{left}{beyond}", people


def _told(text: str) -> re.Match[str] | None:
    """Find what is told in Chinese of a paper before its English title and a colon."""
    told = _GLOSS.match(text)
    if not told or not titles.is_cjk(told[1]) or titles.is_cjk(rest := text[told.end() :]):
        return None
    return told if titles.size(rest) > titles.size(told[1]) / 2 and titles.looks_like_title(rest[:300]) else None


def _is_dated(tag: str) -> bool:
    return signs.is_told(tag) or venues.of_year(tag) is not None


def _led(text: str) -> tuple[str, str] | None:
    """Take a venue, a date or people off a plain title: `OSDI 16 -- Title`, `Li et al, ICML 2020, Title`."""
    if chosen := _CHOSEN.match(text):
        return chosen[0].rstrip(" ."), text[chosen.end() :]
    stop = LEADERS.search(text, 0, _LED_AT)
    if not stop or not stop.start() or not any(map(str.isalpha, text[stop.end() :])):
        return None
    piece = text[: stop.start()]
    if signs.YEAR.fullmatch(piece) or (stop[0][:1].isspace() and venues.of_year(piece)):
        return piece, text[stop.end() :]
    if ":" in stop[0] and not any(c.isdigit() for c in piece):
        return None  # `CEC: Title`: a short name sooner than a venue
    told = signs.is_venue(piece) or ("et al" in piece and authors.authors_in(piece))
    return (piece, text[stop.end() :]) if told else None


def _cut(text: str) -> tuple[str, str, tuple[str, ...]]:
    """Divide a plain title from what follows it, and take the people between them."""
    text = text.rstrip(" [(\\")  # what opens the links behind it
    text = text[:-1] if text.endswith(".") and text[-2:-1].isdigit() else text
    if (stop := _PEOPLE_BEHIND.search(text, _SHORTEST)) and not text[: stop.start()].endswith("vs"):
        return _with_people(text[: stop.start() + 1], text[stop.end() :])
    end, after = _end(text)
    if end < len(text) and text[end - 1 : end].isdigit():
        end = after = _end(text[:end])[0]
    title, people = _without_people(text[:end].rstrip(" ,.;-–—|") if end < len(text) else text)
    names = title.split(", ")
    if not people and after < len(text) and len(names) > _SEVERAL and all(map(authors.is_full_name, names)):
        title, people = names[0], tuple(names[1:])  # two words with capitals before the people and the venue
    return title, text[after:].lstrip(" ,"), people


def _with_people(title: str, rest: str) -> tuple[str, str, tuple[str, ...]]:
    """Take the people off the front of what follows a title."""
    told = _THEIR_END.match(rest)
    first = _FIRST_OF_ALL.match(rest)
    people = (f"{first[2]} {first[1]}",) if first else authors.authors_in(told[0]) if told else None
    return title.rstrip("."), rest[told.end() :] if told and people else rest, people or ()


def _end(text: str) -> tuple[int, int]:
    """Return where a plain title, with people behind it, ends, and where what follows begins."""
    venue = venues.find_venue(text)
    told = venue.start() if venue and _is_apart(text, venue) else None
    if told is None and text[-1:].isdigit():
        if venues.split_venue(text)[1]:
            return len(text), len(text)  # `Title ICML, 2022`: taken off where the title is cleaned
        credit = _CREDIT.search(text)
        least = _SHORTEST_HAN if titles.is_cjk(text[:_SHORTEST_HAN]) else _SHORTEST
        if credit and credit.start() > least and (not credit["name"] or authors.is_name(credit["name"])):
            sentence = _SENTENCE.search(text, _SHORTEST, credit.start())
            return (sentence.start(), sentence.end()) if sentence else (credit.start(), credit.start())
    if dated := _YEAR_AND_VENUE.search(text):
        return dated.start(), dated.end() - len(dated[1])
    brackets = (found.start() for found in _OPENING.finditer(text) if not _is_inside(text, found))
    bracket = next((at for at in brackets if at > _BEFORE_BRACKET), None)
    sentence = _SENTENCE.search(text, _SHORTEST)
    if starts := [at for at in (told, bracket) if at is not None]:
        cited = sentence is not None and any(map(str.isdigit, text[sentence.end() : min(starts)]))
        return (sentence.start(), sentence.end()) if sentence and cited else (min(starts), min(starts))
    last = text.rfind(", ")
    if last > _SHORTEST and text[-1:].isdigit() and venues.dated_name(text[last + 2 :]):
        return last, last
    return (sentence.start(), sentence.end()) if sentence else (len(text), len(text))


def _is_apart(text: str, venue: re.Match[str]) -> bool:
    """Tell whether a venue stands behind a title and a stop, not amid its words."""
    return venue.start() > _SHORTEST and text[: venue.start()].rstrip()[-1:] in ",.;-–—|"


def _is_inside(text: str, bracket: re.Match[str]) -> bool:
    """Tell whether a bracket stands amid a title, or holds the short form at its end."""
    if _INSIDE.match(text, bracket.start()) or titles.dangles(text[: bracket.start()]):
        return True
    short = _SHORT.match(text, bracket.start())
    return short is not None and not signs.is_told(short[1])


def _without_people(title: str) -> tuple[str, tuple[str, ...]]:
    """Take full names, or few with `et al.`, off the end of a title: `Title, A. Author and B. Author`.

    From the last name back, as far as there are names: a title may have commas, too.
    """
    others = authors.others(title)
    start = end = others.start() if others else len(title)
    people: list[str] = []
    sign = ""
    for stop in reversed(list(_BEFORE_NAME.finditer(title, _SHORTEST, end))):
        name = title[stop.end() : end].strip(" .,")
        if not authors.is_full_name(name) and not (others and not people and authors.is_name(name)):
            break
        people.insert(0, name)
        start = end = stop.start()
        sign = stop[0].strip()
    before = title[:start].rstrip(" ,.;")
    short = sign[:1] not in ",，;；" and titles.size(before) >= _SEVERAL and titles.could_be_title(before)
    few = len(people) + (others is not None) < _SEVERAL
    more = authors.authors_in(before)
    if few or not (short or titles.looks_like_title(before)) or (more and authors.are_full(more)):
        return title, ()
    return before, tuple(people)
