"""The outline of a note: its headings as a tree of sections, each with the blocks below it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise, zip_longest

from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.blocks import Block, parse, uncommented
from digestbot.parsing.markdown.inline import Span, squeeze
from digestbot.parsing.page.evidence import Evidence
from digestbot.parsing.terms import authors, dates, fields, links, titles, venues, words

_TAG_LINE = re.compile(r"\s*(?:(?:`[^`]+`[,，\s]*)+|<?https?://\S+)\s*")
_HTML_HEADING = re.compile(r"<h([1-6])\b[^<>]*>([^<]*(?:<(?!/?h[1-6]\b)[^<]*)*)</h\1\s*>", re.IGNORECASE | re.DOTALL)
_SUMMARY = re.compile(r"<summary\b[^<>]*>([^<]*(?:<(?!/?summary\b)[^<]*)*)</summary\s*>", re.IGNORECASE | re.DOTALL)
_FOLD_NAMES = re.compile(
    r"(?i)^(?:details?|more|click|expand|show|展开|点击|详情|more details?|toggle|unfold|folded|see more)\b|^$"
)
_HTML_MARK = re.compile(rf"{_HTML_HEADING.pattern}|{_SUMMARY.pattern}", re.IGNORECASE | re.DOTALL)
_SUMMARY_LEVEL = 7
_BOLD_LEVEL = 8
_BEHIND = re.compile(r"[\W_]*|\s*(?:[(（\[][^()（）\[\]]{0,60}[)）\]]\s*)+")
_ET_AL = re.compile(r"\bet\.? al\b")
_BEHIND_ALL = re.compile(r"\s*[(（][^()（）]*[)）]$")
_SWALLOWED = re.compile(r"\n(?= {0,3}#{1,6}[ \t]+\S)")
"""Before a heading right below a tag (`<a name="x" />`), which CommonMark takes for the tag's HTML."""
_TAGS = re.compile(r"<[^<>]*>")


@dataclass(slots=True)
class Section:
    """A heading with what stands below it. `line` is the heading's, `start` to before `end` all that belongs to it."""

    text: str
    level: int
    line: int
    start: int
    end: int = 0
    blocks: list[Block] = field(default_factory=list[Block])
    children: list["Section"] = field(default_factory=list["Section"])
    evidence: Evidence | None = field(default=None, repr=False, compare=False)
    """What speaks for it being a paper, once that was weighed."""
    _spans: list[Span] | None = field(default=None, repr=False, compare=False)
    _heading: str | None = field(default=None, repr=False, compare=False)

    @property
    def spans(self) -> list[Span]:
        """The heading's own spans."""
        if self._spans is None:
            self._spans = inline.spans(self.text)
        return self._spans

    @property
    def heading(self) -> str:
        """The heading as a person reads it."""
        if self._heading is None:
            self._heading = squeeze("".join(s.text for s in self.spans if not s.badge and s.kind != "image"))
        return self._heading

    @property
    def front(self) -> list[Block]:
        """The blocks right below the heading, and those below a first one that says no more than `Metadata`."""
        first = self.children[0] if self.children else None
        return [*self.blocks, *first.blocks] if first and words.is_data(first.heading) else self.blocks

    def below(self) -> Iterator["Section"]:
        """Yield all sections below this one."""
        for child in self.children:
            yield child
            yield from child.below()


def outline(blocks: list[Block], lines: int) -> Section:
    """Arrange blocks under their headings; the root stands for the text before the first one."""
    root = Section("", 0, 0, 0, lines)
    stack = [root]
    for block in _signed(list(_divided(blocks))):
        if found := _heading(block):
            text, level = found
            while stack[-1].level >= level:
                stack.pop().end = block.start
            section = Section(text, level, block.start, block.end)
            stack[-1].children.append(section)
            stack.append(section)
            continue
        if block.kind == "html":
            _close_details(block, stack)
        stack[-1].blocks.append(block)
    for section in stack:
        section.end = lines
    return root


def join_translations(root: Section) -> None:
    """Join a title over nothing and the heading with its translation, over the note, that follows it."""
    for section in (root, *root.below()):
        for first, second in pairwise(section.children[:]):
            bare = not first.blocks and not first.children and first.level == second.level
            if bare and second.blocks and _is_translated(first.heading, second.heading):
                first.start, first.end = second.start, second.end
                first.blocks, first.children = second.blocks, second.children
                section.children.remove(second)


def _is_translated(title: str, translation: str) -> bool:
    return (
        titles.is_mostly_cjk(translation)
        and not titles.is_cjk(title)
        and titles.looks_like_title(title)
        and titles.looks_like_title(translation)
    )


def _divided(blocks: list[Block]) -> Iterator[Block]:
    """Yield the blocks, those of HTML cut at each heading or summary in them, Markdown's own too."""
    for whole in blocks:
        block = replace(whole, text=uncommented(whole.text)) if whole.kind == "html" else whole
        if block.kind != "html" or not (_HTML_MARK.search(block.text) or "\n#" in block.text):
            yield block
            continue
        if swallowed := _SWALLOWED.search(block.text):
            yield from _divided([replace(block, text=block.text[: swallowed.start()].rstrip())])
            line = block.start + block.text.count("\n", 0, swallowed.end())
            yield from _divided(_moved(parse(block.text[swallowed.end() :]), line))
            continue
        at, line = 0, block.start
        for mark in _HTML_MARK.finditer(block.text):
            for end in (mark.start(), mark.end()):
                yield from _piece(block.text[at:end], line)
                line += block.text.count("\n", at, end)
                at = end
        yield from _piece(block.text[at:], line)


def _signed(blocks: list[Block]) -> Iterator[Block]:
    """Yield the blocks, with headings that say but whose a paper is and where it came out as lines below its own."""
    before: Block | None = None
    for block, after in zip_longest(blocks, blocks[1:]):
        told = before is not None and block.kind == "heading" and before.kind != "heading"
        if block.kind == "heading" and "\n" in block.text and _is_tags(block.text):
            yield Block("paragraph", block.start, block.end, block.text)
            continue
        if block.kind == "heading" and before is not None:
            titled = titles.looks_like_title(before.text) or links.arxiv_in(block.text) is not None
            people = before.kind == "heading" and titled and _is_byline(block.text)
            if people or _is_property(block.text) or (told and (_is_source(block.text) or _is_bare(block, after))):
                before = Block("paragraph", block.start, block.end, block.text)
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
    people = authors.authors_in(_BEHIND_ALL.sub("", links.without_id(inline.plain(text)))) if told else None
    return people is not None and (all(" " in name for name in people) or _ET_AL.search(text) is not None)


def _is_property(text: str) -> bool:
    """Tell whether a heading says behind a label who wrote a paper, where or when (`###### authors: Ann Lee`)."""
    label = fields.label_at(text) if ":" in text or "：" in text else None
    return label is not None and bool(label.rest) and words.role_of(label.name) in {"authors", "venue", "date"}


def _is_source(text: str) -> bool:
    """Tell whether a heading says where a paper came out: a venue, its link."""
    return venues.find_venue(text) is not None or any(links.is_paper_url(span.url) for span in inline.spans(text))


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


def _close_details(block: Block, stack: list[Section]) -> None:
    """End the sections that `<details>` began."""
    if "</details" not in block.text.lower() or not any(section.level == _SUMMARY_LEVEL for section in stack):
        return
    while stack[-1].level > _SUMMARY_LEVEL:
        stack.pop().end = block.end
    stack.pop().end = block.end


def _heading(block: Block) -> tuple[str, int] | None:
    if block.kind == "heading":
        return block.text, block.level
    if block.kind == "html":
        return _html_heading(block.text)
    if block.kind == "paragraph" and block.text.startswith(("**", "__")) and (text := _bold_line(block)):
        return text, _BOLD_LEVEL
    return None


def _html_heading(html: str) -> tuple[str, int] | None:
    if found := _HTML_HEADING.fullmatch(html):
        return squeeze(found[2]), int(found[1])
    if found := _SUMMARY.fullmatch(html):
        text = squeeze(_TAGS.sub(" ", found[1]))
        if not _FOLD_NAMES.match(text) and not words.is_generic(text):
            return squeeze(found[1]), _SUMMARY_LEVEL
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
    if rest and _is_byline(bold):
        return ""  # whose the paper is, and where it came out (`**Ann Lee, Bo Chu** (ICML 2020)`)
    if _is_labelled(bold) or _is_labelled(block.text):
        return ""  # a label and its value, the link behind it (`**Paper**: [arXiv](…)`) as well
    if bold.endswith((":", "：")) or dates.submitted(bold) or (not rest and bold.endswith((".", "。", "!"))):
        return ""
    return block.text


_SCORE = re.compile(r"[:：]\s?[\d.,/%]+$")  # the figure behind a label: `评分：9/10`


def _is_labelled(text: str) -> bool:
    label = fields.label_at(text)
    known = label is not None and bool(label.rest) and words.role_of(label.name) not in {None, "part"}
    return known or _SCORE.search(text) is not None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: under which topics, in which month, and what the headings announce.

    `topics` are ordered from the nearest heading outwards. `title` is the note's own heading, for want of a topic.
    `ruled`: a rule says what papers are, so that they need look like one only.
    """

    topics: tuple[str, ...] = ()
    title: str = ""
    year: int = 0
    period: str | None = None
    papers: bool = False
    ruled: bool = False
    elsewhere: bool = False
    nothing: bool = False
    contents: bool = False

    @property
    def filed_under(self) -> tuple[str, ...]:
        """The topics of an entry at this place."""
        return self.topics or ((self.title,) if self.title else ())

    def within(self, heading: str, level: int = 2, *, whole_note: bool = False) -> "Place":
        """Return the place below a heading. `whole_note`: it stands over everything in the note."""
        if period := dates.period_heading(heading):
            return replace(
                self, year=period.year, period=period.text or (self.period if self.year == period.year else None)
            )
        if self.year and (month := dates.month_heading(heading)):
            return replace(self, period=f"{self.year:04}-{month:02}")
        if self.year and (ranged := dates.days_heading(heading, self.year)):
            return replace(self, period=ranged.text)
        name = topic_name(heading)
        if not name:
            return self
        if (split := dates.split_period(name)) and split[0]:
            return replace(self, year=split[1].year, period=split[1].text).within(
                split[0], level, whole_note=whole_note
            )
        told = replace(
            self,
            year=dates.lone_year(name) or self.year,
            papers=words.says_papers(heading.replace("_", " "))
            or (self.papers and not words.is_elsewhere(heading))
            or venues.venue_in(name) is not None,
            elsewhere=words.is_elsewhere(heading) or (self.elsewhere and not words.says_papers(heading)),
            nothing=(self.nothing and not self.contents) or words.holds_none(heading),
            contents=words.is_contents(heading) and (self.contents or not self.nothing),
        )
        if whole_note:
            return replace(told, title=self.title if words.is_generic(name) else name, elsewhere=False)
        if words.is_generic(name):
            return told
        return replace(told, topics=(name, *(t for t in self.topics if t.casefold() != name.casefold()))[:3])


_COUNT = re.compile(r"\s*[(（\[]\s*\d+\s*(?:papers?|篇)?\s*[)）\]]\s*$", re.IGNORECASE)


def topic_name(heading: str) -> str:
    """Return a heading as the name of a topic: without numbering, counts, marks, a colon at the end."""
    text = titles.unnumbered(titles.clean_title(_COUNT.sub("", heading)))
    return text.rstrip(":： ").strip("[]")
