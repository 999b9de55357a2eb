"""Papers as paragraphs: a title with its link, or a block of lines (title, authors, venue with links, date).

The links may stand in blocks of their own behind the paragraph: a list of them, a row of badges.
"""

import re

from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.blocks import Block
from digestbot.parsing.markdown.inline import Span
from digestbot.parsing.page.note import Page
from digestbot.parsing.page.place import Place
from digestbot.parsing.references import reference as references
from digestbot.parsing.references.reference import Reference
from digestbot.parsing.shapes import fulltitle, weighing
from digestbot.parsing.terms import authors, dates, fields, links, titles, words

Found = list[tuple[Block, int, Reference]]


_LEAD = 80  # characters before a title that a date, a venue or tags may take
_MARKS = re.compile(r"[\[*_<\"“《「『]")
_ROWS = 3  # blocks of links behind a paragraph
_LED_BY_LINK = re.compile(r"(?:[^\w\[<&]|_)*[\[<&]")  # no word stands before what may be a link
_LONGEST = 6000  # characters of a paragraph of one paper; one with a paper on each line may have any number of them
_LONGEST_ROW = 3000  # characters of a block of links: badges have long addresses
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DATED = re.compile(r"[,.]\s*(?:19|20)\d\d\b")
_CREDITED = re.compile(r"[^\n*|]{20,300}\b(?:19|20)\d\d\b[^\n*|]{0,30}")
_FEW = 2  # lines of such papers
_LINKED = 2  # the proof of a title with links that say what they lead to
_CROWD = 3  # linked titles in one section, more than its other paragraphs, that are papers together


def judge(blocks: list[Block], place: Place) -> Found:
    """Find the paragraphs of a section that are papers: each begins with a title, and a link or a venue follows."""
    paragraphs = [block for block in blocks if block.kind == "paragraph"]
    if place.nothing:
        return []
    if not paragraphs:
        return [one for block in blocks if (one := _quoted(block))]
    found = [
        one
        for n, whole in enumerate(blocks)
        if whole.kind == "paragraph"
        for block in _parted(whole)
        if _may_hold(block.text)
        for one in _references(block, blocks[n + 1 : n + 1 + _ROWS] if block is whole else [])
    ]
    pasted = [one for block in paragraphs if block.text.startswith("[") and (one := _pasted(block))]
    pasted += [one for block in paragraphs if (one := _signed(block))]
    pasted += [] if place.elsewhere else _cited(paragraphs)
    linked = sum(_is_candidate(one[2]) for one in found)
    crowd = linked >= _CROWD and linked * 2 > len(paragraphs) and not place.elsewhere
    plain = {id(one[2]) for one in found if _is_plain(one[2])}
    rows = sum(block.text.count("\n") + 1 for block in paragraphs)
    told = {id(one[2]) for one in found if _accepted(one[2], place) or (crowd and _is_candidate(one[2]))}
    if len(plain - told) > 1 and (len(plain | told) * 2 > len(paragraphs) or len(plain | told) * 2 > rows):
        told |= set() if place.elsewhere else plain
    addressed = {id(one) for block, _, one in found if _is_addressed(block, one)}
    if len(addressed) >= _CROWD and len(addressed) * 2 > len(paragraphs) and not place.elsewhere:
        told |= addressed
    if place.elsewhere or not any(_NUMBERED.match(block.text) for block in paragraphs):
        return [one for one in found if id(one[2]) in told] + pasted
    numbered = [one for block in paragraphs if _NUMBERED.match(block.text) for one in _numbered(block)]
    lines = {line for _, line, _ in numbered}
    return [one for one in found if id(one[2]) in told and one[1] not in lines] + pasted + numbered


def _pasted(block: Block) -> tuple[Block, int, Reference] | None:
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


def _cited(paragraphs: list[Block]) -> Found:
    """Read lines without a link, each a title with people or a venue and the year behind it, where most are such."""
    lines = [block for block in paragraphs if "://" not in block.text and _CREDITED.fullmatch(block.text)]
    if len(lines) < _FEW or len(lines) * 2 <= len(paragraphs):
        return []
    read = [(block, references.read(inline.spans(block.text))) for block in lines]
    return [
        (block, block.start, one)
        for block, one in read
        if one and (one.venue or one.authors) and not (one.prose or one.texts) and _is_whole(one.title)
    ]


def _is_whole(title: str) -> bool:
    """Tell whether words are a title by themselves: no sentence, no caption in brackets."""
    return titles.looks_like_title(title) and titles.stands_alone(title) and title.count("(") == title.count(")")


def _may_hold(text: str) -> bool:
    if not ("](" in text or "://" in text or "<a " in text or "**" in text):
        return False
    front = text[: titles.LONGEST]
    if not _MARKS.search(text[:_LEAD]) and "](" not in front and "://" not in front:
        return False
    label = fields.label_at(text.split("\n", 1)[0])
    if label is None:
        return True
    role = words.role_of(label.name)
    return role in {None, "links"} or (role == "period" and not label.rest)


_NUMBERED = re.compile(
    r"(?m)^(?:\[\d{1,3}\]\s+|[(（]\d{1,3}[)）]\s*|[①-⑳]\s*|\*?\d{1,3}[、．）]\s*|\*\d{1,3}[.)]\s+)(?=[\w\"“(（【\[*])"
)
"""How a paragraph is numbered that Markdown takes for no list."""
_ROW = ("[", "http")
"""What a line of links begins with."""


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


def _parted(block: Block) -> list[Block]:
    """Part a paragraph in which several papers stand without a blank line: each begins with a bold line, has a link."""
    if "\n**" not in block.text:
        return [block]
    lines = block.text.split("\n")
    cuts = [n for n, line in enumerate(lines) if titles.is_bold(line)]
    if not cuts or cuts == [0]:
        return [block]
    ends = [*cuts[1:], len(lines)]
    texts = ["\n".join(lines[n:end]) for n, end in zip(cuts, ends, strict=True)]
    if cuts[0] > 1 or not all("](" in text or "://" in text for text in texts):
        return [block]
    return [
        Block("paragraph", block.start + n, block.start + end, text)
        for n, end, text in zip(cuts, ends, texts, strict=True)
    ]


def _references(block: Block, behind: list[Block]) -> Found:
    """Read a paragraph: one paper, or one on each of its lines. `behind`: the next blocks, which may be its links."""
    lines = block.text.split("\n")
    linked = [n for n, line in enumerate(lines) if "](" in line or "<a " in line]
    if len(linked) > 1 and len(linked) * 2 >= len(lines):
        each = [(n, references.read(inline.spans(lines[n]))) for n in linked]
        own = [
            (n, one)
            for n, one in each
            if one and (one.proof >= 2 or _is_noted(one)) and not one.prose and titles.looks_like_title(one.title)
        ]
        if len(own) > 1 and len(own) * 2 >= len(lines):
            return [
                (Block("paragraph", block.start + n, block.start + n + 1, lines[n]), block.start + n, one)
                for n, one in own
            ]
    if len(block.text) > _LONGEST:
        return []
    found = references.read([*inline.spans(block.text), *_links_behind(behind)])
    if found and found.marked and not found.linked and found.proof >= _LINKED and titles.size(found.title) == 1:
        whole = fulltitle.published(behind)
        found.title, found.venue = (whole.title, whole.venue) if whole else (found.title, found.venue)
    return [(block, block.start + found.line, found)] if found else []


def _links_behind(blocks: list[Block]) -> list[Span]:
    """Return the links in those blocks that hold links alone, called by what they are, up to the first other one."""
    found: list[Span] = []
    for block in blocks:
        inner = block.children if block.kind == "list" else [block]
        row = [span for part in inner for span in _link_row(next(iter(part.children), part))]
        if not any(span.kind == "link" for span in row) or not all(map(_is_link, row)):
            break
        found += [Span("break", "\n"), *row]
    return found


def _link_row(block: Block) -> list[Span]:
    if len(block.text) > _LONGEST_ROW or block.kind not in {"paragraph", "html"} or not _LED_BY_LINK.match(block.text):
        return [Span("text", "prose")]
    return inline.from_html(block.text) if block.kind == "html" else inline.spans(block.text)


def _is_link(span: Span) -> bool:
    """Tell whether a span is a link that a badge or its label tells, or nothing but what stands between links."""
    if span.kind == "link":
        return span.badge or links.is_web(span.text) or links.label_kind(span.text) is not None
    return not any(map(str.isalnum, span.text))


def _accepted(found: Reference, place: Place) -> bool:
    if found.prose or not titles.could_be_title(found.title):
        return False
    if not found.marked:
        return place.papers and _is_bare(found)
    if not titles.looks_like_title(found.title):
        return found.proof == 3 and bool(found.authors or found.venue)
    if place.papers and _is_noted(found):
        return True
    whole = found.venue is not None and bool((found.authors or found.empty_labels) and found.links)
    return found.proof == 3 or ((found.proof == 2 or whole) and not place.elsewhere)


def _is_noted(found: Reference) -> bool:
    """Tell whether a title links to a note on the paper, a file of the same name."""
    return found.linked and any(links.is_note_called(link.url, found.title) for link in found.links[:1])


def _is_plain(found: Reference) -> bool:
    """Tell whether a paragraph is a title without any mark, its links and what is known of papers, and no prose."""
    return (
        found.proof >= 2
        and not (found.marked or found.prose or found.texts)
        and titles.looks_like_title(found.title)
        and titles.stands_alone(found.title)
        and titles.continues(found.title)
    )


def _is_bare(found: Reference) -> bool:
    """Tell whether a paragraph is but a title and the paper's address, as it is."""
    own = found.links[0] if len(found.links) == 1 else None
    return own is not None and not own.label and links.is_paper_url(own.url) and _is_plain(found)


def _is_addressed(block: Block, found: Reference) -> bool:
    """Tell whether a paragraph is a plain title and, in its next line, an address of whatever kind."""
    return (
        block.text.partition("\n")[2].startswith("http")
        and not (found.marked or found.prose)
        and titles.looks_like_title(found.title)
        and titles.continues(found.title)
    )


def _is_candidate(found: Reference) -> bool:
    """Tell whether a paragraph is a linked title without proof: a paper where many stand one below the other."""
    home = any(links.is_home(link.url) for link in found.links[:1])
    return found.marked and not found.prose and titles.looks_like_title(found.title) and found.linked and not home


def read(page: Page, found: Found, place: Place) -> None:
    """Put the papers found in paragraphs on the page."""
    for _, line, reference in found:
        draft = page.begin(reference.title, line, place)
        draft.take(reference)
        for label in reference.empty_labels:
            page.log.tell(line, f"“{label}” has no link", "left it out")
