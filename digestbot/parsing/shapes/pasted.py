"""Papers in paragraphs as they are pasted from elsewhere: a paper's page, a citation, a bibliography with its numbers.

Nothing marks their titles; what stands around them says which words they are.
"""

import re

from digestbot.parsing import references
from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.blocks import Block
from digestbot.parsing.references import Reference, citations
from digestbot.parsing.shapes import weighing
from digestbot.parsing.terms import authors, dates, links, titles

Found = list[tuple[Block, int, Reference]]
"""Papers with their paragraphs and the lines of their titles."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DATED = re.compile(r"[,.]\s*(?:19|20)\d\d\b")
_CREDITED = re.compile(r"[^\n*|]{20,300}\b(?:19|20)\d\d\b[^\n*|]{0,30}")
_FEW = 2  # lines of citations
_NUMBERED = re.compile(
    r"(?m)^(?:\[\d{1,3}\]\s+|[(（]\d{1,3}[)）]\s*|[①-⑳]\s*|\*?\d{1,3}[、．）]\s*|\*\d{1,3}[.)]\s+)(?=[\w\"“(（【\[*])"
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
    """Find titles that are led by their numbers, several in one paragraph or each in its own."""
    return [one for block in paragraphs if _NUMBERED.match(block.text) for one in _numbered(block)]


def _from_page(block: Block) -> tuple[Block, int, Reference] | None:
    """Read a paragraph as it is copied from a paper's page: `[Submitted on 1 Jan 2024]`, title, authors, abstract."""
    first, title, people, *rest = [*block.text.split("\n", 3), "", "", ""]
    month = dates.submitted(first) if first.rstrip().endswith("]") else None
    named = authors.authors_in(people)
    if month is None or named is None or not titles.looks_like_title(title := inline.plain(title)):
        return None
    abstract = (("Abstract", rest[0]),) if rest[0] else ()
    return block, block.start + 1, Reference(title, published=month, authors=named, proof=1, texts=abstract)


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


def _numbered(block: Block) -> Found:
    """Read titles without a mark, each led by its number and followed by a year, a venue or links.

    `[3] Title, 1994`, `2、Title [paper](…)`, with its links and a remark in the lines below it: a paragraph may hold
    many of them.
    """
    found: Found = []
    starts = list(_NUMBERED.finditer(block.text))
    ends = [one.start() for one in starts[1:]] + [len(block.text)]
    for start, end in zip(starts, ends, strict=True):
        text, _, remark = block.text[start.end() : end].strip().partition("\n")
        if remark.startswith(_ROW):
            row, _, remark = remark.partition("\n")
            text = f"{text.rstrip()} {row}"
        one = references.read(inline.spans(text))
        told = one and _is_told(one, text, bracketed=start[0].startswith("["))
        if one and told and titles.could_be_title(one.title) and titles.stands_alone(one.title):
            line = block.start + block.text.count("\n", 0, start.start())
            one.texts += (("Comment", remark.strip(" -*\n")),) if remark.strip() else ()
            found.append((block, line, one))
    return found if len(found) * 2 > len(starts) else []


def _is_told(found: Reference, text: str, *, bracketed: bool) -> bool:
    """Tell whether what stands behind a number is a paper: what follows the title, which any remark may lack, says so.

    `bracketed`: the number is one of a bibliography's.
    """
    if found.prose:
        return False
    if bracketed:
        return bool(found.venue or found.links or _DATED.search(text)) and not found.authors
    paper = found.proof > 1 and not titles.is_mostly_cjk(found.title)
    return titles.looks_like_title(found.title) and (found.proof > 1 if found.marked else paper)
