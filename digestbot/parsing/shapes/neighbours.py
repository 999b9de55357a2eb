"""What a list's items are by those beside them: papers among papers, titles with their people, names with their notes.

Each looks at the items of one list, or of all lists of a note, once each was read by itself.
"""

from itertools import zip_longest

from digestbot.parsing.markdown import inline
from digestbot.parsing.page.place import Place
from digestbot.parsing.references import Reference
from digestbot.parsing.shapes import fulltitle, nested
from digestbot.parsing.shapes.items import NAMED, Item, Items, is_name, is_titled, is_worded, read_references
from digestbot.parsing.terms import authors, links, titles, venues

_NOTE_TITLE = 4  # words on average: shorter names of other files are topics
_TOLD = 2  # what `nested.told` says of an item that is surely a paper
_PAGES = frozenset({"project", "code"})
_MANY = 6  # papers of a list in which a name of two words is one as well
_FEW = 3  # items: in a shorter list, nothing beside an item tells what it is


def is_remark(item: Item) -> bool:
    """Tell whether words without a link, a mark or a venue are in small letters, as other items' titles are not."""
    found = item.reference
    if item.head and "(**" in item.head.text:
        return False  # its short name in bold behind it
    if found is None or found.proof or found.marked or titles.is_cjk(found.title) or ":" in found.title:
        return False
    return not titles.is_capitalised(found.title)


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
    read_references([item for item, _ in pairs])
    if all(
        found and authors.are_full(found) and item.reference and is_worded(item.reference.title)
        for (item, _), found in zip(pairs, people, strict=True)
    ):
        for (item, after), found in zip(pairs, people, strict=True):
            item.paper, after.head = True, None
            if item.reference and found:
                item.reference.authors = found


def with_venues(heads: list[Item], *, known: bool) -> int:
    """Count the items that are a title and its venue or year, if most are: papers, though nothing is linked.

    `known`: a name and a year alone may be a book's author, so that most venues must be known ones.
    """
    found = [
        item.reference
        for item in heads
        if item.reference
        and item.head
        and (item.reference.venue or _is_signed(item.reference) or item.is_dated)
        and not item.reference.prose
        and titles.looks_like_title(item.reference.title)
    ]
    told = len(found)
    if known and sum(venues.find_venue(one.venue or "") is not None for one in found) * 2 < told:
        return 0
    return told if told * 2 >= len(heads) and (told >= _FEW or 1 < told == len(heads)) else 0


def _is_signed(found: Reference) -> bool:
    return bool(found.authors) and not found.links


def take_linked_below(heads: list[Item]) -> None:
    """Take plain titles with links of any kind below them for papers, if most of the list's items are such."""
    linked = [
        item
        for item in heads
        if not item.paper
        and (found := item.reference)
        and not (found.links or found.prose)
        and titles.looks_like_title(found.title)
        and titles.continues(found.title)
        and not item.leads_to_list
        and nested.told(item.block)
    ]
    if linked and len(linked) + sum(item.paper for item in heads) > max(1, len(heads) // 2):
        for item in linked:
            item.paper = True


def take_noted(lists: list[Items]) -> None:
    """Take names of two words with notes of their own for papers, if most items of a note's lists with one are."""
    noted = [item for items in lists for item in items.walk() if (found := item.reference) and _has_note(found)]
    papers = sum(item.paper for item in noted)
    if papers < _FEW or papers * 4 < len(noted) * 3:
        return
    for item in noted:
        if (found := item.reference) and found.linked and titles.size(found.title) >= NAMED and not found.prose:
            item.paper = titles.could_be_title(found.title)


def take_named(heads: list[Item], place: Place) -> None:
    """Take two words with capitals alone (`Highway Networks`) for papers among many, nearly all of a list."""
    papers = sum(item.paper for item in heads)
    if place.elsewhere or not place.papers or papers < _MANY or papers * 4 < len(heads) * 3:
        return
    for item in heads:
        found = item.reference
        if found and not (item.paper or found.links or found.prose) and len(item.block.children) == 1:
            item.paper = is_name(found.title)


def _has_note(found: Reference) -> bool:
    return bool(found.links) and all(links.is_note_path(link.url) for link in found.links)


def take_linked(heads: list[Item], place: Place) -> None:
    """Take titles whose page, not the paper, or nothing yet is linked for papers where they stand beside papers."""
    if not place.papers or place.elsewhere or place.nothing or not any(item.paper for item in heads):
        return
    for item in heads:
        found = item.reference
        item.paper = item.paper or bool(
            found
            and found.linked
            and not found.prose
            and (any(link.kind in _PAGES for link in found.links[:1]) or (item.head and "]()" in item.head.text))
            and not item.leads_to_list
            and is_worded(found.title)
        )


def take_titles(heads: list[Item], place: Place) -> None:
    """Take a list of titles and nothing else for papers, where papers are announced, or of bold ones with notes."""
    if not place.papers or place.elsewhere or place.nothing or any(item.paper for item in heads):
        return
    titled = [item for item in heads if item.reference and is_titled(item.reference.title) and not item.leads_to_list]
    worded = sum(item.reference is not None and is_worded(item.reference.title) for item in titled)
    crowd = len(titled) >= _FEW and len(titled) * 5 >= len(heads) * 4 and worded * 3 >= len(heads) * 2
    noted = [item for item in heads if item.is_noted]
    for item in [*(titled if crowd else []), *(noted if len(noted) * 2 >= len(heads) else [])]:
        item.paper = True


def lead_on(heads: list[Item]) -> bool:
    """Tell whether a list leads on to other files by short names, as an index of topics does."""
    noted = [
        item.reference.title
        for item in heads
        if item.reference and any(links.is_note_path(link.url) for link in item.reference.links)
    ]
    return len(noted) * 2 > len(heads) and sum(map(titles.size, noted)) < _NOTE_TITLE * len(noted)


def drop_short_names(heads: list[Item]) -> None:
    """Take short names (`T5`) for no titles where they stand among other things."""
    papers = [item.reference for item in heads if item.paper and item.reference]
    named = sum(titles.looks_like_title(found.title) for found in papers)
    if named * 2 >= len(heads) or len(papers) == len(heads) < _FEW:
        return
    for item in heads:
        found = item.reference
        if found and not titles.looks_like_title(found.title) and not (found.venue or found.authors):
            item.paper = False
