"""The text of a paper that is searched: without the Markdown around it."""

import html
import re
from collections.abc import Iterator

from digestbot.models import Paper

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_STEPS = (
    ("![", re.compile(r"!\[[^\]]*\]\([^)]*\)"), " "),
    ("](", re.compile(r"\[([^\]]*)\]\([^)\s]*(?:\s[^)]*)?\)"), r"\1"),
    ("<", re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>"), " "),
    ("```", re.compile(r"^\s*```.*$", re.MULTILINE), " "),
    ("", re.compile(r"^[ \t]*(?:(?:>|[-+*]|\d+[.)]|#{1,6})[ \t]+)+", re.MULTILINE), ""),
    ("|", re.compile(r"^[\s|:-]+$|\|", re.MULTILINE), " "),
    ("*", re.compile(r"\*{1,3}"), ""),
    ("`", re.compile(r"`+"), ""),
    ("_", re.compile(r"(?<![^\W_])_{1,2}|_{1,2}(?![^\W_])"), ""),
    ("~~", re.compile(r"~~"), ""),
)
"""What is taken out or replaced, in this order, where the sign that begins each entry stands in the text."""


def text(markdown: str) -> str:
    """Return one line of what a reader sees: no marks, images, tags or addresses behind links."""
    markdown = _ESCAPED.sub(lambda escaped: f"&#{ord(escaped[1])};", markdown)
    for sign, pattern, instead in _STEPS:
        if sign in markdown:
            markdown = pattern.sub(instead, markdown)
    return " ".join(html.unescape(markdown).split())


def body(paper: Paper) -> Iterator[str]:
    """Yield the texts of a paper's fields, then its gist, which may come from a text that became no field."""
    yield from (text(field.markdown) for field in paper.fields)
    if paper.gist:
        yield paper.gist


def columns(paper: Paper) -> tuple[tuple[str, ...], ...]:
    """Return the texts that a paper is searched by beside its title: keypoints, topics, body, venue, authors."""
    return paper.keypoints, paper.topics, tuple(body(paper)), (paper.venue,) if paper.venue else (), paper.authors
