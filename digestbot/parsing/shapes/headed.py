"""Papers as headings: the title is a heading, the paper's fields stand below it.

Which headings are papers is told by what stands below and beside them, so it may be any level, and another one
elsewhere in the same note.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from digestbot.identity import fold_title
from digestbot.parsing import references
from digestbot.parsing.markdown.span import squeeze
from digestbot.parsing.page.evidence import Evidence
from digestbot.parsing.page.note import Page
from digestbot.parsing.page.outline import Section
from digestbot.parsing.page.place import Place
from digestbot.parsing.references import Reference, citations, signs
from digestbot.parsing.shapes import fulltitle
from digestbot.parsing.shapes.weighing import is_short_title, is_title, weigh
from digestbot.parsing.terms import bylines, cleaning, dates, fields, labels, links, paths, titles, venues, words
from digestbot.parsing.terms.fields import Part

_YEAR_BEHIND = re.compile(r"\s*(?:[(（]\s*(?:19|20)\d\d\s*[)）]|(?<=\s)`(?:19|20)\d\d`)\s*$")
_DAY_BEFORE = re.compile(
    r"^\s*[\[(【]?(?:19|20)\d\d([-/.])\d\d?\1\d\d?(?:[\])】](?![\](])\s*|(?:[\])】]?\s*[:：|]\s*|\s+[-–—]\s+|\s+)(?=\S))"
)
"""The day before a title under which the note files it: `2024-04-11: Title`, `【2024/04/11】**Title**`."""
_EMPTIED = re.compile(r"[(（]\s*[)）]|([(（])[\s,，;；|]+|[\s,，;；|]+([)）])")
"""Brackets that an address stood in, alone or beside something else."""

_CROWD = 3  # papers side by side, two thirds of all headings there, among which one more needs no sign of its own
_FEW_SIGNS = 10  # letters: a shorter title stands in lines that do not cite it
_TOLD = frozenset({"keypoints", "links", "authors", "venue", "date"})  # what headings deeper in a note tell of it
_HASHES = 6  # levels of headings that Markdown has: deeper ones are lines in bold and folded text
_NOTED = 2  # parts of a note: more of them make one of a text that lists further papers
_NAME = 2  # words of a name, which may be written small
_TOPIC = 5  # words of a topic's name
_TAGS = re.compile(r"<[^<>]*>")
_HELD = 5  # papers listed below a heading that make it a topic, whatever else speaks for a paper


def papers_among(sections: list[Section], listed: dict[int, int], place: Place) -> set[int]:
    """Return the ids of those siblings that are papers. `listed`: how many papers each lists below it, by id."""
    found = {id(s): weigh(s) for s in sections}
    strong = {
        id(s)
        for s in sections
        if (found[id(s)].strong or (place.papers and found[id(s)].parts))
        and not _is_topic(s, found[id(s)], listed.get(id(s), 0))
    }
    titled = [s for s in sections if found[id(s)].plausible]
    if not strong and len(sections) > 1 and all(map(_is_bare_title, sections)):
        return {id(s) for s in sections}
    if place.papers and not strong and len(titled) == len(sections) > 1:
        plain = (s for s in sections if cleaning.unnumbered(s.heading) == s.heading and not words.is_part(s.heading))
        return {id(s) for s in plain if found[id(s)].foreign}
    if not strong or len(strong) * 2 < len(titled):
        return strong
    crowd = len(strong) >= _CROWD and len(strong) * 3 >= len(titled) * 2
    if crowd and len(titled) * 3 >= len(sections) * 2:
        unlike = (s for s in sections if not found[id(s)].plausible and not listed.get(id(s), 0))
        strong |= {id(s) for s in unlike if not _is_topic(s, found[id(s)], 0) and is_short_title(s)}
    for section in titled:
        beside = (
            (found[id(section)].weak or (crowd and not found[id(section)].any_link))
            and not words.is_elsewhere(section.heading)
            and titles.looks_like_title(section.heading)
        )
        if beside and not listed.get(id(section), 0) and not _is_topic(section, found[id(section)], 0):
            strong.add(id(section))
    small = {id(s) for s in sections if s.heading.islower() and found[id(s)].worded and titles.size(s.heading) > _NAME}
    return strong - small or strong


def paperless(sections: list[Section]) -> set[int]:
    """Return the ids of those headings whose labels lead to code or a blog alone."""
    return {id(section) for section in sections if weigh(section).paperless}


def lead_to_papers(sections: Iterable[Section]) -> bool:
    """Tell whether most headings that read like papers lead to these, so that one without a paper's link is none."""
    found = [weigh(section) for section in sections]
    led = sum(one.strong and one.paper_links > 0 for one in found)
    return led >= _CROWD and led * 2 > sum(one.strong for one in found)


def _is_bare_title(section: Section) -> bool:
    """Tell whether a heading over nothing is numbered and worded as a title, longer than a topic's name."""
    told = any(any(map(str.isalnum, _TAGS.sub("", block.text))) for block in section.blocks)
    title = cleaning.clean_title(section.heading)
    worded = titles.size(title) > _TOPIC and titles.is_capitalised(title) and is_title(section)
    return worded and title != section.heading and not (section.children or told)


def _is_topic(section: Section, found: Evidence, listed: int) -> bool:
    """Tell whether papers stand below a heading, as other headings or in lists."""
    inner = [child for child in section.below() if is_title(child) and not words.is_part(child.heading)]
    strong = sum(1 for child in inner[:40] if _is_clear(weigh(child)))
    noted = strong or found.parts > max(_NOTED, len(section.children) // 2)
    if noted and listed < _HELD and _is_over_parts(section):
        return False
    if (
        strong > 1
        or listed >= _HELD
        or (listed > 1 and (words.says_papers(section.heading) or _is_list(section, listed)))
    ):
        return True
    named = titles.looks_like_title(cleaning.clean_title(section.heading))
    if strong and not ((found.labels and named) or found.linked or found.dated):
        return True
    return listed > 1 and not (found.labels or found.linked or found.dated or found.people)


def _is_list(section: Section, listed: int) -> bool:
    """Tell whether all that stands below a heading is one list, each of its items a paper."""
    own = section.blocks[0] if len(section.blocks) == 1 and not section.children else None
    return own is not None and own.kind == "list" and len(own.children) <= listed


def _is_over_parts(section: Section) -> bool:
    """Tell whether a title stands over the parts of one note, whose own headings deeper down may name other papers."""
    parts = {labels.fold(child.heading) for child in section.children if child.level <= _HASHES}
    told = sum(words.is_part(part) and not words.is_generic(part) for part in parts)
    return told > 1 and is_title(section) and not any(_is_clear(weigh(child)) for child in section.children)


def _is_clear(found: Evidence) -> bool:
    """Tell whether a heading inside another is surely a paper of its own, not a part of the outer one."""
    return found.strong and (
        found.linked or found.venue or found.labels > 0 or found.dated or found.people or found.paper_links > 0
    )


_NUMBER = re.compile(r"\s*[(（\[]?\d{1,3}[)）\].、:：]\s*")
"""A number that counts papers, before a tag or a link."""


def heading_reference(section: Section) -> Reference:
    """Read the title, and what stands beside it in the heading: its link, venue, date."""
    spans = section.spans
    if len(spans) > 1 and spans[-1].kind == "code" and re.fullmatch(r"(?:19|20)\d\d", spans[-1].text.strip()):
        spans = spans[:-1]
    if len(spans) > 1 and spans[0].kind == "text" and _NUMBER.fullmatch(spans[0].text):
        spans = spans[1:]
    if spans and spans[0].kind == "text":
        spans = [replace(spans[0], text=cleaning.unnumbered(_DAY_BEFORE.sub("", spans[0].text))), *spans[1:]]
    found = references.read(spans)
    heading = squeeze("".join(s.text for s in spans if not s.badge and s.kind != "image"))
    urls = links.bare_urls(heading)
    for url in urls:
        heading = _EMPTIED.sub(_rebracketed, heading.replace(url, " "))
    whole = cleaning.clean_title(heading)
    if cited := citations.cited(whole):
        venue = venues.find_venue(cited[2])
        told = [link for url in urls if (link := links.make("", url))]
        return Reference(cited[1], venue=venue[0] if venue else None, links=told, authors=cited[0])
    if urls and whole:
        title, venue = venues.split_venue(whole)
        return Reference(
            cleaning.clean_title(title), venue=venue, links=[link for url in urls if (link := links.make("", url))]
        )
    if found is None or not found.title:
        return Reference(whole)
    if not found.marked and not found.links:
        title, month = dates.split_date(_YEAR_BEHIND.sub("", heading))
        title, venue = venues.split_venue(cleaning.clean_title(title))
        title, led = venues.split_lead(title)
        if (tag := signs.tag_in(title)) and ((told := venues.venue_in(tag[0])) or signs.is_tag(*tag)):
            title, led = tag[1], led or told
        venue = venue or led
        signed = bylines.split(cleaning.without_name_after(cleaning.clean_title(title) or whole))
        return Reference(
            cleaning.clean_title(signed.title),
            venue=venue or signed.venue,
            published=month or found.published,
            authors=signed.authors,
        )
    return found


def _rebracketed(found: re.Match[str]) -> str:
    return f" {found[1]}" if found[1] else f"{found[2] or ''} "


def read(page: Page, section: Section, place: Place) -> None:
    """Read a section, with all below it, as one paper."""
    found = heading_reference(section)
    found.title = without_notes(found.title, page.log.file)
    fuller = fulltitle.find(section.front, found.title)
    if not any(map(str.isalnum, fuller.title if fuller else found.title)):
        return  # a heading that is nothing but an address
    day = _DAY_BEFORE.match(section.heading)
    place = replace(place, period=dates.moments(day[0])[0].text) if day and dates.moments(day[0]) else place
    draft = page.begin(fuller.title if fuller else found.title, section.line, place)
    draft.take(found)
    page.fill(draft, parts_of(page, section))


_NOTES_BEHIND = re.compile(r"(?i)(\s+[-–—|])?\s+(?:(?:paper|reading)\s+)?(?:notes?|summary|review)$")


def without_notes(title: str, file: str) -> str:
    """Take `Notes` off the end of a title: behind a dash, or where the file is called by the rest of it."""
    ended = _NOTES_BEHIND.search(title[-40:])
    rest = title[: len(title) - len(ended[0])] if ended else ""
    if ended is None or not titles.could_be_title(rest):
        return title
    filed = fold_title(paths.title_in(file, short=True)) == fold_title(rest)
    return rest if filed or (ended[1] and titles.looks_like_title(rest)) else title


def parts_of(page: Page, section: Section) -> list[Part]:
    """Divide a section's lines into parts; headings inside it are labels."""
    own_end = section.children[0].line if section.children else section.end
    parts = page.parts(section.start, own_end)
    for child in section.children:
        label = cleaning.clean_title(child.heading).rstrip(":：") or "Notes"
        parts += _cited(page, child, section.heading) if words.holds_none(label) else _child_parts(page, child, label)
    return parts


def _cited(page: Page, child: Section, title: str) -> list[Part]:
    """Return the lines of a note's references that cite the paper itself."""
    own = fold_title(cleaning.clean_title(title))
    lines = [line for line in page.lines[child.start : child.end] if len(own) > _FEW_SIGNS and own in fold_title(line)]
    return [Part("", child.line, lines)] if lines else []


def _child_parts(page: Page, child: Section, label: str) -> list[Part]:
    role = labels.role_of(label)
    filed = any(labels.role_of(below.heading) in {"keypoints", "links"} for below in child.children)
    if role is None and filed and words.is_data(label):
        return parts_of(page, child)
    inner = page.parts(child.start, child.end)
    known = [part for part in inner if part.label and labels.role_of(part.label) not in {None, "part"}]
    labelled = known and role in {None, "part"} and len(known) * 2 >= sum(bool(part.label) for part in inner)
    if labelled or (role is None and words.is_data(label)):
        return inner
    lines = page.lines[child.start : child.end]
    lines = fields.strip_quotes(lines) if role == "keypoints" else lines
    own = [part for part in inner if labels.role_of(part.label) in {"keypoints", "period"}]
    own += [
        Part(cleaning.clean_title(below.heading), below.line, ["", *page.lines[below.start : below.end]])
        for below in child.children
        if role in {None, "part"} and labels.role_of(below.heading) in _TOLD
    ]
    return [Part(label, child.line, ["", *lines]), *own] if any(line.strip() for line in lines) else []


def over_all(root: Section) -> Section:
    """Return the first heading of a note with all that follows below it, whatever its level."""
    first, *others = root.children
    return replace(first, end=root.end, children=[*first.children, *others])


def is_lone_title(section: Section) -> bool:
    """Tell whether a heading over a whole note reads like the title of the paper that the note is about."""
    heading = cleaning.clean_title(section.heading)
    return (
        is_title(section)
        and (cleaning.is_review(section.heading) or titles.size(heading) >= 4 - bool(_YEAR_BEHIND.search(heading)))
        and not words.is_elsewhere(heading)
        and links.label_kind(heading) is None
    )
