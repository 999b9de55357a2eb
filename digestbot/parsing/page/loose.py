"""Lines of an entry that stand under no label, taken by their form: dates, authors, links, a venue, a citation."""

import re

from digestbot.identity import fold_title
from digestbot.models import Link
from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.span import Span, squeeze
from digestbot.parsing.page.facts import Facts
from digestbot.parsing.references import citations, pieces
from digestbot.parsing.terms import arxiv, authors, dates, keypoints, links, titles, venues

_CREDIT = 100  # characters of a line that says whose a paper is and which id it has
_REMARK, _LABEL = 3, 8  # words that may stand beside links, and before them with a colon


def left_over(facts: Facts, line: str) -> bool:
    """Take a line that says a date, the authors or links and nothing else; tell whether there is more to it."""
    bare = re.sub(r"^[ \t]*(?:[-*+•]|\d+[.)]|#{1,6})[ \t]+|^[ \t]+", "", line).rstrip(" \\")
    if not bare or len(bare) > 3000:
        return bool(bare)
    if keypoints.are_hashtags(bare):
        facts.keypoints += keypoints.split(bare)
        return False
    if len(bare) < 200 and (month := dates.submitted(bare)):
        facts.published = facts.published or month
        facts.see_links(inline.spans(bare))
        facts.see_arxiv(bare)
        return False
    if len(bare) < 1000 and not facts.authors and _is_citation(facts, bare):
        return False
    alone = len(bare) < 1500 and not facts.authors and "](" not in bare
    if alone and (people := _people(inline.plain(bare) if "*" in bare else bare)):
        facts.authors = people
        facts.see_arxiv(bare)
        return False
    if "](" in bare or "://" in bare:
        return _links_only(facts, bare)
    if len(bare) < _CREDIT and authors.others(bare.partition(" al")[0] + " al"):
        facts.see_arxiv(bare)
    if len(bare) < 80 and (venue := venues.venue_in(bare)):
        facts.venue = facts.venue or venue
        return False
    return True


def _people(line: str) -> tuple[str, ...] | None:
    """Return those whom a line names, and nothing else but the paper's id; one alone only beside that."""
    told = arxiv.without(line)
    lone = told != line and authors.is_full_name(told)
    return (told,) if lone else authors.authors_in(told)


def _is_citation(facts: Facts, bare: str) -> bool:
    """Take a line that cites the paper itself: authors, title, venue."""
    found = citations.cited(inline.plain(bare))
    if found is None:
        return False
    cited, own = fold_title(found[1]), fold_title(facts.title)
    if cited not in own and own not in cited:
        return False
    facts.authors = found[0]
    venue = venues.find_venue(found[2])
    facts.venue = facts.venue or (venue[0] if venue else None)
    facts.see_links(inline.spans(bare))
    for url in links.bare_urls(bare) if "](" not in bare else ():
        facts.see_link("", url)
    facts.see_arxiv(bare)
    return True


def _credited(facts: Facts, found: list[Span]) -> bool:
    """Take the people, the venue and the date that are all that stands beside links; tell whether they are."""
    told = [pieces.said(s.text.strip(" .,;:|")) for s in found if s.kind == "text" and any(map(str.isalpha, s.text))]
    if not told or any(piece is None or piece.kind == "label" for piece in told):
        return False
    for piece in filter(None, told):
        facts.authors = facts.authors or piece.people
        facts.venue = facts.venue or piece.venue
        facts.published = facts.published or piece.published
    return True


def _links_only(facts: Facts, bare: str) -> bool:
    """Take the links that a line is made of, or that are called by what they are in a line of text."""
    found = inline.spans(bare)
    rest = squeeze("".join(s.text for s in found if s.kind in {"text", "code"}))
    urls = links.bare_urls(rest)
    for url in urls:
        rest = rest.replace(url, "")
    lone = _credited(facts, found) or titles.size(rest) <= (_LABEL if rest.endswith((":", "：")) else _REMARK)
    for span in found:
        if span.kind == "link" and (lone or links.label_kind(span.text)):
            label = span.text if not links.is_web(span.text) else ""
            own = lone or len(bare) < 160
            link = links.make(label, span.url)
            if link:
                facts.links.append(link if own or link.kind != "arxiv" else Link("paper", link.label, link.url))
    for url in urls if lone else ():
        if link := links.make(rest.strip(" :：-[]()"), url):
            facts.links.append(link)
    if lone and not facts.venue and (venue := venues.venue_in(rest)):
        facts.venue = venue
    return not lone or not (urls or any(s.kind == "link" for s in found))
