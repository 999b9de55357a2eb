"""An entry in the making: what the shapes find is put in here, and comes out as the frozen `Entry`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from digestbot.identity import entry_arxiv, fold_title
from digestbot.models import Entry, Field, Link, Location
from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.span import squeeze
from digestbot.parsing.page import loose
from digestbot.parsing.page.facts import ITEMS, Facts
from digestbot.parsing.page.log import Log
from digestbot.parsing.references import Reference
from digestbot.parsing.terms import dates, keypoints, labels, links
from digestbot.parsing.terms.fields import Part

_ABSTRACT = 250  # characters: a shorter paragraph after the authors may be anything
_GIST = 600  # characters: more than any list shows of a gist (180), less than a page
_ONE_PARAGRAPH = frozenset(
    {"authors", "venue", "date", "period", "topic", "keypoints"}
)  # what stands below is not theirs
_SENTENCE = re.compile(
    r"(?<=[。！？])|(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!et al\.)(?<!vs\.)(?<![A-Z]\.)\s+(?=[A-Z\u3400-\u9fff\"“])"
)


_ORIGINAL = re.compile(r"(?i)\boriginal paper\b|원\s?논문|原论文|论文原文|原論文")
_FEW_SIGNS = 10  # of a title: fewer may stand in any text
_POINTER = 6  # characters of a link's text in such a sentence: `here`, `다음`


@dataclass(slots=True)
class Draft(Facts):
    """An entry under construction."""

    _texts: dict[str, tuple[str, dict[str, None]]] = field(default_factory=dict[str, tuple[str, dict[str, None]]])
    """The labels by how they compare, each as written with the different texts under it, in the note's order."""

    @property
    def fields(self) -> dict[str, str]:
        """The Markdown under each label, in the note's order."""
        return {label: "\n\n".join(filter(None, told)) for label, told in self._texts.values()}

    def add(self, label: str, markdown: str) -> bool:
        """Put text under a label; a label that is there already gets both texts. Tell whether it was there."""
        markdown = markdown.strip("\n").rstrip()
        name = labels.fold(label)
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
        role = labels.role_of(part.label)
        if role in _ONE_PARAGRAPH and not text.startswith(ITEMS):
            text, below = _own_lines(text)
            self.take_text(Part("", part.line, below))
        self.see_images(text)
        if not text.strip():
            log.tell(part.line, f"the label “{part.label}” has no text", "left it out")
            return
        if keypoints.are_hashtags(text.strip()):
            role = "keypoints"
        if self.take_property(role, part.label, text):
            return
        if self.add(part.label, text):
            log.tell(part.line, f"the label “{part.label}” stands twice in one entry", "joined both texts")

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

    def finish(self, file: str) -> Entry:
        """Make the entry: links united, the month from the arXiv id if nothing else tells it, the gist chosen."""
        if self._texts and not any(link.kind in {"arxiv", "paper"} for link in self.links):
            self._see_own_links()
        united = links.unite(self.links)
        fields = {label: text for label, text in self.fields.items() if text.strip()} if self._texts else {}
        entry = Entry(
            title=squeeze(self.title),
            topics=_filed(self.topics),
            period=self.period,
            published=self.published,
            keypoints=_distinct(self.keypoints),
            gist=squeeze(_gist(fields)) if fields else "",
            venue=(squeeze(self.venue) or None) if self.venue else None,
            authors=_distinct(self.authors),
            fields=tuple(Field(label, text) for label, text in fields.items()) if fields else (),
            links=_own_first(united, self.title),
            images=tuple(dict.fromkeys(self.images)) if self.images else (),
            source=Location(file, self.line),
        )
        if entry.published is None and (identifier := entry_arxiv(entry)):
            object.__setattr__(entry, "published", dates.arxiv_month(identifier))
        return entry

    def _see_own_links(self) -> None:
        """Take links to the paper out of the fields: they bear the title, or one alone is called `Paper`."""
        own = fold_title(self.title)
        lines = (line for text in self.fields.values() for line in text.split("\n") if "](http" in line)
        told = [
            (line, span)
            for line in lines
            for span in inline.spans(line)
            if span.kind == "link" and links.is_paper_url(span.url)
        ]
        found = [span for _, span in told]
        called = [s for s in found if links.label_kind(s.text) == "paper" and links.is_specific(s.text)]
        called = called or [span for line, span in told if _ORIGINAL.search(line) and len(span.text) <= _POINTER]
        for span in found:
            if (own and own in fold_title(span.text)) or (len({s.url for s in called}) == 1 and span in called):
                self.see_link("", span.url)
        self._see_cited(own)

    def _see_cited(self, own: str) -> None:
        """Take the address behind a citation of the paper itself, in a line that says its title and nothing else's."""
        lines = (line for text in self.fields.values() for line in text.split("\n") if "://" in line)
        cited = [line for line in lines if len(own) > _FEW_SIGNS and "](" not in line and own in fold_title(line)]
        urls = {url for line in cited for url in links.bare_urls(line) if links.is_paper_url(url)}
        if len(urls) == 1:
            self.see_link("", urls.pop())


def _own_lines(text: str) -> tuple[str, list[str]]:
    """Divide a property's text from what stands below it: another paragraph, lines of links called by what they are."""
    first, *rest = text.split("\n")
    end = next((n for n, line in enumerate(rest) if not line.strip() or _is_row_of_links(line)), len(rest))
    return "\n".join([first, *rest[:end]]), rest[end:]


def _is_row_of_links(line: str) -> bool:
    told = [s for s in inline.spans(line) if any(map(str.isalnum, s.text))] if "](" in line else []
    return bool(told) and all(s.kind == "link" and links.label_kind(s.text) for s in told)


def _gist(fields: dict[str, str]) -> str:
    by_role: dict[str, str] = {}
    for label, text in fields.items():
        if role := labels.role_of(label):
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


@lru_cache(maxsize=256)
def _filed(topics: tuple[str, ...]) -> tuple[str, ...]:
    """Return the topics that entry after entry stands under, as names."""
    return _distinct(topics)


def _distinct(told: Iterable[str]) -> tuple[str, ...]:
    """Return names of one line each, without empty ones and repetitions."""
    return tuple(dict.fromkeys(filter(None, map(squeeze, told)))) if told else ()


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
    text = inline.plain(_without_marks(markdown[: 4 * _GIST]))
    if len(text) <= _GIST:
        return text
    return text[: text.rfind(" ", _GIST // 2, _GIST) if " " in text[_GIST // 2 : _GIST] else _GIST].rstrip() + "…"


def _without_marks(text: str) -> str:
    if "\n" in text or "<" in text:
        return _NOT_TEXT.sub("", text)
    found = _NOT_TEXT.match(text)  # nothing but a line's front is left to hold any
    return text[found.end() :] if found else text


_BLANK = re.compile(r"\s*+(?:-{3,}|\*{3,}|_{3,})?\s*")
"""A line without anything on it, or with a rule."""


def _shrink(lines: list[str]) -> str:
    """Join what is left, with no more than one blank line in a row and no rule at an end."""
    while lines and _BLANK.fullmatch(lines[-1]):
        lines.pop()
    first = next((n for n, line in enumerate(lines) if not _BLANK.fullmatch(line)), 0)
    lines = lines[first:]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")
