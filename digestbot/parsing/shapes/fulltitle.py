"""Full titles: the paper's own, where a note is headed by a short name for it, a translation or another wording.

It stands right below the heading: behind a label (`Paper: …`), in a line that is its link, in a citation.
"""

import re
from collections.abc import Iterator

from digestbot.identity import fold_title
from digestbot.parsing import references
from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.blocks import Block, leads
from digestbot.parsing.references import Proof, Reference, citations
from digestbot.parsing.terms import authors, cleaning, fields, labels, links, titles

_LOOK = 8  # blocks below a heading, and lines of each, in which its full title may stand
_WHOLE = 4  # words of a title that is whole if one word alone follows it
_VENUE_BEHIND = re.compile(r",\s*\S+$")
SHORT = 3  # words: what has no more may be but a name for the paper
_LEADS = re.compile(r"\b(?:reference|citation|cite)$|\bpaper$|(?:引用|文献|論文|论文|논문)$")
"""What a label says that leads to the paper, to its title or to a citation of it."""

_LED = re.compile(r"\s?[:：]\s?(\[[^\[\]]+\]\([^()\s]+\))\s*$")
"""Words that lead to a link, which ends the line."""


def find(blocks: list[Block], title: str) -> Reference | None:
    """Return the full title of the paper that a heading calls `title`, with what stands beside it, if it is there."""
    if alone := in_brackets(blocks):
        return Reference(alone)
    if again := repeated(blocks, title) or above_links(blocks, title):
        return Reference(again)
    found = [told for told, labelled in _told(blocks, title) if labelled or is_fuller(told.title, title)]
    if not found and titles.size(title) == 1:
        return published(blocks)
    return found[0] if len({fold_title(told.title) for told in found}) == 1 else None


def labelled(blocks: list[Block], title: str) -> Reference | None:
    """Return the title that a label tells below an item called `title` (`论文: …`), if one does, and says more."""
    found = [told for told, _ in _told(blocks, title, labelled_only=True)]
    alone = len({fold_title(told.title) for told in found}) == 1
    return found[0] if alone and (not title or is_fuller(found[0].title, title)) else None


def published(blocks: list[Block]) -> Reference | None:
    """Return the title that stands, with its venue and year and nothing else, in the first text below a short name."""
    first = next((block for block in blocks if not block.text.startswith("![")), None)
    if first is None or first.kind != "paragraph" or len(first.text) > titles.LONGEST or "](" in first.text:
        return None
    found = references.read(inline.spans(first.text))
    if found is None or found.prose or found.texts or not any(map(str.isdigit, found.venue or "")):
        return None
    return found if titles.looks_like_title(found.title) and titles.is_capitalised(found.title) else None


def in_brackets(blocks: list[Block]) -> str:
    """Return the title that stands alone in brackets in the first line below a heading (`[Title]`), or nothing."""
    first = blocks[0] if blocks else None
    if first is None or first.kind != "paragraph" or not re.fullmatch(r"\[[^\[\]]+\]", first.text):
        return ""
    title = cleaning.clean_title(first.text)
    return title if titles.looks_like_title(title) and inline.plain(first.text) == first.text else ""


def repeated(blocks: list[Block], title: str) -> str:
    """Return the title that stands alone in the first line below a short name and begins with it (`Name: …`)."""
    first = blocks[0] if blocks and titles.size(title) <= SHORT and blocks[0].kind == "paragraph" else None
    line = inline.plain(first.text.split("\n", 1)[0]) if first and len(first.text) <= 2 * titles.LONGEST else ""
    name, _, rest = line.replace("：", ":").partition(":")
    if not rest or fold_title(name) != fold_title(title) or line.endswith((".", "。")):
        return ""
    return cleaning.clean_title(line) if titles.looks_like_title(line) and titles.is_capitalised(rest) else ""


def begins(blocks: list[Block]) -> bool:
    """Tell whether the text below a heading begins with a paper's title that is its link, and nothing else."""
    first = blocks[0] if blocks else None
    if first is None or first.kind != "paragraph" or not first.text.startswith("[") or "\n" in first.text:
        return False
    found = _linked(first.text)
    return found is not None and titles.looks_like_title(found.title)


def above_links(blocks: list[Block], title: str) -> str:
    """Return the title that stands alone between a short name and a row of links to the paper, or nothing."""
    if len(blocks) < 2 or titles.size(title) > SHORT - 1 or any(block.kind != "paragraph" for block in blocks[:2]):
        return ""
    line, rows = blocks[0].text, blocks[1].text.split("\n")
    spans = [s for row in rows for s in inline.spans(row) if any(map(str.isalnum, s.text))]
    linked = [s for s in spans if s.kind == "link" and (links.label_kind(s.text) or links.is_paper_url(s.url))]
    if len(linked) < len(spans) or not any(links.is_paper_url(s.url) for s in linked) or line.endswith((".", ":")):
        return ""
    fits = "\n" not in line and inline.plain(line) == line and authors.authors_in(line) is None
    return cleaning.clean_title(line) if fits and titles.is_capitalised(line) and titles.looks_like_title(line) else ""


def is_cited(blocks: list[Block], title: str) -> bool:
    """Tell whether a line below a heading cites the paper by the heading's own words."""
    own = fold_title(title)
    return any(
        own in fold_title(line) and (cited := _cited(line)) is not None and fold_title(cited.title) == own
        for _, text in leads(blocks, _LOOK)
        for line in text.split("\n", _LOOK)[:_LOOK]
        if "," in line and len(line) <= 2 * titles.LONGEST
    )


def _told(blocks: list[Block], title: str, *, labelled_only: bool = False) -> Iterator[tuple[Reference, bool]]:
    for _, text in leads(blocks, _LOOK):
        for line in (whole.rstrip("\\ ") for whole in text.split("\n", _LOOK)[:_LOOK]):
            if len(line) > 2 * titles.LONGEST:
                continue
            label = fields.label_at(line)
            if label is None:
                found = None if labelled_only else _linked(line) or _cited(line)
            elif labels.role_of(label.name) == "title":
                found = Reference(cleaning.clean_title(inline.plain(label.rest)))
            elif links.label_kind(label.name) == "paper" or _LEADS.search(labels.fold(label.name)):
                found = _linked(label.rest) or _cited(label.rest) or _marked(label.rest)
                if labels.role_of(label.name) != "venue":
                    found = found or _plain(label.rest, title)
            else:
                continue
            if found and titles.looks_like_title(found.title):
                yield found, label is not None


def _linked(text: str) -> Reference | None:
    """Read a line that links to a paper by its title and says hardly more."""
    if "](" not in text:
        return None
    led = _LED.search(text)
    found = references.read(inline.spans(text[led.start(1) :] if led else text))
    if not (found and found.linked and found.proof == Proof.PROVEN) or found.prose or found.texts:
        return None
    return _cited(found.title) or found


def _plain(text: str, own: str) -> Reference | None:
    """Read words alone as the title: they begin with the name over the note, or say far more, or that is Chinese."""
    title = cleaning.clean_title(inline.plain(text))
    if titles.is_cjk(title) or "](" in text or "://" in text or titles.is_sentence(title):
        return None
    named = fold_title(own) == fold_title(title.partition(":")[0]) or titles.is_cjk(own)
    told = named or (0 < titles.size(own) <= SHORT and titles.size(title) >= 2 * SHORT)
    return Reference(title) if told and titles.is_capitalised(title) and titles.looks_like_title(title) else None


def _marked(text: str) -> Reference | None:
    found = references.read(inline.spans(text))
    return found if found and found.marked and not found.prose else None


def _cited(text: str) -> Reference | None:
    line = inline.plain(text)
    people = authors.authors_in(line) is not None  # and no title behind them
    cited = citations.cited(line) if not people and ("," in text or " et al" in text) else None
    return Reference(cleaning.clean_title(cited[1]), authors=cited[0]) if cited else None


def is_fuller(title: str, own: str) -> bool:
    """Tell whether a title says of the same paper more than the note's own heading does."""
    folded, other = fold_title(own), fold_title(title)
    if folded == other:
        return " " not in own
    if folded in other:
        return titles.size(own) <= _WHOLE or not _VENUE_BEHIND.match(title, len(own))
    return titles.size(own) <= SHORT or (titles.is_cjk(own) and not titles.is_cjk(title))
