"""Papers in lists, numbered, bulleted, nested under topics: items weighed by their neighbours, put on the page."""

from dataclasses import replace

from digestbot.parsing.markdown.blocks import Block
from digestbot.parsing.page.note import Page
from digestbot.parsing.page.place import Place
from digestbot.parsing.references import Proof, Reference
from digestbot.parsing.shapes import neighbours, nested
from digestbot.parsing.shapes.items import (
    Item,
    Items,
    is_likely_paper,
    is_surely_paper,
    read_references,
)
from digestbot.parsing.terms import fields, titles

_CROWD = 3  # papers, of which a list is mostly made


def judge(block: Block, place: Place) -> Items:
    """Decide which of a list's items are papers: by their own links and form, and by those beside them."""
    items = [Item.of(item) for item in block.children if item.kind == "item"]
    heads = [item for item in items if item.head]
    read_references([item for item in heads if item.is_linked or nested.told(item.block)])
    neighbours.take_citations(heads)
    neighbours.take_labelled(heads)
    for item in heads:
        item.paper = is_surely_paper(item, place)
    neighbours.take_signed(heads, place)
    if not place.elsewhere:
        neighbours.take_linked_below(heads)
    if not place.papers:
        neighbours.drop_short_names(heads)
    if told := neighbours.with_venues(heads, known=place.elsewhere):
        place = replace(place, elsewhere=False)
    proven = sum(item.reference is not None and item.reference.proof == Proof.PROVEN for item in heads if item.paper)
    if proven > 1 and proven * 2 >= len(heads):
        place = replace(place, elsewhere=False)
    sure = max(told, sum(item.paper for item in heads))
    place = replace(place, papers=place.papers and not neighbours.lead_on(heads))
    if sure * 2 >= len(heads) or place.ruled or place.papers:
        read_references([item for item in heads if not item.reference and not item.is_linked])
    sized = [titles.is_capitalised(item.reference.title) for item in heads if item.paper and item.reference]
    for item in heads:
        if not item.paper and is_likely_paper(item, sure, len(heads), place):
            item.paper = not (len(sized) > 1 and all(sized) and neighbours.is_remark(item))
    neighbours.take_linked(heads, place)
    neighbours.take_titles(heads, place)
    neighbours.take_named(heads, place)
    mostly = sure > 1 and sure * 2 >= len(heads)
    for item in items:
        _judge_inner(item, replace(place, papers=True) if mostly else place)
    return Items(block, items)


def _lists_in(item: Item) -> list[Block]:
    """Return the lists inside an item; the paragraphs below a heading in it stand there as a list's items do."""
    inner = item.block.children
    rows = [block for block in inner if block.kind == "paragraph"] if item.head and item.head.kind == "heading" else []
    as_list = [Block("item", row.start, row.end, children=[row]) for row in rows]
    lists = [child for child in inner if child.kind == "list"]
    return [Block("list", rows[0].start, rows[-1].end, children=as_list), *lists] if rows else lists


def _judge_inner(item: Item, place: Place) -> None:
    lists = _lists_in(item)
    if not lists:
        return
    inner_place = replace(place, ruled=False) if item.paper else place
    if item.head is not None and not item.paper:
        inner_place = item.place_below(place)
    judged = [judge(block, inner_place) for block in lists]
    held = sum(items.papers for items in judged)
    if item.paper and held:
        found = item.reference
        if held > 1 and (found is None or found.proof < Proof.PROVEN):
            item.paper = False
        else:
            _keep_papers(judged)
    item.inner = judged


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
        item.paper, item.inner = bool(alone and found and titles.looks_like_title(found.title)), []


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
