"""Whose a paper is, as its heading or the line below it says in short."""

import re

from digestbot.parsing.markdown import inline
from digestbot.parsing.page.outline import Section
from digestbot.parsing.terms import arxiv, authors, bylines, titles

_CROWD = 200  # characters of a line that says in short whose a paper is
_CREDITED = re.compile(r"[^\s,]+(?: (?:and|&) [^\s,]+)? et\.? al\.?,? [^,]{0,40}, ?(?:19|20)\d\d[a-z]?")
"""A line that says whose a paper is, where and when it came out: `Lee et al., ICML, 2011`."""


def is_signed(section: Section) -> bool:
    """Tell whether the first line below a heading says whose the paper is in short: `Lee et al. (2014)`."""
    first = section.blocks[0].text.split("\n", 1)[0] if section.blocks and section.blocks[0].kind == "paragraph" else ""
    if " et" not in first or len(first) >= _CROWD:
        return False
    told = inline.plain(first).strip(" []()")
    return _CREDITED.fullmatch(told) is not None or authors.authors_in(arxiv.without(told)) is not None


def is_bylined(heading: str) -> bool:
    """Tell whether a heading says whose the paper is beside a title: `Title - Lee, et al`."""
    signed = bylines.split(heading)
    told = authors.others(heading) is not None or authors.are_full(signed.authors)
    return bool(signed.authors) and told and titles.looks_like_title(signed.title)
