"""The text of a paper that is searched: without the Markdown around it."""

import html
import re

from digestbot.models import Paper

_STEPS = (
    (re.compile(r"!\[[^\]]*\]\([^)]*\)|<!--.*?-->|^\s*(?:```|~~~).*$", re.MULTILINE), " "),
    (re.compile(r"\[([^\]]*)\]\([^)\s]*(?:\s[^)]*)?\)"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^<>]*>"), " "),
    (re.compile(r"^[ \t]*(?:(?:>|[-+*]|\d+[.)]|#{1,6})[ \t]+)+", re.MULTILINE), ""),
    (re.compile(r"\*{1,3}|`+|~~|(?<![^\W_])_{1,2}|_{1,2}(?![^\W_])"), ""),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
    (re.compile(r"^\s*\|?[\s:|-]+\|\s*$|\|", re.MULTILINE), " "),
)


def text(markdown: str) -> str:
    """Return one line of what a reader sees: no marks, images, tags or addresses behind links."""
    for pattern, instead in _STEPS:
        markdown = pattern.sub(instead, markdown)
    return " ".join(html.unescape(markdown).split())


def columns(paper: Paper) -> tuple[tuple[str, ...], ...]:
    """Return the texts that a paper is searched by: title, keypoints, topics, body, venue, authors."""
    body = tuple(text(f.markdown) for f in paper.fields)
    gist = () if not paper.gist or any(paper.gist in part for part in body) else (paper.gist,)
    return (paper.title,), paper.keypoints, paper.topics, (*body, *gist), (paper.venue or "",), paper.authors
