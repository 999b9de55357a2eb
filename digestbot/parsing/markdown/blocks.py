"""The block structure of a Markdown text: what markdown-it finds before it looks inside any line.

Inline parsing is most of the cost of reading Markdown and most lines of a note need none, so that rule is off here;
`inline.spans` is called on the few blocks that hold titles, links and fields.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as table_rule
from markdown_it.token import Token

Kind = Literal["heading", "paragraph", "list", "item", "quote", "table", "fence", "html", "rule"]

_KINDS: dict[str, Kind] = {
    "heading_open": "heading",
    "underlined": "heading",
    "words": "paragraph",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "list_item_open": "item",
    "blockquote_open": "quote",
    "rows": "table",
    "fence": "fence",
    "code_block": "fence",
    "html_block": "html",
    "hr": "rule",
}


NESTING = 20  # quotes, lists and items around a block: what stands deeper is text


@dataclass(slots=True)
class Block:
    """A block with its lines (`start` to before `end`, counted from 0), its text, and the blocks inside it.

    `level` is that of a heading. `info` is a fence's language, or the marker of a list.
    """

    kind: Kind
    start: int
    end: int
    text: str = ""
    level: int = 0
    info: str = ""
    children: list["Block"] = field(default_factory=list["Block"])

    def walk(self) -> Iterator["Block"]:
        """Yield this block and all inside it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()


def _rows(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a table as one token of its lines: markdown-it makes three tokens of every cell, 2/3 of a parse's time."""
    if not table_rule(state, start, end, True):
        return False
    if silent:
        return True
    stops = state.md.block.ruler.getRules("blockquote")
    line = start + 2
    while line < end and state.sCount[line] >= state.blkIndent and not state.isEmpty(line):
        first = state.src[state.bMarks[line] + state.tShift[line]]
        if first != "|" and (state.is_code_block(line) or any(stop(state, line, end, True) for stop in stops)):
            break
        if first.isspace() and not mdTrim(state.src[state.bMarks[line] : state.eMarks[line]]):
            break  # a line of no-break spaces
        line += 1
    token = state.push("rows", "", 0)
    token.map = [start, line]
    token.content = state.getLines(start, line, state.blkIndent, False)
    state.line = line
    return True


_SIGNS = frozenset("`~>*-_+0123456789<#")  # what a block that ends a paragraph begins with, but for tables
_BEGINNING = re.compile(r"[`~>#<]|[*+_-](?:[*_ \t\n-]|\Z)|\d{1,9}[.)]")  # what it goes on with; no `*slanted words*`
_RULER = frozenset("|-:")  # what the line below a table's first begins with


def _begins_none(state: StateBlock, line: int, end: int) -> bool:
    """Tell whether nothing that ends a paragraph begins at a line: a glance that spares most lines seven rules."""
    at = state.bMarks[line] + state.tShift[line]
    if state.src[at] in _SIGNS and _BEGINNING.match(state.src, at):
        return False
    if line + 1 >= end:
        return True
    below = state.bMarks[line + 1] + state.tShift[line + 1]
    return state.src[below : below + 1] not in _RULER


def _words(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a paragraph where no other block can begin, before the rules for all others are asked."""
    if state.level >= NESTING:  # markdown-it's own limit drops the rest of the text with what is nested deeper
        return _paragraph(state, start, end, silent)
    first = state.src[state.bMarks[start] + state.tShift[start]]
    if first == "[" or state.is_code_block(start) or not _begins_none(state, start, end):
        return False
    return _paragraph(state, start, end, silent)


def _paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a paragraph, or the heading that a line below makes of it, as one token.

    markdown-it's two rules go over it twice, and make three.
    """
    before, state.parentType = state.parentType, "paragraph"
    stops = state.md.block.ruler.getRules("paragraph")
    line, mark = start + 1, ""
    while line < end and not state.isEmpty(line):
        if state.sCount[line] - state.blkIndent <= 3:
            if mark := _underline(state, line):
                break
            told = state.sCount[line] >= 0 and not _begins_none(state, line, end)
            if told and any(stop(state, line, end, True) for stop in stops):
                break
        line += 1
    state.line = line + bool(mark)
    token = state.push("underlined" if mark else "words", {"": "p", "=": "h1", "-": "h2"}[mark], 0)
    token.content = mdTrim(state.getLines(start, line, state.blkIndent, False))
    token.map, token.markup = [start, state.line], mark
    state.parentType = before
    return True


def _underline(state: StateBlock, line: int) -> str:
    """Return the sign that a heading is underlined with (`=` or `-`), or nothing: an indented `-` is an empty item."""
    at, end = state.bMarks[line] + state.tShift[line], state.eMarks[line]
    mark = state.src[at]
    if mark not in "-=" or state.sCount[line] < state.blkIndent:
        return ""
    after = state.skipCharsStr(at, mark)
    empty = mark == "-" and after == at + 1 and state.sCount[line] > state.blkIndent
    return mark if state.skipSpaces(after) >= end and not empty else ""


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": NESTING + 3}).enable("table")
    parser.disable(["normalize", "inline", "text_join", "lheading"])
    rules = parser.block.ruler
    rules.at("table", _rows, {"alt": ["paragraph", "reference"]})
    rules.at("paragraph", _paragraph)
    rules.before("table", "words", _words)
    return parser


def parse(text: str) -> list[Block]:
    """Return the top-level blocks of a text whose lines end with a line feed; any text is valid."""
    return _tree(_parser().parse(text))


def _tree(tokens: list[Token]) -> list[Block]:
    root = Block("quote", 0, 0)
    open_blocks = [root]
    for token in tokens:
        if token.type == "inline":
            open_blocks[-1].text = token.content
        elif token.nesting < 0:
            open_blocks.pop()
        else:
            block = _block(token)
            open_blocks[-1].children.append(block)
            if token.nesting > 0:
                open_blocks.append(block)
    return root.children


_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def _block(token: Token) -> Block:
    start, end = token.map or (0, 0)
    level = int(token.tag[1]) if token.tag in _HEADINGS else 0
    info = token.info if token.type == "fence" else token.markup
    return Block(_KINDS[token.type], start, end, token.content, level, info.strip())


_HEAD = 14  # blocks below a heading that are looked at: what tells a paper stands at its front


def leads(blocks: list[Block], limit: int = _HEAD) -> Iterator[tuple[Block, str]]:
    """Yield the blocks of text right below a heading, lists and quotes opened, with their text."""
    count = 0
    for block in blocks:
        for inner in _opened(block):
            count += 1
            if count > limit:
                return
            yield inner, inner.text


def _opened(block: Block) -> Iterator[Block]:
    if block.kind == "paragraph":
        yield block
    elif block.kind == "quote":
        for child in block.children:
            yield from _opened(child)
    elif block.kind == "list":
        for item in block.children:
            if item.children and item.children[0].kind == "paragraph":
                yield item.children[0]


_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)


def uncommented(text: str) -> str:
    """Return HTML without its comments; their lines stay, but empty."""
    return _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text) if "<!--" in text else text


_CELL = re.compile(r"(?<!\\)\|")


def cells(row: str) -> list[str]:
    """Split a table's row at the pipes that are not escaped, as GFM does; escaped pipes become plain ones."""
    row = row.strip()
    parts = [part.replace("\\|", "|") for part in _CELL.split(row)] if "\\" in row else row.split("|")
    if len(parts) > 1 and not parts[0].strip():
        del parts[0]
    if len(parts) > 1 and not parts[-1].strip():
        del parts[-1]
    return [part.strip() for part in parts]
