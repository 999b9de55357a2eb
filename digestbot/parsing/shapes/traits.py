"""What speaks for a list's item being a paper, and what against: its traits, each with its weight.

A trait's weight is what it adds to the natural logarithm of the odds. All were fitted by `bench/weights.py` on lists of
other people whose papers were told apart by hand; they are not to be turned one by one. `a year first` and `another
thing's label` were none of them and are weighed by hand.
"""

import re

from digestbot.parsing.markdown import inline
from digestbot.parsing.page.place import Place
from digestbot.parsing.references import Proof, Reference
from digestbot.parsing.shapes import nested
from digestbot.parsing.shapes.items import Item
from digestbot.parsing.terms import arxiv, authors, links, titles, venues, words

WEIGHTS: dict[str, float] = {
    "": -1.83,
    "Latin among characters": 1.00,
    "a book or a talk": -0.21,
    "a bracket first": -0.25,
    "a colon": 0.30,
    "a handout among other things": -1.05,
    "a home page": -0.18,
    "a known venue": 1.73,
    "a link called by what it is": -0.06,
    "a link called paper": -0.07,
    "a link to code first": -1.06,
    "a list below": -1.32,
    "a month": -1.12,
    "a note": 1.67,
    "a note among its links": 0.38,
    "a note called so": 1.30,
    "a paper's fields below": 0.13,
    "a paper's link": 0.87,
    "a paragraph": -2.12,
    "a project among its links": 1.00,
    "a publisher's link": 0.79,
    "a sentence": -1.69,
    "a sentence with a link": -2.51,
    "a topic's name": -0.01,
    "a venue": -0.00,
    "a venue for a title": -2.52,
    "a video": -1.14,
    "a year behind the venue": 0.42,
    "a year first": 0.80,
    "a year in brackets": 1.26,
    "a year in it": -2.15,
    "among other things": -1.41,
    "among papers": 0.67,
    "an arrow": -0.59,
    "another link first": -1.30,
    "another thing's label": -4.00,
    "another thing's name": -1.19,
    "any link": -0.44,
    "arXiv": 0.11,
    "bold alone": 1.16,
    "bold over its notes": 1.08,
    "capitals": 1.82,
    "characters": -1.90,
    "code among its links": 1.09,
    "commas": -1.35,
    "ends with a full stop": -0.86,
    "in a month": 0.71,
    "in quotes": 0.42,
    "its own link to a home page": -0.48,
    "its own link to code": -1.66,
    "leads on": -1.68,
    "leads to a list": -1.41,
    "links below": 0.87,
    "marked": 0.67,
    "mostly characters": -0.56,
    "nothing told": -1.50,
    "one word": -0.49,
    "paper among its links": 0.41,
    "people": 0.68,
    "people for a title": -2.52,
    "plain over a paper's fields": 0.76,
    "proven": 1.51,
    "proven among other things": -0.51,
    "reads like a title": 0.89,
    "six words": 1.49,
    "sixteen words": 0.41,
    "small letter first": -1.02,
    "something below": 1.86,
    "stands alone": -0.84,
    "three words": -1.14,
    "two words": -1.70,
}
"""Of each trait, and of `""`, which every item has."""

_QUOTES = '《「『“"'
_ALONE = 4  # characters around a title, at most, that stands alone
_BOOK = re.compile(r"(?i)\bedition\b|\bbooks?\b|textbook|tutorial|lecture|\bslides|\bcourse|\bblog|\bvideo|notebook")
_YEAR = re.compile(r"\b(?:19|20)\d\d")


def odds_of(traits: list[str]) -> float:
    """Return the logarithm of the odds that an item with these traits is a paper, if nothing stood beside it.

    A trait that none of the fitted notes showed counts nothing.
    """
    return WEIGHTS[""] + sum(WEIGHTS.get(trait, 0.0) for trait in traits)


def traits_of(item: Item, place: Place) -> list[str]:
    """Return the traits of an item in which a reference was read."""
    if item.head is None or item.reference is None:
        return []
    found, head = item.reference, item.head.text
    seen = {
        **_of_title(found.title),
        **_of_reference(found),
        **_of_links(found),
        **_of_text(item, head, found.title),
        **_of_place(place, found),
    }
    return [trait for trait, holds in seen.items() if holds]


def _of_title(title: str) -> dict[str, bool]:
    size = titles.size(title)
    return {
        "one word": size < 2,
        "two words": 2 <= size < 3,
        "three words": 3 <= size < 4,
        "six words": 6 <= size < 16,
        "sixteen words": size >= 16,
        "capitals": titles.is_capitalised(title),
        "small letter first": title[:1].islower(),
        "reads like a title": titles.looks_like_title(title),
        "a sentence": titles.is_sentence(title) and not titles.is_capitalised(title),
        "a colon": ":" in title,
        "commas": title.count(",") > 1,
        "a bracket first": title.startswith(("[", "(", "【", "<")),
        "people for a title": authors.authors_in(title) is not None,
        "a venue for a title": venues.find_venue(title) is not None,
        "another thing's name": words.is_elsewhere(title),
        "a book or a talk": _BOOK.search(title) is not None,
        "leads on": not titles.stands_alone(title),
        "a year in it": _YEAR.search(title) is not None,
        "characters": titles.is_cjk(title),
        "mostly characters": titles.is_mostly_cjk(title),
    }


def _of_reference(found: Reference) -> dict[str, bool]:
    venue = found.venue or ""
    return {
        "marked": found.marked,
        "a sentence with a link": found.prose or _speaks(found),
        "a venue": bool(venue),
        "a known venue": bool(venue) and venues.find_venue(venue) is not None,
        "a year behind the venue": any(map(str.isdigit, venue)),
        "people": bool(found.authors),
        "a month": found.published is not None,
        "nothing told": found.proof == Proof.NONE,
        "a link called paper": found.proof == Proof.LINKED,
        "proven": found.proof == Proof.PROVEN,
    }


def _of_links(found: Reference) -> dict[str, bool]:
    first = found.links[0] if found.links else None
    kinds = {link.kind for link in found.links}
    url, own = (first.url, found.linked) if first else ("", False)
    return {
        "a paper's link": links.is_paper_url(url),
        "a publisher's link": links.is_published(url),
        "a home page": bool(url) and links.is_home(url),
        "its own link to a home page": own and links.is_home(url),
        "its own link to code": own and first is not None and first.kind == "code",
        "a link to code first": first is not None and first.kind == "code",
        "any link": first is not None,
        "another link first": first is not None and first.kind == "other",
        "a note": links.is_note_path(url),
        "a note among its links": "notes" in kinds,
        "arXiv": "arxiv" in kinds,
        "paper among its links": "paper" in kinds,
        "code among its links": "code" in kinds,
        "a project among its links": "project" in kinds,
        "a link called by what it is": first is not None and links.is_specific(first.label),
        "a video": any("youtu" in link.url for link in found.links),
    }


def _of_text(item: Item, head: str, title: str) -> dict[str, bool]:
    plain = inline.plain(head)
    around, inside = len(plain) - len(title), nested.told(item.block)
    return {
        "stands alone": around < _ALONE,
        "in quotes": any(f"{quote}{title}" in head for quote in _QUOTES),
        "bold alone": titles.is_bold(head),
        "ends with a full stop": plain.rstrip().endswith((".", "。", "!", "！")),
        "leads to a list": item.leads_to_list,
        "Latin among characters": titles.is_cjk(plain) and not titles.is_cjk(title),
        "an arrow": "->" in plain or "→" in plain,
        "a year first": item.is_filed,
        "another thing's label": item.is_other,
        "a year in brackets": item.is_dated,
        "a note called so": item.is_called,
        "bold over its notes": item.is_noted,
        "a paragraph": item.block.info == "paragraph",
        "something below": len(item.block.children) > 1,
        "a list below": any(child.kind == "list" for child in item.block.children),
        "links below": inside == 1,
        "a paper's fields below": inside > 1,
        "plain over a paper's fields": inside > 1 and item.reference is not None and not item.reference.links,
    }


def _of_place(place: Place, found: Reference) -> dict[str, bool]:
    return {
        "among papers": place.papers,
        "among other things": place.elsewhere,
        "proven among other things": place.elsewhere and found.proof == Proof.PROVEN,
        "a handout among other things": place.elsewhere and found.proof == Proof.PROVEN and _is_handout(found),
        "in contents": place.contents,
        "in a month": bool(place.period or place.year),
        "a topic's name": any(found.title.casefold() == topic.casefold() for topic in place.topics),
    }


def _speaks(found: Reference) -> bool:
    """Tell whether a title is a sentence's words, one of which is linked."""
    said = titles.is_sentence(found.title) and not titles.is_capitalised(found.title) and not found.marked
    return said and bool(found.links) and not _is_label(found.links[0].label)


def _is_label(label: str) -> bool:
    """Tell whether a link's text says what it leads to, or is an arXiv id: it is none of a sentence's words."""
    return not label or links.label_kind(label) is not None or arxiv.url(label) is not None


def _is_handout(found: Reference) -> bool:
    """Tell whether nothing but a file in PDF speaks for a paper: among talks and tools, that may be anything."""
    return not (found.venue or found.authors or any(links.is_published(link.url) for link in found.links))
