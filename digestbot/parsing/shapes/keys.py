"""What the keys of front matter tell of one paper, read as if they were labelled fields."""

import re
from typing import cast

from digestbot.parsing.markdown.frontmatter import Scalar, texts
from digestbot.parsing.page.note import Page
from digestbot.parsing.terms import labels, links
from digestbot.parsing.terms.fields import Part

_LINKS_KEYS = frozenset({"resources", "links", "urls"})
_SWITCHES = frozenset({"true", "false", "yes", "no", "on", "off"})
"""Values that say nothing of a paper, but how its page is shown (`comments: true`)."""
_WORDS = re.compile(r"[A-Za-z0-9]+(?:[-_ ]+[A-Za-z0-9]+)*")


def take(page: Page, mapping: dict[str, object], line: int, skip: tuple[str, ...]) -> None:
    """Take the values of a mapping as if they were labelled fields of the entry begun last."""
    for key, value in mapping.items():
        if key in _LINKS_KEYS and isinstance(value, dict):
            take(page, cast("dict[str, object]", value), line, ())
            continue
        held = texts(value)
        if not held or key in skip or (isinstance(value, Scalar) and value.text.casefold() in _SWITCHES):
            continue
        if isinstance(value, Scalar) and labels.role_of(key) == "keypoints":
            held = _tags_in(value.text, posted="layout" in mapping)
        at = value.line if isinstance(value, Scalar) else line
        label = key.replace("_", " ").replace("-", " ")
        label = label.removeprefix("paper ") if labels.role_of(label) is None else label
        label = "Paper" if labels.role_of(label) is None and is_papers_address(value) else label
        if labels.role_of(label) in {None, "part", "period", "topic"} and not links.label_kind(label):
            continue
        page.fill(
            page.drafts[-1],
            [
                Part(
                    label.capitalize() if label.islower() else label,
                    at,
                    [("; " if labels.role_of(label) == "keypoints" else ", ").join(held)],
                )
            ],
        )


def _tags_in(text: str, *, posted: bool) -> tuple[str, ...]:
    """Take tags apart that nothing but blanks part, as Jekyll has them: `data-reuse caches`.

    `posted`: another key tells that the note is a post of Jekyll's, whose tags may begin with capitals as well.
    """
    tags, small = text.split(), text.islower()
    hyphened = any("-" in tag and tag.islower() for tag in tags)
    apart = (hyphened or small) if posted else (hyphened and small)
    return tuple(tags) if apart and _WORDS.fullmatch(text) else (text,)


def is_papers_address(value: object) -> bool:
    """Tell whether a value is the address of a paper."""
    return isinstance(value, Scalar) and links.is_paper_url(value.text)
