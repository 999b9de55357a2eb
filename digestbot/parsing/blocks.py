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
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as table_rule
from markdown_it.token import Token

Kind = Literal["heading", "paragraph", "list", "item", "quote", "table", "fence", "html", "rule"]

_KINDS: dict[str, Kind] = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
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
        line += 1
    token = state.push("rows", "", 0)
    token.map = [start, line]
    token.content = state.getLines(start, line, state.blkIndent, False)
    state.line = line
    return True


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table").disable("inline")
    parser.block.ruler.at("table", _rows, {"alt": ["paragraph", "reference"]})
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


def _block(token: Token) -> Block:
    start, end = token.map or (0, 0)
    level = int(token.tag[1]) if token.type == "heading_open" else 0
    info = token.info if token.type == "fence" else token.markup
    return Block(_KINDS[token.type], start, end, token.content, level, info.strip())


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
