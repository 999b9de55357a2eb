"""The outline of a note: its headings as a tree of sections, each with the blocks below it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from digestbot.parsing import dates, inline, titles, words
from digestbot.parsing.blocks import Block
from digestbot.parsing.inline import Span, squeeze

_HTML_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1\s*>", re.IGNORECASE | re.DOTALL)
_SUMMARY = re.compile(r"<summary\b[^>]*>(.*?)</summary\s*>", re.IGNORECASE | re.DOTALL)
_FOLD_NAMES = re.compile(
    r"(?i)^(?:details?|more|click|expand|show|展开|点击|详情|more details?|toggle|unfold|folded|see more)\b|^$"
)
_DETAILS = re.compile(r"(?i)<(/?)details\b")
_SUMMARY_LEVEL = 7
_BOLD_LEVEL = 8
_TAGS = re.compile(r"<[^>]*>")


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
    _spans: list[Span] | None = None

    @property
    def spans(self) -> list[Span]:
        """The heading's own spans."""
        if self._spans is None:
            self._spans = inline.spans(self.text)
        return self._spans

    @property
    def heading(self) -> str:
        """The heading as a person reads it."""
        return squeeze("".join(s.text for s in self.spans if not s.badge and s.kind != "image"))

    def below(self) -> Iterator["Section"]:
        """Yield all sections below this one."""
        for child in self.children:
            yield child
            yield from child.below()


def outline(blocks: list[Block], lines: int) -> Section:
    """Arrange blocks under their headings; the root stands for the text before the first one."""
    root = Section("", 0, 0, 0, lines)
    stack = [root]
    for block in blocks:
        if found := _heading(block, stack):
            text, level, block = found
            while stack[-1].level >= level:
                stack.pop().end = block.start
            section = Section(text, level, block.start, block.end)
            stack[-1].children.append(section)
            stack.append(section)
            continue
        if block.kind == "html" and stack[-1].level == _SUMMARY_LEVEL or any(s.level == _SUMMARY_LEVEL for s in stack):
            _close_details(block, stack)
        stack[-1].blocks.append(block)
    for section in stack:
        section.end = lines
    return root


def _close_details(block: Block, stack: list[Section]) -> None:
    if block.kind != "html" or "</details" not in block.text.lower():
        return
    while stack[-1].level > _SUMMARY_LEVEL:
        stack.pop().end = block.end
    if stack[-1].level == _SUMMARY_LEVEL:
        stack.pop().end = block.end


def _heading(block: Block, stack: list[Section]) -> tuple[str, int, Block] | None:
    if block.kind == "heading":
        return block.text, block.level, block
    if block.kind == "html":
        return _html_heading(block)
    if block.kind == "paragraph" and block.text.startswith(("**", "__")) and (text := _bold_line(block)):
        return text, _BOLD_LEVEL, block
    return None


def _html_heading(block: Block) -> tuple[str, int, Block] | None:
    lowered = block.text.lower()
    if "<h" in lowered and (found := _HTML_HEADING.search(block.text)) and len(block.text) < 2000:
        text = squeeze(_TAGS.sub(" ", found[2]) if "<a" not in found[2].lower() else found[2])
        shift = block.text.count("\n", 0, found.start())
        return text, int(found[1]), replace(block, start=block.start + shift)
    if "<summary" in lowered and (found := _SUMMARY.search(block.text)):
        text = squeeze(_TAGS.sub(" ", found[1]))
        closed = len(_DETAILS.findall(block.text)) > 1 and "</details" in lowered
        if not closed and not _FOLD_NAMES.match(text) and not words.is_generic(text):
            shift = block.text.count("\n", 0, found.start())
            return text, _SUMMARY_LEVEL, replace(block, start=block.start + shift)
    return None


def _bold_line(block: Block) -> str:
    """Return the text of a paragraph that is one bold line and nothing else: a heading by its look."""
    if "\n" in block.text or len(block.text) > 200:
        return ""
    found = inline.spans(block.text)
    bold = all(span.strong or not span.text.strip() or span.kind == "image" for span in found)
    text = "".join(span.text for span in found)
    return block.text if bold and text.strip() and not text.rstrip().endswith((":", "：", ".", "。", "!", "?")) else ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: under which topics, in which month, and what the headings announce.

    `topics` are ordered from the nearest heading outwards. `title` is the note's own heading, the topic if there is no other.
    """

    topics: tuple[str, ...] = ()
    title: str = ""
    year: int = 0
    period: str | None = None
    papers: bool = False
    elsewhere: bool = False
    nothing: bool = False

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
        told = replace(
            self,
            papers=words.says_papers(heading) or (self.papers and not words.is_elsewhere(heading)),
            elsewhere=words.is_elsewhere(heading) or (self.elsewhere and not words.says_papers(heading)),
            nothing=self.nothing or words.holds_none(heading),
        )
        if whole_note:
            return replace(told, title=self.title if words.is_generic(name) else name, elsewhere=False)
        if words.is_generic(name):
            return told
        return replace(told, topics=(name, *(t for t in self.topics if t.casefold() != name.casefold()))[:3])


_COUNT = re.compile(r"\s*[(（\[]\s*\d+\s*(?:papers?|篇)?\s*[)）\]]\s*$", re.IGNORECASE)


def topic_name(heading: str) -> str:
    """Return a heading as the name of a topic: without numbering, counts, marks, a colon at the end."""
    text = titles.clean_title(_COUNT.sub("", heading))
    return text.rstrip(":： ").strip("[]")
