"""A reference: one paper told in a line or a few, as lists, tables' cells and paragraphs hold it."""

import re
from dataclasses import dataclass, field

from digestbot.models import Link
from digestbot.parsing import authors, dates, links, titles, venues, words
from digestbot.parsing.inline import Span, squeeze


@dataclass(slots=True)
class Reference:
    """What a stretch of text tells about a paper. `line` counts from the first line of the stretch.

    `proof` is how sure it is that this is a paper: 3 its title leads to one, 2 a link called "paper" or the like does,
    1 a venue, authors, a date or a note beside a title, 0 only words that could be a title.
    """

    title: str
    line: int = 0
    proof: int = 0
    venue: str | None = None
    published: str | None = None
    authors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    keypoints: tuple[str, ...] = ()
    links: list[Link] = field(default_factory=list[Link])
    images: list[str] = field(default_factory=list[str])
    texts: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    empty_labels: list[str] = field(default_factory=list[str])
    prose: bool = False
    marked: bool = False


def read(found: list[Span], *, venue_heads: bool = False) -> Reference | None:
    """Read the reference in a row of spans, None if nothing in it could be a title.

    `venue_heads`: the list's other items begin with a venue, so an unknown word there is one too.
    """
    return _Reader(found, venue_heads=venue_heads).read()


def leads_with_venue(found: list[Span]) -> bool:
    """Tell whether a row of spans begins with a venue before its title's link."""
    return bool(found) and found[0].kind == "text" and venues.venue_in(found[0].text) is not None


_OPEN, _CLOSE = "([（【", ")]）】"
_READ_MARK = re.compile(r"(?i)^[\s\[\]*]*read\s*notes?\s*\d*[\s\[\]*]*$")
_REMARK = re.compile(
    r"(?i)^\s*\**\s*(notes?|ps|p\.s\.?|remarks?|comments?|备注|注)\s*\**\s*[:：]\s*\**\s*(?P<text>.*)$", re.DOTALL
)
_QUOTED = re.compile(
    r"《([^《》]{2,300})》|[“\"]([^“”\"]{6,300}?)[,.，]?[”\"]|「([^「」]{4,200})」|『([^『』]{4,200})』"
)
_TAGGED = re.compile(r"^\s*[\[【]\s*([^\[\]【】]{1,40})\s*[\]】]\s*")
_SEPARATOR = re.compile(r"\s+[|｜]\s+|\s*[|｜]\s*(?=\S)|\s+[-–—]{1,2}\s+|\s*——\s*|\s*→\s*")
_SLANTED = re.compile(r"\s*\*([^*]+)\*\s*")
_GLUED_TAGS = re.compile(r"\s*(?:\[[^\[\]]{1,30}\]|【[^【】]{1,30}】)\s*$")


def _markdown(span: Span) -> str:
    if span.kind == "code":
        return f"`{span.text}`"
    if span.kind == "link":
        return f"[{span.text}]({span.url})"
    if span.kind == "image":
        return ""
    if span.kind == "break":
        return span.text
    mark = "**" * span.strong + "*" * span.em
    inner = span.text.strip()
    if not mark or not inner:
        return span.text
    return span.text.replace(inner, f"{mark}{inner}{mark}", 1)


class _Reader:
    def __init__(self, found: list[Span], *, venue_heads: bool) -> None:
        self.spans = [s for s in found if s.kind != "image" or s.text or s.url]
        self.venue_heads = venue_heads
        self.result = Reference("")

    def read(self) -> Reference | None:
        at = self._find_title()
        if at is None:
            return None
        first, after, rest = at
        result = self.result
        result.line = sum(1 for s in self.spans[:first] if s.kind == "break")
        self._clean_title()
        if len(result.title) < 2 or not any(c.isalnum() for c in result.title):
            return None
        self._rest([*([Span("text", rest)] if rest else []), *self.spans[after:]])
        self._weigh()
        return result

    # -- where the title stands ------------------------------------------------------------------

    def _find_title(self) -> tuple[int, int, str] | None:
        """Return the span that the title begins in, the first one after it (by index), and text left over."""
        head = self._head()
        link = next((n for n, s in enumerate(head) if self._names_paper(s)), None)
        mark = next(
            (
                n
                for n, s in enumerate(head)
                if s.kind == "text" and (s.strong or s.em) and titles.could_be_title(s.text.strip())
            ),
            None,
        )
        lead = next((n for n, s in enumerate(head) if s.kind in {"link", "code", "image"}), len(head))
        before = "".join(s.text for s in head[: link if link is not None else lead])
        if link is not None and (mark is None or mark > link) and self._is_lead(before):
            return self._from_link(head, link)
        if mark is not None and mark < (link if link is not None else lead) and self._marked_title(head, mark):
            return self._from_mark(head, mark, lead)
        if link is not None and self._is_lead(before):
            return self._from_link(head, link)
        if lead and (found := self._from_text(head, lead)):
            return found
        if link is not None:
            self.result.prose = titles.size(before) > 3
            return self._from_link(head, link)
        return self._short_link(head)

    def _head(self) -> list[Span]:
        """Return the spans up to the first hard break after something was said."""
        for n, span in enumerate(self.spans):
            if span.kind == "break" and span.text == "\n" and any(s.text.strip() for s in self.spans[:n]):
                return self.spans[:n]
        return self.spans

    @staticmethod
    def _names_paper(span: Span) -> bool:
        if span.kind != "link" or span.badge:
            return False
        text = span.text.strip()
        if not titles.could_be_title(titles.clean_title(text)):
            return False
        return titles.looks_like_title(text) or links.is_paper_url(span.url) or (not span.url and len(text) > 12)

    def _is_lead(self, text: str) -> bool:
        """Tell whether text before a link is no title itself: a venue, a date, a number, tags, names, a label."""
        text = text.strip()
        bare = titles.clean_title(text)
        if not bare or venues.venue_in(text) or links.label_kind(bare) or words.role_of(bare.rstrip(":：")):
            return True
        if dates.moments(bare) and titles.size(bare) <= 2:
            return True
        if authors.authors_in(bare.rstrip(":：")) or text.endswith(("|", "｜")):
            return True
        if text.rstrip(" *_").endswith((":", "：", "-", "–", "—")) and titles.size(bare) <= 4:
            return True
        return titles.size(bare) <= 3 and not titles.looks_like_title(bare)

    def _from_link(self, head: list[Span], at: int) -> tuple[int, int, str]:
        span = head[at]
        self._read_lead(head[:at])
        self.result.marked = True
        if link := links.make("", span.url):
            self.result.links.append(Link(links.kind_of("", link.url), "", link.url))
        following = head[at + 1].text if at + 1 < len(head) and head[at + 1].kind == "text" else ""
        joined = re.match(r"\s*[:：]\s*(.+)", following)
        if joined and titles.size(span.text) <= 3 and not head[at + 1].strong:
            title, left = _sentence(joined[1])
            if titles.looks_like_title(title) and titles.continues(title):
                self.result.title = (
                    title
                    if ":" in title or span.text.casefold() in title.casefold()
                    else f"{span.text.strip()}: {title}"
                )
                return at, at + 2, left
        self.result.title = span.text
        return at, at + 1, ""

    def _marked_title(self, head: list[Span], at: int) -> bool:
        """Tell whether a bold or italic stretch is a title, or begins one (`**Short**: rest of it`)."""
        text = head[at].text.strip()
        before = "".join(s.text for s in head[:at]).strip()
        if titles.looks_like_title(text) and (not before or self._is_lead(before) or _QUOTED.search(text) is not None):
            return not (head[at].em and not head[at].strong and authors.authors_in(text))
        if before and not self._is_lead(before):
            return False
        following = head[at + 1].text if at + 1 < len(head) and head[at + 1].kind == "text" else ""
        return bool(re.match(r"\s*[:：]\s*\S", following) or (text.endswith((":", "：")) and following.strip())) or (
            titles.could_be_title(text) and not before
        )

    def _from_mark(self, head: list[Span], at: int, lead: int) -> tuple[int, int, str]:
        self._read_lead(head[:at])
        self.result.marked = True
        text = head[at].text.strip()
        end = at + 1
        while (
            end < len(head)
            and head[end].kind == "break"
            and end + 1 < len(head)
            and head[end + 1].strong == head[at].strong
            and head[end + 1].kind == "text"
        ):
            if not (head[end + 1].strong or head[end + 1].em):
                break
            text += " " + head[end + 1].text.strip()
            end += 2
        if end < len(head) and head[end].kind == "text" and titles.size(text) <= 4:
            following = "".join(" " if s.kind == "break" else s.text for s in head[end : max(lead, end)])
            colon = (
                re.match(r"\s*[:：]\s*(\S.*)", following, re.DOTALL)
                if not text.endswith((":", "："))
                else re.match(r"(\s*\S.*)", following, re.DOTALL)
            )
            if colon and not _OPEN.count(colon[1][0]):
                title, left = _sentence(colon[1])
                if titles.size(title) >= 1 and titles.continues(title):
                    self.result.title = f"{text.rstrip(':： ')}: {title}"
                    return at, max(lead, end), left
        self.result.title = text
        return at, end, ""

    def _from_text(self, head: list[Span], lead: int) -> tuple[int, int, str] | None:
        """Take the title from plain text before the first link or code."""
        text = "".join(" " if s.kind == "break" else s.text for s in head[:lead])
        if quoted := _QUOTED.search(text):
            title = next(g for g in quoted.groups() if g)
            if titles.could_be_title(title):
                self.result.marked = True
                before = text[: quoted.start()]
                if people := authors.authors_in(before.strip(" .,:，：-")):
                    self.result.authors = people
                self.result.title = title
                return 0, lead, text[quoted.end() :]
        if cited := _cited(text):
            self.result.authors, self.result.title, left = cited
            return 0, lead, left
        title, left = _plain_title(text, self.result)
        if not titles.could_be_title(titles.clean_title(title)) or not titles.stands_alone(title):
            return None
        self.result.title = title
        return 0, lead, left

    def _short_link(self, head: list[Span]) -> tuple[int, int, str] | None:
        """Take a link's short text (`[BERT](…)`) as the title if nothing else is there."""
        for n, span in enumerate(head):
            if span.kind == "link" and not span.badge and titles.could_be_title(span.text.strip()):
                return self._from_link(head, n)
        return None

    def _read_lead(self, before: list[Span]) -> None:
        text = "".join(s.text for s in before if s.kind in {"text", "code"}).strip()
        if not text:
            return
        piped = text.endswith(("|", "｜"))
        rest = text.strip(" |｜")
        while tag := _TAGGED.match(rest):
            self._tag(tag[1].strip(), topic=piped)
            rest = rest[tag.end() :].strip(" |｜")
        for piece in _SEPARATOR.split(rest) if rest else []:
            self._tell(piece, lead=True)

    def _tag(self, text: str, *, topic: bool) -> None:
        if venue := venues.venue_in(text):
            self.result.venue = self.result.venue or venue
        elif (found := dates.moments(text)) and titles.size(text) <= 2:
            self.result.published = self.result.published or found[0].text
        elif topic and any(c.isalpha() for c in text):
            self.result.topics += tuple(
                t.strip() for t in re.split(r"[-/、,，]", text) if t.strip() and t.strip() not in self.result.topics
            )

    def _clean_title(self) -> None:
        result = self.result
        title, month = dates.split_date(squeeze(result.title).strip("*_ "))
        result.published = result.published or month
        while (glued := _GLUED_TAGS.search(title)) and glued.start() > 3:
            inside = glued[0].strip().strip("[]【】")
            if not (venues.venue_in(inside) or result.venue):
                break
            result.venue = result.venue or venues.venue_in(inside)
            title = title[: glued.start()]
        title, venue = venues.split_venue(title)
        result.venue = result.venue or venue
        result.title = titles.clean_title(title)

    # -- what stands around it -------------------------------------------------------------------

    def _rest(self, spans: list[Span]) -> None:
        """Read what follows the title: links by their labels, groups in brackets, pieces between separators."""
        text: list[str] = []
        depth = 0
        for span in spans:
            if span.kind == "link":
                self._link(span, text, inside=depth > 0)
            elif span.kind == "image":
                self._image(span)
            elif span.kind == "code" and depth == 0:
                self._code(span.text)
            elif span.kind == "break" and span.text == "\n":
                text.append("\n")
            else:
                if span.kind == "text":
                    depth = max(0, depth + sum(map(span.text.count, "(（")) - sum(map(span.text.count, ")）")))
                text.append(_markdown(span))
        for line in re.split(r"\n|\s+[|｜]\s+", "".join(text)):
            self._line(line)

    def _link(self, span: Span, text: list[str], *, inside: bool) -> None:
        label = span.text.strip()
        named = links.label_kind(label)
        if link := links.make(label, span.url):
            told = named is not None or links.is_web(label) or span.badge
            if span.badge and not links.label_of(label):
                link = Link(link.kind, "", link.url)
            if not told and inside and link.kind == "arxiv":
                link = Link("paper", link.label, link.url)
            self.result.links.append(link)
            if named is None and not links.is_web(label) and not span.badge:
                text.append(label)
        elif len(label) > 2 and named is not None and not span.url:
            self.result.empty_labels.append(links.label_of(label))
        elif label and named is None:
            text.append(label)

    def _image(self, span: Span) -> None:
        if links.is_web(span.url) and not links.is_badge(span.url):
            self.result.images.append(span.url)

    def _code(self, text: str) -> None:
        text = text.strip(" ,;[]")
        if venue := venues.venue_in(text) or venues.dated_acronym(text):
            self.result.venue = self.result.venue or venue
        elif (found := dates.moments(text)) and titles.size(text) <= 1:
            self.result.published = self.result.published or found[0].text
        elif any(c.isalpha() for c in text) and len(text) <= 60 and not links.label_kind(text):
            self.result.keypoints += tuple(k.strip() for k in re.split(r"[,;，、；]", text) if k.strip())

    def _line(self, line: str) -> None:
        for url in links.bare_urls(line):
            if link := links.make("", url):
                self.result.links.append(link)
            line = line.replace(url, " ")
        if not self.result.authors and (slanted := _SLANTED.fullmatch(line)) and authors.is_name(slanted[1].strip()):
            self.result.authors = (slanted[1].strip(),)
            return
        told: list[str] = []
        for group, bracketed in _groups(line):
            if told and not _ends(group):
                told.append(group if not bracketed else line[line.find(group) - 1 : line.find(group) + len(group) + 1])
            elif bracketed:
                self._bracketed(group)
            else:
                told += self._pieces(group)
        if told:
            self._comment("".join(told))

    def _pieces(self, text: str) -> list[str]:
        """Take what stands between separators outside brackets; return the text from where it becomes prose on."""
        at = 0
        for stop in [*_SEPARATOR.finditer(text), None]:
            piece = text[at : stop.start() if stop else len(text)]
            if not self._told(piece):
                return [text[at:]]
            at = stop.end() if stop else len(text)
        return []

    def _comment(self, text: str) -> None:
        text = text.strip().lstrip(",，;；.。:：|-–—*_ ").rstrip("|-–—_ ,，")
        if any(c.isalnum() for c in text):
            self.result.texts.append(("Comment", text))

    def _bracketed(self, text: str) -> None:
        inner = text.strip(" []")
        if not any(c.isalnum() for c in inner) or _READ_MARK.match(text):
            return
        if remark := _REMARK.match(inner):
            label = "Comment" if remark[1].lower().startswith("comment") else "Notes"
            self.result.texts.append((label, remark["text"].strip()))
        elif venues.venue_in(inner):
            self._tell(inner)
        elif links.label_kind(inner) and len(inner) > 2 and not inner.isdigit():
            self.result.empty_labels.append(links.label_of(inner))
        else:
            self._tell(inner)

    def _tell(self, piece: str, *, lead: bool = False) -> None:
        """Take a piece of text for what it says; what says nothing known is a comment, before a title it is dropped."""
        if not self._told(piece, lead=lead) and not lead:
            self._comment(piece)

    def _told(self, piece: str, *, lead: bool = False) -> bool:
        """Take a piece of text that says a venue, a date, authors or a mark and nothing else; tell whether it does."""
        result = self.result
        piece = piece.strip(" \t,，;；.。|*_")
        if not any(c.isalnum() for c in piece) or _READ_MARK.match(piece):
            return True
        bare = piece.replace("*", "").replace("`", "").strip(" ,.;:：")
        known = venues.venue_in(bare) or venues.dated_acronym(bare)
        if venue := known or (venues.acronym(bare) if lead and self.venue_heads else None):
            result.venue = result.venue or venue
            found = dates.moments(bare)
            result.published = result.published or (found[0].text if found else None)
            return True
        found = dates.moments(bare)
        if found and sum(c.isalpha() for c in bare[: found[0].start] + bare[found[0].end :]) <= 4:
            result.published = result.published or found[0].text
            return True
        if re.fullmatch(r"[\W_]*(?:19|20)\d\d[\W_]*", bare) or links.label_kind(bare) or words.role_of(bare) == "links":
            return True
        if not result.authors and (people := authors.authors_in(bare)):
            result.authors = people
            return True
        return ("," in bare or "." in bare) and len(bare) < 300 and self._listed(bare)

    def _listed(self, text: str) -> bool:
        """Take `Authors, Venue Year` apart."""
        pieces = [p.strip() for p in re.split(r"[,，]\s*|\.\s+", text) if p.strip()]
        known = [p for p in pieces if venues.venue_in(p) or re.fullmatch(r"(?:19|20)\d\d", p)]
        others = [p for p in pieces if p not in known]
        people = authors.authors_in(", ".join(others)) if others else ()
        if not known or people is None:
            return False
        venue = next((v for p in known if (v := venues.venue_in(p))), None)
        self.result.venue = self.result.venue or venue
        self.result.authors = self.result.authors or people
        return True

    def _weigh(self) -> None:
        result = self.result
        own = result.links[:1] if result.marked else []
        if any(links.is_paper_url(link.url) for link in own):
            result.proof = 3
        elif any(link.kind in {"arxiv", "paper"} for link in result.links):
            sure = any(links.is_paper_url(link.url) and links.is_specific(link.label) for link in result.links)
            result.proof = (
                3 if sure or (result.marked and any(links.is_paper_url(link.url) for link in result.links)) else 2
            )
        elif result.venue or result.authors or result.published:
            result.proof = 1


def _ends(group: str) -> bool:
    """Tell whether a group in brackets is none of the prose around it: a remark, a mark."""
    inner = group.strip(" []")
    return bool(_REMARK.match(inner) or _READ_MARK.match(group) or links.label_kind(inner))


def _groups(text: str) -> list[tuple[str, bool]]:
    """Divide a line into what stands in brackets (outermost, balanced, of any kind) and what stands outside."""
    found: list[tuple[str, bool]] = []
    stack: list[str] = []
    start = 0
    for n, char in enumerate(text):
        if char in _OPEN:
            if not stack:
                found.append((text[start:n], False))
                start = n + 1
            stack.append(char)
        elif char in _CLOSE and stack:
            kind = _OPEN.index(stack[-1]) % 2 == _CLOSE.index(char) % 2 if char in ")]" else True
            if not kind and len(stack) > 1:
                continue
            stack.pop()
            if not stack:
                found.append((text[start:n], True))
                start = n + 1
    found.append((text[start:], bool(stack)))
    return [(part, inside) for part, inside in found if part.strip()]


def _sentence(text: str) -> tuple[str, str]:
    """Divide the rest of a title from what follows: a full stop before a venue or sentence, a bracket, a dash."""
    end = re.search(r"[.。]\s+(?=\S)|\s+[(（\[【|]|\s+[-–—]+\s+|[.。]\s*$", text)
    if not end:
        if (
            (venue := venues.find_venue(text))
            and venue.end() >= len(text.rstrip(" .,"))
            and text[: venue.start()].rstrip().endswith((",", "."))
        ):
            return text[: venue.start()].rstrip(" ,."), venue[0]
        return text, ""
    return text[: end.start()], text[end.start() :].lstrip(" .。")


def _cited(text: str) -> tuple[tuple[str, ...], str, str] | None:
    """Read a bibliographic line: `A. Author, B. Author. Title. Venue, year`."""
    text = squeeze(text)
    for stop in re.finditer(
        r"(?<![A-Z])(?<!et al)[.:]\s+|\((?:19|20)\d\d[a-z]?\)[.,]?\s+|et al\.?,?\s*(?:\(?(?:19|20)\d\d\)?)?[.,:]?\s+",
        text,
    ):
        if stop.start() > 600:
            return None
        people = authors.authors_in(text[: stop.end() if stop[0].startswith("et al") else stop.start()].strip(" .:("))
        if people is None:
            continue
        title, left = _sentence(text[stop.end() :])
        return (people, title, left) if titles.looks_like_title(title) else None
    return None


def _plain_title(text: str, result: Reference) -> tuple[str, str]:
    """Take a title without any mark off the front of a text; venue, date and tags are left to the rest."""
    text = squeeze(text)
    while tag := _TAGGED.match(text):
        if not (venues.venue_in(tag[1]) or dates.moments(tag[1]) or len(tag[1]) <= 2 or text[tag.end() :][:1] in "|"):
            break
        if venue := venues.venue_in(tag[1]):
            result.venue = result.venue or venue
        elif found := dates.moments(tag[1]):
            result.published = result.published or found[0].text
        text = text[tag.end() :]
    pieces = [p for p in re.split(r"\s+[|｜]\s+", text) if p.strip()]
    if len(pieces) > 1:
        best = next(
            (p for p in pieces if titles.looks_like_title(p) and not authors.authors_in(p) and not venues.venue_in(p)),
            pieces[0],
        )
        return best, " | ".join(p for p in pieces if p is not best)
    cut = re.search(r"\s*[(（\[【]", text)
    if cut and cut.start() > 3 and not re.match(r"\s*[(（][A-Z][\w-]{1,14}[)）]\s*[:：\w]", text[cut.start() :]):
        return text[: cut.start()], text[cut.start() :]
    if (venue := venues.find_venue(text)) and venue.start() > 10 and text[: venue.start()].rstrip()[-1:] in ",.;-–—|":
        title = text[: venue.start()].rstrip(" ,.;-–—|")
        pieces = re.split(r"\.\s+", title)
        if len(pieces) == 2 and authors.authors_in(pieces[1]):
            result.authors, title = authors.authors_in(pieces[1]) or (), pieces[0]
        return title, text[venue.start() :]
    sentence = re.search(r"[.。]\s+(?=[A-Z(（\[])", text)
    if sentence and sentence.start() > 12:
        return text[: sentence.start()], text[sentence.end() :]
    return text.rstrip(" :：-–—"), ""
