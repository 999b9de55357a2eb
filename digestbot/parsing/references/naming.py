"""Naming: which stretch of a reference's spans is the paper's title.

It is a link's text, a bold or italic stretch, words in quotes, or plain words before the first link. What stands before
it (a venue, a date, tags, names) and behind it on the same line is left for `around` to read.
"""

import re

from digestbot.parsing.markdown.span import Span
from digestbot.parsing.references import halves, signs, stretches, unmarked
from digestbot.parsing.references.stretches import LEAD_WORDS, Name, is_short_name, text_at, unbadged
from digestbot.parsing.terms import authors, bylines, cleaning, labels, links, titles, venues

_POINTERS = ("见", "見", "参照", "在", "是", "和", "与", "把", "は", "が", "を", "で", "に", "と")
_SEMICOLONS = frozenset([";", "；"])
_JOINTS = frozenset([":", "：", "-", "–", "—", "|"])
_TOPIC_ENDS = frozenset([":", "：", ",", "，"])
_ANNOUNCED = 8  # words that lead to a title in bold
_VENUE_AND_YEAR = re.compile(r"[A-Za-z]{4,}(?:[12]\d|(?:19|20)\d\d)(?:\s\w+)?")
_DAY_OR_MONTH = re.compile(r"\s*(?:19|20)\d{4}(?:\d\d)?\b")


def find(spans: list[Span], *, in_halves: bool = False) -> Name | None:
    """Find the title in a row of spans, None if nothing in it could be one.

    `in_halves`: the list's other titles are a short name and the rest of the title behind a colon or a dash.
    """
    head = _head(spans)
    if found := stretches.behind_tag(head):
        return found
    link = next((n for n, span in enumerate(head) if _names_paper(span)), None)
    if link is not None and (signed := bylines.by_people(head[link].text)) and signed.venue:
        return stretches.from_link(head, link, in_halves=in_halves)  # whatever the text around it says
    stop = _first_stop(head)
    mark = _first_mark(head)
    before = unbadged([s for s in head[: link if link is not None else stop] if s.kind != "code"])
    if link is not None and mark is not None and mark < link and _is_topic(head, mark, link):
        return stretches.from_link(head, link, in_halves=in_halves)
    if link is not None and _is_dated_label(before, head[link].text):
        link = None
    leads = link is not None and (_is_lead(before) or _is_remark(before, head[link]))
    if link is not None and leads and (mark is None or mark > link or _is_tag(head, mark, link)):
        return stretches.from_link(head, link, in_halves=in_halves)
    if mark is not None and mark < (link if link is not None else stop) and _is_marked_title(head, mark):
        return stretches.from_citation(head, mark, stop) or stretches.from_mark(head, mark, stop, in_halves=in_halves)
    if link is not None and leads:
        return stretches.from_link(head, link, in_halves=in_halves)
    if stop and (found := stretches.from_text(head[:stop])):
        return found
    if link is not None:
        found = stretches.from_link(head, link, in_halves=in_halves)
        found.prose = titles.size(before) > LEAD_WORDS or _points(before)
        return found
    return stretches.short_link(head, in_halves=in_halves) or stretches.behind_links(head, stop)


def _head(spans: list[Span]) -> list[Span]:
    """Return the spans up to the first hard break after something was said, or to where no title begins."""
    said = False
    length = 0
    for n, span in enumerate(spans):
        if length > unmarked.FRONT:
            return spans[:n]
        length += len(span.text)
        if span.kind == "break" and span.text == "\n" and said:
            return spans[:n]
        said = said or (not span.badge and any(map(str.isalnum, span.text)))
    return spans


def _first_stop(head: list[Span]) -> int:
    """Return the index of the first link or code span behind some text: plain titles end there."""
    said = False
    for n, span in enumerate(head):
        if span.kind == "link" and not span.badge:
            return n
        if said and (span.badge or (span.kind == "code" and not _goes_on(head, n))):
            return n
        marked = said and span.kind == "text" and (span.em or span.strong)
        if marked and any(map(str.isalpha, unbadged(head[:n]))) and _is_credit(span.text) and _is_said(head[:n]):
            return n
        said = said or (span.kind == "text" and any(map(str.isalnum, span.text)))
    return len(head)


def _is_credit(text: str) -> bool:
    """Tell whether a slanted or bold stretch behind a plain title says whose it is or where it came out."""
    if signs.is_venue(text) or "et al" in text or authors.authors_in(text):
        return True
    venue = venues.find_venue(text)
    return venue is not None and not text[venue.end() :].strip(" .,)")


def _is_said(before: list[Span]) -> bool:
    """Tell whether a plain title stands before: enough words, besides the tags that lead it."""
    text = unbadged(before)
    return titles.looks_like_title(cleaning.clean_title(unmarked.plain_title(text)[0])) and not _says_else(text)


def _goes_on(head: list[Span], at: int) -> bool:
    """Tell whether a code span stands amid a title (`` Learning `x|y` from Data ``), not behind it as a tag."""
    return text_at(head, at + 1).lstrip()[:1].isalpha() and not signs.is_told(head[at].text)


def _names_paper(span: Span) -> bool:
    if span.kind != "link" or span.badge:
        return False
    text = span.text.strip()
    if text == span.url and " " not in text:
        return False
    if not titles.could_be_title(cleaning.clean_title(text)) or signs.is_venue(text):
        return False
    return titles.looks_like_title(text) or links.is_paper_url(span.url) or (not span.url and len(text) > 12)


def _first_mark(head: list[Span]) -> int | None:
    """Return the index of the first marked stretch that may be the title: people in bold lead to the next one."""
    marks = (n for n in range(len(head)) if _is_mark(head, n))
    first = next(marks, None)
    if first is None or not any(span.strong or span.em for span in head[first + 1 :]):
        return first
    people = authors.authors_in(head[first].text) is not None
    divided = text_at(head, first + 1).lstrip().startswith(tuple(_SEMICOLONS))
    second = next(marks, None) if people or divided or is_short_name(head[first].text) else None
    led = second is not None and titles.looks_like_title(head[second].text)
    return second if second and led and (people or _names_whole(head, first, second)) else first


def _names_whole(head: list[Span], short: int, whole: int) -> bool:
    """Tell whether nothing but a colon or a dash stands between a short name and a stretch that is a whole title."""
    text = head[whole].text.strip()
    between = unbadged(head[short + 1 : whole]).strip() or head[short].text.strip()[-1:]
    if not titles.looks_like_title(text):
        return False
    if between in _SEMICOLONS:  # no title goes on behind it, so the name may be long
        return titles.size(head[short].text) < titles.size(text) and authors.authors_in(text) is None
    return is_short_name(head[short].text) and between in _JOINTS and text[:1].isupper()


def _is_mark(head: list[Span], n: int) -> bool:
    span = head[n]
    if span.kind != "text" or not (span.strong or span.em):
        return False
    text = span.text.strip()
    if text.startswith(("[", "【")) and text.endswith(("]", "】")):
        return False
    if n and head[n - 1].text.endswith("[") and text_at(head, n + 1).startswith("]"):
        return titles.looks_like_title(text)
    if n and head[n - 1].text.endswith(("(", "（")) and text_at(head, n + 1).startswith((")", "）")):
        return False  # a remark
    return titles.could_be_title(text) and not signs.is_told(text.strip("()"))


def _is_lead(text: str) -> bool:
    """Tell whether text before a link is no title itself: a venue, a date, a number, tags, names, a label."""
    text = text.strip()
    bare = cleaning.clean_title(text)
    if _points(text):
        return False
    if not bare or signs.is_told(text) or links.label_kind(bare) or labels.role_of(bare.rstrip(":：")):
        return True
    if authors.authors_in(bare.rstrip(":：")) or text.endswith(("|", "｜", *_SEMICOLONS)):
        return True
    if (tag := signs.tag_in(text)) and (not tag[1] or authors.authors_in(tag[1])):
        return True
    if _says_else(text):
        return True
    if text.rstrip(" *_").endswith((":", "：", "-", "–", "—")) and titles.size(bare) <= 4:
        return True
    return titles.size(bare) <= LEAD_WORDS and not titles.looks_like_title(bare)


def _says_else(text: str) -> bool:
    """Tell whether a text is nothing but venues, dates and people."""
    return all(
        p.isdigit() or signs.is_venue(p) or authors.authors_in(p) for p in unmarked.LEADERS.split(text) if p.strip()
    )


def _is_remark(before: str, link: Span) -> bool:
    """Tell whether a remark in Chinese or the like, dated or with a colon, leads to an English title's link."""
    if not titles.is_cjk(before) or titles.is_cjk(link.text) or not links.is_paper_url(link.url) or _points(before):
        return False
    led = before.rstrip().endswith((":", "：")) or _DAY_OR_MONTH.match(before) is not None
    return led and titles.looks_like_title(link.text.strip())


def _is_dated_label(before: str, label: str) -> bool:
    """Tell whether a link behind a title and a colon says where and when it came out: `Title: [distill19](…)`."""
    titled = before.rstrip().endswith((":", "：")) and titles.looks_like_title(before.rstrip(":： "))
    return titled and _VENUE_AND_YEAR.fullmatch(label.strip()) is not None


def _points(text: str) -> bool:
    """Tell whether text before a link is prose that sends the reader there (`见[…](…)`), as no paper's mark does."""
    return text.rstrip().endswith(_POINTERS)


def _is_tag(head: list[Span], mark: int, link: int) -> bool:
    """Tell whether a marked word is but a tag before a linked title (`**medical** [Title](…)`)."""
    text, linked = head[mark].text.strip(), head[link].text.strip()
    if _names_whole(head, mark, link):
        return True
    if (
        titles.looks_like_title(text)
        or text.endswith((":", "："))
        or text_at(head, mark + 1).lstrip().startswith((":", "："))
    ):
        return False
    return titles.looks_like_title(linked) and authors.authors_in(linked) is None


def _is_topic(head: list[Span], mark: int, link: int) -> bool:
    """Tell whether words in bold are but the topic before a linked title (`**Tracking**, [Title](…)`) or its people."""
    text, linked = head[mark].text.strip(), head[link].text.strip()
    between = unbadged(head[mark + 1 : link]).strip() or text[-1:]
    led = between in _TOPIC_ENDS or (
        text.endswith((":", "：")) and authors.authors_in(between.strip(" ,.")) is not None
    )
    if not (head[mark].strong and led) or unbadged(head[:mark]).strip():
        return False
    worded = titles.looks_like_title(linked) and titles.size(linked) > titles.size(text) and ":" not in text[:-1]
    return worded and links.is_paper_url(head[link].url) and authors.authors_in(linked) is None


def _is_marked_title(head: list[Span], at: int) -> bool:
    """Tell whether a bold or italic stretch is a title, or begins one (`**Short**: rest of it`)."""
    text = head[at].text.strip()
    before = unbadged([s for s in head[:at] if s.kind != "code"]).strip(" :：\n")
    following = text_at(head, at + 1)
    if is_short_name(text) and signs.QUOTED.match(following.lstrip()):
        return False  # `**Name** "Title"`
    if before[-1:].isalnum() and (
        halves.GOES_ON.match(following)
        or (titles.dangles(before) and (re.match(r"\s\w", following) or titles.size(before) > 2))
    ):
        return False  # `The **primacy bias** in …`, `as Ann Lee says in *Title*`: words amid a title or a sentence
    if at + 1 < len(head) and head[at + 1].kind == "link" and head[at + 1].strong and titles.dangles(text):
        return False  # `**Read our paper on [arXiv](…)**`
    free = not before or _is_announced(before, head, at) or (_is_lead(before) and not _is_title_piped(before, text))
    if titles.looks_like_title(text) and (free or signs.QUOTED.search(text)):
        return not (head[at].em and not head[at].strong and authors.authors_in(text))
    begins = re.match(r"\s*[:：]\s*\S", following) or (text.endswith((":", "：")) and following.strip())
    behind_people = titles.size(text) > 1 and not following.strip() and authors.authors_in(before) is not None
    return free and (bool(begins) or not before or head[at].strong or behind_people)


def _is_announced(before: str, head: list[Span], at: int) -> bool:
    """Tell whether words that begin in small letters lead to a title in bold (`a survey on this: **Title**`)."""
    led = head[at].strong and before[0].islower() and head[at - 1].text.rstrip().endswith((":", "："))
    return led and titles.looks_like_title(head[at].text.strip()) and titles.size(before) <= _ANNOUNCED


def _is_title_piped(before: str, text: str) -> bool:
    """Tell whether a title stands before a bar, and something shorter is set off behind it (`Title | **Preprint**`)."""
    if not before.endswith("|") or titles.size(before) <= titles.size(text):
        return False
    return titles.looks_like_title(before.rstrip(" |")) and authors.authors_in(before) is None
