"""Papers in lists: numbered, bulleted, nested under topics, with details in sub-lists."""

import re
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.blocks import Block
from digestbot.parsing.page.note import Page
from digestbot.parsing.page.place import Place
from digestbot.parsing.references import reference as references
from digestbot.parsing.references.reference import Reference
from digestbot.parsing.shapes import nested, signed
from digestbot.parsing.terms import authors, fields, links, periods, titles, venues, words

_LONGEST = 600  # characters of an item without a link: a longer one is text
_YEAR = re.compile(r"(?:19|20)\d\d|['’]\d\d|^\W{0,4}\d\d-[A-Z]|[A-Z]{2} ?\d\d\b")
_IN_BRACKETS = re.compile(r"[(（\[](?:[^][()（）]{2,40}[\s,])?\s*(?:19|20)\d\d\s*[)）\]]")
_QUOTES = ("“", '"', "《", "「", "『")
_NOTE_TITLE = 4  # words on average: shorter names of other files are topics
_NAMED = 2  # words of a title that its file is called by as well
_PROVEN = 3  # the proof of a title that leads to a paper
_PAGES = frozenset({"project", "code"})
_FEW = 3  # items: in a shorter list, nothing beside an item tells what it is


@dataclass(slots=True)
class Item:
    """A list item: its block, the one with its first text, the reference in it, and what it is judged to be."""

    block: Block
    head: Block | None
    reference: Reference | None = None
    paper: bool = False
    inner: list["Items"] = field(default_factory=list["Items"])


@dataclass(slots=True)
class Items:
    """A list with its items judged."""

    block: Block
    items: list[Item]

    @property
    def papers(self) -> int:
        """How many papers the list and those inside it hold."""
        return sum(item.paper + sum(inner.papers for inner in item.inner) for item in self.items)


def judge(block: Block, place: Place) -> Items:
    """Decide which of a list's items are papers: by their own links and form, and by those beside them."""
    items = [_item(item) for item in block.children if item.kind == "item"]
    heads = [item for item in items if item.head]
    _read_references([item for item in heads if _is_linked(item) or nested.told(item.block)])
    _take_citations(heads)
    for item in heads:
        item.paper = _surely(item, place)
    _take_signed(heads, place)
    if not place.elsewhere:
        _take_linked_below(heads)
    if not place.papers:
        _drop_short_names(heads)
    if told := _with_venues(heads, known=place.elsewhere):
        place = replace(place, elsewhere=False)
    proven = sum(item.reference is not None and item.reference.proof == _PROVEN for item in heads if item.paper)
    if proven > 1 and proven * 2 >= len(heads):
        place = replace(place, elsewhere=False)
    sure = max(told, sum(item.paper for item in heads))
    place = replace(place, papers=place.papers and not _leads_on(heads))
    if sure * 2 >= len(heads) or place.ruled or place.papers:
        _read_references([item for item in heads if not item.reference and not _is_linked(item)])
    sized = [titles.is_capitalised(item.reference.title) for item in heads if item.paper and item.reference]
    for item in heads:
        if not item.paper and _likely(item, sure, len(heads), place):
            item.paper = not (len(sized) > 1 and all(sized) and _is_remark(item.reference))
    _take_linked(heads, place)
    _take_titles(heads, place)
    _take_noted(heads)
    mostly = sure > 1 and sure * 2 >= len(heads)
    for item in items:
        _judge_inner(item, replace(place, papers=True) if mostly else place)
    return Items(block, items)


def _is_remark(found: Reference | None) -> bool:
    """Tell whether words without a link, a mark or a venue are in small letters, as other items' titles are not."""
    if found is None or found.proof or found.marked or titles.is_cjk(found.title) or ":" in found.title:
        return False
    return not titles.is_capitalised(found.title)


def _take_citations(heads: list[Item]) -> None:
    """Take whole titles from what cites the papers that items call by their names; it is no item of its own then."""
    for item, after in zip_longest(heads, heads[1:]):
        if item.reference and item.head and nested.take_citation(item.reference, item.block, after and after.block):
            after.reference = after.head = None


def _take_signed(heads: list[Item], place: Place) -> None:
    """Take a title for a paper if the list is made of titles, each with its people in the next item."""
    pairs = list(zip(heads[::2], heads[1::2], strict=False))
    if len(pairs) * 2 != len(heads) or any(item.reference for item in heads) or place.elsewhere or place.nothing:
        return
    people = [authors.authors_in(inline.plain(after.head.text)) if after.head else None for _, after in pairs]
    _read_references([item for item, _ in pairs])
    if all(
        found and authors.are_full(found) and item.reference and _is_worded(item.reference.title)
        for (item, _), found in zip(pairs, people, strict=True)
    ):
        for (item, after), found in zip(pairs, people, strict=True):
            item.paper, after.head = True, None
            if item.reference and found:
                item.reference.authors = found


def _with_venues(heads: list[Item], *, known: bool) -> int:
    """Count the items that are a title and its venue or year, if most are: papers, though nothing is linked.

    `known`: a name and a year alone may be a book's author, so that most venues must be known ones.
    """
    found = [
        item.reference
        for item in heads
        if item.reference
        and item.head
        and (item.reference.venue or _is_signed(item.reference) or _IN_BRACKETS.search(item.head.text))
        and not item.reference.prose
        and titles.looks_like_title(item.reference.title)
    ]
    told = len(found)
    if known and sum(venues.find_venue(one.venue or "") is not None for one in found) * 2 < told:
        return 0
    return told if told * 2 >= len(heads) and (told >= _FEW or 1 < told == len(heads)) else 0


def _is_signed(found: Reference) -> bool:
    return bool(found.authors) and not found.links


def _take_linked_below(heads: list[Item]) -> None:
    """Take plain titles with links of any kind below them for papers, if most of the list's items are such."""
    linked = [
        item
        for item in heads
        if not item.paper
        and (found := item.reference)
        and not (found.links or found.prose)
        and titles.looks_like_title(found.title)
        and titles.continues(found.title)
        and not _leads_to_list(item)
        and nested.told(item.block)
    ]
    if linked and len(linked) + sum(item.paper for item in heads) > max(1, len(heads) // 2):
        for item in linked:
            item.paper = True


def _take_noted(heads: list[Item]) -> None:
    """Take names of two words with notes of their own for papers, among titles that have notes as well."""
    noted = [item for item in heads if (found := item.reference) and found.linked and _has_note(found)]
    papers = sum(item.paper for item in noted)
    if papers <= _FEW or papers * 4 < len(heads) * 3:
        return
    for item in noted:
        if item.reference and titles.size(item.reference.title) >= _NAMED and not item.reference.prose:
            item.paper = titles.could_be_title(item.reference.title)


def _has_note(found: Reference) -> bool:
    return bool(found.links) and all(links.is_note_path(link.url) for link in found.links)


def _take_linked(heads: list[Item], place: Place) -> None:
    """Take titles whose page, not the paper, is linked for papers where they stand beside papers."""
    if not place.papers or place.elsewhere or place.nothing or not any(item.paper for item in heads):
        return
    for item in heads:
        found = item.reference
        item.paper = item.paper or bool(
            found
            and found.linked
            and not found.prose
            and any(link.kind in _PAGES for link in found.links[:1])
            and not _leads_to_list(item)
            and _is_worded(found.title)
        )


def _take_titles(heads: list[Item], place: Place) -> None:
    """Take a list of titles and nothing else for papers, where papers are announced."""
    if not place.papers or place.elsewhere or place.nothing or any(item.paper for item in heads):
        return
    worded = [
        item for item in heads if item.reference and _is_worded(item.reference.title) and not _leads_to_list(item)
    ]
    if len(worded) >= _FEW and len(worded) * 5 >= len(heads) * 4:
        for item in worded:
            item.paper = True


def _is_worded(title: str) -> bool:
    """Tell whether words are certainly a title's: more than a topic has, capitals, no sentence, names or venues."""
    return _is_long(title) and titles.is_capitalised(title)


def _is_long(title: str) -> bool:
    """Tell whether words are more than a topic has, and no sentence, names or venue."""
    said = titles.is_sentence(title) or authors.authors_in(title) or venues.find_venue(title)
    return titles.size(title) > _FEW and not said


def _leads_on(heads: list[Item]) -> bool:
    """Tell whether a list leads on to other files by short names, as an index of topics does."""
    noted = [
        item.reference.title
        for item in heads
        if item.reference and any(links.is_note_path(link.url) for link in item.reference.links)
    ]
    return len(noted) * 2 > len(heads) and sum(map(titles.size, noted)) < _NOTE_TITLE * len(noted)


def _drop_short_names(heads: list[Item]) -> None:
    """Take short names (`T5`) for no titles where they stand among other things."""
    papers = [item.reference for item in heads if item.paper and item.reference]
    named = sum(titles.looks_like_title(found.title) for found in papers)
    if named * 2 >= len(heads) or len(papers) == len(heads) < _FEW:
        return
    for item in heads:
        found = item.reference
        if found and not titles.looks_like_title(found.title) and not (found.venue or found.authors):
            item.paper = False


def _item(block: Block) -> Item:
    first = next((child for child in block.children if child.kind in {"paragraph", "heading", "html"}), None)
    if first is not None and block.children and first is not block.children[0] and block.children[0].kind != "rule":
        first = None
    return Item(block, first)


def _read_references(heads: list[Item]) -> None:
    blocks = [(item, item.head) for item in heads if item.head and _may_hold(item.head.text)]
    rows = [inline.from_html(head.text) if head.kind == "html" else inline.spans(head.text) for _, head in blocks]
    led = signed.leaders([row[0].text if row and row[0].kind == "text" else "" for row in rows])
    rows = [[replace(row[0], text=one[1]), *row[1:]] if one else row for row, one in zip(rows, led, strict=True)]
    venue_heads = sum(references.leads_with_venue(row) for row in rows) * 2 >= len(rows)
    for (item, _), row in zip(blocks, rows, strict=True):
        item.reference = references.read(row, venue_heads=venue_heads)
    for (item, _), one in zip(blocks, led, strict=True):
        if one and item.reference and not item.reference.authors:
            item.reference.authors = one[0]
    halves = [found.halves for item, _ in blocks if (found := item.reference) and found.halves is not None]
    if not all(halves) and sum(halves) * 3 >= len(halves) * 2:
        for (item, _), row in zip(blocks, rows, strict=True):
            if item.reference and item.reference.halves is False:
                item.reference = references.read(row, venue_heads=venue_heads, in_halves=True)


def _is_linked(item: Item) -> bool:
    """Tell whether an item is worth reading before its neighbours tell what they are: it has a link, or a venue."""
    text = item.head.text if item.head else ""
    if "](" in text or "://" in text or "<a " in text or (text.startswith("[") and links.arxiv_before(text)):
        return True
    return len(text) <= _LONGEST and (_YEAR.search(text) is not None or text.startswith(_QUOTES) or "“" in text)


def _may_hold(text: str) -> bool:
    """Tell whether a text is worth reading as a reference: no contents, no label, not too long without a link."""
    if "](#" in text and "://" not in text:
        return False
    linked = "](" in text or "<a " in text or "://" in text
    if not linked and len(text) > _LONGEST:
        return False
    label = fields.label_at(text)
    return label is None or words.role_of(label.name) in {None, "title", "links"}


def _surely(item: Item, place: Place) -> bool:
    found = item.reference
    if found is None or place.nothing or found.prose or not _named(found, item):
        return False
    if not found.links and nested.told(item.block) > 1:
        return titles.looks_like_title(found.title) and not place.elsewhere
    whole = found.marked and found.venue is not None and bool(found.authors)
    likely = found.proof == 2 and titles.looks_like_title(found.title)
    if place.elsewhere:
        return (found.proof == _PROVEN and not _is_handout(found)) or (likely and whole)
    return found.proof == _PROVEN or likely


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
        titles.could_be_title(found.title) and (found.marked or found.proof == 3)
    )


def _is_label(label: str) -> bool:
    """Tell whether a link's text says what it leads to, or is an arXiv id: it is none of a sentence's words."""
    return not label or links.label_kind(label) is not None or links.arxiv_url(label) is not None


def _likely(item: Item, sure: int, total: int, place: Place) -> bool:
    """Tell whether an item without proof is a paper because of its list, its heading, or its look."""
    found = item.reference
    if found is None or place.nothing or found.prose or _leads_to_list(item):
        return False
    credited = found.venue is not None or bool(found.authors)
    short = credited and titles.could_be_title(found.title) and sure * 2 >= total
    short = short or (titles.size(found.title) >= _NAMED and _is_called(item))
    alone = total == 1 and any(map(str.isdigit, found.venue or "")) and _is_long(found.title)
    if not (titles.looks_like_title(found.title) or short):
        return False
    if place.ruled:
        return True
    noted = any(link.kind == "notes" and links.is_note_path(link.url) for link in found.links) or _is_called(item)
    if place.elsewhere:
        return False
    if sure * 2 >= total and sure:
        dated = item.head is not None and _IN_BRACKETS.search(item.head.text) is not None
        named = ":" in found.title and bool(found.links) and _is_worded(found.title)
        told = found.proof > 0 or found.marked or dated or named
        return told or (titles.size(found.title) > _FEW and (place.papers or sure * 3 >= total * 2))
    if noted:
        return bool(place.period or place.year or found.published or place.papers)
    said = alone or ((place.papers or bool(place.period)) and (found.venue is not None or bool(found.authors)))
    return found.proof == 1 and said


def _is_called(item: Item) -> bool:
    """Tell whether an item's title links to a folder of its name, in which its note stands."""
    if not (item.reference and item.head and item.reference.linked):
        return False
    found = [span for span in inline.spans(item.head.text) if span.kind == "link"]
    return bool(found) and links.is_note_called(found[0].url, item.reference.title)


def _leads_to_list(item: Item) -> bool:
    """Tell whether an item is but the words before the list inside it."""
    return item.head is not None and item.head.text.rstrip().endswith((":", "：")) and len(item.block.children) > 1


def _judge_inner(item: Item, place: Place) -> None:
    lists = [child for child in item.block.children if child.kind == "list"]
    if not lists:
        return
    inner_place = replace(place, ruled=False) if item.paper else place
    if item.head is not None and not item.paper:
        inner_place = _inner_place(item, place)
    judged = [judge(block, inner_place) for block in lists]
    held = sum(items.papers for items in judged)
    if item.paper and held:
        found = item.reference
        if held > 1 and (found is None or found.proof < 3):
            item.paper = False
        else:
            _keep_papers(judged)
    item.inner = judged


def _keep_papers(judged: list[Items]) -> None:
    """Keep those items inside a paper's that are nothing but another paper's title with its link."""
    for item in (item for items in judged for item in items.items):
        found, head = item.reference, item.head
        alone = found and head and found.linked and found.proof == 3 and head.text.startswith("[") and not found.texts
        item.paper, item.inner = bool(alone and found and titles.looks_like_title(found.title)), []


def _inner_place(item: Item, place: Place) -> Place:
    text = inline.plain(item.head.text) if item.head and len(item.head.text) <= _LONGEST else ""
    name = text.rstrip(":： ")
    if not name or len(name) > 80 or titles.size(name) > 10:
        return place
    return place.within(name)


def read(page: Page, items: Items, place: Place) -> None:
    """Put the papers of a judged list on the page."""
    crowd = items.papers >= 3 and items.papers * 2 >= len(items.items)
    above, under = place, -1
    for item in items.items:
        indent = fields.indent(page.lines[item.block.start])
        place = place if indent > under else above
        if item.paper and item.reference and item.head:
            _read_item(page, item, item.head, item.reference, place)
            for inner in item.inner:
                read(page, inner, place)
            continue
        if item.head and not item.inner and not _is_linked(item):
            place, under = _inner_place(item, above), indent  # with the items set in below it, though all are one list
        if crowd and item.head and item.reference is None and "://" in item.head.text:
            page.log.tell(item.head.start, "a list item with links but without a title", "left it out")
        inner_place = _inner_place(item, place) if item.head else place
        for inner in item.inner:
            read(page, inner, inner_place)


def _read_item(page: Page, item: Item, head: Block, found: Reference, place: Place) -> None:
    line = head.start + found.line
    draft = page.begin(found.title, line, place)
    draft.take(found)
    for label in found.empty_labels:
        page.log.tell(line, f"“{label}” has no link", "left it out")
    if sum(map(head.text.count, "(（")) > sum(map(head.text.count, ")）")):
        page.log.tell(line, "a bracket that is not closed", "read on to the end of the item")
    if page.lines[line].count("]()") and found.links:
        page.log.tell(line, "a link without an address", "took the address that stands after it")
    if head.end < item.block.end:
        parts = [part for start, end in _own_lines(item, head) for part in page.parts(start, end)]
        for part in parts:
            if not part.label:
                part.lines = fields.dedent(["", *part.lines]).split("\n")
        page.fill(draft, parts)


def _own_lines(item: Item, head: Block) -> list[tuple[int, int]]:
    """Return the stretches of lines below an item's first text that are not other papers inside it."""
    held = [inner.block for items in item.inner for inner in items.items if inner.paper]
    starts = [head.end, *(block.end for block in held)]
    ends = [*(block.start for block in held), item.block.end]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]


def dated(place: Place, text: str) -> Place:
    """Return the place with the month that a text names, if it names one."""
    found = periods.period_heading(text)
    return replace(place, period=found.text, year=found.year) if found and found.text else place
