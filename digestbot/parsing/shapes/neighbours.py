"""What a note's lists tell of each other's items: titles that neighbours complete, and papers among papers."""

import math
from collections.abc import Callable, Iterator
from itertools import zip_longest

from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.blocks import Block
from digestbot.parsing.page.place import Place
from digestbot.parsing.references import Reference
from digestbot.parsing.shapes import fulltitle, nested
from digestbot.parsing.shapes.items import Item, Items, read_references
from digestbot.parsing.terms import authors, fields, labels, links, titles

WEIGHTS: dict[str, float] = {
    "": -0.01,
    "items inside": 0.50,
    "items that are none": -2.42,
    "own": 0.71,
    "short names with notes": -2.24,
    "the item around": -2.21,
    "the items inside": -2.99,
    "the list": 4.59,
    "the list, if long": 1.84,
    "the note": 0.64,
}
"""What those beside an item add to the logarithm of its odds; fitted as those of `traits` are."""

_TOLD = 2  # what `nested.told` says of an item that is surely a paper
_TITLE = 4  # words of a title whose people stand in the next item
_CROWD = 10  # items whose opinion counts whole


def are_fields(heads: list[Item]) -> bool:
    """Tell whether a list tells several things of one paper, behind labels: at most one of its items is a paper."""
    named = (fields.label_at(item.head.text) for item in heads if item.head)
    roles = [role for label in named if label and (role := labels.role_of(label.name))]
    return len(set(roles)) > 1 and len(roles) * 2 >= len(heads)


def tells_fields(block: Block) -> bool:
    """Tell whether a block is a list of a paper's fields, each behind its label: `- pdf: …`, `- code: …`."""
    heads = [Item.of(item).head for item in block.children] if block.kind == "list" else []
    named = [fields.label_at(head.text) if head else None for head in heads]
    return bool(named) and all(label and labels.role_of(label.name) for label in named)


def take_citations(heads: list[Item]) -> None:
    """Take whole titles from what cites the papers that items call by their names; it is no item of its own then."""
    for item, after in zip_longest(heads, heads[1:]):
        if item.reference and item.head and nested.take_citation(item.reference, item.block, after and after.block):
            after.reference = after.head = None


def take_labelled(heads: list[Item]) -> None:
    """Take the titles that fields inside items tell, for those that are called otherwise, without a link."""
    for item in heads:
        found, inner = item.reference, item.block.children[1:]
        if not inner or nested.told(item.block) < _TOLD or (found and (found.links or found.venue)):
            continue
        if whole := fulltitle.labelled(inner, found.title if found else ""):
            item.reference = whole


def take_signed(heads: list[Item], place: Place) -> None:
    """Take a title for a paper if the list is made of titles, each with its people in the next item."""
    pairs = list(zip(heads[::2], heads[1::2], strict=False))
    if len(pairs) * 2 != len(heads) or any(item.reference for item in heads) or place.elsewhere or place.nothing:
        return
    people = [authors.authors_in(inline.plain(after.head.text)) if after.head else None for _, after in pairs]
    if not all(found and authors.are_full(found) for found in people):
        return
    read_references([item for item, _ in pairs])
    told = all(item.reference and _is_worded(item.reference.title) for item, _ in pairs)
    for (item, after), found in zip(pairs, people, strict=True):
        if told and item.reference and found:
            item.reference.authors, after.head = found, None
        else:
            item.reference = None


def _is_worded(title: str) -> bool:
    return titles.size(title) >= _TITLE and titles.is_capitalised(title) and not titles.is_sentence(title)


def agree(lists: list[Items]) -> None:
    """Decide which items of a note's lists are papers: by their own odds, and by those of what stands beside them."""
    for item, beside in list(around(lists, lambda item: 1 / (1 + math.exp(-item.odds)))):
        item.odds = sum(WEIGHTS[name] * value for name, value in {**beside, "own": item.odds, "": 1}.items())
        item.paper = item.odds > 0


def around(lists: list[Items], chance: Callable[[Item], float]) -> Iterator[tuple[Item, dict[str, float]]]:
    """Yield each item in which a reference was read, with what stands beside it, between -1 and 1.

    `chance` tells how likely an item is to be a paper, between 0 and 1.
    """
    whole = [item for items in lists for item in items.walk() if item.reference]
    chances = {id(item): chance(item) for item in whole}
    total = sum(chances.values())
    outer = {id(below): item for item in whole for inner in item.inner for below in inner.items}
    for items in (one for top in lists for one in top.lists()):
        read = [item for item in items.items if item.reference]
        held, short = sum(chances[id(item)] for item in read), not items.place.period and _lead_on(read)
        none = 1 - len(read) / max(sum(item.head is not None for item in items.items), 1)
        for item in read:
            own = chances[id(item)]
            others = (held - own + 0.5) / len(read) - 0.5
            below = [chances[id(one)] for inner in item.inner for one in inner.items if one.reference]
            yield (
                item,
                {
                    "the list": others,
                    "the list, if long": others * min(len(read), _CROWD) / _CROWD,
                    "the note": (total - own + 0.5) / len(whole) - 0.5,
                    "the item around": chances[id(outer[id(item)])] - 0.5 if id(item) in outer else 0.0,
                    "the items inside": sum(below) / len(below) if below else 0.0,
                    "items inside": float(bool(below)),
                    "items that are none": none,
                    "short names with notes": short,
                },
            )


def _lead_on(read: list[Item]) -> bool:
    """Tell whether most items of a list lead on to notes by short names, as an index of topics does."""
    sizes = [titles.size(found.title) for item in read if (found := item.reference) and _has_note(found)]
    return len(sizes) > 1 and len(sizes) * 2 > len(read) and sum(sizes) < _TITLE * len(sizes)


def _has_note(found: Reference) -> bool:
    return any(links.is_note_path(link.url) for link in found.links)
