"""Cells: what those beside a title say of its paper, each by the column that it stands in."""

import re
from functools import lru_cache

from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.span import Span, squeeze, text_of
from digestbot.parsing.page.draft import Draft
from digestbot.parsing.references import Reference
from digestbot.parsing.shapes.columns import Column, is_empty
from digestbot.parsing.terms import arxiv, authors, dates, keypoints, links, titles, venues

_LEADS_ON = re.compile(r"[.<]|\]\(|://")  # what a link, or an arXiv id, has


def take(draft: Draft, kind: Column, header: str, text: str) -> None:
    """Take over what a cell says of a paper; dates and people of a meeting are not the paper's."""
    if kind == "date" and not _LEADS_ON.search(text):
        draft.published = draft.published or _month(text)
        return
    spans = inline.spans(text)
    if (url := arxiv.url_in_tag(text)) and (link := links.make("", url)):
        draft.links.append(link)
    match kind:
        case "links" | "number":
            _take_links(draft, header, spans)
            linked = kind == "number" or any(s.kind == "link" for s in spans)
            draft.venue = draft.venue or (None if linked else venues.venue_in(_shown(spans)))
        case "venue":
            _take_links(draft, "", spans)
            draft.venue = draft.venue or _shown(spans) or None
            draft.published = draft.published or _month(text)
        case "date":
            _take_links(draft, "", spans)
            draft.published = draft.published or _month(text)
        case "authors":
            draft.authors = draft.authors or authors.split_authors(_shown(spans))
        case "keypoints":
            draft.keypoints += keypoints.split(text)
            draft.add(header, text)
        case "topic":
            draft.topics = tuple(dict.fromkeys((*keypoints.split(text), *draft.topics)))
        case "text" | "title":
            _take_text(draft, header, spans, text)
        case _:
            pass


def keep_own(found: Reference) -> None:
    """In a title's cell a short text beside the title is a name, not a comment, and an id in brackets the paper's."""
    if not found.texts:
        return
    ids = (arxiv.url(text) for _, text in found.texts)
    found.links += [link for url in ids if url and (link := links.make("", url))]
    found.texts = tuple((label, text) for label, text in found.texts if titles.size(text) > 2)


def _shown(spans: list[Span]) -> str:
    """Return what a cell says, without badges and pictures."""
    if len(spans) == 1 and not spans[0].badge:
        return squeeze(spans[0].text)
    told = (s for s in spans if s.kind in {"text", "code", "break"} or (s.kind == "link" and not s.badge))
    return squeeze(text_of(told))


@lru_cache(maxsize=4096)
def _month(text: str) -> str | None:
    """Return the month that a cell names: one day stands in many rows."""
    found = dates.moments(_shown(inline.spans(text)))
    return found[0].text if found else None


def _take_links(draft: Draft, header: str, spans: list[Span]) -> None:
    """Take a cell's links, and a bare arXiv id; a link whose own text tells no kind is called by the column."""
    for span in spans:
        if span.kind == "link":
            label = span.text if links.label_kind(span.text) and not links.is_web(span.text) else header
            if link := links.make(label, span.url):
                draft.links.append(link)
        elif "://" in span.text:
            draft.links += [link for url in links.bare_urls(span.text) if (link := links.make(header, url))]
        elif span.kind in {"text", "code"} and (url := arxiv.url(span.text)) and (link := links.make("", url)):
            draft.links.append(link)


def _take_text(draft: Draft, header: str, spans: list[Span], text: str) -> None:
    plain = _shown(spans)
    named = [s for s in spans if s.kind == "link" and links.label_kind(s.text) is not None]
    _take_links(
        draft, "", [s for s in spans if s in named or (s.kind == "link" and (s.badge or links.is_paper_url(s.url)))]
    )
    prose = [s for s in spans if not s.badge and s not in named]
    if any(c.isalnum() for s in prose for c in s.text) and not is_empty(plain) and not links.is_web(plain):
        draft.add(header or "Comment", text.replace("<br>", "\n").replace("<br/>", "\n").replace("<br />", "\n"))
    draft.see_images(text)
