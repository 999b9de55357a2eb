"""The headings in a note's blocks: Markdown's own, those in HTML, and bold lines that look like one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest

from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.blocks import Block, parse, uncommented
from digestbot.parsing.markdown.span import squeeze
from digestbot.parsing.terms import arxiv, authors, dates, fields, labels, links, periods, titles, venues, words

_TAG_LINE = re.compile(r"\s*(?:(?:`[^`]+`[,，\s]*)+|<?https?://\S+)\s*")
_HTML_HEADING = re.compile(r"<h([1-6])\b[^<>]*>([^<]*(?:<(?!/?h[1-6]\b)[^<]*)*)</h\1\s*>", re.IGNORECASE | re.DOTALL)
_SUMMARY = re.compile(r"<summary\b[^<>]*>([^<]*(?:<(?!/?summary\b)[^<]*)*)</summary\s*>", re.IGNORECASE | re.DOTALL)
_FOLD_NAMES = re.compile(
    r"(?i)^(?:details?|more|click|expand|show|展开|点击|详情|more details?|toggle|unfold|folded|see more)\b|^$"
)
_HTML_MARK = re.compile(rf"{_HTML_HEADING.pattern}|{_SUMMARY.pattern}", re.IGNORECASE | re.DOTALL)
SUMMARY_LEVEL = 7
"""The level of a heading that `<summary>` makes, below those of Markdown."""
BOLD_LEVEL = 8
"""The level of a heading that a line in bold makes."""
_FEW_WORDS = 6  # beside the address of a paper: whose it is
_FEW = 2  # lines of a venue and a year that are headings
_LONGEST_DATE = 40  # characters of such a line
_BEHIND = re.compile(r"[\W_]*|\s*(?:[(（\[][^()（）\[\]]{0,60}[)）\]]\s*)+")
_ET_AL = re.compile(r"\bet\.? al\b")
_BEHIND_ALL = re.compile(r"\s*[(（][^()（）]*[)）]$")
_BESIDE = re.compile(r"\s+[·•|｜/–—-]\s+|[,，]\s+(?=[A-Z]+\b|(?:19|20)\d\d)")
"""What parts the venue from the people in one line."""
_ANY_LABEL = re.compile(r"\w+(?: \w+)?[:：]\s?\S")
_PROPERTIES = frozenset({"authors", "venue", "date", "period", "topic", "keypoints"})
_SWALLOWED = re.compile(r"\n(?= {0,3}#{1,6}[ \t]+\S)")
"""Before a heading right below a tag (`<a name="x" />`), which CommonMark takes for the tag's HTML."""
_TAGS = re.compile(r"<[^<>]*>")


def parted(blocks: list[Block]) -> Iterator[Block]:
    """Yield the blocks so that each heading is a block of its own, and none that says whose a paper is."""
    yield from _signed(_credited(_dated(list(_divided(_unquoted(blocks))))))


def _unquoted(blocks: list[Block]) -> Iterator[Block]:
    """Yield the blocks, those of a quote or of items that begin with a heading in its place (`> # A`, `- ## A`)."""
    for block in blocks:
        parts = block.children if block.kind == "list" else [block] if block.kind == "quote" else []
        opened = parts and all(part.children and part.children[0].kind == "heading" for part in parts)
        yield from [child for part in parts for child in part.children] if opened else [block]


def _dated(blocks: list[Block]) -> list[Block]:
    """Take lines that say where or when papers came out for headings, in a note that begins with one and has no other.

    One alone may be the venue of the note's only paper.
    """
    dated = [block for block in blocks if _says_when(block)]
    if len(dated) < _FEW or dated[0] is not blocks[0] or any(map(heading_of, blocks)):
        return blocks
    return [replace(block, kind="heading", level=1) if _says_when(block) else block for block in blocks]


def _credited(blocks: list[Block]) -> list[Block]:
    """Take the headings right below a note's title for lines if they alone have their level, and say whose it is."""
    at = next((n for n, block in enumerate(blocks) if block.kind == "heading"), len(blocks))
    end = at + 1
    while end < len(blocks) and blocks[end].kind == "heading" and blocks[end].level > blocks[at].level:
        end += 1
    run = [block for block in blocks[at + 1 : end] if block.level == blocks[at + 1].level]
    later = (block.level for block in blocks[at + 1 + len(run) :] if block.kind == "heading")
    if not run or run[0].level in later or not titles.looks_like_title(blocks[at].text) or not _credits(run[0].text):
        return blocks
    lines = [replace(block, kind="paragraph") for block in run]
    return [*blocks[: at + 1], *lines, *blocks[at + 1 + len(run) :]]


def _credits(text: str) -> bool:
    """Tell whether a heading says whose a paper is, where it is or when it came out, beside a few more words."""
    bare = text
    for url in links.bare_urls(text):
        bare = bare.replace(url, "")
    behind = re.split("[:：]", venues.split_venue(text)[0], maxsplit=1)[-1].strip()
    labelled = _ANY_LABEL.match(text) is not None and not titles.looks_like_title(behind)
    if periods.period_heading(text) or venues.venue_in(text) or (bare == text and "](" in text):
        return labelled
    said = arxiv.url_in(text) or dates.submitted(text) or _ET_AL.search(text) or labelled
    dated = bool(dates.moments(text)) and authors.is_full_name(re.split("[,，]", text)[0])
    return bool(said) or dated or (bare != text and titles.size(bare) <= _FEW_WORDS)


def _says_when(block: Block) -> bool:
    """Tell whether a paragraph is a venue with its year, or a month (`KDD 2018`)."""
    if block.kind != "paragraph" or len(block.text) > _LONGEST_DATE or not any(map(str.isdigit, block.text)):
        return False
    return venues.venue_in(block.text) is not None or periods.period_heading(block.text) is not None


def _divided(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks, those of HTML cut at each heading or summary in them, Markdown's own too."""
    for whole in blocks:
        block = replace(whole, text=uncommented(whole.text)) if whole.kind == "html" else whole
        if block.kind != "html" or not (_HTML_MARK.search(block.text) or "\n#" in block.text):
            yield block
            continue
        if _SWALLOWED.search(block.text):
            yield from _divided(_spat_out(block))
            continue
        at, line = 0, block.start
        for mark in _HTML_MARK.finditer(block.text):
            for end in (mark.start(), mark.end()):
                yield from _piece(block.text[at:end], line)
                line += block.text.count("\n", at, end)
                at = end
        yield from _piece(block.text[at:], line)


def _spat_out(block: Block) -> Iterator[Block]:
    """Yield what HTML holds that Markdown's headings in it part, each of these with what follows it."""
    line, first = block.start, True
    for piece in _SWALLOWED.split(block.text):
        yield from [replace(block, text=piece.rstrip())] if first else _moved(parse(piece), line)
        line, first = line + piece.count("\n") + 1, False


def _signed(blocks: list[Block]) -> Iterator[Block]:
    """Yield the blocks, with headings that say but whose a paper is and where it came out as lines below its own."""
    before: Block | None = None
    for block, after in zip_longest(blocks, blocks[1:]):
        told = before is not None and block.kind == "heading" and before.kind != "heading"
        if block.kind == "heading" and "\n" in block.text and _is_tags(block.text):
            yield Block("paragraph", block.start, block.end, block.text)
            continue
        if block.kind == "heading" and before is not None:
            titled = titles.looks_like_title(before.text) or arxiv.url_in(block.text) is not None
            people = before.kind == "heading" and titled and _is_byline(block.text)
            row = before.level == block.level and _ANY_LABEL.match(block.text) is not None and told
            own = people or row or _is_property(block.text)
            if own or (told and (_is_source(block.text) or _is_bare(block, after))):
                before = Block("paragraph", block.start, block.end, block.text, block.level)
                yield before
                continue
        before = block if block.kind == "heading" else None
        yield block


def _is_tags(text: str) -> bool:
    """Tell whether the lines that a rule makes a heading of are tags in code and addresses, and nothing else."""
    return "`" in text and all(_TAG_LINE.fullmatch(line) for line in text.split("\n"))


def _is_bare(block: Block, after: Block | None) -> bool:
    """Tell whether a heading with nothing below it is no part of a note either: an institution."""
    return after is not None and after.kind == "heading" and not words.is_part(block.text)


def _is_byline(text: str) -> bool:
    """Tell whether a heading lists people (`by Ann Lee, Bo Chu`, `Lee et al. (2014)`)."""
    told = "," in text or " and " in text or " et" in text
    people = authors.authors_in(_BEHIND_ALL.sub("", arxiv.without(inline.plain(text)))) if told else None
    return people is not None and (all(" " in name for name in people) or _ET_AL.search(text) is not None)


def _is_credit(text: str) -> bool:
    """Tell whether a line says where a paper came out and, beside that, whose it is (`ICML 2020 · Lee et al.`)."""
    pieces = [_BEHIND_ALL.sub("", piece) for piece in _BESIDE.split(text)]
    told = [piece for piece in pieces if venues.venue_in(piece)] if len(pieces) > 1 else []
    return bool(told) and any(authors.authors_in(piece) or authors.is_full_name(piece) for piece in pieces)


def _is_property(text: str) -> bool:
    """Tell whether a heading says behind a label who wrote a paper, where or when (`###### authors: Ann Lee`)."""
    label = fields.label_at(text) if ":" in text or "：" in text else None
    return label is not None and bool(label.rest) and labels.role_of(label.name) in _PROPERTIES


def _is_source(text: str) -> bool:
    """Tell whether a heading says where a paper came out: a venue, without a title before it, or the paper's link."""
    title, venue = venues.split_venue(text)
    where = venues.find_venue(text) is not None and not (venue and titles.looks_like_title(title))
    return where or any(links.is_paper_url(span.url) for span in inline.spans(text))


def _moved(blocks: list[Block], lines: int) -> list[Block]:
    """Move blocks down by some lines."""
    for block in (inner for outer in blocks for inner in outer.walk()):
        block.start, block.end = block.start + lines, block.end + lines
    return blocks


def _piece(text: str, line: int) -> Iterator[Block]:
    """Yield a stretch of HTML that begins in a line as a block, without the white space around it."""
    if stripped := text.strip():
        first = line + text[: len(text) - len(text.lstrip())].count("\n")
        yield Block("html", first, first + stripped.count("\n") + 1, stripped)


def heading_of(block: Block) -> tuple[str, int] | None:
    """Return the text and the level of a block that is a heading."""
    if block.kind == "heading":
        return block.text, block.level
    if block.kind == "html":
        return _html_heading(block.text)
    if block.kind == "paragraph" and block.text.startswith(("**", "__")) and (text := _bold_line(block)):
        return text, BOLD_LEVEL
    return None


def _html_heading(html: str) -> tuple[str, int] | None:
    if found := _HTML_HEADING.fullmatch(html):
        return squeeze(found[2]), int(found[1])
    if found := _SUMMARY.fullmatch(html):
        text = squeeze(_TAGS.sub(" ", found[1]))
        if not _FOLD_NAMES.match(text) and not words.is_generic(text):
            return squeeze(found[1]), SUMMARY_LEVEL
    return None


def _bold_line(block: Block) -> str:
    """Return the text of a paragraph that is one bold line and nothing else: a heading by its look."""
    if "\n" in block.text or len(block.text) > 200:
        return ""
    found = inline.spans(block.text)
    bold = "".join(span.text for span in found if span.strong).strip()
    rest = "".join(span.text for span in found if not span.strong and span.kind not in {"link", "image"}).strip()
    if not bold or (rest and not _BEHIND.fullmatch(rest)):
        return ""
    if any(span.kind == "link" and not span.strong and titles.looks_like_title(span.text) for span in found):
        return ""  # a topic before the linked title
    if titles.is_bracketed(bold):
        return ""  # a row of links
    if (rest and _is_byline(bold)) or _is_credit(bold):
        return ""  # whose the paper is, and where it came out (`**Ann Lee, Bo Chu** (ICML 2020)`)
    if _is_labelled(bold) or _is_labelled(block.text):
        return ""  # a label and its value, the link behind it (`**Paper**: [arXiv](…)`) as well
    if bold.endswith((":", "：")) or dates.submitted(bold) or (not rest and bold.endswith((".", "。", "!"))):
        return ""
    return block.text


_SCORE = re.compile(r"[:：]\s?[\d.,/%]+$")  # the figure behind a label: `评分：9/10`


def _is_labelled(text: str) -> bool:
    label = fields.label_at(text)
    known = label is not None and bool(label.rest) and labels.role_of(label.name) not in {None, "part"}
    return known or _SCORE.search(text) is not None
