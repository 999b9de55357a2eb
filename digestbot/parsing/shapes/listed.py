"""Papers in lists, numbered, bulleted, nested under topics: items weighed by their neighbours, put on the page."""

from dataclasses import replace
from itertools import zip_longest

from digestbot.parsing.markdown.blocks import Block
from digestbot.parsing.page.note import Page
from digestbot.parsing.page.place import Place
from digestbot.parsing.references import Proof, Reference
from digestbot.parsing.shapes import neighbours, nested, traits
from digestbot.parsing.shapes.items import Item, Items, read_references
from digestbot.parsing.terms import fields, titles

_CROWD = 3  # papers, of which a list is mostly made
_UNSURE = 0.7  # logarithm of the odds, of two to one, below which a judgement is told to be a guess
_NAME = 4  # words of a house's name, before the links to its papers
_SHORT = 300  # characters of a paragraph without a link that names a paper
_ENDS = (".", "。", ":", "：", ",", "，", "、")


def judge(block: Block, place: Place) -> Items:
    """Read a list's items, and weigh each by itself; `neighbours.agree` and `settle` decide which are papers."""
    items = [Item.of(part) for item in block.children if item.kind == "item" for part in nested.parted(item)]
    heads = [item for item in items if item.head and not place.nothing]
    if neighbours.are_fields(heads):
        heads = [item for item in heads if item.is_told]
    read_references([item for item in heads if item.is_linked or nested.told(item.block)])
    neighbours.take_citations(heads)
    neighbours.take_labelled(heads)
    neighbours.take_signed(heads, place)
    _weigh(heads, place)
    if place.papers or place.ruled or _are_mostly(heads):
        rest = [item for item in heads if item.head and not item.reference and not item.is_linked and _may_name(item)]
        read_references(rest)
        _weigh(rest, place)
    inner = replace(place, papers=True) if _are_mostly(heads) else place
    for item in items:
        _judge_inner(item, inner)
    return Items(block, place, items)


def judge_paragraphs(blocks: list[Block], place: Place) -> Items:
    """Read a section's paragraphs as a list's items, each with the fields below it, and weigh each by itself."""
    rows: list[Block] = []
    for row, after in zip_longest(blocks, blocks[1:]):
        if row.kind == "paragraph":
            held = [row, after] if after and after.start <= row.end + 1 and neighbours.tells_fields(after) else [row]
            rows.append(Block("item", row.start, held[-1].end, info=row.kind, children=held))
    return judge(Block("list", 0, 0, children=rows), place)


def _may_name(item: Item) -> bool:
    """Tell whether an item without a link may name a paper: a paragraph that does is short, and no sentence."""
    text = item.head.text if item.head else ""
    return item.block.info != "paragraph" or (len(text) <= _SHORT and not text.rstrip().endswith(_ENDS))


def _weigh(heads: list[Item], place: Place) -> None:
    for item in heads:
        if item.reference and not titles.could_be_title(item.reference.title):
            item.reference = None
        if item.reference:
            item.traits = traits.traits_of(item, place)
            item.odds = traits.odds_of(item.traits)


def _are_mostly(heads: list[Item]) -> bool:
    return sum(item.odds > 0 for item in heads) * 2 >= max(len(heads), 1)


def settle_paragraphs(lists: list[Items]) -> None:
    """Take a note's paragraphs for papers if most that may name one do; those right below a title are about it."""
    papers = [item for items in lists for item in items.items if item.paper]
    if len(papers) < _CROWD or len(papers) * 2 < sum(item.reference is not None for one in lists for item in one.items):
        for item in papers:
            item.paper = False
    for items in lists:
        last: Item | None = None
        for item in items.items:
            if item.paper:
                last = item
            elif last and item.block.start <= last.block.end + 1:
                last.block.end = item.block.end


def settle(items: Items) -> None:
    """Tell papers from the papers inside them, and take what a rule takes, once the items of a note were judged."""
    for item in items.items:
        found = item.reference
        for inner in item.inner:
            settle(inner)
        if items.place.ruled:
            item.paper = found is not None and not found.prose and titles.looks_like_title(found.title)
        held = sum(inner.papers for inner in item.inner)
        if item.paper and found and held:
            if held > 1 and (found.proof < Proof.PROVEN or _is_house(found, item)):
                item.paper = False
            else:
                _keep_papers(item.inner)


def _is_house(found: Reference, item: Item) -> bool:
    """Tell whether an item's short name says but whose the papers are that are cited in full inside it."""
    cited = [one.reference for items in item.inner for one in items.items if one.paper]
    named = not (found.linked or found.authors) and titles.size(found.title) <= _NAME
    return named and all(one is not None and one.authors for one in cited)


def _lists_in(item: Item) -> list[Block]:
    """Return the lists inside an item; the paragraphs below a heading in it stand there as a list's items do."""
    inner = item.block.children
    headed = item.head is not None and item.head.kind == "heading"
    rows = [Block("item", row.start, row.end, children=[row]) for row in inner if headed and row.kind == "paragraph"]
    lists = [child for child in inner if child.kind == "list"]
    return [Block("list", rows[0].start, rows[-1].end, children=rows), *lists] if rows else lists


def _judge_inner(item: Item, place: Place) -> None:
    likely = item.reference is not None and item.odds > 0
    inner_place = replace(place, ruled=False) if likely else item.place_below(place)
    item.inner = [judge(block, inner_place) for block in _lists_in(item)]


def _keep_papers(judged: list[Items]) -> None:
    """Keep those items inside a paper's that are nothing but another paper's title with its link."""
    for item in (item for items in judged for item in items.items):
        found, head = item.reference, item.head
        alone = (
            found
            and head
            and found.linked
            and found.proof == Proof.PROVEN
            and head.text.startswith("[")
            and not found.texts
        )
        item.paper = bool(alone and found and titles.looks_like_title(found.title))
        _keep_papers(item.inner)


def read(page: Page, items: Items, place: Place) -> None:
    """Put the papers of a judged list on the page."""
    crowd = items.papers >= _CROWD and items.papers * 2 >= len(items.items)
    above, under = place, -1
    for item in items.items:
        indent = fields.indent(page.lines[item.block.start])
        place = place if indent > under else above
        if item.paper and item.reference and item.head:
            _read_item(page, item, item.head, item.reference, place)
            for inner in item.inner:
                read(page, inner, place)
            continue
        if item.head and item.reference and -_UNSURE < item.odds < 0:
            page.log.tell(item.head.start, f"“{item.reference.title}” may be a paper", "left it out", "info")
        if item.head and not item.inner and not item.is_linked:
            place, under = item.place_below(above), indent  # with the items set in below it, though all are one list
        if crowd and item.head and item.reference is None and "://" in item.head.text:
            page.log.tell(item.head.start, "a list item with links but without a title", "left it out")
        inner_place = item.place_below(place) if item.head else place
        for inner in item.inner:
            read(page, inner, inner_place)


def _read_item(page: Page, item: Item, head: Block, found: Reference, place: Place) -> None:
    line = head.start + found.line
    draft = page.put(found, line, place)
    if item.odds < _UNSURE and not place.ruled:
        page.log.tell(line, f"“{found.title}” may be no paper", "took it for one", "info")
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
