"""Lines of an entry that stand under no label, taken by their form: dates, authors, links, a venue, a citation."""

import re
from typing import TYPE_CHECKING

from digestbot.identity import arxiv_id, fold_title
from digestbot.models import Link
from digestbot.parsing import authors, dates, inline, keypoints, links, titles, unmarked, venues
from digestbot.parsing.inline import Span, squeeze

if TYPE_CHECKING:
    from digestbot.parsing.draft import Draft


_REMARK, _LABEL = 3, 8  # words that may stand beside links, and before them with a colon


_HASHTAGS = re.compile(r"#[^\s#]+(?:[\s,，、]+#[^\s#]+)+")


def left_over(draft: "Draft", line: str) -> bool:
    """Take a line that says a date, the authors or links and nothing else; tell whether there is more to it."""
    bare = re.sub(r"^[ \t]*(?:[-*+•]|\d+[.)]|#{1,6})[ \t]+|^[ \t]+", "", line).rstrip(" \\")
    if not bare or len(bare) > 3000:
        return bool(bare)
    if bare.startswith("#") and _HASHTAGS.fullmatch(bare):
        draft.keypoints += keypoints.split(bare)
        return False
    if len(bare) < 200 and (month := dates.submitted(bare)):
        draft.published = draft.published or month
        _see_id(draft, bare)
        return False
    if len(bare) < 1000 and not draft.authors and _is_citation(draft, bare):
        return False
    if (
        len(bare) < 1500
        and not draft.authors
        and (people := authors.authors_in(inline.plain(bare) if "*" in bare else bare))
    ):
        draft.authors = people
        return False
    if "](" in bare or "://" in bare:
        return _links_only(draft, bare)
    if len(bare) < 80 and (venue := venues.venue_in(bare)):
        draft.venue = draft.venue or venue
        return False
    return True


def _is_citation(draft: "Draft", bare: str) -> bool:
    """Take a line that cites the paper itself: authors, title, venue."""
    found = unmarked.cited(inline.plain(bare))
    if found is None:
        return False
    cited, own = fold_title(found[1]), fold_title(draft.title)
    if cited not in own and own not in cited:
        return False
    draft.authors = found[0]
    venue = venues.find_venue(found[2])
    draft.venue = draft.venue or (venue[0] if venue else None)
    draft.see_links(inline.spans(bare))
    _see_id(draft, bare)
    return True


def _see_id(draft: "Draft", text: str) -> None:
    """Take the arXiv id that a text tells for a link to the paper."""
    if "://" not in text and (identifier := arxiv_id(text)):
        draft.see_links([Span("link", "arXiv", f"https://arxiv.org/abs/{identifier}")])


def _links_only(draft: "Draft", bare: str) -> bool:
    """Take the links that a line is made of, or that are called by what they are in a line of text."""
    found = inline.spans(bare)
    rest = squeeze("".join(s.text for s in found if s.kind in {"text", "code"}))
    urls = links.bare_urls(rest)
    for url in urls:
        rest = rest.replace(url, "")
    lone = titles.size(rest) <= (_LABEL if rest.endswith((":", "：")) else _REMARK)
    for span in found:
        if span.kind == "link" and (lone or links.label_kind(span.text)):
            label = span.text if not links.is_web(span.text) else ""
            own = lone or len(bare) < 160
            link = links.make(label, span.url)
            if link:
                draft.links.append(link if own or link.kind != "arxiv" else Link("paper", link.label, link.url))
    for url in urls if lone else ():
        if link := links.make(rest.strip(" :：-[]()"), url):
            draft.links.append(link)
    if lone and not draft.venue and (venue := venues.venue_in(rest)):
        draft.venue = venue
    return not lone or not (urls or any(s.kind == "link" for s in found))
