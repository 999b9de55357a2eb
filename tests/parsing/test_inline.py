"""The short way of reading inline text against markdown-it's own."""

from dataclasses import astuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digestbot.parsing.markdown import inline, simple
from digestbot.parsing.markdown.span import Span

PIECES = st.sampled_from(
    [
        "a",
        "Bc d",
        " ",
        "  ",
        "**",
        "*",
        "`",
        "[",
        "]",
        "](",
        "(x)",
        ")",
        "![",
        "https://x.y/z",
        "\n",
        "  \n",
        "\\\n",
        "\\*",
        "\\",
        "!",
        "_",
        "&",
        "&amp;",
        "<",
        "<b>",
        "$",
        "，",
    ]
)


def shown(spans: list[Span]) -> list[tuple[object, ...]]:
    """Spans with neighbours of one look joined, which either way may leave apart."""
    joined: list[list[object]] = []
    for span in spans:
        row: list[object] = list(astuple(span))
        if joined and joined[-1][0] == row[0] == "text" and joined[-1][2:] == row[2:]:
            joined[-1][1] = f"{joined[-1][1]}{row[1]}"
        elif span.text or span.kind != "text":
            joined.append(row)
    return [tuple(row) for row in joined]


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=12).map(lambda pieces: "".join(pieces).strip()))
def test_short_way_agrees_with_markdown_it(text: str) -> None:
    short = simple.simple_spans(text)
    assert short is None or shown(short) == shown(inline.full_spans(text))


@pytest.mark.parametrize(("count", "kinds"), [(50, {"text", "link"}), (51, {"text"})])
def test_no_link_is_looked_for_among_brackets_that_nothing_closes(count: int, kinds: set[str]) -> None:
    text = "[a](https://x.y) _ [b] \\]" + "[ " * count
    assert {span.kind for span in inline.full_spans(text)} == kinds
    assert "".join(span.text for span in inline.full_spans(text)).endswith("[b] ]" + "[ " * count)


def test_short_way_is_taken_for_what_lists_hold() -> None:
    for text in (
        "1. arXiv [A Title: with (brackets) & signs](https://arxiv.org/abs/2401.00001v1_x) (注释) [[Code](https://x.y)]",
        "**Bold Title** \\\n*Ann Lee, Bo Chu* \\\narXiv 2023. [[Paper](https://x.y/1)] \\\n1 Jan 2023",
        "[![Star](https://img.shields.io/x.svg?a=b)](https://github.com/x/y) `tag`",
    ):
        assert simple.simple_spans(text) is not None
