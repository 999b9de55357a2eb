"""The reader's own rules for paragraphs and tables against markdown-it's."""

import re
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from digestbot.parsing.markdown import blocks

SIGNS = "a;[;[x]: y;|;---;===;- ;> ;  ;    ;\t;#;# h;1. ;2);`;```;~~~;<div>;<!--;\n\n;*;***;+ ;|-|-|;a|b;:-;\xa0;-"
PIECES = st.sampled_from([*SIGNS.split(";"), "\n", "\n", "\n"])
TEXTS = st.lists(PIECES, max_size=16).map("".join)

Words = tuple[str, int, list[int] | None, str]


def words_of_markdown_it(text: str) -> list[Words]:
    """Return what markdown-it alone takes for headings and paragraphs: kind, level, lines, text."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return [
        (
            token.type.removesuffix("_open"),
            int(token.tag[1]) if token.type == "heading_open" else 0,
            token.map,
            inside.content,
        )
        for token, inside in pairwise(tokens)
        if token.type in {"heading_open", "paragraph_open"}
    ]


@settings(max_examples=1500)
@given(TEXTS)
def test_headings_and_paragraphs_are_those_of_markdown_it(text: str) -> None:
    assume(not re.search(r"(?m)^\W*[ \t]-[ \t]*$", text))  # an empty item to the reader, an underline to markdown-it
    found = [block for top in blocks.parse(text) for block in top.walk()]
    assert [
        (block.kind, block.level, [block.start, block.end], block.text)
        for block in found
        if block.kind in {"heading", "paragraph"}
    ] == words_of_markdown_it(text)
