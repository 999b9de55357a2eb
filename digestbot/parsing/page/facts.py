"""What is known of a paper: its properties, as labels, lines and links tell them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from digestbot.identity import arxiv_id
from digestbot.models import Link
from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.span import Span, squeeze
from digestbot.parsing.terms import authors, dates, keypoints, labels, links, titles

ITEMS = ("- ", "* ", "+ ", "1. ")
"""What the first item of a list begins with."""

_IMAGE = re.compile(r"!\[[^\[\]]*\]\(\s*<?([^\s)>]+)|<img\b[^<>]{0,600}?\bsrc\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)


@dataclass(slots=True)
class Facts:
    """The properties of one paper; what is told of one first counts. `line` counts from 1."""

    title: str
    line: int
    topics: tuple[str, ...] = ()
    period: str | None = None
    published: str | None = None
    keypoints: tuple[str, ...] = ()
    venue: str | None = None
    authors: tuple[str, ...] = ()
    links: list[Link] = field(default_factory=list[Link])
    images: tuple[str, ...] = ()

    def take_property(self, role: labels.Role | None, label: str, text: str) -> bool:
        """Take a part whose label stands for a property; tell whether nothing of it is left for the fields."""
        match role:
            case "keypoints":
                self.keypoints += keypoints.split(text)
                return False
            case "authors":
                listed = ", ".join(keypoints.split(text)) if text.startswith(ITEMS) else inline.plain(text)
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
                self.see_arxiv(text)
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
        self.see_arxiv(text)
        self.venue = self.venue or re.split("[；;]", plain)[0].strip(" ,;.()[]|")[:120] or None

    def see_arxiv(self, text: str) -> None:
        """Take the arXiv id that a property's first line tells without an address (`ECCV 2020 (arXiv:2008.…)`)."""
        first = text.split("\n", 1)[0]
        if "://" not in first and (identifier := arxiv_id(first)):
            self.see_link("arXiv", f"https://arxiv.org/abs/{identifier}")

    def _take_links(self, label: str, text: str) -> bool:
        """Take a field such as `Code: …`; its label names the links in it."""
        rest: list[str] = []
        found = inline.spans(text)
        for span in found:
            if span.kind == "link" and not span.badge:
                named = (
                    span.text
                    if links.label_kind(span.text) and labels.fold(label) not in {"code", "project"}
                    else label
                )
                self.see_link(named, span.url)
            elif span.kind in {"text", "code"}:
                urls = links.bare_urls(span.text)
                for url in urls:
                    self.see_link(label, url)
                if identifier := (None if urls else arxiv_id(span.text) or arxiv_id(f"arxiv:{span.text.strip()}")):
                    self.see_link(label, f"https://arxiv.org/abs/{identifier}")
                    urls = [span.text.strip()]
                rest.append("" if urls and len(span.text) < sum(map(len, urls)) + 12 else span.text)
        return titles.size(squeeze("".join(rest))) <= 3 or (
            any(s.kind == "link" for s in found) and titles.size("".join(rest)) <= 6
        )

    def see_link(self, label: str, url: str) -> None:
        """Note a link by what it is called."""
        if link := links.make(label, url):
            self.links.append(link)

    def see_links(self, found: Iterable[Span]) -> None:
        """Note links by their own labels."""
        for span in found:
            if span.kind == "link":
                self.see_link(span.text, span.url)

    def see_images(self, text: str) -> None:
        """Note the pictures in a text that are the paper's own."""
        if "!" not in text and "<" not in text:
            return
        for found in _IMAGE.finditer(text):
            url = found[1] or found[2]
            if links.is_web(url) and not links.is_badge(url):
                self.images += (url,)
