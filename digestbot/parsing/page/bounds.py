"""What is longer or deeper than anyone writes: how much of it is read, and telling the curator so."""

from digestbot.parsing.markdown import blocks, inline
from digestbot.parsing.markdown.blocks import Block
from digestbot.parsing.page.log import Log
from digestbot.parsing.page.outline import Section

_HEADING = 1000  # characters: the longest heading seen in notes has 182 with its address, and a title ends at 300

_LINES = 300_000
"""Lines of a note: a hundred thousand papers of three lines. Each costs up to 2.2 kB of memory while it is read."""


def cut_lines(lines: list[str], log: Log) -> list[str]:
    """Return the lines that are read, and tell of those that are not."""
    if len(lines) > _LINES:
        log.tell(_LINES, f"a note of {len(lines):,} lines", f"read its first {_LINES:,}; part it into several files")
    return lines[:_LINES]


def tell_blocks(tree: list[Block], log: Log) -> None:
    """Tell of the blocks that are looked into in part alone."""
    todo = [(block, 1) for block in tree]
    while todo:
        block, depth = todo.pop()
        if depth >= blocks.NESTING and block.kind in {"item", "quote"}:
            log.tell(
                block.start, f"lists or quotes nested {depth} deep", "looked no deeper; move what is inside outwards"
            )
        if len(block.text) > inline.LONGEST and block.kind != "fence":
            _tell_long(block, log)
        todo += [(child, depth + 1) for child in block.children]


def _tell_long(block: Block, log: Log) -> None:
    done = f"looked for titles, labels and links in its first {inline.LONGEST:,}; part it with blank lines"
    if block.kind == "paragraph":
        log.tell(block.start, f"a paragraph of {len(block.text):,} characters", done)
        return
    for line, text in enumerate(block.text.split("\n"), block.start):
        if block.kind != "heading" and len(text) > inline.LONGEST:
            log.tell(line, f"a line of {len(text):,} characters", done)


def cut_headings(root: Section, log: Log) -> None:
    """Cut headings that are longer than any title or topic, between words, and tell of them."""
    for section in root.below():
        if len(section.text) > _HEADING:
            done = f"read its first {_HEADING:,}; make text of what is no title"
            log.tell(section.line, f"a heading of {len(section.text):,} characters", done)
            end = section.text.rfind(" ", _HEADING // 2, _HEADING)
            section.text = section.text[: end if end > 0 else _HEADING]
