"""An entry in the making: what the shapes find is put in here, and comes out as the frozen `Entry`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from digestbot.identity import arxiv_id, entry_arxiv, fold_title
from digestbot.models import Entry, Field, Link, Location
from digestbot.parsing import authors, dates, inline, keypoints, links, loose, titles, words
from digestbot.parsing.fields import Part
from digestbot.parsing.inline import Span, squeeze
from digestbot.parsing.log import Log
from digestbot.parsing.reference import Reference

_ABSTRACT = 250  # characters: a shorter paragraph after the authors may be anything
_GIST = 600  # characters: more than any list shows of a gist (180), less than a page
_ONE_PARAGRAPH = frozenset(
    {"authors", "venue", "date", "period", "topic", "keypoints"}
)  # what stands below is not theirs
_ITEMS = ("- ", "* ", "+ ", "1. ")
_IMAGE = re.compile(r"!\[[^\[\]]*\]\(\s*<?([^\s)>]+)|<img\b[^<>]{0,600}?\bsrc\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_SENTENCE = re.compile(
    r"(?<=[。！？])|(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!et al\.)(?<!vs\.)(?<![A-Z]\.)\s+(?=[A-Z\u3400-\u9fff\"“])"
)


@dataclass(slots=True)
class Draft:
    """An entry under construction. `line` counts from 1."""

    title: str
    line: int
    topics: tuple[str, ...] = ()
    period: str | None = None
    published: str | None = None
    keypoints: list[str] = field(default_factory=list[str])
    venue: str | None = None
    authors: tuple[str, ...] = ()
    links: list[Link] = field(default_factory=list[Link])
    images: list[str] = field(default_factory=list[str])
    _texts: dict[str, tuple[str, dict[str, None]]] = field(default_factory=dict[str, tuple[str, dict[str, None]]])
    """The labels by how they compare, each as written with the different texts under it, in the note's order."""

    @property
    def fields(self) -> dict[str, str]:
        """The Markdown under each label, in the note's order."""
        return {label: "\n\n".join(filter(None, told)) for label, told in self._texts.values()}

    def add(self, label: str, markdown: str) -> bool:
        """Put text under a label; a label that is there already gets both texts. Tell whether it was there."""
        markdown = markdown.strip("\n").rstrip()
        name = words.fold(label)
        repeated = name in self._texts
        self._texts.setdefault(name, (label, {}))[1][markdown] = None
        return repeated

    def take(self, reference: Reference) -> None:
        """Take over what a reference tells."""
        self.venue = self.venue or reference.venue
        self.published = self.published or reference.published
        self.authors = self.authors or reference.authors
        self.topics = reference.topics or self.topics
        self.keypoints += reference.keypoints
        self.links += reference.links
        self.images += reference.images
        for label, text in reference.texts:
            self.add(label, text)

    def take_parts(self, parts: Iterable[Part], log: Log) -> None:
        """Take over labelled parts by what their labels stand for, and the text between them."""
        for part in parts:
            if part.label:
                self._take_label(part, log)
            else:
                self.take_text(part)

    def _take_label(self, part: Part, log: Log) -> None:
        text = part.markdown
        role = words.role_of(part.label)
        if role in _ONE_PARAGRAPH and not text.startswith(_ITEMS):
            text, _, below = text.partition("\n\n")
            self.take_text(Part("", part.line, below.split("\n")))
        self.see_images(text)
        if not text.strip():
            log.tell(part.line, f"the label “{part.label}” has no text", "left it out")
            return
        known = self._known(role, part.label, text)
        if known:
            return
        if self.add(part.label, text):
            log.tell(part.line, f"the label “{part.label}” stands twice in one entry", "joined both texts")

    def _known(self, role: words.Role | None, label: str, text: str) -> bool:
        """Take a part whose label stands for a property; tell whether nothing of it is left for the fields."""
        match role:
            case "keypoints":
                self.keypoints += keypoints.split(text)
                return False
            case "authors":
                listed = ", ".join(keypoints.split(text)) if text.startswith(_ITEMS) else inline.plain(text)
                self.authors = self.authors or authors.split_authors(listed)
                return bool(self.authors) and "\n" not in text.strip()
            case "venue":
                self._take_venue(text)
                return len(text) < 200 and "\n" not in text.strip()
            case "date" | "period":
                found = dates.moments(text)
                if found and role == "date":
                    self.published = self.published or found[0].text
                elif found:
                    self.period = found[0].text
                self._see_arxiv(text)
                return len(text) < 80
            case "title":
                self.see_links(inline.spans(text))
                return True
            case "topic":
                self.topics = (
                    tuple(dict.fromkeys((*keypoints.split(text), *self.topics))) if len(text) < 120 else self.topics
                )
                return len(text) < 120
            case "links":
                return self._take_links(label, text)
            case _:
                return False

    def _take_venue(self, text: str) -> None:
        found = inline.spans(text)
        self.see_links(found)
        plain = squeeze("".join(s.text for s in found if s.kind in {"text", "code"} or not links.label_kind(s.text)))
        found_dates = dates.moments(plain)
        if found_dates:
            self.published = self.published or found_dates[0].text
        self._see_arxiv(text)
        self.venue = self.venue or re.split("[；;]", plain)[0].strip(" ,;.()[]|")[:120] or None

    def _see_arxiv(self, text: str) -> None:
        """Take the arXiv id that a property's first line tells without an address (`ECCV 2020 (arXiv:2008.…)`)."""
        first = text.split("\n", 1)[0]
        if "://" not in first and (identifier := arxiv_id(first)):
            self._link("arXiv", f"https://arxiv.org/abs/{identifier}")

    def _take_links(self, label: str, text: str) -> bool:
        """Take a field such as `Code: …`; its label names the links in it."""
        rest: list[str] = []
        found = inline.spans(text)
        for span in found:
            if span.kind == "link" and not span.badge:
                named = (
                    span.text if links.label_kind(span.text) and words.fold(label) not in {"code", "project"} else label
                )
                self._link(named, span.url)
            elif span.kind in {"text", "code"}:
                urls = links.bare_urls(span.text)
                for url in urls:
                    self._link(label, url)
                if identifier := (None if urls else arxiv_id(span.text) or arxiv_id(f"arxiv:{span.text.strip()}")):
                    self._link(label, f"https://arxiv.org/abs/{identifier}")
                    urls = [span.text.strip()]
                rest.append("" if urls and len(span.text) < sum(map(len, urls)) + 12 else span.text)
        return titles.size(squeeze("".join(rest))) <= 3 or (
            any(s.kind == "link" for s in found) and titles.size("".join(rest)) <= 6
        )

    def _link(self, label: str, url: str) -> None:
        if link := links.make(label, url):
            self.links.append(link)

    def take_text(self, part: Part) -> None:
        """Take text without a label line by line: dates, authors, links by their form; what is left is prose."""
        left: list[str] = []
        fenced = False
        for line in part.lines:
            if line.lstrip().startswith(("```", "~~~")):
                fenced = not fenced
            if fenced or not line.strip() or loose.left_over(self, line):
                left.append(line)
        text = _shrink(left)
        self.see_images(text)
        first, rest = _first_paragraph(text)
        if "abstract" not in self._texts and (self.authors or self.published) and len(first) > _ABSTRACT:
            self.add("Abstract", first)
            text = rest
        if text.strip():
            self.add("Notes", text)

    def see_images(self, text: str) -> None:
        """Note the pictures in a text that are the paper's own."""
        if "!" not in text and "<" not in text:
            return
        for found in _IMAGE.finditer(text):
            url = found[1] or found[2]
            if links.is_web(url) and not links.is_badge(url):
                self.images.append(url)

    def take_over(self, other: "Draft") -> None:
        """Take over what another entry about the paper tells and this one does not."""
        self.venue = self.venue or other.venue
        self.published = self.published or other.published
        self.authors = self.authors or other.authors
        self.topics += other.topics
        self.keypoints += other.keypoints
        self.links += other.links
        self.images += other.images
        for label, text in other.fields.items():
            self.add(label, text)

    def see_links(self, found: Iterable[Span]) -> None:
        """Note links by their own labels."""
        for span in found:
            if span.kind == "link":
                self._link(span.text, span.url)

    def finish(self, file: str) -> Entry:
        """Make the entry: links united, the month from the arXiv id if nothing else tells it, the gist chosen."""
        if not any(link.kind in {"arxiv", "paper"} for link in self.links):
            self._see_own_links()
        united = links.unite(self.links)
        fields = {label: text for label, text in self.fields.items() if text.strip()}
        entry = Entry(
            title=squeeze(self.title),
            topics=_distinct(self.topics),
            period=self.period,
            published=self.published,
            keypoints=_distinct(self.keypoints),
            gist=squeeze(_gist(fields)),
            venue=squeeze(self.venue or "") or None,
            authors=_distinct(self.authors),
            fields=tuple(Field(label, text) for label, text in fields.items()),
            links=_own_first(united, self.title),
            images=tuple(dict.fromkeys(self.images)),
            source=Location(file, self.line),
        )
        if entry.published is None and (identifier := entry_arxiv(entry)):
            object.__setattr__(entry, "published", dates.arxiv_month(identifier))
        return entry

    def _see_own_links(self) -> None:
        """Take links to the paper out of the fields: they bear the title, or one alone is called `Paper`."""
        own = fold_title(self.title)
        lines = (line for text in self.fields.values() for line in text.split("\n") if "](http" in line)
        found = [
            span
            for line in lines
            for span in inline.spans(line)
            if span.kind == "link" and links.is_paper_url(span.url)
        ]
        called = [s for s in found if links.label_kind(s.text) == "paper" and links.is_specific(s.text)]
        for span in found:
            if (own and own in fold_title(span.text)) or (len({s.url for s in called}) == 1 and span in called):
                self._link("", span.url)


def _gist(fields: dict[str, str]) -> str:
    by_role: dict[str, str] = {}
    for label, text in fields.items():
        if role := words.role_of(label):
            by_role.setdefault(role, text)
    for role in ("objective", "tldr", "comment"):
        if role in by_role and (line := one_line(by_role[role])):
            return line
    if "abstract" in by_role:
        return _SENTENCE.split(one_line(by_role["abstract"]), 1)[0].strip()
    return ""


def _first_paragraph(text: str) -> tuple[str, str]:
    """Divide a text after its first paragraph or list item."""
    text = re.sub(r"^\s*[-+*]\s+", "", text)
    end = re.search(r"\n\s*\n|\n[-+*]\s", text)
    return (text[: end.start()], text[end.start() :].lstrip("\n")) if end else (text, "")


def _distinct(told: Iterable[str]) -> tuple[str, ...]:
    """Return names of one line each, without empty ones and repetitions."""
    return tuple(dict.fromkeys(filter(None, map(squeeze, told))))


def _own_first(found: tuple[Link, ...], title: str) -> tuple[Link, ...]:
    """Put the arXiv link that bears the title before others: the first is the paper's own."""
    if len(found) < 2 or sum(link.kind == "arxiv" for link in found) < 2:
        return found
    folded = fold_title(title)
    own = [link for link in found if link.kind == "arxiv" and link.label and fold_title(link.label) == folded]
    return tuple(dict.fromkeys((*own, *found)))


_NOT_TEXT = re.compile(
    r"(?m)^[ \t]*(?:[-*+]|\d+[.)]|>+|#{1,6})[ \t]+|<[^>\n]{0,300}>|^\s*(?:```|~~~).*$|^\s*\|?[-:| ]+\|?\s*$"
)


def one_line(markdown: str) -> str:
    """Make plain text of one line from Markdown, cut between words if it is very long."""
    text = inline.plain(_NOT_TEXT.sub("", markdown[: 4 * _GIST]))
    if len(text) <= _GIST:
        return text
    return text[: text.rfind(" ", _GIST // 2, _GIST) if " " in text[_GIST // 2 : _GIST] else _GIST].rstrip() + "…"


def _shrink(lines: list[str]) -> str:
    """Join what is left, with no more than one blank line in a row."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")
