"""One paper in a file: the title in a label, the front matter or the only heading, the whole text about it.

And papers that stand in the front matter itself, as lists of mappings.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

from digestbot.identity import fold_title
from digestbot.parsing import dates, fields, headed, inline, links, titles, venues, words
from digestbot.parsing import reference as references
from digestbot.parsing.evidence import leads, weigh
from digestbot.parsing.fields import Part
from digestbot.parsing.frontmatter import FrontMatter, Scalar, texts
from digestbot.parsing.log import Log
from digestbot.parsing.note import Page
from digestbot.parsing.outline import Place, Section, topic_name
from digestbot.parsing.reference import Reference

_TITLE_KEYS = ("paper_title", "paper-title", "papertitle", "title")
_PAPER_KEY_NAMES = (
    "authors venue conference journal paper paper_url paperurl arxiv arxiv_id doi pdf pdf_url paper_link keywords "
    "keypoints publication year paper_title bibtex code url_pdf publication_types abstract published paper_authors "
    "conf booktitle"
)
_PAPER_KEYS = frozenset(_PAPER_KEY_NAMES.split())
_REFERENCE_KEYS = frozenset(
    {"authors", "author", "venue", "link", "url", "pdf", "arxiv", "paper_url", "year", "conference", "doi"}
)


def place_of(front: FrontMatter, place: Place, log: Log) -> Place:
    """Return the place of entries below front matter: its title or categories are the topic, its date the month."""
    for line, found in front.unread[:5]:
        log.tell(line, f"front matter that cannot be read: “{found[:60]}”", "left that line out")
    title = front.text("title")
    name = topic_name(title.text) if title else ""
    topics = tuple(
        t for t in front.items("categories", "category", "topics", "topic", "subject") if any(c.isalpha() for c in t)
    )
    date = front.text("date", "read", "read_date", "month", "period")
    found = dates.moments(date.text) if date else ()
    period = found[0].text if found else place.period
    return replace(place, title=name, topics=() if name else topics[:3], period=period or place.period)


def read_sessions(page: Page, front: FrontMatter | None, place: Place) -> bool:
    """Read papers that are listed in the front matter; tell whether there are any."""
    if front is None:
        return False
    before = len(page.drafts)
    for mapping, above in _mappings(front.values, ()):
        _read_mapping(page, mapping, above, place)
    return len(page.drafts) > before


def _mappings(
    value: object, above: tuple[dict[str, object], ...]
) -> Iterator[tuple[dict[str, object], tuple[dict[str, object], ...]]]:
    """Yield the mappings inside lists, each with the mappings around it."""
    if isinstance(value, dict):
        mapping = cast("dict[str, object]", value)
        for inner in mapping.values():
            yield from _mappings(inner, (*above, mapping))
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            if isinstance(item, dict):
                inner = cast("dict[str, object]", item)
                yield inner, above
                yield from _mappings(inner, above)


def _read_mapping(page: Page, mapping: dict[str, object], above: tuple[dict[str, object], ...], place: Place) -> None:
    values = FrontMatter(mapping)
    title = values.text("title", "paper", "name", "paper_title")
    told = _REFERENCE_KEYS & set(mapping)
    if title is None or not told or any(True for _ in _mappings(mapping, ())):
        return
    name = titles.clean_title(inline.plain(title.text))
    if not titles.could_be_title(name):
        return
    draft = page.begin(name, title.line, _session_place(above, place))
    _take_keys(page, mapping, draft.line - 1, skip=("title", "paper_title", "name"))


def _session_place(above: tuple[dict[str, object], ...], place: Place) -> Place:
    for mapping in above[1:]:
        values = FrontMatter(mapping)
        if topic := values.text("topic", "theme", "title", "name", "session", "subject"):
            place = replace(place, topics=(topic_name(topic.text), *place.topics)[:3])
        if (date := values.text("date", "day", "when", "week")) and (found := dates.moments(date.text)):
            place = replace(place, period=found[-1].text)
    return place


def _take_keys(page: Page, mapping: dict[str, object], line: int, skip: tuple[str, ...]) -> None:
    """Take the values of a mapping as if they were labelled fields of the entry begun last."""
    for key, value in mapping.items():
        held = texts(value)
        if not held or key in skip:
            continue
        at = value.line if isinstance(value, Scalar) else line
        label = key.replace("_", " ").replace("-", " ")
        if words.role_of(label) in {None, "part", "period", "topic"} and not links.label_kind(label):
            continue
        page.fill(
            page.drafts[-1],
            [
                Part(
                    label.capitalize() if label.islower() else label,
                    at,
                    [("; " if words.role_of(label) == "keypoints" else ", ").join(held)],
                )
            ],
        )


def read(page: Page, root: Section, front: FrontMatter | None, place: Place, others: int) -> bool:
    """Read the note as one paper if the front matter, a label or a quote at its head names it; tell whether it was.

    `others`: how many papers its lists and tables hold.
    """
    if front and _is_paper_post(front, root):
        _read_post(page, root, front, place)
        return True
    return _read_labelled(page, root, place) or _read_head(page, root, place, others)


_FEW = 3  # further papers that a note on one paper may point to in its lists


def _read_head(page: Page, root: Section, place: Place, others: int) -> bool:
    """Read a note that names its paper in a quote or line at its head, before its own text."""
    blocks = [
        block
        for block in (*root.blocks, *(root.children[0].blocks if root.children else ()))
        if block.kind in {"quote", "paragraph"}
    ]
    first = next((block for block in blocks[:3] if block.kind == "quote"), None)
    if first is None or others > _FEW:
        return False
    found: list[tuple[int, Reference]] = []
    for block in first.children:
        for n, line in enumerate(block.text.split("\n")):
            if reference := _named_in(line.rstrip("\\")):
                found.append((block.start + n, reference))
    if not found or len(found) > _FEW or not _has_text(page, found[-1][0] + 1):
        return False
    for line, reference in found:
        page.begin(reference.title, line, _place_at(root, line, place)).take(reference)
    if len(found) == 1:
        _fill_rest(page, root, found[0][0])
    return True


def _named_in(line: str) -> Reference | None:
    """Return the paper that a line names: by a link to it, or by its marked title behind a label (`论文：*Title*`)."""
    label = fields.label_at(line)
    behind = label is not None and links.label_kind(label.name) == "paper"
    found = references.read(inline.spans(label.rest if label and behind else line))
    if found is None or not found.marked or not titles.looks_like_title(found.title):
        return None
    return found if found.proof == 3 or behind else None


def _has_text(page: Page, line: int) -> bool:
    return sum(len(text.strip()) for text in page.lines[line:]) > 300


def _is_paper_post(front: FrontMatter, root: Section) -> bool:
    """Tell whether a post is about one paper: its front matter says so, or its headings are parts, not papers."""
    title = front.text(*_TITLE_KEYS)
    if title is None or not titles.could_be_title(_post_title(title.text)):
        return False
    told = {key for key in _PAPER_KEYS & set(front.values) if front.items(key)}
    inner = list(root.below())
    own = fold_title(_post_title(title.text))
    papers = sum(
        1
        for section in inner[:60]
        if not words.is_part(section.heading) and weigh(section).strong and fold_title(section.heading) != own
    )
    if papers > 1:
        return False
    if told - {"year", "published", "code", "keywords", "abstract"} or len(told) > 1:
        return True
    parts = sum(words.is_part(section.heading) for section in inner)
    labelled = sum(
        1
        for _, text in leads(root.blocks)
        for line in text.split("\n")
        if (label := fields.label_at(line)) and words.role_of(label.name)
    )
    reviewed = titles.is_review(title.text)
    abstract = any(words.role_of(section.heading) == "abstract" for section in inner)
    return (
        (abstract or titles.looks_like_title(_post_title(title.text)))
        and papers == 0
        and (parts > 1 or labelled > 1 or (reviewed and (parts > 0 or len(inner) > 0)))
    )


def _post_title(text: str) -> str:
    return titles.clean_title(inline.plain(text))


def _read_post(page: Page, root: Section, front: FrontMatter, place: Place) -> None:
    title = front.text(*_TITLE_KEYS)
    if title is None:
        return
    topics = tuple(
        t for t in front.items("categories", "category", "topics", "topic", "subject") if any(c.isalpha() for c in t)
    )
    name, month = dates.split_date(_post_title(title.text))
    name, venue = venues.split_venue(name)
    heading = root.children[0] if len(root.children) == 1 else None
    draft = page.begin(titles.clean_title(name), title.line, replace(place, title="", topics=topics))
    draft.published, draft.venue = month, venue
    _take_keys(
        page, front.values, title.line, skip=(*_TITLE_KEYS, "author", "date", "published", "summary", "description")
    )
    if heading is not None and heading.level == 1:
        draft.take(headed.heading_reference(heading))
        page.fill(draft, [*page.parts(root.start, heading.line), *headed.parts_of(page, heading)])
        return
    page.fill(draft, headed.parts_of(page, root))


def _read_labelled(page: Page, root: Section, place: Place) -> bool:
    """Read papers whose titles stand behind a label (`Title: …`, `> 标题：…`)."""
    found = [label for label in _title_labels(page) if titles.could_be_title(_label_title(label[1]))]
    if not found:
        return False
    for n, (line, text) in enumerate(found):
        end = found[n + 1][0] if n + 1 < len(found) else len(page.lines)
        reference = references.read(inline.spans(text))
        title = _label_title(text)
        draft = page.begin(title, line, _place_at(root, line, place))
        if reference:
            draft.take(reference)
        before = page.parts(_heading_before(root, line), line) if n == 0 else []
        page.fill(draft, [part for part in before if part.label])
        if len(found) == 1:
            _fill_rest(page, root, line)
        else:
            page.fill(draft, page.parts(line + 1, min(end, _section_at(root, line).end)))
    return True


def _label_title(text: str) -> str:
    reference = references.read(inline.spans(text))
    return reference.title if reference else ""


def _title_labels(page: Page) -> list[tuple[int, str]]:
    """Return the lines that name a title, with the title: at the head of the note, or again and again."""
    found: list[tuple[int, str]] = []
    opaque = False
    for n, line in enumerate(page.lines):
        if line.lstrip().startswith(("```", "~~~")):
            opaque = not opaque
        if opaque or len(line) > 600 or not (":" in line or "：" in line or "**" in line):
            continue
        bare = fields.strip_quotes([line])[0].rstrip("\\ ")
        label = fields.label_at(bare)
        if label and label.indent < 2 and words.role_of(label.name) == "title" and label.rest.strip():
            found.append((n, label.rest.strip()))
    return found if len(found) > 1 or (found and found[0][0] < 40) else []


def _section_at(root: Section, line: int) -> Section:
    section = root
    while inner := next((child for child in section.children if child.line <= line < child.end), None):
        section = inner
    return section


def _heading_before(root: Section, line: int) -> int:
    section = _section_at(root, line)
    return section.start if section.start <= line else line


def _place_at(root: Section, line: int, place: Place) -> Place:
    section = root
    while inner := next((child for child in section.children if child.line <= line < child.end), None):
        if not words.is_part(inner.heading):
            place = place.within(inner.heading)
        section = inner
    return place


def _fill_rest(page: Page, root: Section, line: int) -> None:
    """Fill the entry begun last with the rest of the note: the section it began in, and the others as fields."""
    draft = page.drafts[-1]
    section = _section_at(root, line)
    end = section.children[0].line if section.children else section.end
    page.fill(draft, page.parts(line + 1, end))
    for other in root.below():
        if other.line > line and not any(
            other.line > up.line and other.end <= up.end and up.line > line for up in root.below() if up is not other
        ):
            page.fill(draft, headed.parts_of(page, Section("", 0, other.line, other.line, other.end, children=[other])))


def read_guess(page: Page, root: Section, front: FrontMatter | None, place: Place) -> None:
    """Where no shape found a paper: take the note's only heading for a title if it reads like one."""
    if page.drafts or len(root.children) != 1:
        return
    section = root.children[0]
    body = [line for line in page.lines[section.start : section.end] if line.strip()]
    if not headed.is_lone_title(section) or sum(map(len, body)) < 200 or (front and front.text("layout")):
        return
    headed.read(page, section, replace(place, title=""))
    page.log.tell(
        section.line,
        "nothing tells whether this heading is a paper's title",
        "took it for one, and the note for its text",
    )
