"""What speaks for a section being one paper: fields below it, dates of submission, authors, links, parts of a note."""

import re

from digestbot.identity import arxiv_id, fold_title
from digestbot.parsing import references
from digestbot.parsing.markdown import blocks, inline
from digestbot.parsing.page.evidence import Evidence
from digestbot.parsing.page.outline import Section
from digestbot.parsing.shapes import fulltitle, signed
from digestbot.parsing.terms import (
    arxiv,
    authors,
    cleaning,
    dates,
    fields,
    labels,
    links,
    periods,
    titles,
    venues,
    words,
)

_STRONG_ROLES = frozenset({"keypoints", "objective", "abstract", "authors", "title", "tldr", "venue"})
_COLLECTION = re.compile(
    r"(?i)\bawesome\b|\b(?:paper|reading|curated)s?[- ]?(?:list|collection)s?\b|\bcollection\b|\bpapers\b|"
    r"^\W*(?:\w+\W+){0,2}resources\b|\bresources\W*$|\breading group\b|\bjournal club\b|\bmust[- ]read\b"
    r"|\bnotes on papers\b|\bpaper notes\b|\bweekly\b|论文(?:列表|合集|清单|汇总|笔记|阅读)|周报|月报|周刊|月刊|日报"
    r"|第\s*\d+\s*期|資料集|合集|汇总|まとめ|목록|정리"
    r"|(?:论文|論文|文献|논문)$|组会|読み会|勉強会|스터디|^\W*related works?\b"
)
_ABOUT = re.compile(r"(?i)\b(?:this|the) paper\b|本文|本篇|这篇|該論文|本論文|この論文|이 논문|본 논문")
"""What only a heading inside a note says: a title does not speak of its own paper."""

_QUOTED = re.compile(r"[*_ ]*[“\"][^“”\"]+[“”\"][*_ ]*")
"""A heading that is a title in quotes, and nothing else."""
_NUMBER = re.compile(r"\[\d{1,4}\]\s+\w")
_ITEM = re.compile(r"^(?:[-*+•]\s+)+")
_TITLE = 4  # words of a title that stands alone in its language
_LONG = 8  # words of a title that no list is headed by
_SHORT_LINE = 40  # characters that a venue and its year take at most
_CREDIT = 100  # characters of a line that names a paper's id beside its people
_BYLINE = 250  # characters of a line that may name a venue behind the people
_FEW_WORDS = 5  # of a heading that announces tools; a longer one is a title that speaks of a library


def is_title(section: Section) -> bool:
    """Tell whether a heading's wording could be a paper's title."""
    heading = cleaning.clean_title(section.heading)
    if section.heading.rstrip().endswith((":", "：")):
        return False  # what leads to a list
    if not titles.could_be_title(heading) or words.holds_none(heading) or _is_period(heading):
        return False
    if _is_collection(heading) or _ABOUT.search(heading):
        return False
    if any(s.kind == "link" and links.is_book_url(s.url) for s in section.spans):
        return False
    return titles.looks_like_title(heading) or _links_to_paper(section)


def _is_collection(heading: str) -> bool:
    """Tell whether a heading names several papers; a long one is a title that speaks of papers."""
    found = _COLLECTION.search(heading)
    return found is not None and not (found[0].lower() == "papers" and titles.size(heading) >= _LONG)


def _is_period(heading: str) -> bool:
    return periods.period_heading(heading) is not None or periods.month_heading(heading) > 0


def _links_to_paper(section: Section) -> bool:
    """Tell whether a heading has a link to a paper, or one that is called so."""
    return any(
        s.kind == "link"
        and not s.badge
        and (links.is_paper_url(s.url) or (links.is_web(s.url) and is_called_paper(s.text)))
        for s in section.spans
    )


def is_called_paper(label: str) -> bool:
    """Tell whether a link's label says that it leads to the paper."""
    return links.is_specific(label) and links.label_kind(label) == "paper"


def _is_linked_below(section: Section, title: str) -> bool:
    """Tell whether a link in the first lines below a heading bears its title and leads to the paper."""
    own = fold_title(title)
    texts = (text for _, text in blocks.leads(section.blocks) if "](" in text)
    linked = (s for text in texts for s in inline.spans(text) if s.kind == "link" and links.is_paper_url(s.url))
    return any(fold_title(s.text) == own for s in linked)


def is_short_title(section: Section) -> bool:
    """Tell whether a heading too short for a title, among papers, is one as well: it has what makes them papers."""
    heading = section.heading
    other = words.is_elsewhere(heading) or words.holds_none(heading) or words.is_generic(heading)
    return not (other or words.is_part(heading) or _COLLECTION.search(heading)) and _weigh(section, beside=True).strong


def weigh(section: Section) -> Evidence:
    """Look at a section's heading, the first blocks below it and the headings inside it."""
    if section.evidence is None:
        section.evidence = _weigh(section, beside=False)
    return section.evidence


def _weigh(section: Section, *, beside: bool) -> Evidence:
    """Weigh a section. `beside`: papers stand beside it, so that a heading of a word or two may be one."""
    heading = cleaning.clean_title(section.heading)
    leads = _links_to_paper(section)
    found = Evidence(plausible=is_title(section) or (leads and not _COLLECTION.search(section.heading)))
    numbered = arxiv.url_in(heading) is not None
    if not found.plausible and titles.could_be_title(heading) and not _is_period(heading):
        found.plausible = numbered or beside or _short_name(section)
    if not found.plausible:
        return found
    title, venue = venues.split_venue(heading)
    tools = words.is_elsewhere(title) and titles.size(title) <= _FEW_WORDS
    found.venue = venue is not None and titles.looks_like_title(title) and not tools
    linked = [s for s in section.spans if s.kind == "link" and not s.badge and links.is_web(s.url)]
    found.chapter = titles.is_mostly_cjk(title)
    found.parts = sum(1 for child in section.children if words.is_part(child.heading))
    for _, text in blocks.leads(section.front):
        if _is_paper(text) or authors.leading(text):
            break  # a paper of its own below a topic, and its links behind it
        _weigh_text(found, text)
    found.people = found.people or signed.is_signed(section) or signed.is_bylined(title)
    cited = fulltitle.is_cited(section.front, title) or (titles.size(title) <= fulltitle.SHORT and _is_called(section))
    found.people = found.people or cited
    latin = titles.size(title) >= _TITLE and not titles.is_cjk(title)
    quoted = _QUOTED.fullmatch(section.heading) is not None and titles.is_capitalised(title)
    found.foreign = latin and any(titles.is_mostly_cjk(text) for _, text in blocks.leads(section.blocks))
    told = found.prose > 80 or bool(section.children)
    named = told and any(titles.looks_like_title(s.text) and not _leads_away(s.url, title) for s in linked)
    addressed = any(map(links.is_paper_url, links.bare_urls(section.heading)))
    counted = cleaning.is_counted(section.heading) and found.prose + len(section.children) > 0
    found.linked = (
        quoted
        or counted
        or numbered
        or named
        or addressed
        or _links_to_paper(section)
        or _is_linked_below(section, title)
    )
    return found


def _leads_away(url: str, title: str) -> bool:
    """Tell whether a heading's link is to other than its paper: to a tool's home, to code under words in Chinese."""
    return links.is_home(url) or (titles.is_mostly_cjk(title) and links.kind_of("", url) == "code")


def _short_name(section: Section) -> bool:
    """Tell whether a short heading (`BERT`) is a paper's name: its fields, abstract or full title stand below it.

    So do, over the parts of a note, its authors, its date or its link; or the heading says that it is a review.
    """
    if cleaning.is_review(section.heading) or cleaning.is_counted(section.heading):
        return True
    if words.is_elsewhere(section.heading) or words.holds_none(section.heading) or _COLLECTION.search(section.heading):
        return False
    if section.heading.rstrip().endswith((":", "：")):
        return False
    labelled = [
        label
        for _, text in blocks.leads(section.front)
        for line in text.split("\n")
        if (label := fields.label_at(line))
    ]
    papers = [label for label in labelled if links.label_kind(label.name) == "paper" and leads_to_paper(label.rest)]
    named = fulltitle.in_brackets(section.front) or fulltitle.repeated(section.front, _own_name(section))
    named = named or fulltitle.above_links(section.blocks, _own_name(section))
    if named or (len(papers) == 1 and papers[0] is labelled[0]):
        return True
    roles = {labels.role_of(label.name) for label in labelled}
    roles |= {role for child in section.children if (role := labels.role_of(child.heading)) == "abstract"}
    if len(roles & {"authors", "abstract", "title", "keypoints", "objective"}) > 0 or len(roles - {None}) > 2:
        return True
    parts = sum(words.is_part(child.heading) for child in section.children)
    if _is_called(section) or (signed.is_signed(section) and arxiv_id(section.blocks[0].text)):
        return True
    told = Evidence()
    for _, text in blocks.leads(section.front) if parts > 1 else ():
        _weigh_text(told, text)
    return told.people or told.dated or told.paper_links > 0


def _is_paper(text: str) -> bool:
    """Tell whether a paragraph is a title in bold with people or a venue behind it, or one with a number over links."""
    if _NUMBER.match(text):
        title, _, row = text.partition("\n")
        return row.startswith("[") and titles.looks_like_title(inline.plain(title))
    found = references.read(inline.spans(text)) if text.startswith("**") and fields.label_at(text) is None else None
    if found is None or not found.marked or not (found.authors or found.venue) or found.texts:
        return False
    return "," not in found.title or authors.authors_in(found.title) is None


def _own_name(section: Section) -> str:
    return cleaning.clean_title(section.heading)


def _is_called(section: Section) -> bool:
    """Tell whether a heading over parts of a note is but a short name, the full title standing below it."""
    name = _own_name(section)
    told = fulltitle.labelled(section.front, name)
    if fulltitle.repeated(section.front, name) or (told and not told.links):
        return True
    parts = any(words.is_part(child.heading) for child in section.children)
    return parts and fulltitle.find(section.front, name) is not None


def _weigh_text(found: Evidence, text: str) -> None:
    if "\n" in text and titles.is_bold(text.split("\n", 1)[0]):
        found.prose += len(text)
        return  # a paper of its own, below a topic
    for line in (piece for whole in text[:4000].split("\n")[:30] for piece in fields.pieces(whole)):
        if label := fields.label_at(line):
            role = labels.role_of(label.name)
            found.labels += role in _STRONG_ROLES and not (role == "venue" and _is_source(label.rest))
            found.known += role is not None
            shown = role == "links" and links.label_kind(label.name) not in {"code", "notes"}
            found.shown |= shown or venues.venue_in(label.rest) is not None
            if role == "links" and (leads_to_paper(label.rest) or arxiv_id(f"arxiv:{label.rest.strip()}")):
                found.paper_links += 1
            elif role == "links" and any(map(links.is_web, _urls(label.rest))):
                found.elsewhere = found.any_link = True
            continue
        bare = _ITEM.sub("", line.strip())
        if len(bare) < 250 and (dates.submitted(bare) or _says_where(bare)):
            found.dated = True
        elif "," in bare and "](" not in bare and len(bare) < 2000 and (bare.count(",") > 1 or bare.startswith("by ")):
            told = inline.plain(bare)
            people = authors.authors_in(venues.split_venue(told)[0] if len(told) < _BYLINE else told)
            found.people = found.people or (people is not None and authors.are_full(people))
        if "://" in bare:
            found.any_link = True
            found.paper_links += not found.chapter and is_paper_link(bare)
        elif len(bare) < _CREDIT and arxiv.url_in(bare):
            found.paper_links += 1
    found.prose += len(text)


def _says_where(line: str) -> bool:
    """Tell whether a line is but the venue and the year of a paper (`ECCV 2024`)."""
    return line[-1:].isdigit() and len(line) < _SHORT_LINE and venues.venue_in(line) is not None


def _is_source(text: str) -> bool:
    """Tell whether a text behind `Source:` is another paper's title, no venue."""
    return titles.size(text) > _FEW_WORDS and titles.looks_like_title(text) and not venues.venue_in(text)


def _urls(text: str) -> list[str]:
    return [s.url for s in inline.spans(text) if s.kind == "link"] + links.bare_urls(text)


def leads_to_paper(text: str) -> bool:
    """Tell whether a text links to a paper."""
    return any(links.is_paper_url(url) for url in _urls(text))


def is_paper_link(line: str) -> bool:
    """Tell whether a line is hardly more than a link to a paper, not one with a title of its own."""
    if len(line) > 400:
        return False
    spans = inline.spans(line)
    named = [s for s in spans if s.kind == "link"]
    if any(not _is_label(s.text) and (s.strong or titles.looks_like_title(s.text)) for s in named):
        return False
    if any(s.strong and s.kind == "text" and _is_own_name(s.text) for s in spans):
        return False
    rest = "".join(s.text for s in spans if s.kind != "link")
    urls = [s.url for s in named] + links.bare_urls(rest)
    for url in urls:
        rest = rest.replace(url, "")
    return any(links.is_paper_url(url) for url in urls) and titles.size(rest) <= 8


def _is_label(text: str) -> bool:
    """Tell whether a link's text says what it leads to, as an address does; so do small words (`code by me`)."""
    begun = text.islower() and titles.size(text) <= fulltitle.SHORT and links.label_kind(text.split(" ", 1)[0])
    return bool(begun) or links.is_web(text) or links.label_kind(text) is not None


def _is_own_name(text: str) -> bool:
    """Tell whether words in bold before links are what something is called, no label of the links, venue or date."""
    text = text.strip(" \t\n:：[]()")
    said = links.label_kind(text) or labels.role_of(text) or venues.venue_in(text) or dates.moments(text)
    return any(map(str.isalpha, text)) and not (said or ":" in text or "：" in text)
