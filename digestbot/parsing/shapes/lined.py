"""Papers as paragraphs: a title with its link, or a block of lines (title, authors, venue with links, date).

The links may stand in blocks of their own behind the paragraph: a list of them, a row of badges.
"""

import re

from digestbot.identity import fold_title
from digestbot.parsing import references
from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.blocks import Block
from digestbot.parsing.markdown.span import Span
from digestbot.parsing.page.note import Page
from digestbot.parsing.page.place import Place
from digestbot.parsing.references import Proof, Reference
from digestbot.parsing.shapes import fulltitle, pasted
from digestbot.parsing.shapes.pasted import Found
from digestbot.parsing.terms import authors, cleaning, dates, fields, labels, links, titles, words

_LEAD = 80  # characters before a title that a date, a venue or tags may take
_MARKS = re.compile(r"[\[*_<\"“《「『]")
_ROWS = 3  # blocks of links behind a paragraph
_DAY = re.compile(rf"[*_\s]*(?:{dates.DAY_AND_YEAR})", re.IGNORECASE)
_BEHIND_DAY = re.compile(rf"{_DAY.pattern}[^\w\[]*\[", re.IGNORECASE)
_LED_BY_LINK = re.compile(r"(?:[^\w\[<&]|_)*[\[<&]")  # no word stands before what may be a link
_DASHES = ("—", "–", "--")
"""What leads to the title in the line below its short name; a single hyphen makes a list."""
_LONGEST = 6000  # characters of a paragraph of one paper; one with a paper on each line may have any number of them
_LONGEST_ROW = 3000  # characters of a block of links: badges have long addresses
_LED_BY_NUMBER = re.compile(r"\d{1,3}[.、．)）]\s*(?=[^\W\d])")
_PAIR = 2  # lines: what links to the paper, and its whole title
_NAME = 5  # words of a venue, a year and a name
_NAMED = re.compile(r"\[[^\[\]]+\]\([^()\s]+\)")
_BESIDE = 6  # words that say where a text came out
_CROWD = 3  # linked titles in one section, more than its other paragraphs, that are papers together


def judge(blocks: list[Block], place: Place) -> Found:
    """Find the paragraphs of a section that are papers: each begins with a title, and a link or a venue follows."""
    paragraphs = [block for block in blocks if block.kind == "paragraph"]
    if place.nothing:
        return []
    if not paragraphs:
        return pasted.quoted(blocks)
    found = [
        one
        for n, whole in enumerate(blocks)
        if whole.kind == "paragraph"
        for block in _parted(whole)
        if _may_hold(block.text)
        for one in _references(block, blocks[n + 1 : n + 1 + _ROWS] if block is whole else [])
    ]
    linked = sum(_is_candidate(one[2]) for one in found)
    crowd = linked >= _CROWD and linked * 2 > len(paragraphs) and not place.elsewhere
    named = {id(one[2]) for one in found if one[0].text.startswith("[") and _is_named(one[2])}
    plain = {id(one) for block, _, one in found if _is_plain(one) or _is_noted_below(block, one)}
    numbered_rows = {id(one) for block, _, one in found if _is_row(block, one)}
    rows = sum(block.text.count("\n") + 1 for block in paragraphs)
    told = {id(one[2]) for one in found if _accepted(one[2], place) or (crowd and _is_candidate(one[2]))}
    if place.papers and len(named | told) > 1:
        told |= named
    if len(plain - told) > 1 and (len(plain | told) * 2 > len(paragraphs) or len(plain | told) * 2 > rows):
        told |= set() if place.elsewhere else plain
    if place.papers or len(numbered_rows) > 1:
        told |= set() if place.elsewhere else numbered_rows
    addressed = {id(one) for block, _, one in found if _is_addressed(block, one)}
    if len(addressed) >= _CROWD and len(addressed) * 2 > len(paragraphs) and not place.elsewhere:
        told |= addressed
    told |= set() if place.elsewhere else _meetings(paragraphs, found)
    copied = pasted.copied(paragraphs, elsewhere=place.elsewhere)
    numbered = [] if place.elsewhere else pasted.numbered(paragraphs)
    lines = {line for _, line, _ in numbered}
    return [one for one in found if id(one[2]) in told and one[1] not in lines] + copied + numbered


def _meetings(paragraphs: list[Block], found: Found) -> set[int]:
    """Return the ids of linked titles right behind a day, where most paragraphs begin with one: what a group read."""
    days = {block.start for block in paragraphs if _DAY.match(block.text)}
    if len(days) < _CROWD or len(days) * 2 <= len(paragraphs):
        return set()
    return {id(one) for block, _, one in found if _BEHIND_DAY.match(block.text) and _is_candidate(one)}


def _may_hold(text: str) -> bool:
    if not ("](" in text or "://" in text or "<a " in text or "**" in text) or links.lead_within(text):
        return False
    front = text[: titles.LONGEST]
    if not _MARKS.search(text[:_LEAD]) and "](" not in front and "://" not in front:
        return False
    label = fields.label_at(text.split("\n", 1)[0])
    if label is None:
        return True
    role = labels.role_of(label.name)
    return role in {None, "links"} or (role == "period" and not label.rest)


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
        whole = {n for n, one in each if one and _take_whole(one, lines[n + 1 : n + 2])}
        own = [
            (n, one)
            for n, one in each
            if one and (one.proof >= Proof.LINKED or n in whole or _is_noted(one)) and not one.prose
            if titles.looks_like_title(one.title)
        ]
        if len(own) > 1 and len(own) * 2 >= len(lines) - len(whole):
            return [
                (Block("paragraph", block.start + n, block.start + n + 1, lines[n]), block.start + n, one)
                for n, one in own
            ]
    if len(block.text) > _LONGEST:
        return []
    found = references.read([*inline.spans(block.text), *_links_behind(behind)])
    if found and found.line == 0:
        _take_whole(found, lines[1:2])
    if found and found.marked and not found.linked and found.proof >= Proof.LINKED and titles.size(found.title) == 1:
        whole = fulltitle.published(behind)
        found.title, found.venue = (whole.title, whole.venue) if whole else (found.title, found.venue)
    if found and (title := _written_out(found, lines)):
        found.title, found.texts = title, ()
    return [(block, block.start + found.line, found)] if found else []


def _take_whole(found: Reference, below: list[str]) -> bool:
    """Take the title behind a dash in the line below a short name that is linked; tell whether one is there."""
    title = cleaning.clean_title(inline.plain(below[0])) if below and below[0].startswith(_DASHES) else ""
    named = fold_title(title).startswith(fold_title(found.title))
    if not (found.linked and titles.looks_like_title(title) and (named or titles.continues(title))):
        return False
    found.title = title
    return True


def _written_out(found: Reference, lines: list[str]) -> str:
    """Return the title in the second of two lines below what links to the paper by a venue and a name, or nothing."""
    if (
        len(lines) != _PAIR
        or not (found.linked and found.proof == Proof.PROVEN)
        or not _NAMED.fullmatch(lines[0].strip())
    ):
        return ""
    title = inline.plain(lines[1]).strip()
    dated = any(map(str.isdigit, lines[0].partition("](")[0]))
    worded = titles.is_capitalised(title) or (dated and titles.size(title) > _NAME)
    fits = worded and titles.looks_like_title(title) and not titles.is_sentence(title) and "](" not in lines[1]
    named = titles.size(found.title) <= _NAME and "://" not in title and not title.endswith((".", ":"))
    return title if fits and named and authors.authors_in(title) is None else ""


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
        return found.proof == Proof.PROVEN and bool(found.authors or found.venue)
    if place.papers and _is_noted(found):
        return True
    dated = place.papers and found.linked and any(map(str.isdigit, found.venue or ""))
    whole = found.venue is not None and bool((found.authors or found.empty_labels) and found.links)
    return found.proof == Proof.PROVEN or ((found.proof == Proof.LINKED or whole or dated) and not place.elsewhere)


def _is_noted(found: Reference) -> bool:
    """Tell whether a title links to a note on the paper, a file of the same name."""
    return found.linked and any(links.is_note_called(link.url, found.title) for link in found.links[:1])


def _is_named(found: Reference) -> bool:
    """Tell whether a paragraph begins with a paper's short name (`BERT`) that leads to it."""
    named = titles.could_be_title(found.title) and titles.size(found.title) <= fulltitle.SHORT
    return named and found.linked and found.proof == Proof.PROVEN and not found.prose and found.title[:1].isupper()


def _is_plain(found: Reference) -> bool:
    """Tell whether a paragraph is a title without any mark, its links and what is known of papers, and no prose."""
    return (
        found.proof >= Proof.LINKED
        and not (found.marked or found.prose or _says_more(found))
        and titles.looks_like_title(found.title)
        and titles.stands_alone(found.title)
        and titles.continues(found.title)
    )


def _is_row(block: Block, found: Reference) -> bool:
    """Tell whether a paragraph is a numbered title, and in lines below it what is told of it up to its links."""
    title, _, rest = block.text.partition("\n")
    led = _LED_BY_NUMBER.match(title) is not None and found.line == 0 and "](" in rest and "](" not in title
    return led and found.proof == Proof.PROVEN and not found.prose and titles.looks_like_title(found.title)


def _says_more(found: Reference) -> bool:
    """Tell whether something is said beside a title, other than a remark in Chinese or the like on an English one."""
    return any(titles.is_cjk(found.title) or not titles.is_cjk(text) for _, text in found.texts)


def _is_noted_below(block: Block, found: Reference) -> bool:
    """Tell whether a paragraph's first line is such a paper, and a note on it stands in the lines below."""
    first, _, rest = block.text.partition("\n")
    alone = references.read(inline.spans(first)) if rest and found.texts and not found.marked else None
    return alone is not None and alone.title == found.title and _is_plain(alone)


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
    elsewhere = any(links.is_home(link.url) for link in found.links[:1]) or any(map(_says_else, found.texts))
    return found.marked and not found.prose and titles.looks_like_title(found.title) and found.linked and not elsewhere


def _says_else(told: tuple[str, str]) -> bool:
    """Tell whether a few words beside a title say that it is in a blog or the like."""
    return titles.size(told[1]) <= _BESIDE and words.is_elsewhere(told[1])


def read(page: Page, found: Found, place: Place) -> None:
    """Put the papers found in paragraphs on the page."""
    for _, line, reference in found:
        page.put(reference, line, place)
