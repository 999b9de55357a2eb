"""Naming: which stretch of a reference's spans is the paper's title.

It is a link's text, a bold or italic stretch, words in quotes, or plain words before the first link. What stands before
it (a venue, a date, tags, names) and behind it on the same line is handed back for `reference` to read.
"""

import re
from dataclasses import dataclass, replace
from itertools import islice

from digestbot.parsing.markdown.span import Span, text_of
from digestbot.parsing.references import citations, halves, signs, unmarked
from digestbot.parsing.terms import authors, cleaning, dates, labels, links, titles, venues


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


_ADDRESS = re.compile(r"https?://")
_BEFORE_ADDRESS = " \t\n\xa0\u3000:：,，(（<-–—"
_POINTERS = ("见", "見", "参照", "在", "是", "和", "与", "把", "は", "が", "を", "で", "に", "と")
_TRIES = 20  # stretches of text between links, one of which may be the title
_NAME_WORDS = 2  # of a short name
_SEMICOLONS = frozenset([";", "；"])
_JOINTS = frozenset([":", "：", "-", "–", "—", "|"])
_TOPIC_ENDS = frozenset([":", "：", ",", "，"])
_ANNOUNCED = 8  # words that lead to a title in bold
_YEAR_BEHIND = re.compile(r"[.]\s(?:19|20)\d\d$")
_VENUE_AND_YEAR = re.compile(r"[A-Za-z]{4,}(?:[12]\d|(?:19|20)\d\d)(?:\s\w+)?")
_TAGGED = 2  # spans at least of a short name that is linked and a title
_PROSE_LEAD = 3  # words before a link beyond which they are a sentence that leads to it


def find(spans: list[Span], *, in_halves: bool = False) -> Name | None:
    """Find the title in a row of spans, None if nothing in it could be one.

    `in_halves`: the list's other titles are a short name and the rest of the title behind a colon or a dash.
    """
    head = _head(spans)
    if found := _behind_tag(head):
        return found
    link = next((n for n, span in enumerate(head) if _names_paper(span)), None)
    stop = _first_stop(head)
    mark = _first_mark(head)
    before = _text([s for s in head[: link if link is not None else stop] if s.kind != "code"])
    if link is not None and mark is not None and mark < link and _is_topic(head, mark, link):
        return _from_link(head, link, in_halves=in_halves)
    if link is not None and _is_dated_label(before, head[link].text):
        link = None
    leads = link is not None and (_is_lead(before) or _is_remark(before, head[link]))
    if link is not None and leads and (mark is None or mark > link or _is_tag(head, mark, link)):
        return _from_link(head, link, in_halves=in_halves)
    if mark is not None and mark < (link if link is not None else stop) and _is_marked_title(head, mark):
        return _from_citation(head, mark, stop) or _from_mark(head, mark, stop, in_halves=in_halves)
    if link is not None and leads:
        return _from_link(head, link, in_halves=in_halves)
    if stop and (found := _from_text(head[:stop])):
        return found
    if link is not None:
        found = _from_link(head, link, in_halves=in_halves)
        found.prose = titles.size(before) > _PROSE_LEAD or _points(before)
        return found
    return _short_link(head, in_halves=in_halves) or _behind_links(head, stop)


def _text(spans: list[Span]) -> str:
    return text_of(s for s in spans if not s.badge)


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
        if marked and any(map(str.isalpha, _text(head[:n]))) and _is_credit(span.text) and _is_said(head[:n]):
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
    text = _text(before)
    return titles.looks_like_title(cleaning.clean_title(unmarked.plain_title(text)[0])) and not _says_else(text)


def _goes_on(head: list[Span], at: int) -> bool:
    """Tell whether a code span stands amid a title (`` Learning `x|y` from Data ``), not behind it as a tag."""
    return _following(head, at + 1).lstrip()[:1].isalpha() and not signs.is_told(head[at].text)


def _names_paper(span: Span) -> bool:
    if span.kind != "link" or span.badge:
        return False
    text = span.text.strip()
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
    divided = _following(head, first + 1).lstrip().startswith(tuple(_SEMICOLONS))
    second = next(marks, None) if people or divided or _is_name(head[first].text) else None
    led = second is not None and titles.looks_like_title(head[second].text)
    return second if second and led and (people or _names_whole(head, first, second)) else first


def _is_name(text: str) -> bool:
    """Tell whether a marked stretch is a short name, as may stand before the title (`**SAM**: **Segment …**`)."""
    return titles.size(text) <= _NAME_WORDS and not titles.looks_like_title(text)


def _names_whole(head: list[Span], short: int, whole: int) -> bool:
    """Tell whether nothing but a colon or a dash stands between a short name and a stretch that is a whole title."""
    text = head[whole].text.strip()
    between = _text(head[short + 1 : whole]).strip() or head[short].text.strip()[-1:]
    if not titles.looks_like_title(text):
        return False
    if between in _SEMICOLONS:  # no title goes on behind it, so the name may be long
        return titles.size(head[short].text) < titles.size(text) and authors.authors_in(text) is None
    return _is_name(head[short].text) and between in _JOINTS and text[:1].isupper()


def _is_mark(head: list[Span], n: int) -> bool:
    span = head[n]
    if span.kind != "text" or not (span.strong or span.em):
        return False
    text = span.text.strip()
    if text.startswith(("[", "【")) and text.endswith(("]", "】")):
        return False
    if n and head[n - 1].text.endswith("[") and _following(head, n + 1).startswith("]"):
        return titles.looks_like_title(text)
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
    return titles.size(bare) <= _PROSE_LEAD and not titles.looks_like_title(bare)


def _says_else(text: str) -> bool:
    """Tell whether a text is nothing but venues, dates and people."""
    return all(
        p.isdigit() or signs.is_venue(p) or authors.authors_in(p) for p in unmarked.LEADERS.split(text) if p.strip()
    )


_DAY_OR_MONTH = re.compile(r"\s*(?:19|20)\d{4}(?:\d\d)?\b")


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
        or _following(head, mark + 1).lstrip().startswith((":", "："))
    ):
        return False
    return titles.looks_like_title(linked) and authors.authors_in(linked) is None


def _is_topic(head: list[Span], mark: int, link: int) -> bool:
    """Tell whether words in bold are but the topic before a linked title (`**Tracking**, [Title](…)`)."""
    text, linked = head[mark].text.strip(), head[link].text.strip()
    between = _text(head[mark + 1 : link]).strip() or text[-1:]
    if not head[mark].strong or between not in _TOPIC_ENDS or _text(head[:mark]).strip():
        return False
    worded = titles.looks_like_title(linked) and titles.size(linked) > titles.size(text) and ":" not in text[:-1]
    return worded and links.is_paper_url(head[link].url) and authors.authors_in(linked) is None


def _following(head: list[Span], at: int) -> str:
    return head[at].text if at < len(head) and head[at].kind == "text" else ""


def _from_link(head: list[Span], at: int, *, in_halves: bool) -> Name:
    span = head[at]
    following = "" if at + 1 < len(head) and head[at + 1].strong else _following(head, at + 1)
    if joined := halves.join(span.text, following, likely=in_halves):
        return Name(joined[0], at, at + 2, joined[1], link=span, marked=True, halves=True)
    people, title, left = unmarked.without_credit(span.text)
    apart = False if halves.begins(span.text, following) else None
    return Name(title, at, at + 1, left, link=span, marked=True, authors=people, halves=apart)


def _is_marked_title(head: list[Span], at: int) -> bool:
    """Tell whether a bold or italic stretch is a title, or begins one (`**Short**: rest of it`)."""
    text = head[at].text.strip()
    before = _text([s for s in head[:at] if s.kind != "code"]).strip(" :：\n")
    following = _following(head, at + 1)
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


def _is_short_before(text: str, following: str) -> bool:
    """Tell whether words in bold are but a short name before the whole title (`**Steering** Steering Models …`)."""
    whole = following.strip()
    begins = whole[:1].isupper() and titles.looks_like_title(whole) and titles.is_capitalised(whole)
    return begins and titles.size(text) <= _PROSE_LEAD and not text.rstrip().endswith((":", "："))


def _is_announced(before: str, head: list[Span], at: int) -> bool:
    """Tell whether words that begin in small letters lead to a title in bold (`a survey on this: **Title**`)."""
    led = head[at].strong and before[0].islower() and head[at - 1].text.rstrip().endswith((":", "："))
    return led and titles.looks_like_title(head[at].text.strip()) and titles.size(before) <= _ANNOUNCED


def _is_title_piped(before: str, text: str) -> bool:
    """Tell whether a title stands before a bar, and something shorter is set off behind it (`Title | **Preprint**`)."""
    if not before.endswith("|") or titles.size(before) <= titles.size(text):
        return False
    return titles.looks_like_title(before.rstrip(" |")) and authors.authors_in(before) is None


def _from_citation(head: list[Span], mark: int, stop: int) -> Name | None:
    """Take the title of a citation before the journal that is set off, or behind a name that is."""
    after = max(stop, mark + 1)
    for first in (0, mark + 1):
        text = _text(head[first:after]).lstrip(" .:：–-")
        if citations.INITIALS.match(text) and (found := citations.cited(text)):
            return Name(found[1], first, after, found[2], marked=True, authors=found[0])
    return None


def _from_mark(head: list[Span], at: int, stop: int, *, in_halves: bool) -> Name:
    text, end = _whole_mark(head, at)
    after = max(stop, end)
    following = _text(head[end:after]) if _following(head, end) else ""
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


def _from_text(head: list[Span]) -> Name | None:
    """Take the title from plain text before the first link, address or code."""
    if len(head) > 1 and _is_led(head[0]) and titles.looks_like_title(_text(head[1:]).strip(" .,:：|-–—")):
        found = _from_text(head[1:])
        return replace(found, after=found.after + 1, left=f"({head[0].text}) {found.left}") if found else None
    text = _text(head)
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
            people = authors.authors_in(before) or ()
            prose = titles.is_cjk(before) and titles.size(before) > _PROSE_LEAD and not people
            prose = prose or (title.islower() and titles.dangles(before))  # `such as the "frame problem"`
            tag = signs.tag_in(text)
            led = f" ({tag[0]}) " if tag and links.arxiv_url(tag[0]) else ""
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


def _short_link(head: list[Span], *, in_halves: bool) -> Name | None:
    """Take a link's short text (`[BERT](…)`) as the title if nothing else is there."""
    for n, span in enumerate(head):
        text = span.text.strip()
        if span.kind != "link" or span.badge or not titles.could_be_title(text):
            continue
        if not signs.is_venue(text) or links.is_note_called(span.url, dates.split_date(text)[0]):
            return _from_link(head, n, in_halves=in_halves)
    return None


def _behind_tag(head: list[Span]) -> Name | None:
    """Take the title and its venue, whatever is set off in it, from behind a short name in brackets that is linked."""
    if len(head) < _TAGGED or head[0].kind != "link" or not (head[0].text[:1] == "[" and head[0].text[-1:] == "]"):
        return None
    end = next((n for n, span in enumerate(head) if n and span.kind != "text"), len(head))
    if links.label_kind(head[0].text.strip("[]")) or not _is_name(head[0].text):
        return None
    title, left, people = unmarked.plain_title(_text(head[1:end]))
    dated = _YEAR_BEHIND.search(title)
    title, left = (title[: dated.start()], dated[0] + left) if dated else (title, left)
    told = left.strip(" .[(")
    if not (titles.looks_like_title(title) and title[:1].isupper() and (signs.is_told(told) or dated)):
        return None
    return Name(title, 1, end, left, link=head[0], authors=people)


def _behind_links(head: list[Span], stop: int) -> Name | None:
    """Take the title from plain text that stands behind links: `[[Paper](…)] Title (CVPR 2020)`."""
    if not any(span.kind == "link" for span in head[: stop + 1]):
        return None
    worded = (n for n, span in enumerate(head) if span.kind == "text" and any(map(str.isalnum, span.text)))
    for n in islice(worded, _TRIES):
        span = head[n]
        if span.strong and _is_short_before(span.text, _following(head, n + 1)):
            continue
        end = next((k for k in range(n, len(head)) if head[k].kind not in {"text", "break"}), len(head))
        end = next((k for k in range(n + 1, end) if head[k].strong != span.strong), end)
        text = _text(head[n:end]).strip(" |｜[]()·-–—:：,")
        title, left, people = (text, "", ()) if span.strong else unmarked.plain_title(text)
        if titles.looks_like_title(cleaning.clean_title(title)) and titles.stands_alone(title):
            return Name(title, n, end, left, authors=people, marked=span.strong)
    return _two_words(head)


_TWO_WORDS = re.compile(r"\]\s+([A-Z][a-z]+\s[A-Z][\w-]+)\.\s*\[?$")


def _two_words(head: list[Span]) -> Name | None:
    """Take two words and a full stop between the paper's link and other ones: `[[Paper](…)] Deep Sets. [[Code](…)]`."""
    at = next((n for n, span in enumerate(head) if span.kind == "link"), len(head))
    found = _TWO_WORDS.match(_following(head, at + 1))
    if not found or not links.is_paper_url(head[at].url) or any(map(str.isalnum, _text(head[:at]))):
        return None
    title = found[1]
    return Name(title, at + 1, at + 2, marked=True) if titles.could_be_title(title) else None
