"""Reading a note: which shapes its papers have, section by section, and the entries that come out."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePath
from typing import Any, Generic, TypeVar

from digestbot.models import Note
from digestbot.parsing import dated, repeated, ruled
from digestbot.parsing.markdown import blocks, defined, frontmatter, htmltable
from digestbot.parsing.markdown.blocks import Block
from digestbot.parsing.markdown.frontmatter import FrontMatter
from digestbot.parsing.page import bounds
from digestbot.parsing.page.log import Log
from digestbot.parsing.page.note import Page
from digestbot.parsing.page.outline import Section, join_names, join_translations, outline
from digestbot.parsing.page.place import Place
from digestbot.parsing.rules import NO_RULES, Rules
from digestbot.parsing.shapes import guessed, headed, lined, listed, markup, neighbours, posts, rowed, single, tabled
from digestbot.parsing.shapes.items import Items
from digestbot.parsing.terms import dates, keyed, labels, periods, words

_F = TypeVar("_F")
_SHAPES = {"lists": ("list", "lines", "rows", "paragraphs", "html"), "tables": ("table", "html")}
"""The shapes that are read by a rule of this name."""


@dataclass(frozen=True, slots=True)
class _Shape(Generic[_F]):
    """What was judged to be papers of one shape: how many they are by now, and how they are put on the page."""

    kind: str
    found: _F
    count: Callable[[_F], int]
    put: Callable[[Page, _F, Place], None]

    @property
    def papers(self) -> int:
        return self.count(self.found)

    def read(self, page: Page, place: Place) -> None:
        self.put(page, self.found, place)


def read_note(text: str, file: str, rules: Rules = NO_RULES) -> Note:
    """Read one note. Any text is valid; what is not understood becomes a diagnostic.

    `file` names the note in the entries' sources, and may name a period (`2024/07/…`). Nothing is opened.
    `rules` say what would else be guessed.
    """
    if rules.skip:
        return Note(file, (), ())
    log = Log(file)
    lines = defined.resolve(bounds.cut_lines(_lines(text), log))
    front = frontmatter.read(lines)
    body = ["" for _ in lines[: front.end]] + lines[front.end :] if front else lines
    tree = _unfenced(blocks.parse("\n".join(body)), body)
    if keyed.unfold(tree, body):
        tree = blocks.parse("\n".join(body))
    tree = htmltable.whole(tree, body)
    page = Page(body, log, keypoint_labels=frozenset(map(labels.fold, rules.keypoints or ())))
    place = Place(period=periods.period_of_path(file), year=dates.lone_year(re.sub(r"[_-]", " ", PurePath(file).stem)))
    bounds.tell_blocks(tree, log)
    root = outline(tree, len(body))
    join_translations(root)
    join_names(root)
    bounds.cut_headings(root, log)
    if front:
        place = posts.place_of(front, place, log)
    if rules.period == "heading":
        place = replace(place, period=None)
    page.file_under = ruled.filing(root, front, file, rules)
    _read_papers(page, root, front, place, rules)
    if rules.period != "heading":
        dated.take(page.drafts, root)
    ruled.take_keypoints(page, page.keypoint_labels)
    drafts = sorted(repeated.united(page.drafts), key=lambda draft: draft.line)
    if not drafts and _could_hold_papers(tree):
        done = "left it out; a paper needs a heading or a list item of its own, with its title and its link"
        log.tell(0, "no paper was found in this file", done, "info")
    return Note(file, tuple(draft.finish(file) for draft in drafts), log.diagnostics)


def _read_papers(page: Page, root: Section, front: FrontMatter | None, place: Place, rules: Rules) -> None:
    if rules.papers == "file":
        single.read_whole(page, root, front, place)
        return
    sections = _Sections(page, root, replace(place, papers=True, ruled=True) if rules.papers else place)
    if rules.papers:
        sections.read(rules.papers)
    elif not posts.read_sessions(page, front, place) and not single.read(page, root, front, place, sections.total):
        sections.read()
        guessed.read(page, root, front, place)
        posts.take_lone(page, root, front)
        _tell_levels(page, root)


def _tell_levels(page: Page, root: Section) -> None:
    """Tell that headings of several levels were taken for papers, which a rule can bring down to one."""
    levels = {section.line + 1: section.level for section in root.below() if section.level <= 6}
    held = Counter(levels[draft.line] for draft in page.drafts if draft.line in levels)
    if len(held) > 1:
        usual = held.most_common(1)[0][0]
        line = next(draft.line for draft in page.drafts if levels.get(draft.line, usual) != usual)
        done = f'took all of them; papers = "level {usual}" in notes.rules takes those of one level alone'
        page.log.tell(line - 1, "headings of several levels read like papers", done, "info")


def _could_hold_papers(tree: list[Block]) -> bool:
    """Tell whether a note has what papers are mostly told by: several headings, a list, a table or a link."""
    headings = sum(block.kind == "heading" for block in tree)
    return headings > 1 or any(block.kind in {"list", "table"} or _LINK.search(block.text) for block in tree)


_LINK = re.compile("https?://")
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def _lines(text: str) -> list[str]:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = _UNREADABLE.sub(" ", text).split("\n")
    return _spaced(lines) if "\n#" in text or text.startswith("#") else lines


_GLUED = re.compile(r"(#{1,6})(?=\[|\*\*|(?!TODO|FIXME)[^\W\d_a-z])[^#]*")
"""A heading without the blank behind its signs; what editors mark as work to do (`#TODO read on`) is none."""


def _spaced(lines: list[str]) -> list[str]:
    """Part the signs of a heading from its words, which older Markdown did not ask for; `#tag` stays what it is."""
    found: list[str] = []
    fence = ""
    for line in lines:
        mark = line.lstrip()[:3]
        if mark in {"```", "~~~"} and fence in {"", mark}:
            fence = "" if fence else mark
        glued = line.startswith("#") and not fence and not (found and found[-1].strip()) and _GLUED.fullmatch(line)
        words_behind = line.lstrip("#").strip() if glued else ""
        heading = " " in words_behind or words.is_part(words_behind)
        found.append(f"{glued[1]} {words_behind}" if glued and heading else line)
    return found


def _unfenced(tree: list[Block], lines: list[str]) -> list[Block]:
    """Open a note that stands whole inside one code fence."""
    told = [
        block for block in tree if block.kind != "rule" and not (block.kind == "html" and block.text.startswith("<!--"))
    ]
    if (
        len(told) != 1
        or told[0].kind != "fence"
        or told[0].info.split(" ")[0].lower() not in {"", "md", "markdown", "text", "txt"}
    ):
        return tree
    fence = told[0]
    first = fence.start + (1 if lines[fence.start].lstrip().startswith(("```", "~~~")) else 0)
    if not re.search(r"(?m)^#{1,4} |^\S{2,20}\s*[:：]|^\s*[-*+] ", fence.text):
        return tree
    inner = blocks.parse("\n" * first + fence.text)
    lines[: fence.start + 1] = ["" for _ in lines[: fence.start + 1]]
    for n in range(fence.end - 1, len(lines)):
        lines[n] = "" if lines[n].lstrip().startswith(("```", "~~~")) else lines[n]
    return inner


class _Sections:
    """Goes through the outline. What a section's blocks hold is judged once, before its heading is, if at all."""

    def __init__(self, page: Page, root: Section, place: Place) -> None:
        self.page = page
        self.root = root
        self.place = place
        self.judged: dict[int, list[_Shape[Any]]] = {}
        self.counts: dict[int, int] = {}
        self.places: dict[int, Place] = {}
        self.above: dict[int, Place] = {}

    def total(self) -> int:
        """Return how many papers the note's lists, tables and lines hold."""
        if not self.judged:
            lone = len(self.root.children) == 1 and not _is_period(self.root.children[0].heading)
            self._judge(self.root, self.place, over_all=self.root.children[0] if lone else None)
        return self.counts[id(self.root)]

    def read(self, rule: str | None = None) -> None:
        """Read all sections into entries, those papers alone that a rule names."""
        self.total()
        todo = [self.root]
        while todo:
            one = todo.pop()
            place = self.places[id(one)]
            for shape in self.judged[id(one)]:
                if rule is None or shape.kind in _SHAPES.get(rule, ()):
                    shape.read(self.page, place)
            papers = self._headings(one, place, rule)
            for child in reversed(one.children):
                if id(child) in papers:
                    headed.read(self.page, child, self.above[id(child)])
                else:
                    todo.append(child)

    def _headings(self, section: Section, place: Place, rule: str | None) -> set[int]:
        """Return the ids of those headings right below a section that are papers."""
        if place.nothing:
            return set()
        if rule is None:
            found = headed.papers_among(section.children, self.counts, place)
            aside = found & headed.paperless(section.children)
            return found - aside if aside and self._lead_to_papers else found
        return {id(child) for child in section.children if rule == f"level {child.level}" and _is_named(child)}

    @cached_property
    def _lead_to_papers(self) -> bool:
        return headed.lead_to_papers(self.root.below())

    def _judge(self, section: Section, place: Place, over_all: Section | None) -> None:
        """Judge what stands below each heading, innermost last, with a stack in place of recursion."""
        todo = [(section, place)]
        ordered: list[Section] = []
        while todo:
            one, at = todo.pop()
            self.places[id(one)] = at
            self.judged[id(one)] = self._shapes(one, at)
            ordered.append(one)
            todo += self._places(one, at, over_all)
        lists, paragraphs = self._found("list"), self._found("paragraphs")
        neighbours.agree([*lists, *paragraphs])
        for items in lists:
            listed.settle(items)
        listed.settle_paragraphs(paragraphs)
        for one in reversed(ordered):
            own = sum(shape.papers for shape in self.judged[id(one)])
            self.counts[id(one)] = own + sum(
                self.counts[id(child)]
                for child in one.children
                if words.is_contents(child.heading) or not words.holds_none(child.heading)
            )

    def _found(self, kind: str) -> list[Any]:
        return [one.found for shapes in self.judged.values() for one in shapes if one.kind == kind]

    def _places(self, section: Section, place: Place, over_all: Section | None) -> list[tuple[Section, Place]]:
        """Return the sections inside one with their places; a month with nothing below it stands for those after it."""
        found: list[tuple[Section, Place]] = []
        for child in section.children:
            at = place.within(child.heading, child.level, whole_note=child is over_all)
            found.append((child, at))
            self.above[id(child)] = place
            if _is_period(child.heading) and self._is_bare(child):
                place = at
        return found

    def _is_bare(self, section: Section) -> bool:
        """Tell whether nothing with a link stands below a heading, and it is no note of the last change."""
        if section.children or "updat" in section.heading.lower() or "更新" in section.heading:
            return False
        return not any("](" in line or "://" in line for line in self.page.lines[section.start : section.end])

    def _shapes(self, section: Section, place: Place) -> list[_Shape[Any]]:
        lines = lined.judge(section.blocks, place)
        shapes: list[_Shape[Any]] = [_Shape("lines", lines, len, lined.read)]
        if not lines:
            rows = rowed.judge(section.blocks, place)
            shapes.append(_Shape("rows", rows, len, rowed.read))
            if not rows:
                paragraphs = listed.judge_paragraphs(section.blocks, place)
                shapes.append(_Shape("paragraphs", paragraphs, _papers, listed.read))
        for block in dated.joined(section.blocks):
            if block.kind == "list":
                shapes.append(_Shape("list", listed.judge(block, place), _papers, listed.read))
            elif (block.kind == "table" and (table := tabled.judge(block, place))) or (
                block.kind == "html" and (table := tabled.judge_html(block, place))
            ):
                shapes.append(_Shape("table", table, _rows, tabled.read))
            elif block.kind == "html":
                shapes += [_Shape("html", one, lambda _: 1, markup.read) for one in markup.judge(block, place)]
        return shapes


def _papers(items: Items) -> int:
    return items.papers


def _rows(table: tabled.Table) -> int:
    return len(table.rows)


def _is_named(section: Section) -> bool:
    """Tell whether a heading that a rule takes for a paper can be one: it names something, and no month."""
    heading = headed.heading_reference(section).title
    return any(map(str.isalnum, heading)) and not _is_period(heading) and not words.holds_none(heading)


def _is_period(heading: str) -> bool:
    return periods.period_heading(heading) is not None
