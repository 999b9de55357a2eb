"""Around a title: what the words, links and pictures before and behind it tell of the paper.

Links go by their labels, groups in brackets and pieces between separators by what they say; what says nothing that is
known is a comment on the paper.
"""

import re

from digestbot.models import Link
from digestbot.parsing.markdown.span import Span
from digestbot.parsing.references import pieces, signs
from digestbot.parsing.references.pieces import Piece
from digestbot.parsing.references.reference import Reference
from digestbot.parsing.terms import arxiv, authors, dates, links, titles, venues

_CLOSING = {"(": ")）", "（": "）)", "[": "]】", "【": "】]"}  # either width closes, as people type it
_BRACKET = re.compile(r"[](（)）[【】]")
_ROUND = re.compile("[(（)）]")
_LABELS = ("paper", "code", "pdf", "project", "link", "github", "arxiv", "论文", "代码", "链接")
_LONGEST_LABEL = max(map(len, _LABELS))
_BEHIND_LABELS = links.SPACES + "*:："
_LABELS_LEFT = re.compile(rf"(?i)(?:[,，;；|.]\s*(?:{'|'.join(_LABELS)})[\s*]*(?:[:：][\s*]*)?)+$")
_LABELS_LENGTH = 200  # characters that such labels take
_READ_MARK = re.compile(r"(?i)^[\s\[\]*]*read\s*notes?\s*\d*[\s\[\]*]*$")
_REMARK = re.compile(
    r"(?i)^\s*\**\s*(notes?|ps|p\.s\.?|remarks?|comments?|备注|注)\s*\**\s*[:：]\s*\**\s*(?P<text>.*)$", re.DOTALL
)
_SEPARATOR = re.compile(r"\s+[|｜•·]\s+|\s*[|｜]\s*(?=\S)|\s+[-–—]{1,2}\s+|\s*——\s*|\s*→\s*")
_LINES = re.compile(r"\n|(?<![^\S\n])[^\S\n]+[|｜]\s+")
_SEPARATING = re.compile(r"[|｜•·–—→]|\s-")  # a text without one of them is one piece
_STRUCTURED = re.compile(rf"[](（)）[【】]|{_SEPARATING.pattern}")
_BESIDE = ' |｜"“”'  # what a title is parted from by, or set in
_SLANTED = re.compile(r"\s*\*([^*]+)\*\s*")


class Around:
    """Takes what stands around a title into what is known of its paper.

    `venue_heads`: the list's other items begin with a venue, so an unknown word there is one too.
    """

    def __init__(self, result: Reference, *, venue_heads: bool) -> None:
        self.result = result
        self.venue_heads = venue_heads

    def lead(self, before: list[Span]) -> None:
        """Read what stands before the title: tags in brackets, code, pieces between separators."""
        text = "".join(s.text for s in before if s.kind == "text").strip()
        for span in before:
            if span.kind == "code":
                self._code(span.text)
        if not text:
            return
        piped = text.endswith(("|", "｜"))
        rest = text.strip(_BESIDE)
        while tag := signs.tag_in(rest):
            self._tag(tag[0], topic=piped)
            rest = tag[1].strip(_BESIDE)
        for piece in _SEPARATOR.split(rest) if rest else []:
            self._tell(piece, lead=True)

    def _id(self, text: str) -> bool:
        """Take a text that is nothing but an arXiv id for the paper's address; tell whether it is one."""
        url = arxiv.url(text)
        if url:
            self.result.see_named(url)
        return url is not None

    def _tag(self, text: str, *, topic: bool) -> None:
        if self._id(text):
            return
        if venue := venues.venue_in(text):
            self.result.venue = self.result.venue or venue
        elif (found := dates.moments(text)) and titles.size(text) <= 2:
            self.result.published = self.result.published or found[0].text
        elif topic and any(map(str.isalpha, text)):
            self.result.topics += tuple(
                t.strip() for t in re.split(r"[-/、,，]", text) if t.strip() and t.strip() not in self.result.topics
            )

    def rest(self, spans: list[Span]) -> None:
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
            else:
                if span.kind == "text" and _ROUND.search(span.text):
                    depth = max(0, depth + sum(map(span.text.count, "(（")) - sum(map(span.text.count, ")）")))
                text.append(_markdown(span))
        told = "".join(text)
        for line in told.split("\n") if "|" not in told and "｜" not in told else _LINES.split(told):
            if any(map(str.isalnum, line)):
                self._line(line)

    def _link(self, span: Span, text: list[str], *, inside: bool) -> None:
        label = span.text.strip()
        named = links.label_kind(label)
        if named is not None and any(map(str.isdigit, label)) and (venue := venues.venue_in(label)):
            self.result.venue = self.result.venue or venue
        elif span.picture and self._badge(span.picture) and not span.url:
            return
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
            self.result.empty_labels += (links.label_of(label),)
        elif label and named is None:
            text.append(label)

    def _image(self, span: Span) -> None:
        if not self._badge(span.url) and links.is_web(span.url) and not links.is_badge(span.url):
            self.result.images += (span.url,)

    def _badge(self, picture: str) -> bool:
        """Take the venue that a badge shows; tell whether it shows one."""
        venue = venues.on_badge(picture)
        self.result.venue = self.result.venue or venue
        return venue is not None

    def _code(self, text: str) -> None:
        text = text.strip(" ,;[]")
        if venue := venues.venue_in(text) or venues.dated_name(text):
            self.result.venue = self.result.venue or venue
        elif (found := dates.moments(text)) and titles.size(text) <= 1:
            self.result.published = self.result.published or found[0].text
        elif any(map(str.isalpha, text)) and len(text) <= 60 and not links.label_kind(text):
            self.result.keypoints += tuple(k.strip() for k in re.split(r"[,;，、；]", text) if k.strip())

    def _line(self, line: str) -> None:
        for url in links.bare_urls(line):
            self.result.see_link("", url)
            line = line.replace(url, " ")
        if "*" in line and not self.result.authors and (slanted := _SLANTED.fullmatch(line)):
            name = slanted[1].strip()
            if authors.is_name(name):
                self.result.authors = (name,)
                return
        line = _without_labels(line)
        if not _STRUCTURED.search(line):
            self._tell(line)
            return
        told: list[str] = []
        for inner, raw in _groups(line):
            if told and not _ends(inner):
                told.append(raw)
            elif inner != raw:
                self._bracketed(inner)
            else:
                told += self._pieces(inner)
        if told:
            self._comment("".join(told))

    def _pieces(self, text: str) -> list[str]:
        """Take what stands between separators outside brackets; return the text from where it becomes prose on."""
        at = 0
        stops = _SEPARATOR.finditer(text) if _SEPARATING.search(text) else ()
        for stop in [*stops, None]:
            piece = text[at : stop.start() if stop else len(text)]
            if not self._told(piece):
                return [text[at:]]
            at = stop.end() if stop else len(text)
        return []

    def _comment(self, text: str) -> None:
        text = text.strip().lstrip(",，;；.。:：|-–—*_ ").rstrip("|-–—_ ,，")
        if any(map(str.isalnum, text)):
            self.result.texts += (("Comment", text),)

    def _bracketed(self, text: str) -> None:
        inner = text.strip(" []")
        if not any(map(str.isalnum, inner)) or _READ_MARK.match(text):
            return
        if remark := _REMARK.match(inner):
            label = "Comment" if remark[1].lower().startswith("comment") else "Notes"
            self.result.texts += ((label, remark["text"].strip()),)
        elif venues.venue_in(inner) or dates.moments(inner):
            self._tell(inner)
        elif links.label_kind(inner) and len(inner) > 2 and not inner.isdigit():
            self.result.empty_labels += (links.label_of(inner),)
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
        if not any(map(str.isalnum, piece)) or ("ote" in piece.lower() and _READ_MARK.match(piece)):
            return True
        if "." in piece and piece[0].isdigit() and self._id(piece):
            return True
        bare = piece.replace("*", "").replace("`", "").strip(" ,.;:：")
        if "rxiv" in bare.lower() and (url := arxiv.url_in(bare)):
            result.see_named(url)
            bare = arxiv.without_lead(bare)
        said = pieces.said(bare)
        if lead and self.venue_heads and not (said and said.clear) and (venue := venues.acronym(bare)):
            said = Piece("venue", venue, next((moment.text for moment in dates.moments(bare)), None))
        elif result.venue and (not said or said.kind == "label") and venues.HONOUR.fullmatch(bare):
            result.venue = f"{result.venue} {bare}"
            return True
        if said and said.kind == "people" and result.authors:
            said = pieces.credit(bare)
        if said is None:
            return False
        result.venue = result.venue or said.venue
        result.published = result.published or said.published
        result.authors = result.authors or said.people
        return True


def _markdown(span: Span) -> str:
    """Return text, code or a line's end as it is written."""
    if span.kind == "code":
        return f"`{span.text}`"
    if span.kind == "break" or not (span.strong or span.em):
        return span.text
    mark = "**" * span.strong + "*" * span.em
    inner = span.text.strip()
    if not inner:
        return span.text
    return span.text.replace(inner, f"{mark}{inner}{mark}", 1)


def _without_labels(line: str) -> str:
    """Take the labels off a line's end whose links were taken out of it."""
    if not line.rstrip(_BEHIND_LABELS)[-_LONGEST_LABEL:].lower().endswith(_LABELS):
        return line
    found = _LABELS_LEFT.search(line, max(0, len(line) - _LABELS_LENGTH))
    return line[: found.start()] if found else line


def _ends(group: str) -> bool:
    """Tell whether a group in brackets is none of the prose around it: a remark, a mark."""
    inner = group.strip(" []")
    return bool(_REMARK.match(inner) or _READ_MARK.match(group) or links.label_kind(inner))


def _groups(text: str) -> list[tuple[str, str]]:
    """Divide a line into what stands in brackets (outermost, balanced) and what stands outside.

    Each group comes bare and as written; these differ for the bracketed. One that is not closed goes to the end.
    """
    if not _BRACKET.search(text):
        return [(text, text)]
    found: list[tuple[str, str]] = []
    stack: list[str] = []
    start = 0
    for bracket in _BRACKET.finditer(text):
        n, char = bracket.start(), bracket[0]
        if char in _CLOSING:
            if not stack:
                found.append((text[start:n], text[start:n]))
                start = n
            stack.append(_CLOSING[char])
        elif stack and char in stack[-1]:
            stack.pop()
            if not stack:
                found.append((text[start + 1 : n], text[start : n + 1]))
                start = n + 1
    rest = text[start:]
    found.append((rest[1:] if stack else rest, rest))
    return [(inner, raw) for inner, raw in found if inner.strip()]
