"""The reference itself: what is known of one paper, its title cleaned, and how sure it is that there is a paper."""

import re
from dataclasses import dataclass, field
from enum import IntEnum

from digestbot.identity import arxiv_id
from digestbot.models import Link
from digestbot.parsing.markdown.span import squeeze
from digestbot.parsing.terms import arxiv, authors, cleaning, dates, links, venues

_YEAR_BEHIND = re.compile(r"(?<=\w)[.,]\s+(?:19|20)\d\d[.]?$")
_BEHIND = re.compile(r"\s*[(（]([^()（）]{5,300})[)）]$")
_GLUED_TAGS = re.compile(r"\s*(?:\[[^\[\]]{1,30}\]|【[^【】]{1,30}】)$")


class Proof(IntEnum):
    """How sure it is that a reference is a paper."""

    NONE = 0
    """Only words that could be a title."""
    TOLD = 1
    """A venue, authors, a date or a note beside a title."""
    LINKED = 2
    """A link called "paper" or the like."""
    PROVEN = 3
    """The title itself leads to a paper."""


@dataclass(slots=True)
class Reference:
    """What a stretch of text tells about a paper. `line` counts from the first line of the stretch.

    `beside`: the lines beside it told which of its words are the title.
    """

    title: str
    line: int = 0
    proof: Proof = Proof.NONE
    venue: str | None = None
    published: str | None = None
    authors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    keypoints: tuple[str, ...] = ()
    links: list[Link] = field(default_factory=list[Link])
    images: tuple[str, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    empty_labels: tuple[str, ...] = ()
    prose: bool = False
    marked: bool = False
    linked: bool = False
    halves: bool | None = None
    beside: bool = False

    def see_link(self, label: str, url: str) -> None:
        """Take a link, unless its address leads nowhere."""
        if link := links.make(label, url):
            self.links.append(link)

    def see_named(self, url: str) -> None:
        """Take the address of a paper that the text names by its id, unless a link leads there already."""
        if arxiv_id(url) not in {arxiv_id(link.url) for link in self.links}:
            self.see_link("arXiv", url)

    def clean_title(self) -> bool:
        """Take dates and venues off the title; tell whether something is left of it."""
        if cleaning.is_plain(self.title):
            return True
        title, tagged = venues.split_tags(squeeze(self.title).strip("*_ "))
        self.venue = self.venue or tagged
        title, month = dates.split_date(title)
        self.published = self.published or month
        while title.endswith(("]", "】")) and (glued := _GLUED_TAGS.search(title)) and glued.start() > 3:
            inside = glued[0].strip().strip("[]【】")
            if not (venues.venue_in(inside) or self.venue):
                break
            self.venue = self.venue or venues.venue_in(inside)
            title = title[: glued.start()]
        title = self._without_people(title)
        title, venue = venues.split_venue(title)
        if not venue:
            title, venue = venues.split_venue(_YEAR_BEHIND.sub("", title))
        if url := arxiv.url_before(title):
            self.see_link("arXiv", url)
        title, led = venues.split_lead(title)
        self.venue = self.venue or venue or led
        self.title = cleaning.clean_title(title)
        return len(self.title) > 1 and any(map(str.isalnum, self.title))

    def _without_people(self, title: str) -> str:
        """Take authors in brackets off the end of a title."""
        found = _BEHIND.search(title) if title.endswith((")", "）")) else None
        people = authors.authors_in(found[1]) if found else None
        if not found or not people or not authors.are_full(people):
            return title
        self.authors = self.authors or people
        return title[: found.start()]

    def weigh(self) -> None:
        """Weigh how sure it is that this is a paper, by all that is known of it."""
        if self.marked and self.links and links.is_paper_url(self.links[0].url):
            self.proof = Proof.PROVEN
        elif self.links and any(link.kind in {"arxiv", "paper"} for link in self.links):
            papers = [link for link in self.links if links.is_paper_url(link.url)]
            told = any(self.marked or links.is_specific(link.label) for link in papers)
            self.proof = Proof.PROVEN if told else Proof.LINKED
        elif self.venue or self.authors or self.published:
            self.proof = Proof.TOLD
