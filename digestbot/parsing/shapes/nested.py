"""What stands inside a list item, below its first line, and tells what the item is: links, fields, a citation."""

import re
from itertools import pairwise, takewhile

from digestbot.identity import fold_title
from digestbot.parsing import references
from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.blocks import Block
from digestbot.parsing.markdown.span import squeeze
from digestbot.parsing.references import Reference, citations
from digestbot.parsing.shapes import weighing
from digestbot.parsing.terms import authors, cleaning, fields, labels, links, titles, venues

_FEW = 3  # items that say first what the outer one is
_FIELDS = 8  # items inside an item that may be a paper's fields
_LONGEST = 600  # characters of an item that is an address
_TELLING = frozenset({"authors", "venue", "keypoints", "abstract"})  # what fields of papers alone say
_SEVERAL = 2  # papers in one item
_BETWEEN = re.compile(r"(?<=\))\s*[,，;；、]\s*(?=[*_]{0,3}\[)")
_BEFORE = re.compile(r"[^\[\]()]{1,60}[:：]\s*")
"""What several papers in one item are on, before the first of them."""
_CROWD = 3000  # characters that people and links take
_NAME = 5  # words of what a paper is called for short, its house and its short name with it


def parted(item: Block) -> list[Block]:
    """Part an item that is but several papers' linked titles, one after the other: each is an item of its own."""
    head = item.children[0] if len(item.children) == 1 and item.children[0].kind == "paragraph" else None
    if head is None or head.text.count("](") < _SEVERAL or len(head.text) > _CROWD:
        return [item]
    cuts = [0, *(found.end() for found in _BETWEEN.finditer(head.text)), len(head.text)]
    texts = [head.text[start:end] for start, end in pairwise(cuts)]
    led = _BEFORE.match(head.text)
    own = [head.text[led.end() if led else 0 : cuts[1]], *texts[1:]]
    if len(texts) < _SEVERAL or not all(map(_is_linked_title, own)):
        return [item]
    lines = [head.start + head.text.count("\n", 0, cut) for cut in cuts[:-1]]
    heads = [Block("paragraph", line, head.end, text) for line, text in zip(lines, texts, strict=True)]
    return [Block("item", part.start, item.end, info=item.info, children=[part]) for part in heads]


def _is_linked_title(text: str) -> bool:
    """Tell whether a text is nothing but a title that leads to its paper."""
    told = [span for span in inline.spans(text) if any(map(str.isalnum, span.text))]
    return len(told) == 1 and links.is_paper_url(told[0].url) and titles.looks_like_title(told[0].text)


def told(item: Block) -> int:
    """Tell what stands first inside an item says of it: 2 that it is a paper, by a link, a venue or fields, 1 links.

    `- Title` and below it `- paper: https://…`, `- CVPR 2018`, `- Authors: …` and `- Keywords: …`, `- [code](…)`, or a
    paragraph of people and links.
    """
    inner = _texts(item)
    first = inner[:_FEW]
    if any(weighing.is_paper_link(text) if "://" in text else venues.venue_in(text) for text in first):
        return 2
    labelled = [label for text in inner if (label := fields.label_at(text))]
    if sum(labels.role_of(label.name) in _TELLING for label in labelled) > 1 or _is_signed(item):
        return 2
    if any(links.label_kind(label.name) == "paper" and links.is_web(label.rest) for label in labelled):
        return 2
    return int(any("://" in text and _is_address(text) for text in first))


def _texts(item: Block) -> list[str]:
    """Return the first texts of the items inside one."""
    lists = [child for child in item.children if child.kind == "list"]
    return [part.children[0].text for inner in lists for part in inner.children[:_FIELDS] if part.children]


def _is_signed(item: Block) -> bool:
    """Tell whether the second paragraph of an item is the people, their paper's links behind them."""
    text = item.children[1].text if len(item.children) > 1 and item.children[1].kind == "paragraph" else ""
    if "](" not in text or len(text) > _CROWD:
        return False
    spans = inline.spans(text)
    people = "".join(span.text for span in takewhile(lambda span: span.kind != "link", spans))
    paper = any(span.kind == "link" and links.is_paper_url(span.url) for span in spans)
    named = people.strip(" *_[](,.")
    return paper and (authors.authors_in(named) is not None or authors.is_full_name(named))


def _is_address(text: str) -> bool:
    """Tell whether a text is nothing but a link that is called by what it is, bare, or leads to code."""
    spans = inline.spans(text) if len(text) < _LONGEST else []
    linked = [span for span in spans if span.kind == "link"]
    rest = squeeze("".join(span.text for span in spans if span.kind != "link"))
    if not linked:
        return links.is_web(rest) and " " not in rest
    kinds = {links.kind_of("", span.url) for span in linked if not links.label_kind(span.text)}
    return not any(c.isalnum() for c in rest) and kinds <= {"code", "project"}


def take_citation(found: Reference, item: Block, after: Block | None) -> bool:
    """Take the whole title from what cites the paper that an item calls by its name; tell whether the next item did.

    `- ResNet, Microsoft [Paper](…)` and below it `- K. He, X. Zhang, Deep Residual Learning for …, CVPR 2016`, which
    too small an indent makes the next item.
    """
    inner = _texts(item)
    if not found.links or len(inner) > 1:
        return False
    below = inner[0] if inner else _next_text(item, after)
    cited = _cited(below, found.title) if below and "://" not in below else None
    if cited is None or not titles.looks_like_title(title := cleaning.clean_title(cited[1])):
        return False
    if titles.size(found.title) > _NAME and fold_title(found.title) != fold_title(title):
        return False
    found.title, found.authors, found.prose = title, cited[0] or found.authors, False
    _take_where(found, references.read(inline.spans(below)))
    return not inner


def _take_where(found: Reference, cited: Reference | None) -> None:
    """Take the venue and the arXiv id that a citation tells, besides the title and the people."""
    if cited is None:
        return
    found.venue = found.venue or cited.venue
    for link in cited.links:
        found.see_named(link.url)


def _next_text(item: Block, after: Block | None) -> str:
    alone = after is not None and len(item.children) == len(after.children) == 1
    return after.children[0].text if after is not None and alone else ""


def _cited(text: str, name: str) -> tuple[tuple[str, ...], str, str] | None:
    """Read a citation without a mark: people before the title, or the title that begins with the name."""
    plain = inline.plain(text)
    if cited := citations.cited(plain) or citations.cited_by_names(plain, lone=True):
        return cited
    whole = references.read(inline.spans(text))
    own = fold_title(whole.title) if whole and whole.venue else ""
    return ((), whole.title, "") if whole and own and own.startswith(fold_title(name.split(",")[0])) else None
