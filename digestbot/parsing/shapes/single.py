"""One paper in a file: the title in a label, a quote or the only heading, the whole text about it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from digestbot.identity import fold_title
from digestbot.parsing import references
from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.frontmatter import FrontMatter
from digestbot.parsing.page.note import Page
from digestbot.parsing.page.outline import Section
from digestbot.parsing.page.place import Place, topic_name
from digestbot.parsing.references import Proof, Reference
from digestbot.parsing.shapes import guessed, headed, keys, posts, weighing
from digestbot.parsing.terms import authors, cleaning, fields, labels, links, paths, titles, words


def read(page: Page, root: Section, front: FrontMatter | None, place: Place, others: Callable[[], int]) -> bool:
    """Read the note as one paper if the front matter, a label or a quote at its head names it; tell whether it was.

    `others` counts the papers that its lists and tables hold, which takes long.
    """
    title = front.text("title") if front else None
    form = titles.is_form(title.text if title else "") or any(titles.is_form(child.text) for child in root.children[:1])
    if form and not any(titles.could_be_title(_label_title(text)) for _, text in _title_labels(page)):
        page.log.tell(0, "its title is still to be filled in", "took the note for a template and left it out", "info")
        return True
    if front:
        filed = _is_filed_as_paper(page, front) and others() <= _FEW
        if posts.is_about_paper(front, root, filed=filed) and not _names_another(page, front):
            posts.read(page, root, front, place)
            return True
    return (
        _read_labelled(page, root, front, place)
        or _read_head(page, root, place, others)
        or (others() <= _FEW and (_read_first(page, root, place) or guessed.read_called(page, root, front, place)))
    )


def _is_filed_as_paper(page: Page, front: FrontMatter) -> bool:
    """Tell whether the tags of a note, what it is said to be, or the folder it is in, say that it is about papers."""
    tags = (*front.items("tags", "tag"), *front.items("categories", "category", "type"))
    said = front.text("abstract", "description", "excerpt", "summary")
    if said and len(said.text) <= _LONGEST_SAID and cleaning.is_review(said.text):
        return True
    return paths.says_papers(page.log.file) or any(map(words.says_papers, tags))


def _names_another(page: Page, front: FrontMatter) -> bool:
    """Tell whether a review names its paper by one labelled title, which is surer than the post's own."""
    found = _title_labels(page)
    title = front.text("title")
    if len(found) != 1 or title is None:
        return False
    named = _label_title(found[0][1])
    translated = titles.is_cjk(title.text) and titles.looks_like_title(named) and not titles.is_cjk(named)
    return bool(named) and (translated or cleaning.is_review(title.text))


_LONGEST_SAID = 80  # characters of a description that says what a post is
_NO_TITLE = ("#", "```", "~~~", "|", "![")  # how lines begin that are no title below a heading that announces it
_SECOND_LABEL = re.compile(r"\s(\w{2,12})\s?[:：]\s")
_PAPER = frozenset(("paper", "论文", "論文", "논문", "the paper"))
"""The headings over one title, which those over several do not say."""
_WORDED = 5  # words of a title that a heading alone tells
_FEW = 3  # further papers that a note on one paper may point to in its lists


def _read_head(page: Page, root: Section, place: Place, others: Callable[[], int]) -> bool:
    """Read a note that names its paper in a quote or line at its head, before its own text."""
    blocks = [
        block
        for block in (*root.blocks, *(root.children[0].blocks if root.children else ()))
        if block.kind in {"quote", "paragraph"}
    ]
    first = next((block for block in blocks[:3] if block.kind == "quote"), None)
    if first is None:
        return False
    found: list[tuple[int, Reference]] = []
    for block in first.children:
        for n, line in enumerate(block.text.split("\n")):
            if reference := _named_in(line.rstrip("\\")):
                found.append((block.start + n, reference))
    if not found or len(found) > _FEW or not _has_text(page, found[-1][0] + 1) or others() > _FEW:
        return False
    for line, reference in found:
        page.begin(reference.title, line, _place_at(root, line, place, reference.title)).take(reference)
    if len(found) == 1:
        _fill_rest(page, root, found[0][0])
    return True


def _read_first(page: Page, root: Section, place: Place) -> bool:
    """Read a note whose first heading is a paper's, and whose others of its level are parts of the text about it."""
    first, *others = root.children or [root]
    if words.is_part(first.heading) or not weighing.weigh(first).strong:
        return False
    rest = [other for other in others if not words.is_part(other.heading)]
    if len(rest) == len(others) or any(weighing.weigh(other).strong for other in rest):
        return False
    headed.read(page, headed.over_all(root), replace(place, title=""))
    return True


def _named_in(line: str) -> Reference | None:
    """Return the paper that a line names: by a link to it, or by its marked title behind a label (`论文：*Title*`)."""
    label = fields.label_at(line)
    behind = label is not None and links.label_kind(label.name) == "paper"
    found = references.read(inline.spans(label.rest if label and behind else line))
    if found is None or not found.marked or not titles.looks_like_title(found.title):
        return None
    return found if found.proof == Proof.PROVEN or behind else None


def _has_text(page: Page, line: int) -> bool:
    return sum(len(text.strip()) for text in page.lines[line:]) > 300


def _read_labelled(page: Page, root: Section, front: FrontMatter | None, place: Place) -> bool:
    """Read papers whose titles stand behind a label (`Title: …`, `> 标题：…`)."""
    found = [label for label in _title_labels(page) if titles.could_be_title(_label_title(label[1]))]
    if not found:
        return False
    if front and len(found) == 1:
        place = replace(place, title="", topics=posts.topics_in(front))
    for n, (line, text) in enumerate(found):
        end = found[n + 1][0] if n + 1 < len(found) else len(page.lines)
        reference = references.read(inline.spans(text))
        title = _label_title(text)
        draft = page.begin(title, line, _place_at(root, line, place, title))
        if reference:
            draft.take(reference)
        above = _heading_before(root, line)
        before = page.parts(above, line) if n == 0 or above > found[n - 1][0] else []
        page.fill(draft, [part for part in before if part.label])
        if len(found) == 1:
            _fill_rest(page, root, line)
            if front:
                keys.take(page, front.values, line, skip=posts.NOT_THE_PAPERS)
        else:
            page.fill(draft, page.parts(line + 1, min(end, _section_at(root, line).end)))
    return True


def _label_title(text: str) -> str:
    reference = references.read(inline.spans(text))
    return reference.title if reference else cleaning.clean_title(inline.plain(text))


def _title_labels(page: Page) -> list[tuple[int, str]]:
    """Return the lines that name a title, with the title: at the head of the note, or again and again.

    The label may be a heading over the title (`### 论文标题`).
    """
    found: list[tuple[int, str]] = []
    opaque = False
    for n, line in enumerate(page.lines):
        if line.lstrip().startswith(("```", "~~~")):
            opaque = not opaque
        if not opaque and line.startswith("#") and (named := _named_below(page.lines, n)) is not None:
            found.append((named, fields.bare(page.lines[named])))
        if opaque or len(line) > 600 or not labels.may_say_title(line):
            continue
        if line.startswith("#") and labels.role_of(line) == "title":
            below = next((k for k in range(n + 1, min(n + 4, len(page.lines))) if page.lines[k].strip()), None)
            label = fields.label_at(page.lines[below]) if below is not None else None
            told = label is not None and (label.marked or labels.role_of(label.name) == "title")
            if below is not None and not page.lines[below].startswith(_NO_TITLE) and not told:
                found.append((below, page.lines[below].strip()))
            continue
        if titled := _titled(line):
            found.append((n, f"{titled} {_rest_below(page.lines, n)}".rstrip()))
        elif (below := _below_label(page.lines, n)) is not None:
            found.append((below, page.lines[below].strip()))
    return found if len(found) > 1 or (found and found[0][0] < 40) else []


def _named_below(lines: list[str], at: int) -> int | None:
    """Return the line of the title that stands alone, or first of a few items, below a heading `Paper`."""
    if not lines[at].startswith("#") or labels.fold(lines[at]) not in _PAPER:
        return None
    below = next((n for n in range(at + 1, min(at + 4, len(lines))) if lines[n].strip()), at)
    title = fields.bare(lines[below])
    fits = titles.looks_like_title(title) and titles.size(title) >= _WORDED and not titles.is_sentence(title)
    plain = "](" not in title and "://" not in title and not title.startswith((*_NO_TITLE, "*", "_"))
    return below if below > at and fits and plain and fields.label_at(title) is None else None


def _titled(line: str) -> str:
    """Return what a line names as a title behind a label, or nothing."""
    label = fields.label_at(fields.strip_quotes([line])[0].rstrip("\\ "))
    if label is None or label.indent >= 4 or labels.role_of(label.name) != "title":
        return ""
    second = _SECOND_LABEL.search(label.rest)
    own = label.rest[: second.start()] if second and labels.role_of(second[1]) == "authors" else label.rest
    return own.strip("` ")


def _rest_below(lines: list[str], at: int) -> str:
    """Return the rest of the title in an item, if the next line goes on with it at the margin."""
    line, below = lines[at], lines[at + 1] if at + 1 < len(lines) else ""
    if not fields.is_item(line) or fields.is_item(below) or not below[:1].isalnum() or fields.label_at(below):
        return ""
    return "" if "://" in below or authors.authors_in(below) else below.strip()


def _below_label(lines: list[str], at: int) -> int | None:
    """Return the line of the title that stands set in below an item which is but the label for it."""
    if not fields.is_item(lines[at]) or labels.role_of(lines[at].strip(" -*+:：")) != "title":
        return None
    below = next((n for n in range(at + 1, min(at + 3, len(lines))) if lines[n].strip()), at)
    title = lines[below]
    return below if title[:1] in " \t" and not fields.is_item(title) and not fields.label_at(title) else None


def _section_at(root: Section, line: int) -> Section:
    section = root
    while inner := next((child for child in section.children if child.line <= line < child.end), None):
        section = inner
    return section


def _heading_before(root: Section, line: int) -> int:
    section = _section_at(root, line)
    return section.start if section.start <= line else line


def _place_at(root: Section, line: int, place: Place, title: str) -> Place:
    """Return the place of a paper at a line; a heading that bears its title is no topic."""
    section = root
    while inner := next((child for child in section.children if child.line <= line < child.end), None):
        name = fold_title(topic_name(inner.heading))
        own = fold_title(title) in fold_title(inner.heading) or (name and fold_title(title).startswith(name))
        if not words.is_part(inner.heading) and not own and not titles.is_form(inner.heading):
            place = place.within(inner.heading)
        section = inner
    return place


def _fill_rest(page: Page, root: Section, line: int) -> None:
    """Fill the entry begun last with the rest of the note: the section it began in, and the others as fields."""
    draft = page.drafts[-1]
    section = _section_at(root, line)
    end = section.children[0].line if section.children else section.end
    page.fill(draft, page.parts(line + 1, end))
    for other in _after(root, line):
        page.fill(draft, headed.parts_of(page, Section("", 0, other.line, other.line, other.end, children=[other])))


def _after(section: Section, line: int) -> Iterator[Section]:
    """Yield the outermost sections that begin after a line."""
    for child in section.children:
        if child.line > line:
            yield child
        else:
            yield from _after(child, line)


def read_whole(page: Page, root: Section, front: FrontMatter | None, place: Place) -> None:
    """Read the note as one paper, whatever speaks against it: its title is the front matter's, a label's or a heading.

    Without any of these, the file's name is the title.
    """
    place = replace(place, title="")
    if front and posts.title_in(front):
        posts.read(page, root, front, place)
        return
    if len(_title_labels(page)) == 1 and _read_labelled(page, root, front, place):
        return
    named = (c for c in root.children if titles.could_be_title(headed.heading_reference(c).title))
    first = next(named, None)
    if first is None:
        name = cleaning.clean_title(re.sub(r"[-_]+", " ", PurePosixPath(page.log.file).stem))
        if titles.could_be_title(name):
            page.fill(page.begin(name, 0, place), page.parts(0, len(page.lines)))
        return
    later = [child for child in root.children if child.line > first.line]
    whole = Section(first.text, first.level, first.line, first.start, root.end, first.blocks, first.children + later)
    headed.read(page, whole, place)
    page.fill(page.drafts[-1], page.parts(root.start, first.line))
