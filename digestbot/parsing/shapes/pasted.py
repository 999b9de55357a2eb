"""Papers in paragraphs as they are pasted from elsewhere: a paper's page, a citation, a bibliography with its numbers.

Nothing marks their titles; what stands around them says which words they are.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from digestbot.parsing import references
from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.blocks import Block
from digestbot.parsing.markdown.span import Span
from digestbot.parsing.references import Proof, Reference, citations
from digestbot.parsing.shapes import weighing
from digestbot.parsing.terms import authors, dates, links, titles

Found = list[tuple[Block, int, Reference]]
"""Papers with their paragraphs and the lines of their titles."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DATED = re.compile(r"[,.]\s*(?:19|20)\d\d\b")
_CREDITED = re.compile(r"[^\n*|]{20,300}\b(?:19|20)\d\d\b[^\n*|]{0,30}")
_FEW = 2  # lines of citations
_NUMBERED = re.compile(
    r"(?m)^(?:\[\d{1,4}\]\s+|[(（]\d{1,4}[)）]\s*|[①-⑳]\s*|\*?\d{1,3}[、．）]\s*|\*\d{1,3}[.)]\s+)(?=[\w\"“(（【\[*])"
)
"""How a paragraph is numbered that Markdown takes for no list."""
_ROW = ("[", "http")
"""What a line of links begins with."""


def copied(paragraphs: list[Block], *, elsewhere: bool) -> Found:
    """Find papers copied from their pages or as citations. `elsewhere`: other things than papers are announced."""
    found = [one for block in paragraphs if block.text.startswith("[") and (one := _from_page(block))]
    found += [one for block in paragraphs if (one := _signed(block))]
    return found if elsewhere else found + _cited(paragraphs)


def quoted(blocks: list[Block]) -> Found:
    """Find papers in quotes of a title and its address, where there are no paragraphs."""
    return [one for block in blocks if (one := _quoted(block))]


def numbered(paragraphs: list[Block]) -> Found:
    """Find titles that are led by their numbers, several in one paragraph or each in its own.

    Where half of the rows lead to their papers, those that only have a title are papers as well.
    """
    rows = [row for block in paragraphs if _NUMBERED.match(block.text) for row in _rows(block)]
    read = references.read_alike([inline.spans(row.text) for row in rows])
    told = [
        one is not None and _is_told(one, row.text, bracketed=row.bracketed)
        for row, one in zip(rows, read, strict=True)
    ]
    among = sum(told) * 2 >= len(rows)
    kept = [
        (row.block, row.line, one)
        for row, one, sure in zip(rows, read, told, strict=True)
        if one and (sure or (among and row.bracketed and _is_bare(one))) and _takes(row, one)
    ]
    held, papers = Counter(id(row.block) for row in rows), Counter(id(block) for block, *_ in kept)
    return [one for one in kept if papers[id(one[0])] * 2 > held[id(one[0])]]


def _from_page(block: Block) -> tuple[Block, int, Reference] | None:
    """Read a paragraph as it is copied from a paper's page: `[Submitted on 1 Jan 2024]`, title, authors, abstract."""
    first, title, people, *rest = [*block.text.split("\n", 3), "", "", ""]
    month = dates.submitted(first) if first.rstrip().endswith("]") else None
    named = authors.authors_in(people)
    if month is None or named is None or not titles.looks_like_title(title := inline.plain(title)):
        return None
    abstract = (("Abstract", rest[0]),) if rest[0] else ()
    return block, block.start + 1, Reference(title, published=month, authors=named, proof=Proof.TOLD, texts=abstract)


def _quoted(block: Block) -> tuple[Block, int, Reference] | None:
    """Read a quote of two lines, the title and the address, as a copied page leaves it."""
    text = block.children[0].text if block.kind == "quote" and len(block.children) == 1 else ""
    title, _, link = text.partition("\n")
    if "\n" in link or "://" in title or title.rstrip().endswith((".", "。")) or not weighing.is_paper_link(link):
        return None
    found = references.read(inline.spans(title))
    if found is None or not titles.looks_like_title(found.title):
        return None
    found.links += [made for span in inline.spans(link) if span.url and (made := links.make("", span.url))]
    return block, block.start, found


def _signed(block: Block) -> tuple[Block, int, Reference] | None:
    """Read a paragraph as citations of DBLP are pasted: people and a colon, below them title, venue and year."""
    people, rest = authors.leading(block.text), block.text.partition("\n")[2]
    found = references.read(inline.spans(rest)) if people else None
    if not people or found is None or found.prose or not titles.looks_like_title(found.title):
        return None
    if not (found.links or found.venue or _YEAR.search(rest)):
        return None
    found.authors = people
    return block, block.start + 1 + found.line, found


def _cited(paragraphs: list[Block]) -> Found:
    """Read lines without a link, each a title with people or a venue and a year, where most are such."""
    lines = [block for block in paragraphs if "://" not in block.text and _is_cited(block.text)]
    if len(lines) < _FEW or len(lines) * 2 <= len(paragraphs):
        return []
    read = [(block, references.read(inline.spans(block.text))) for block in lines]
    return [
        (block, block.start, one)
        for block, one in read
        if one and (one.authors or (one.venue and not one.texts)) and not one.prose and _is_whole(one.title)
    ]


def _is_cited(text: str) -> bool:
    """Tell whether a line ends with a year, or cites a paper with the year amid it."""
    if _CREDITED.fullmatch(text):
        return True
    dated = "\n" not in text and len(text) <= 2 * titles.LONGEST and _YEAR.search(text)
    return bool(dated) and citations.cited(inline.plain(text)) is not None


def _is_whole(title: str) -> bool:
    """Tell whether words are a title by themselves: no sentence, no caption in brackets."""
    return titles.looks_like_title(title) and titles.stands_alone(title) and title.count("(") == title.count(")")


@dataclass(slots=True)
class _Row:
    """A text behind its number, with the links in the line below it, and what else stands there."""

    block: Block
    line: int
    text: str
    remark: str
    bracketed: bool
    """Whether the number is one of a bibliography's."""


def _rows(block: Block) -> Iterator[_Row]:
    """Yield what stands behind each number in a paragraph: `[3] Title, 1994`, `2、Title [paper](…)`."""
    starts = list(_NUMBERED.finditer(block.text))
    ends = [one.start() for one in starts[1:]] + [len(block.text)]
    for start, end in zip(starts, ends, strict=True):
        text, _, remark = block.text[start.end() : end].strip().partition("\n")
        if remark.startswith(_ROW):
            row, _, remark = remark.partition("\n")
            text = f"{text.rstrip()} {row}"
        line = block.start + block.text.count("\n", 0, start.start())
        yield _Row(block, line, text, remark.strip(" -*\n"), start[0].startswith("["))


def _is_bare(found: Reference) -> bool:
    """Tell whether a row says a title and nothing but what it means in another language."""
    alone = not (found.prose or found.authors) and all(titles.is_mostly_cjk(text) for _, text in found.texts)
    return alone and titles.looks_like_title(found.title) and titles.continues(found.title)


def _takes(row: _Row, found: Reference) -> bool:
    """Take a row's remark into its reference if it is a title's; tell whether it is."""
    if not titles.could_be_title(found.title):
        return False
    rest = [line for line in row.remark.split("\n") if not _is_row(found, line)]
    found.texts += (("Comment", "\n".join(rest)),) if any(rest) else ()
    return titles.stands_alone(found.title)


def _is_row(found: Reference, line: str) -> bool:
    """Take links behind what they are called (`Notes: [How to fly](…)`); tell whether a line is nothing but that."""
    first, *others = [span for span in inline.spans(line) if any(map(str.isalnum, span.text))] or [Span("text", "")]
    called = first.text.strip().endswith((":", "：")) and links.label_kind(first.text) is not None
    if first.kind != "text" or not called or not others or any(span.kind != "link" for span in others):
        return False
    for span in others:
        found.see_link(first.text, span.url)
    return True


def _is_told(found: Reference, text: str, *, bracketed: bool) -> bool:
    """Tell whether what stands behind a number is a paper: what follows the title, which any remark may lack, says so.

    `bracketed`: the number is one of a bibliography's.
    """
    if found.prose:
        return False
    if bracketed and not (found.proof > Proof.TOLD and found.authors and titles.looks_like_title(found.title)):
        return bool(found.venue or found.links or _DATED.search(text)) and not found.authors
    paper = found.proof > Proof.TOLD and not titles.is_mostly_cjk(found.title)
    return titles.looks_like_title(found.title) and (found.proof > Proof.TOLD if found.marked else paper)
