"""Papers told by front matter: a post about one paper, or papers that its lists of mappings hold."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import cast

from digestbot.identity import fold_title
from digestbot.parsing import references
from digestbot.parsing.markdown import blocks, inline
from digestbot.parsing.markdown.frontmatter import FrontMatter, Scalar, texts
from digestbot.parsing.page.log import Log
from digestbot.parsing.page.note import Page
from digestbot.parsing.page.outline import Section
from digestbot.parsing.page.place import Place, topic_name
from digestbot.parsing.references import Proof, Reference
from digestbot.parsing.shapes import fulltitle, headed, keys
from digestbot.parsing.shapes.weighing import is_title, leads_to_paper, weigh
from digestbot.parsing.terms import cleaning, dates, fields, labels, links, titles, words

_TITLE_KEYS = ("paper_title", "paper-title", "papertitle", "title")
NOT_THE_PAPERS = (*_TITLE_KEYS, "author", "date", "published", "summary", "description")
_PAPER_KEY_NAMES = (
    "authors venue conference journal paper paper_url paperurl arxiv arxiv_id doi pdf pdf_url paper_link keywords "
    "keypoints publication year paper_title bibtex code url_pdf publication_types abstract published paper_authors "
    "conf booktitle"
)
_PAPER_KEYS = frozenset(_PAPER_KEY_NAMES.split())
_REFERENCE_KEYS = frozenset(
    {"authors", "author", "venue", "link", "url", "pdf", "arxiv", "paper_url", "year", "conference", "doi"}
    | {"paper_link", "paper_authors", "arxiv_id", "journal"}
)
_PEOPLE_KEYS = frozenset({"presenter", "presenters", "speaker", "speakers", "who", "presented_by", "discussant"})
_CITED_NAMES = (
    "cites cited citations references reference bibliography related related_papers related_work see see_also "
    "further_reading furtherreading further-reading patents"
)
_OTHERS = _PEOPLE_KEYS.union(_CITED_NAMES.split())
"""Keys over people with their pages, and over papers that others point to."""

_POSTED = ("published", "created")  # the date of a digest; that of a paper where a post is on one
_NOTED = ("processed", "added", "date_added", "created", "date_created", "created_at")  # when the note was made
_LIST_KEYS = frozenset({"paper", "papers", "reading", "readings", "publications", "required", "optional", "articles"})


def place_of(front: FrontMatter, place: Place, log: Log) -> Place:
    """Return the place of entries below front matter: its title or categories are the topic, its date the month."""
    for line, found in front.unread[:5]:
        log.tell(line, f"front matter that cannot be read: “{found[:60]}”", "left that line out")
    title = front.text("title")
    name = topic_name(title.text) if title else ""
    topics = () if name else topics_in(front)[:3]
    month = period_in(front, *(_POSTED if words.is_generic(name) else ()))
    return replace(place, title=name, topics=topics, period=month or place.period or _month_in(front, *_NOTED))


def topics_in(front: FrontMatter) -> tuple[str, ...]:
    """Return the topics that front matter names."""
    return tuple(
        t for t in front.items("categories", "category", "topics", "topic", "subject") if any(map(str.isalpha, t))
    )


def period_in(front: FrontMatter, *more: str) -> str | None:
    """Return the month that front matter names, under further keys as well."""
    return _month_in(front, "date", "read", "read_date", "date_read", "month", "period", "when", *more)


def _month_in(front: FrontMatter, *keys: str) -> str | None:
    date = front.text(*keys)
    found = dates.moments(date.text) if date else ()
    return found[0].text if found else None


def title_in(front: FrontMatter) -> str:
    """Return the title that front matter names, or nothing if it could not be a paper's."""
    told = _title_of(front)
    title = cleaning.clean_title(inline.plain(told.text)) if told else ""
    return title if titles.could_be_title(title) else ""


def read_sessions(page: Page, front: FrontMatter | None, place: Place) -> bool:
    """Read papers that are listed in the front matter; tell whether there are any."""
    if front is None:
        return False
    before = len(page.drafts)
    _read_texts(page, front.values, place)
    for mapping, above in _mappings(front.values, ()):
        _read_mapping(page, mapping, above, place)
        _read_texts(page, mapping, _session_place((*above, mapping), place))
    return len(page.drafts) > before


def _mappings(
    value: object, above: tuple[dict[str, object], ...]
) -> Iterator[tuple[dict[str, object], tuple[dict[str, object], ...]]]:
    """Yield the mappings inside lists, each with the mappings around it."""
    if isinstance(value, dict):
        mapping = cast("dict[str, object]", value)
        for key, inner in mapping.items():
            if key in _OTHERS or labels.role_of(key) == "authors" or links.label_kind(key) in {"code", "project"}:
                continue  # nor are authors, or code with its page
            if key in _LIST_KEYS and isinstance(inner, dict):
                yield cast("dict[str, object]", inner), (*above, mapping)
            yield from _mappings(cast("object", inner), (*above, mapping))
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            if isinstance(item, dict):
                inner = cast("dict[str, object]", item)
                yield inner, above
                yield from _mappings(inner, above)


def _read_mapping(page: Page, mapping: dict[str, object], above: tuple[dict[str, object], ...], place: Place) -> None:
    values = FrontMatter(mapping)
    title = values.text("paper_title", "paper", "title", "name")
    presented = values.text("paper_title", "paper") and _PEOPLE_KEYS & set(mapping)
    told = any(texts(mapping[key]) != ("#",) for key in _REFERENCE_KEYS & set(mapping))  # else an address to come
    if title is None or not (presented or told) or any(True for _ in _mappings(mapping, ())):
        return
    name = cleaning.clean_title(inline.plain(title.text))
    if not titles.could_be_title(name):
        return
    place = _session_place(above, place)
    meeting = period_in(values) if _PEOPLE_KEYS & set(mapping) else None
    place = replace(place, period=meeting or place.period)
    draft = page.begin(name, title.line, place)
    dated = ("date", "when") if meeting else ()
    keys.take(page, mapping, draft.line - 1, skip=("title", "paper_title", "paper", "name", *dated))


def _read_texts(page: Page, mapping: dict[str, object], place: Place) -> None:
    """Read the papers that a mapping lists as lines of text with their links or venues."""
    for key in sorted(_LIST_KEYS & set(mapping)):
        held = mapping[key]
        for item in cast("list[object]", held) if isinstance(held, list) else ():
            found = references.read(inline.spans(item.text)) if isinstance(item, Scalar) else None
            if (
                found
                and isinstance(item, Scalar)
                and found.proof >= Proof.LINKED
                and titles.looks_like_title(found.title)
            ):
                page.begin(found.title, item.line, place).take(found)


def _session_place(above: tuple[dict[str, object], ...], place: Place) -> Place:
    for mapping in above[1:]:
        values = FrontMatter(mapping)
        if topic := values.text("topic", "theme", "title", "name", "session", "subject"):
            place = replace(place, topics=(topic_name(topic.text), *place.topics)[:3])
        if (date := values.text("date", "day", "when", "week")) and (found := dates.moments(date.text)):
            place = replace(place, period=found[-1].text)
    return place


def take_lone(page: Page, root: Section, front: FrontMatter | None) -> None:
    """Take what front matter tells for the one paper whose title is the note's only outer heading."""
    if front and len(page.drafts) == 1 and [section.line for section in root.children] == [page.drafts[0].line - 1]:
        draft = page.drafts[0]
        keys.take(page, front.values, draft.line - 1, skip=NOT_THE_PAPERS)
        told = _title_of(front)
        if told and _is_translated(draft.title, _post_title(told.text)):
            draft.title, draft.line = _post_title(told.text), told.line + 1


def _is_translated(title: str, whole: str) -> bool:
    """Tell whether a title in Chinese or the like is that of the same paper: the name before the colon is the same."""
    if not titles.is_cjk(title) or titles.is_cjk(whole) or not titles.looks_like_title(whole):
        return False
    name, colon, _ = title.replace("：", ":").partition(":")
    return bool(colon) and fold_title(name) == fold_title(whole.partition(":")[0])


def is_about_paper(front: FrontMatter, root: Section, *, filed: bool) -> bool:
    """Tell whether a post is about one paper: its front matter says so, or its headings are parts, not papers.

    `filed`: its tags or folder say that it is about papers, and no list in it holds many.
    """
    title = _title_of(front)
    if title is None or not titles.could_be_title(_post_title(title.text)):
        return False
    told = {key for key in _PAPER_KEYS & set(front.values) if front.items(key)}
    told |= {key for key, value in front.values.items() if keys.is_papers_address(value)}
    over = root.children if len(root.children) == 1 else []
    reviewed = any(cleaning.is_review(text) for text in (title.text, *(section.heading for section in over)))
    inner = list(root.below())
    papers = _papers_below(root, title.text, over if reviewed else [])
    if papers > 1:
        return False
    if told - {"year", "published", "code", "keywords", "abstract"} or len(told) > 1:
        return True
    parts = sum(words.is_part(section.heading) for section in inner)
    labelled = [
        label
        for _, text in blocks.leads(root.front)
        for line in text.split("\n")
        if (label := fields.label_at(line)) and labels.role_of(label.name)
    ]
    own = [label for label in labelled if links.label_kind(label.name) == "paper" and leads_to_paper(label.rest)]
    abstract = any(labels.role_of(section.heading) == "abstract" for section in inner)
    cited = fulltitle.is_cited(root.blocks, _post_title(title.text))
    whole = headed.heading_reference(_heading(title.text))
    named = is_title(_heading(whole.title))
    said = named and (filed or bool(whole.authors or whole.venue))
    return (
        reviewed
        or cited
        or (papers == 0 and (said or ((abstract or named) and (parts > 1 or len(labelled) > 1 or len(own) == 1))))
    )


def _papers_below(root: Section, title: str, again: list[Section]) -> int:
    """Count the headings that read like papers, but for those that say again what the post's title says."""
    own = fold_title(_post_title(title))
    return sum(
        not words.is_part(section.heading)
        and (weigh(section).strong or fulltitle.begins(section.blocks))
        and fold_title(section.heading) != own
        for section in list(root.below())[:60]
        if section not in again
    )


_SUMMED = re.compile(r"(?<=[A-Za-z])\s+(?:정리|요약|리뷰)(?:\s*[(（][^()（）]*[)）])?$")
_WORDS = 4  # of a title that a post is said to sum up
_KEY = re.compile(r"[A-Z][\w'’-]+(?: and [A-Z][\w'’-]+| et al\.?)?,? ?\(?(?:19|20)\d\d[a-z]?\)?")


def _title_of(front: FrontMatter) -> Scalar | None:
    """Return what a post is called; one called by whose the paper is and when it came out has its title beside that."""
    title = front.text(*_TITLE_KEYS)
    told = front.text("subtitle", "description", "summary") if title and _KEY.fullmatch(title.text) else None
    if told and titles.looks_like_title(_post_title(told.text)):
        return told
    found = _SUMMED.search(title.text) if title else None
    if title is None or found is None or titles.size(title.text[: found.start()]) < _WORDS:
        return title
    return Scalar(title.text[: found.start()], title.line)


def _post_title(text: str) -> str:
    return cleaning.clean_title(inline.plain(text))


def _heading(text: str) -> Section:
    """Return a title as the heading over a whole note that it is."""
    return Section(text, 1, 0, 0)


def read(page: Page, root: Section, front: FrontMatter, place: Place) -> None:
    """Read a post as the one paper that it is about."""
    title = _title_of(front)
    if title is None:
        return
    named, heading = _named(title.text, root)
    draft = page.begin(named.title, title.line, replace(place, title="", topics=topics_in(front)))
    draft.take(named)
    keys.take(page, front.values, title.line, skip=NOT_THE_PAPERS)
    if heading is not None:
        draft.take(headed.heading_reference(heading))
        page.fill(draft, [*page.parts(root.start, heading.line), *headed.parts_of(page, headed.over_all(root))])
        return
    page.fill(draft, headed.parts_of(page, root))


def _named(title: str, root: Section) -> tuple[Reference, Section | None]:
    """Read a post's title, and return the note's own heading if it has one.

    A title that is but a name gives way to the full one in or below that heading.
    """
    found = headed.heading_reference(_heading(title))
    first = next(iter(root.children), None)
    lone = first is not None and first.level == 1 and len(root.children) == 1
    below = fulltitle.find([*root.blocks, *first.front] if first else root.blocks, found.title)
    if first is None or not (lone or fold_title(found.title) in fold_title(first.heading)):
        return (replace(found, title=below.title) if below else found), None
    shown = headed.heading_reference(first)
    if below is None and titles.looks_like_title(shown.title) and fulltitle.is_fuller(shown.title, found.title):
        below = shown
    return (replace(found, title=below.title) if below else found), first
