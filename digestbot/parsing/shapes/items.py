"""The items of a list, each by itself: the reference read in it, and whether its links and form tell of a paper."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from digestbot.parsing import references
from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.blocks import Block
from digestbot.parsing.page.place import Place
from digestbot.parsing.references import Proof, Reference, signs
from digestbot.parsing.shapes import nested
from digestbot.parsing.terms import arxiv, authors, fields, labels, links, titles, venues

_LONGEST = 600  # characters of an item without a link: a longer one is text
_YEAR = re.compile(r"(?:19|20)\d\d|['’]\d\d|^\W{0,4}\d\d-[A-Z]|[A-Z]{2} ?\d\d\b")
_IN_BRACKETS = re.compile(r"[(（\[](?:[^][()（）]{2,40}[\s,])?\s*(?:19|20)\d\d\s*[)）\]]")
_LABELLED = re.compile(r"(?i)[*_`]{0,3}(?:papers?|论文|論文|논문)\s?\d{0,2}[*_`]{0,3}\s?[:：][*_`]{0,3}\s+(?=\S)")
"""The label which tells that a paper follows: `paper1: …`."""
_QUOTES = ("“", '"', "《", "「", "『")
_TOPIC = 3  # words: a title has more
NAMED = 2
"""Words of a title that its file is called by as well."""


@dataclass(slots=True)
class Item:
    """A list item: its block, the one with its first text, the reference in it, and what it is judged to be."""

    block: Block
    head: Block | None
    reference: Reference | None = None
    paper: bool = False
    inner: list["Items"] = field(default_factory=list["Items"])

    @classmethod
    def of(cls, block: Block) -> "Item":
        """Return the item that a block is, not read yet."""
        first = next((child for child in block.children if child.kind in {"paragraph", "heading", "html"}), None)
        if first is not None and block.children and first is not block.children[0] and block.children[0].kind != "rule":
            first = None
        return cls(block, first)

    @property
    def is_linked(self) -> bool:
        """Tell whether an item is worth reading before its neighbours tell what they are: it has a link, or a venue."""
        text = self.head.text if self.head else ""
        if "](" in text or "://" in text or "<a " in text or (text.startswith("[") and arxiv.url_before(text)):
            return True
        return len(text) <= _LONGEST and (_YEAR.search(text) is not None or text.startswith(_QUOTES) or "“" in text)

    @property
    def is_called(self) -> bool:
        """Tell whether an item's first link leads to a note, or to the folder of one, that is called by its title."""
        if not (self.reference and self.head):
            return False
        first = next((span for span in inline.spans(self.head.text) if span.kind == "link"), None)
        if first is None or not (self.reference.linked or links.label_kind(first.text) == "notes"):
            return False
        return links.is_note_called(first.url, self.reference.title)

    @property
    def is_dated(self) -> bool:
        """Tell whether a year stands in brackets in an item, alone or behind a venue."""
        return self.head is not None and _IN_BRACKETS.search(self.head.text) is not None

    @property
    def is_noted(self) -> bool:
        """Tell whether an item is a title in bold, as a whole, and its notes below it."""
        if not (self.reference and self.head and titles.is_bold(self.head.text) and len(self.block.children) > 1):
            return False
        title = self.reference.title
        longer = titles.is_capitalised(title) or titles.size(title) > 2 * _TOPIC
        return longer and titles.size(title) > _TOPIC + 1 and not (titles.is_sentence(title) or self.leads_to_list)

    @property
    def leads_to_list(self) -> bool:
        """Tell whether an item is but the words before the list inside it."""
        return self.head is not None and self.head.text.rstrip().endswith((":", "：")) and len(self.block.children) > 1

    def place_below(self, place: Place) -> Place:
        """Return the place of what is inside an item: under a topic or a month, if that is what its text names."""
        text = inline.plain(self.head.text) if self.head and len(self.head.text) <= _LONGEST else ""
        name = text.rstrip(":： ")
        if not name or len(name) > 80 or titles.size(name) > 10:
            return place
        return place.within(name)


@dataclass(slots=True)
class Items:
    """A list with its items judged."""

    block: Block
    items: list[Item]

    def walk(self) -> Iterator[Item]:
        """Yield the items of the list and of those inside it."""
        for item in self.items:
            yield item
            for inner in item.inner:
                yield from inner.walk()

    @property
    def papers(self) -> int:
        """How many papers the list and those inside it hold."""
        return sum(item.paper + sum(inner.papers for inner in item.inner) for item in self.items)


def read_references(heads: list[Item]) -> None:
    """Read the references in a list's items, those beside each other in the same way."""
    blocks = [(item, item.head) for item in heads if item.head and _may_hold(item.head.text)]
    rows = [
        inline.from_html(head.text) if head.kind == "html" else inline.spans(_unlabelled(head.text))
        for _, head in blocks
    ]
    for (item, _), found in zip(blocks, references.read_alike(rows), strict=True):
        item.reference = found


def _unlabelled(text: str) -> str:
    label = _LABELLED.match(text)
    return text[label.end() :] if label else text


def _may_hold(text: str) -> bool:
    """Tell whether a text is worth reading as a reference: no contents, no label, not too long without a link."""
    if "](#" in text and "://" not in text:
        return False
    linked = "](" in text or "<a " in text or "://" in text
    if not linked and len(text) > _LONGEST:
        return False
    label = fields.label_at(text)
    return label is None or labels.role_of(label.name) in {None, "title", "links"}


def is_surely_paper(item: Item, place: Place) -> bool:
    """Tell whether an item's own links and form say that it is a paper."""
    found = item.reference
    if found is None or place.nothing or found.prose or not _named(found, item):
        return False
    if not found.links and nested.told(item.block) > 1:
        return titles.looks_like_title(found.title) and not place.elsewhere
    whole = found.marked and found.venue is not None and bool(found.authors)
    likely = found.proof == Proof.LINKED and titles.looks_like_title(found.title)
    if place.elsewhere:
        return (found.proof == Proof.PROVEN and not _is_handout(found)) or (likely and whole)
    return found.proof == Proof.PROVEN or likely


def _is_handout(found: Reference) -> bool:
    """Tell whether nothing but a file in PDF speaks for a paper: among talks and tools, that may be anything."""
    known = found.venue or found.authors or any(links.is_published(link.url) for link in found.links)
    return not known


def _named(found: Reference, item: Item) -> bool:
    """Tell whether the title is one: no sentence with a link in it."""
    said = titles.is_sentence(found.title) and not titles.is_capitalised(found.title)
    if said and not found.marked and found.links and not _is_label(found.links[0].label):
        return False
    return titles.looks_like_title(found.title) or (
        titles.could_be_title(found.title) and (found.marked or found.proof == Proof.PROVEN)
    )


def _is_label(label: str) -> bool:
    """Tell whether a link's text says what it leads to, or is an arXiv id: it is none of a sentence's words."""
    return not label or links.label_kind(label) is not None or arxiv.url(label) is not None


def is_likely_paper(item: Item, sure: int, total: int, place: Place) -> bool:
    """Tell whether an item without proof is a paper because of its list, its heading, or its look."""
    found = item.reference
    if found is None or place.nothing or found.prose or item.leads_to_list:
        return False
    credited = found.venue is not None or bool(found.authors)
    short = credited and titles.could_be_title(found.title) and sure * 2 >= total
    short = short or (titles.size(found.title) >= NAMED and item.is_called)
    alone = total == 1 and any(map(str.isdigit, found.venue or "")) and _is_long(found.title)
    if not (titles.looks_like_title(found.title) or short):
        return False
    if place.ruled:
        return True
    noted = any(link.kind == "notes" and links.is_note_path(link.url) for link in found.links) or item.is_called
    if place.elsewhere:
        return False
    if sure * 2 >= total and sure:
        named = ":" in found.title and bool(found.links) and is_worded(found.title)
        told = found.proof > Proof.NONE or found.marked or item.is_dated or named
        return told or (titles.size(found.title) > _TOPIC and (place.papers or sure * 3 >= total * 2))
    if noted:
        called = item.head is not None and signs.CALLED.search(item.head.text) is not None
        return called or bool(place.period or place.year or found.published or place.papers)
    said = alone or ((place.papers or bool(place.period)) and (found.venue is not None or bool(found.authors)))
    return found.proof == Proof.TOLD and said


def is_titled(title: str) -> bool:
    """Tell whether words are written as a title is, though they may be as few as a topic's, or small behind a colon."""
    written = titles.is_capitalised(title) or (": " in title and titles.size(title) > _TOPIC)
    return written and titles.looks_like_title(title) and not _says_else(title)


def is_name(title: str) -> bool:
    """Tell whether words, two at least, are written as a title is, though they could be a topic's as well."""
    capital = titles.could_be_title(title) and titles.is_capitalised(title)
    return capital and titles.size(title) >= NAMED and not _says_else(title)


def is_worded(title: str) -> bool:
    """Tell whether words are certainly a title's: more than a topic has, capitals, no sentence, names or venues."""
    return _is_long(title) and titles.is_capitalised(title)


def _is_long(title: str) -> bool:
    """Tell whether words are more than a topic has, and no sentence, names or venue."""
    return titles.size(title) > _TOPIC and not _says_else(title)


def _says_else(title: str) -> bool:
    return bool(titles.is_sentence(title) or authors.authors_in(title) or venues.find_venue(title))
