"""The outline of a note: its headings as a tree of sections, each with the blocks below it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from digestbot.identity import fold_title
from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.blocks import Block
from digestbot.parsing.markdown.span import Span, squeeze
from digestbot.parsing.page import headings
from digestbot.parsing.page.evidence import Evidence
from digestbot.parsing.terms import titles, words

_SEVERAL = 3  # headings beside each other that are all but names


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
    for block in headings.parted(blocks):
        if found := headings.heading_of(block):
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


def join_names(root: Section) -> None:
    """Join short names with the whole titles that stand in bold right below them, where most headings are such."""
    for section in (root, *root.below()):
        named = [child for child in section.children if _is_name(child)]
        begun = sum(fold_title(child.heading) in fold_title(child.children[0].heading) for child in named)
        if len(named) < _SEVERAL or len(named) * 3 < len(section.children) * 2 or begun * 2 < len(named):
            continue
        for child in named:
            whole = child.children[0]
            joined = replace(whole, level=child.level, line=child.line, end=child.end)
            section.children[section.children.index(child)] = joined


def _is_name(section: Section) -> bool:
    """Tell whether nothing but a longer title, in a bold line, stands right below a heading."""
    whole = section.children[0] if len(section.children) == 1 and not section.blocks else None
    if whole is None or whole.level != headings.BOLD_LEVEL or not titles.looks_like_title(whole.heading):
        return False
    return titles.size(section.heading) < titles.size(whole.heading)


def _is_translated(title: str, translation: str) -> bool:
    return (
        titles.is_mostly_cjk(translation)
        and not titles.is_cjk(title)
        and titles.looks_like_title(title)
        and titles.looks_like_title(translation)
    )


def _close_details(block: Block, stack: list[Section]) -> None:
    """End the sections that `<details>` began."""
    if "</details" not in block.text.lower() or not any(section.level == headings.SUMMARY_LEVEL for section in stack):
        return
    while stack[-1].level > headings.SUMMARY_LEVEL:
        stack.pop().end = block.end
    stack.pop().end = block.end
