"""The items of a list, each by itself: the reference read in it, and what its form is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from digestbot.parsing import references
from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.blocks import Block
from digestbot.parsing.page.place import Place
from digestbot.parsing.references import Reference
from digestbot.parsing.terms import arxiv, fields, labels, links, titles, venues, words

_LONGEST = 600  # characters of an item without a link: a longer one is text
_YEAR = re.compile(r"(?:19|20)\d\d|['’]\d\d|^\W{0,4}\d\d-[A-Z]|[A-Z]{2} ?\d\d\b")
_IN_BRACKETS = re.compile(r"[(（\[](?:[^][()（）]{2,40}[\s,])?\s*(?:19|20)\d\d\s*[)）\]]")
_CITED = re.compile(
    r"[(（\[](?P<led>(?:as in|see|cf\.?|e\.g\.,?)\s)?([^][()（）]{2,60})\s(?:19|20)\d\d[)）\]](?(led)|[,;]?\s+[a-z])"
)
"""Another paper that a text cites in brackets, and goes on: `a model (Lee et al. 2004), trained on …`."""
_DATE_FIRST = re.compile(r"[*_]{0,3}\[(?:19|20)\d\d(?:[\s,]+[A-Z][\w&-]*){0,3}\]\s+(?=[^\W_])")
"""The year that a note files a paper under, with its venue or without: `[2014 TIP] Title`."""
_LABELLED = re.compile(r"(?i)[*_`]{0,3}(?:papers?|论文|論文|논문)\s?\d{0,2}[*_`]{0,3}\s?[:：][*_`]{0,3}\s+(?=\S)")
"""The label which tells that a paper follows: `paper1: …`."""
_KEY = re.compile(r"(?![\d.-]+\s?[:：])[a-z0-9]+(?:[-_.][a-z0-9]+)*\s?[:：]\s+(?=[^\W_])")
"""What a file or a folder is called, before what is in it: `vision-basics : …`."""
_CALLED = re.compile(r"[*_`]{0,3}([^][()*_`:：]{2,30}+)[*_`]{0,3}\s?[:：][*_`]{0,3}\s*\[")
"""What a linked title is called: `Blog: [Title](…)`."""
_FEW_KEYS = 3
_QUOTES = ("“", '"', "《", "「", "『")
_TOPIC = 3  # words: a title has more


@dataclass(slots=True)
class Item:
    """A list item: its block, the one with its first text, the reference in it, and what it is judged to be.

    `odds`: the logarithm of the odds that it is a paper, by its own `traits`, and then by its neighbours' too.
    `inner`: the lists inside it.
    """

    block: Block
    head: Block | None
    reference: Reference | None = None
    traits: list[str] = field(default_factory=list[str])
    odds: float = 0
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
    def is_told(self) -> bool:
        """Tell whether a label says that an item is a paper, and a link shows it: `paper: [Title](…)`."""
        return self.head is not None and "](" in self.head.text and _LABELLED.match(self.head.text) is not None

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
    def is_other(self) -> bool:
        """Tell whether a label says that a linked title is a post, a talk or the like, and its address says no more."""
        called = _CALLED.match(self.head.text) if self.head and self.reference and self.reference.linked else None
        if called is None or not (self.reference and self.reference.links[:1]):
            return False
        own, kind = links.label_kind(called[1]), self.reference.links[0].kind
        if kind == "project":  # of a paper, as of a topic's (`Video: …`), or where a post stands
            return own != "other" and own != kind and words.is_elsewhere(called[1])
        return kind in {"other", "code"} and (own == "other" or words.is_elsewhere(called[1]))

    @property
    def is_dated(self) -> bool:
        """Tell whether a year stands in brackets in an item, alone or behind a venue, and no sentence goes on there."""
        text = self.head.text if self.head else ""
        if not _IN_BRACKETS.search(text):
            return False
        cited = None if self.reference and self.reference.linked else _CITED.search(text)
        return cited is None or venues.venue_in(cited[2]) is not None

    @property
    def is_filed(self) -> bool:
        """Tell whether an item begins with its year in brackets, as those of a list do that is kept by year."""
        return self.head is not None and _DATE_FIRST.match(self.head.text) is not None

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
        if self.reference and self.reference.links and name.startswith(f"{self.reference.title} ["):
            name = self.reference.title  # the links behind it are no part of a name
        if not name or len(name) > 80 or titles.size(name) > 10:
            return place
        return place.within(name)


@dataclass(slots=True)
class Items:
    """A list with its items judged, and where it stands."""

    block: Block
    place: Place
    items: list[Item]

    def walk(self) -> Iterator[Item]:
        """Yield the items of the list and of those inside it."""
        for item in self.items:
            yield item
            for inner in item.inner:
                yield from inner.walk()

    def lists(self) -> Iterator["Items"]:
        """Yield the list and those inside it."""
        yield self
        for item in self.items:
            for inner in item.inner:
                yield from inner.lists()

    @property
    def papers(self) -> int:
        """How many papers the list and those inside it hold."""
        return sum(item.paper + sum(inner.papers for inner in item.inner) for item in self.items)


def read_references(heads: list[Item]) -> None:
    """Read the references in a list's items, those beside each other in the same way."""
    blocks = [(item, item.head) for item in heads if item.head and _may_hold(item.head.text)]
    label = _KEY if _are_keyed([head.text for _, head in blocks]) else _LABELLED
    rows = [
        inline.from_html(head.text) if head.kind == "html" else inline.spans(_behind(label, head.text))
        for _, head in blocks
    ]
    for (item, _), found in zip(blocks, references.read_alike(rows), strict=True):
        item.reference = found


def _behind(label: re.Pattern[str], text: str) -> str:
    found = label.match(text)
    return text[found.end() :] if found else text


def _are_keyed(texts: list[str]) -> bool:
    """Tell whether texts are led by keys of their own, each in small letters, with titles behind them."""
    found = [key for key in map(_KEY.match, texts) if key]
    if len(found) < _FEW_KEYS or len(found) * 5 < len(texts) * 4 or len({key[0] for key in found}) < len(found):
        return False
    return sum(titles.is_capitalised(key.string[key.end() :]) for key in found) * 2 > len(found)


def _may_hold(text: str) -> bool:
    """Tell whether a text is worth reading as a reference: no contents, no label, not too long without a link."""
    if links.lead_within(text):
        return False
    linked = "](" in text or "<a " in text or "://" in text
    if not linked and len(text) > _LONGEST:
        return False
    label = fields.label_at(text)
    return label is None or labels.role_of(label.name) in {None, "title", "links"}
