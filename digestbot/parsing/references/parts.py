"""Parts: the row of a reference taken apart at its signs, brackets and changes of look, each part with what it says."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from digestbot.parsing.markdown.span import Span
from digestbot.parsing.references import pieces, signs
from digestbot.parsing.terms import arxiv, authors, links, titles, venues

MOST = 24
"""Parts of a row that are looked at: a title stands among the first."""
LONGEST = 2000
"""Characters of a span that are looked at."""
_SIGN = re.compile(
    r"(?=[\s|｜·•–—→()（）\[\]【】《》「」『』.。:：,，、;；?!“”\"<h])(?:"  # spares most places the rest
    r"\s*[|｜]\s*|\s+[·•]\s+|\s+[-–—]+\s+|\s*——+\s*|\s*→\s*|\s*\n\s*|[()（）\[\]【】《》「」『』]"
    r"|[.。](?<![ (][A-Z][.])(?<!^[A-Z][.])(?<!\bvs\.)(?<!\bNo\.)\s+|[.。]\s*$"
    r"|\s*[:：]\s+|：|[,，]\s+|,(?=[A-Z]{3}|(?:19|20)\d\d\b)|，|、|[;；]\s*|[?!]\s+(?=[A-Z(\[])"
    r"|(?<![a-z])[“”\"]|[“”\"](?![a-z])|\s*<?https?://\S+"
    r"|\s+by\s+(?=[A-Z][\w.’-]*(?:\s[A-Z][\w.’-]*){1,2}\s*(?:[,&(\[]|and\b|et al)))"
)
"""What may part a title from what stands beside it, the points behind initials apart."""
_NARROW = str.maketrans("：，；（）【】｜。、“”–—", ':,;()[]|.,""--')
_RUN = re.compile(r"-+")
_ADDRESS = re.compile(r"<?https?://\S+")
_APART = re.compile(r"(?<=\s)[:：](?=\s)")
COLONS = frozenset([":", "∶"])
"""A colon, and one with spaces on both sides."""
ADDRESS = "↗"
"""Stands for an address among signs."""
_ET_AL = re.compile(r"\bet\.? al\b")
_SET_OFF = 300  # characters of a stretch that may be nothing but people
_PAIRS = ("()", "（）", "[]")
_BRACKETS = frozenset("".join(_PAIRS))
_NUMBER = re.compile(r"[\d\W]+")
_ARTICLE = re.compile(r"(?:A|An|The)\s")
_SHORT = 2  # words of a name or a tag
_NAME_WORDS = 4
_CREDIT_WORDS = 6  # of a name or two with `et al.`
_VENUE_WORDS = 6  # of a venue with its year

Kind = Literal["venue", "people", "label", "number", "name", "short", "words"]
Mark = Literal["text", "strong", "em", "link", "code"]
KNOWN: frozenset[Kind] = frozenset(["venue", "people", "label", "number"])
"""What certainly is no title, though it may be a word of one."""


@dataclass(slots=True)
class Part:
    """Words between two signs. `start` and `end` are a span's index and an offset in its text.

    `sign` stands before it, without spaces, in narrow letters; `led`: a colon stands behind it. A `name` may be a
    person's or a journal's, or words of a title.
    """

    text: str
    mark: Mark
    sign: str
    start: tuple[int, int]
    end: tuple[int, int]
    kind: Kind = "words"
    led: bool = False


def cut(row: list[Span]) -> tuple[list[Part], str]:
    """Take a row apart; return its first parts, with what they say, and the signs behind the last one."""
    found, last = _parted(row)
    for part, behind in zip(found, [*(part.sign for part in found[1:]), last], strict=True) if found else ():
        part.led = behind in COLONS
        if part.kind == "words":
            part.kind = _kind(part, row[part.start[0]], leads=part is found[0])
    for part, behind in pairwise(found):
        dated = behind.kind == "number" and behind.sign == "," and signs.YEAR.fullmatch(behind.text)
        if dated and part.sign in {",", "."} and part.kind in {"words", "short"} and titles.is_capitalised(part.text):
            part.kind = "name"  # most likely a journal's
    return found, last


def _parted(row: list[Span]) -> tuple[list[Part], str]:
    found: list[Part] = []
    beside = ""
    for n, span in enumerate(row):
        if span.kind == "break":
            beside += "\n" if span.text == "\n" else " "
            continue
        if span.kind == "image" or span.badge:
            continue
        if (span.strong or span.em) and (told := _told(span.text)):
            found.append(_part(span, n, 0, span.text, _narrow(beside)))
            found[-1].kind, beside = told, ""
            continue
        at = 0
        upto = min(len(span.text), LONGEST)
        for sign in (*(_SIGN.finditer(span.text, 0, upto) if span.kind != "code" else ()), None):
            text = span.text[at : sign.start() if sign else upto]
            if any(map(str.isalnum, text)):
                found.append(_part(span, n, at, text, _narrow(beside)))
                beside = ""
            else:
                beside += text
            if len(found) > MOST:
                return found[:MOST], found[MOST].sign
            if sign:
                beside += sign[0]
                at = sign.end()
    return found, _narrow(beside)


def _told(text: str) -> Kind | None:
    """Return what words that are set off say as a whole, if they name people or a venue."""
    said = pieces.said(text.strip(" .,:;")) if len(text) <= _SET_OFF else None
    if said is None or said.kind in {"label", "date"}:
        return None
    return "venue" if said.kind == "venue" else "people"


def _narrow(signs: str) -> str:
    if not signs:
        return ""
    signs = _APART.sub("∶", signs)
    return _RUN.sub("-", "".join(_ADDRESS.sub(ADDRESS, signs).translate(_NARROW).split()))


def _part(span: Span, n: int, at: int, text: str, sign: str) -> Part:
    bare = text.strip(" \t\n*_`~")
    start = at + text.index(bare)
    return Part(bare, _mark(span), sign, (n, start), (n, start + len(bare)))


def _mark(span: Span) -> Mark:
    if span.kind == "link" or span.kind == "code":
        return span.kind
    return "strong" if span.strong else "em" if span.em else "text"


def _kind(part: Part, span: Span, *, leads: bool) -> Kind:
    text = part.text
    if part.mark == "link" and links.label_kind(span.text.strip(" []")):
        return "label"
    if said := _said(part, leads=leads):
        return said
    if links.is_web(text) or arxiv.url(text):
        return "label"
    if _NUMBER.fullmatch(text):
        return "number"
    size = titles.size(text)
    if size <= _NAME_WORDS and authors.is_full_name(text) and not _ARTICLE.match(text):
        return "name"
    if size <= _CREDIT_WORDS and _ET_AL.search(text):
        return "people"
    if size <= _VENUE_WORDS and any(map(str.isdigit, text)) and venues.find_venue(text):
        return "venue"
    return "short" if size <= _SHORT else "words"


def _said(part: Part, *, leads: bool) -> Kind | None:
    """Return what a part says if that is known: a word alone or before a colon is sooner one of the title's."""
    said = pieces.said(part.text)
    if said is None:
        return None
    if said.kind == "label":
        told = part.led and links.label_kind(part.text) == "paper"
        return "label" if told or part.sign.endswith(("[", "(", "|")) else None
    if said.kind == "people" and _ARTICLE.match(part.text):
        return None  # `A Review and Visual Survey`
    if said.kind == "people":
        sure = _ET_AL.search(part.text) or "等" in part.text or all(map(authors.is_full_name, said.people))
        return "people" if sure else "name" if leads else None
    known = any(map(str.isdigit, part.text)) and venues.find_venue(part.text)
    return "venue" if known or not part.led else None


def between(row: list[Span], first: Part, last: Part) -> tuple[str, tuple[int, int], tuple[int, int]]:
    """Return what a row shows from one part to another, in one line, and where that begins and ends.

    A bracket before it is taken in if its other half is inside, and one behind it.
    """
    (n, start), (m, end) = first.start, last.end
    if n == m:
        text = row[n].text[start:end]
    else:
        inner = "".join(" " if span.kind == "break" else span.text for span in row[n + 1 : m])
        text = f"{row[n].text[start:]}{inner}{row[m].text[:end]}"
    for left, right in () if _BRACKETS.isdisjoint(text) else _PAIRS:
        begun, ended = text.count(left), text.count(right)
        if begun < ended and row[n].text[:start].endswith(left):
            text, start = left + text, start - 1
        elif begun > ended and row[m].text.startswith(right, end):
            text, end = text + right, end + 1
    return " ".join(text.split()), (n, start), (m, end)
