"""The text of a field, line by line: paragraphs, nested lists, code, math, quotes, tables.

The result is a list of blocks, each of which stands for itself: pages may end between any two of them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from digestbot.bot.markup.cut import length, split
from digestbot.bot.markup.escape import clean
from digestbot.bot.markup.inline import inline

Kind = Literal["text", "item", "code", "quote"]

_FENCE = re.compile(r"(```+|~~~+)\s*([\w+-]*)")
_ITEM = re.compile(r"(\s*)([-*+]|\d{1,9}[.)])\s+(.*)")
_EMPTY_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s*")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.*)")
_RULE = re.compile(r"\s*([-*_])(?:\s*\1){2,}\s*")
_TABLE_RULE = re.compile(r"\|?\s*:?-+:?(?:\s*\|\s*:?-+:?)*\s*\|?")
_FRAME = re.compile(r"</?(?:details|p|div|center|ul|ol)\b[^<>]*>", re.IGNORECASE)
_GENERIC_SUMMARY = re.compile(r"<summary\b[^<>]*>\s*(?:(?:details?|more|详情|展开|更多)\s*)?</summary>", re.IGNORECASE)
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of Discord Markdown that stands for itself."""

    kind: Kind
    text: str


@dataclass(slots=True)
class _State:
    blocks: list[Block] = field(default_factory=list[Block])
    paragraph: list[str] = field(default_factory=list[str])
    kind: Kind = "text"
    lead: str = ""
    indents: list[int] = field(default_factory=list[int])
    widths: list[int] = field(default_factory=list[int])
    after_blank: bool = False
    unclosed: set[str] = field(default_factory=set[str])

    def close(self) -> None:
        """End the paragraph at hand and keep it as a block."""
        text = inline(_joined(self.paragraph)) if self.paragraph else ""
        if text:
            hanging = "\n" + " " * len(self.lead)
            self.blocks.append(Block(self.kind, self.lead + text.replace("\n", hanging)))
        self.paragraph, self.kind, self.lead = [], "text", ""

    def add(self, kind: Kind, text: str) -> None:
        self.close()
        if text:
            self.blocks.append(Block(kind, text))


def blocks(markdown: str) -> list[Block]:
    """Return a field's Markdown as blocks of Discord Markdown, with nothing lost but markup Discord has not."""
    text = _FRAME.sub("", _GENERIC_SUMMARY.sub("", clean(markdown)))
    lines = text.expandtabs(4).split("\n")
    state = _State()
    at = 0
    while at < len(lines):
        at = _read(lines, at, state)
    state.close()
    return state.blocks


def _read(lines: Sequence[str], at: int, state: _State) -> int:
    """Read the block that begins in line `at`; return the line after it."""
    line = lines[at]
    if not line.strip():
        state.close()
        state.after_blank = True
        return at + 1
    if fence := _FENCE.match(line.strip()):
        return _fence(lines, at, fence, state)
    if (item := _ITEM.fullmatch(line)) and (fence := _FENCE.fullmatch(item[3].strip())):
        state.close()
        _open_item(state, len(item[1]), item[2])
        return _fence(lines, at, fence, state)
    if line.strip().startswith("$$") or line.strip() == r"\[":
        return _display(lines, at, state)
    if line.lstrip().startswith(">"):
        return _quote(lines, at, state)
    if "|" in line and at + 1 < len(lines) and "-" in lines[at + 1] and _TABLE_RULE.fullmatch(lines[at + 1].strip()):
        return _table(lines, at, state)
    _line(line, state)
    state.after_blank = False
    return at + 1


def _line(line: str, state: _State) -> None:
    if _RULE.fullmatch(line) or _EMPTY_ITEM.fullmatch(line):
        state.close()
    elif heading := _HEADING.fullmatch(line):
        state.close()
        state.indents, state.widths = [], []
        state.paragraph.append(f"**{heading[1].rstrip().rstrip('#').rstrip()}**")
        state.close()
    elif item := _ITEM.fullmatch(line):
        state.close()
        _open_item(state, len(item[1]), item[2])
        state.paragraph.append(item[3])
    elif state.paragraph:
        state.paragraph.append(line)
    else:
        _open_text(state, line)


def _open_item(state: _State, indent: int, marker: str) -> None:
    """Begin a list item; its level follows from the indentation of the items before it."""
    while state.indents and indent < state.indents[-1]:
        state.indents.pop()
        state.widths.pop()
    shown = "- " if marker in "-*+" else f"{marker[:-1]}. "
    if (not state.indents or indent > state.indents[-1] + 1) and len(state.indents) < _DEEPEST:
        state.indents.append(indent)
        state.widths.append(len(shown))
    else:
        state.widths[-1] = len(shown)
    state.kind, state.lead = "item", " " * sum(state.widths[:-1]) + shown


def _open_text(state: _State, line: str) -> None:
    """Begin a paragraph, which goes on with the list item before it if it is indented."""
    indent = len(line) - len(line.lstrip())
    if state.indents and indent > state.indents[0]:
        state.kind, state.lead = "item", " " * sum(state.widths)
    elif state.after_blank:
        state.indents, state.widths = [], []
    state.paragraph.append(line)


def _joined(lines: Sequence[str]) -> str:
    """Join the lines of a paragraph as Markdown reads them; between Chinese signs no space is put."""
    text = ""
    for line in lines:
        hard = text.endswith(("  ", "\\"))
        before, after = text.rstrip().removesuffix("\\") if hard else text.rstrip(), line.lstrip()
        if hard:
            text = f"{before}<br>{after}"
        elif before and after:
            text = before + ("" if before[-1] > "\u2e7f" and after[0] > "\u2e7f" else " ") + after
        else:
            text = before + after
    return text


def _fence(lines: Sequence[str], at: int, fence: re.Match[str], state: _State) -> int:
    end = next((i for i in range(at + 1, len(lines)) if lines[i].strip().startswith(fence[1])), len(lines))
    indent = lines[at].index(fence[1])
    content = [line[min(indent, len(line) - len(line.lstrip())) :] for line in lines[at + 1 : end]]
    state.add("code", code_block("\n".join(content), "tex" if fence[2] == "math" else fence[2][:20]))
    return end + 1


def _display(lines: Sequence[str], at: int, state: _State) -> int:
    """Read display math; on one line with other text it is left to the paragraph."""
    opening = lines[at].strip()[:2]
    closing = "$$" if opening == "$$" else r"\]"
    first = lines[at].strip()[2:]
    if closing in first:
        content, rest = first.split(closing, 1)
        state.add("code", code_block(content.strip(), "tex"))
        if rest.strip(" .,;，。；"):
            state.paragraph.append(rest)
        return at + 1
    ahead = () if closing in state.unclosed else range(at + 1, len(lines))
    end = next((i for i in ahead if closing in lines[i]), None)
    if end is None:
        state.unclosed.add(closing)
        state.paragraph.append(lines[at])
        return at + 1
    last, rest = lines[end].split(closing, 1)
    content = [first, *lines[at + 1 : end], last]
    state.add("code", code_block("\n".join(line.strip() for line in content if line.strip()), "tex"))
    if rest.strip(" .,;，。；"):
        state.paragraph.append(rest)
    return end + 1


def code_block(content: str, language: str = "") -> str:
    """Return a code block that its content cannot end: three backticks in it become look-alikes."""
    content = content.replace("```", "ˋˋˋ").strip("\n")
    return f"```{language}\n{content}\n```" if content.strip() else ""


def _quote(lines: Sequence[str], at: int, state: _State) -> int:
    end = next((i for i in range(at, len(lines)) if not lines[i].lstrip().startswith(">")), len(lines))
    inner = blocks("\n".join(re.sub(r"^\s*(?:>\s?)+", "", line) for line in lines[at:end]))
    for block in inner:
        state.add("code" if block.kind == "code" else "quote", _quoted(block))
    return end


def _quoted(block: Block) -> str:
    return block.text if block.kind == "code" else "\n".join(f"> {line}" for line in block.text.split("\n"))


def _table(lines: Sequence[str], at: int, state: _State) -> int:
    """Read a table as a list: the head in bold, a row per item."""
    state.close()
    end = next((i for i in range(at, len(lines)) if "|" not in lines[i] and i != at + 1), len(lines))
    head, *rows = [_cells(line) for i, line in enumerate(lines[at:end]) if i != 1]
    state.add("text", " · ".join(f"**{cell}**" for cell in head))
    for row in rows:
        state.add("item", f"- {' · '.join(row)}" if row else "")
    return end


def _cells(line: str) -> list[str]:
    cells = [cell.replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
    return [shown for cell in cells if (shown := inline(cell).replace("\n", " ").replace("**", ""))]


def joined(parts: Sequence[Block]) -> str:
    """Return blocks as one text: a blank line around paragraphs, none between the items of a list."""
    text = ""
    for before, block in zip([None, *parts], parts, strict=False):
        text += ("" if before is None else space(before, block)) + block.text
    return text


def space(before: Block, block: Block) -> str:
    """Return the line feeds between two blocks."""
    tight = "code" in (before.kind, block.kind) or _follows(before, block)
    return "\n" if tight else "\n\n"


def _follows(before: Block, block: Block) -> bool:
    return block.kind == "item" or (before.kind == block.kind == "quote")


def fitted(parts: Sequence[Block], limit: int) -> Iterator[Block]:
    """Yield the blocks with those longer than `limit` split into several."""
    for block in parts:
        if length(block.text) <= limit:
            yield block
        else:
            yield from (Block(block.kind, piece) for piece in split(block.text, limit))
