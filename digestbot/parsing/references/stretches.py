"""Stretches: the title as taken from where it stands: a link, words set off or in quotes, a citation, plain words.

What stands behind it on the same line, or before it if it is no more than a tag, is handed back beside it.
"""

import re
from dataclasses import dataclass, replace
from itertools import islice

from digestbot.parsing.markdown.span import Span, text_of
from digestbot.parsing.references import citations, halves, signs, unmarked
from digestbot.parsing.terms import arxiv, authors, cleaning, dates, links, titles

LEAD_WORDS = 3
"""Words of what leads to a title at most; with more they are a sentence."""
_ADDRESS = re.compile(r"https?://")
_BEFORE_ADDRESS = " \t\n\xa0\u3000:：,，(（<-–—"
_TRIES = 20  # stretches of text between links, one of which may be the title
_NAME_WORDS = 2  # of a short name
_YEAR_BEHIND = re.compile(r"[.]\s(?:19|20)\d\d$")
_PARTICLES = ("を", "に", "は", "が", "で", "へ", "から", "まで")
"""What a sentence in Japanese goes on with behind a link in it."""
_TAGGED = 2  # spans at least of a short name that is linked and a title
_TWO_WORDS = re.compile(r"\]\s+([A-Z][a-z]+\s[A-Z][\w-]+)\.\s*\[?$")


@dataclass(slots=True)
class Name:
    """A title as written, the span it begins in, the first span after it, and text behind it that is not part of it.

    `link` is the span whose link the title is. `marked`: it was set off by a link, a mark or quotes. `halves`: whether
    what stands behind a colon was joined with it, None if there is no such thing.
    """

    title: str
    first: int
    after: int
    left: str = ""
    link: Span | None = None
    marked: bool = False
    prose: bool = False
    authors: tuple[str, ...] = ()
    halves: bool | None = None


def unbadged(spans: list[Span]) -> str:
    """Return what spans show, badges left out."""
    return text_of(s for s in spans if not s.badge)


def text_at(head: list[Span], at: int) -> str:
    """Return the text at an index, empty if there is none, or something else than text."""
    return head[at].text if at < len(head) and head[at].kind == "text" else ""


def is_short_name(text: str) -> bool:
    """Tell whether a marked stretch is a short name, as may stand before the title (`**SAM**: **Segment …**`)."""
    return titles.size(text) <= _NAME_WORDS and not titles.looks_like_title(text)


def from_link(head: list[Span], at: int, *, in_halves: bool) -> Name:
    """Take a link's text for the title, and what goes on behind it."""
    span = head[at]
    following = "" if at + 1 < len(head) and head[at + 1].strong else text_at(head, at + 1)
    if joined := halves.join(span.text, following, likely=in_halves):
        return Name(joined[0], at, at + 2, joined[1], link=span, marked=True, halves=True)
    people, title, left = unmarked.without_credit(span.text)
    apart = False if halves.begins(span.text, following) else None
    prose = following.startswith(_PARTICLES) and not links.is_paper_url(span.url)
    return Name(title, at, at + 1, left, link=span, marked=True, prose=prose, authors=people, halves=apart)


def from_citation(head: list[Span], mark: int, stop: int) -> Name | None:
    """Take the title of a citation before the journal that is set off, or behind a name that is."""
    after = max(stop, mark + 1)
    for first in (0, mark + 1):
        text = unbadged(head[first:after]).lstrip(" .:：–-")
        if citations.INITIALS.match(text) and (found := citations.cited(text)):
            return Name(found[1], first, after, found[2], marked=True, authors=found[0])
    return None


def from_mark(head: list[Span], at: int, stop: int, *, in_halves: bool) -> Name:
    """Take words that are set off for the title, and what goes on behind them."""
    text, end = _whole_mark(head, at)
    after = max(stop, end)
    following = unbadged(head[end:after]) if text_at(head, end) else ""
    if joined := halves.join(text, following, likely=in_halves):
        return Name(joined[0], at, after, joined[1], marked=True, halves=True)
    return Name(text, at, end, marked=True, halves=False if halves.begins(text, following) else None)


def _whole_mark(head: list[Span], at: int) -> tuple[str, int]:
    """Join a marked stretch that goes on in the next line; return it with the index after it."""
    text = head[at].text.strip()
    end = at + 1
    while end + 1 < len(head) and head[end].kind == "break":
        more = head[end + 1]
        if more.kind != "text" or (more.strong, more.em) != (head[at].strong, head[at].em):
            break
        text += " " + more.text.strip()
        end += 2
    return text, end


def from_text(head: list[Span]) -> Name | None:
    """Take the title from plain text before the first link, address or code."""
    if len(head) > 1 and _is_led(head[0]) and titles.looks_like_title(unbadged(head[1:]).strip(" .,:：|-–—")):
        found = from_text(head[1:])
        return replace(found, after=found.after + 1, left=f"({head[0].text}) {found.left}") if found else None
    text = unbadged(head)
    address = _ADDRESS.search(text)
    found = _from_words(text[: address.start()].rstrip(_BEFORE_ADDRESS) if address else text, len(head))
    if found and address:
        found.left += " " + text[address.start() :]
    return found


def _is_led(first: Span) -> bool:
    """Tell whether a title is led by a tag or a short name in code, or by its venue set off."""
    return first.kind == "code" or ((first.strong or first.em) and signs.is_venue(first.text.strip(" ()[].,:")))


def _from_words(text: str, after: int) -> Name | None:
    if (quoted := signs.QUOTED.search(text)) and not _is_amid(text, quoted):
        title = signs.quoted_words(quoted)
        if titles.could_be_title(title):
            before = cleaning.clean_title(text[: quoted.start()])
            tagged = signs.tag_in(before)
            people = authors.authors_in(before) or (authors.authors_in(tagged[1]) if tagged else None) or ()
            prose = titles.is_cjk(before) and titles.size(before) > LEAD_WORDS and not people
            prose = prose or (title.islower() and titles.dangles(before))  # `such as the "frame problem"`
            tag = signs.tag_in(text)
            led = f" ({tag[0]}) " if tag and arxiv.url(tag[0]) else ""
            return Name(title, 0, after, led + text[quoted.end() :], marked=True, prose=prose, authors=people)
    if found := citations.cited(text):
        return Name(found[1], 0, after, found[2], marked=bool(citations.INITIALS.match(text)), authors=found[0])
    title, left, people = unmarked.plain_title(text)
    if not people and authors.authors_in(text):
        return None
    begun = title[:1].upper() + title[1:] if left.startswith("(") else title  # behind its venue, in small letters too
    if not titles.could_be_title(cleaning.clean_title(title)) or not titles.stands_alone(begun):
        return None
    return Name(title, 0, after, left, authors=people)


def _is_amid(text: str, quoted: re.Match[str]) -> bool:
    """Tell whether words in quotes are but some of a title's (`Tools that "Read the Manual"`)."""
    before = text[: quoted.start()].rstrip()
    if not before:
        return text[quoted.end() :].lstrip().startswith(":")
    if not titles.looks_like_title(before) or titles.dangles(before.removesuffix("that")):
        return False
    longer = before[-1].isalnum() and titles.size(before) >= titles.size(quoted[0])
    return (longer or before.endswith(("(", "（"))) and authors.authors_in(before) is None


def short_link(head: list[Span], *, in_halves: bool) -> Name | None:
    """Take a link's short text (`[BERT](…)`) as the title if nothing else is there."""
    for n, span in enumerate(head):
        text = span.text.strip()
        if span.kind != "link" or span.badge or text == span.url or not titles.could_be_title(text):
            continue
        if not signs.is_venue(text) or links.is_note_called(span.url, dates.split_date(text)[0]):
            return from_link(head, n, in_halves=in_halves)
    return None


def behind_tag(head: list[Span]) -> Name | None:
    """Take the title and its venue, whatever is set off in it, from behind a short name in brackets that is linked."""
    if len(head) < _TAGGED or head[0].kind != "link" or not (head[0].text[:1] == "[" and head[0].text[-1:] == "]"):
        return None
    end = next((n for n, span in enumerate(head) if n and span.kind != "text"), len(head))
    if links.label_kind(head[0].text.strip("[]")) or not is_short_name(head[0].text):
        return None
    title, left, people = unmarked.plain_title(unbadged(head[1:end]))
    dated = _YEAR_BEHIND.search(title)
    title, left = (title[: dated.start()], dated[0] + left) if dated else (title, left)
    told = left.strip(" .[(")
    if not (titles.looks_like_title(title) and title[:1].isupper() and (signs.is_told(told) or dated)):
        return None
    return Name(title, 1, end, left, link=head[0], authors=people)


def behind_links(head: list[Span], stop: int) -> Name | None:
    """Take the title from plain text that stands behind links: `[[Paper](…)] Title (CVPR 2020)`."""
    if not any(span.kind == "link" for span in head[: stop + 1]):
        return None
    worded = (n for n, span in enumerate(head) if span.kind == "text" and any(map(str.isalnum, span.text)))
    for n in islice(worded, _TRIES):
        span = head[n]
        if span.text.startswith(_PARTICLES) and n and head[n - 1].kind == "link":
            continue
        if span.strong and _is_short_before(span.text, text_at(head, n + 1)):
            continue
        end = next((k for k in range(n, len(head)) if head[k].kind not in {"text", "break"}), len(head))
        end = next((k for k in range(n + 1, end) if head[k].strong != span.strong), end)
        text = unbadged(head[n:end]).strip(" |｜[]()·-–—:：,")
        title, left, people = (text, "", ()) if span.strong else unmarked.plain_title(text)
        if titles.looks_like_title(cleaning.clean_title(title)) and titles.stands_alone(title):
            return Name(title, n, end, left, authors=people, marked=span.strong)
    return _two_words(head)


def _is_short_before(text: str, following: str) -> bool:
    """Tell whether words in bold are but a short name before the whole title (`**Steering** Steering Models …`)."""
    whole = following.strip()
    begins = whole[:1].isupper() and titles.looks_like_title(whole) and titles.is_capitalised(whole)
    return begins and titles.size(text) <= LEAD_WORDS and not text.rstrip().endswith((":", "："))


def _two_words(head: list[Span]) -> Name | None:
    """Take two words and a full stop between the paper's link and other ones: `[[Paper](…)] Deep Sets. [[Code](…)]`."""
    at = next((n for n, span in enumerate(head) if span.kind == "link"), len(head))
    found = _TWO_WORDS.match(text_at(head, at + 1))
    if not found or not links.is_paper_url(head[at].url) or any(map(str.isalnum, unbadged(head[:at]))):
        return None
    title = found[1]
    return Name(title, at + 1, at + 2, marked=True) if titles.could_be_title(title) else None
