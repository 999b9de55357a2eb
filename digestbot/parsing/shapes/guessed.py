"""Notes in which no shape found a paper: the only heading, or the file's name, may be the title of one."""

import re
from dataclasses import replace

from digestbot.identity import fold_title
from digestbot.parsing.markdown import blocks, inline
from digestbot.parsing.markdown.frontmatter import FrontMatter
from digestbot.parsing.markdown.span import text_of
from digestbot.parsing.page.note import Page
from digestbot.parsing.page.outline import Section
from digestbot.parsing.page.place import Place
from digestbot.parsing.shapes import fulltitle, headed, posts
from digestbot.parsing.shapes.weighing import is_called_paper, is_paper_link, is_title, leads_to_paper, weigh
from digestbot.parsing.terms import authors, cleaning, fields, labels, links, paths, titles, words

_TOLD = 2  # headings that name parts of a note on one paper: fewer may stand in any text
_TEXT = 200  # characters below a heading that are a note on a paper
_BLANK = re.compile(r"[\s>*+-]*(?:\*\*[^*]{1,60}\*\*:?[\s-]*)?(?:\(.*\)|<.*>|\{\{.*\}\}|\[[^]]*\])?[\s.]*")
_KEPT = re.compile(r"(?i)リポジトリ|仓库|저장소|레포지?토리|\bthis repo(?:sitory)?\b")
"""What a text says of the folder that it stands in: it is no note."""

_NOTION = frozenset(("definition", "what is it", "定义", "定義", "定义与背景", "정의"))
"""What the page of a notion begins with, and a note on a paper does not."""

_ASKED = re.compile(
    r"(?i)what (?:is|are) (?:an? |the )?[\w-]+(?: [\w-]+)?\s?\?|.{1,30}(?:이란|란 무엇인가|とは)\s?[?？]?|什么是.{1,30}"
)
"""A question after one notion, which no paper has for its title."""

_LATEST = 60  # lines from the top in which a label names a note's paper, and the only one
_ENOUGH = 3  # of what speaks for a heading or a file's name being a title
_LONG = 6  # words of a title with a colon that hardly anything else has
_TITLE = 4  # words of a title that nothing but a label tells
_NAME = 2  # words of a heading that is a name, by which the file is called
_IN_MARKS = re.compile("《[^《》]+》")
_HEAD = 12  # lines in which it says so
_SPEAKS = re.compile(r"(?i)\b(?:this|the|our) paper\b|\bthe authors\b|本文|论文|作者|論文|논문")


def read(page: Page, root: Section, front: FrontMatter | None, place: Place) -> None:
    """Where no paper was found: take the note's only heading, or the first over parts, for a title.

    A note without such a heading may be called by the title: its file, or the folder of a `README.md`.
    """
    if page.drafts:
        return
    parts = sum(words.is_part(section.heading) for section in root.children)
    section = _over_all(page, root, parts)
    if section is None or words.is_part(section.heading) or words.is_data(section.heading):
        if not (_read_told(page, root, place) or _read_line(page, root, place)):
            _read_called(page, root, front, place, parts)
        return
    if _worth(page, section, front) < _ENOUGH:
        if _is_written(page.log.file, paths.title_in(page.log.file)) and not _is_called(page, section.heading):
            _read_called(page, root, front, place, parts)
        return
    headed.read(page, section, replace(place, title=""))
    if page.drafts and parts < _TOLD and not cleaning.is_review(section.heading):
        page.log.tell(
            section.line,
            "nothing tells whether this heading is a paper's title",
            "took it for one, and the note for its text; skip = true in notes.rules leaves the file out",
        )


def _worth(page: Page, section: Section, front: FrontMatter | None) -> int:
    """Weigh what speaks for a heading over a note being a paper's title, and against it; weights tried on 1,400 notes.

    A file called by the heading and one more sign do for a name of a word or two, and make up for a text of a line.
    """
    body = [line for line in page.lines[section.start : section.end] if line.strip()]
    name = _name_in(page, section)
    lone = headed.is_lone_title(section)
    if not (lone or _could_be_name(section, name)) or _KEPT.search("\n".join(body[:_HEAD])):
        return 0
    posted = front is not None and front.text("layout") is not None and not cleaning.is_review(section.heading)
    filed = _is_filed(page, section)
    brief = (_is_blank(body) or sum(map(len, body)) < _TEXT) and not (filed or _is_credited(section))
    worth = 3 * lone + 2 * (_is_called(page, name) or filed) + _signs(page, section)
    worth += titles.size(name) >= _LONG and ": " in name
    worth -= 2 * brief + 2 * paths.says_elsewhere(page.log.file)
    return worth - 2 * titles.is_mostly_cjk(section.heading) - 4 * _is_chapter(section) - 4 * posted


def read_called(page: Page, root: Section, front: FrontMatter | None, place: Place) -> bool:
    """Read a note of parts, below a link to the paper, by the name of its file; tell whether it was read."""
    parts = sum(words.is_part(section.heading) for section in root.children)
    lines = (line for _, text in blocks.leads(root.blocks) for line in text.split("\n"))
    told = [label for line in lines if (label := fields.label_at(line)) and labels.role_of(label.name) == "links"]
    if parts > _TOLD and any(leads_to_paper(label.rest) for label in told):
        _read_called(page, root, front, place, parts)
    elif _is_linked_above(root) and titles.is_capitalised(name := paths.title_in(page.log.file)):
        page.fill(page.begin(name, 0, place), headed.parts_of(page, root))
    return bool(page.drafts)


def _is_linked_above(root: Section) -> bool:
    """Tell whether a note begins with a line that is the paper's link, before headings that are no papers."""
    lines = root.blocks[0].text.split("\n") if root.blocks and root.blocks[0].kind == "paragraph" else []
    first = next((line.strip("* ") for line in lines if not line.lstrip().startswith("`")), "")  # tags stand above it
    return bool(root.children) and is_paper_link(first) and not any(weigh(child).strong for child in root.children)


def _over_all(page: Page, root: Section, parts: int) -> Section | None:
    """Return the heading over the whole note: the only one, or the first of a row whose others are parts."""
    if under := _under_review(root, parts):
        return under
    if len(root.children) < 2:
        return root.children[0] if root.children else None
    first, *others = root.children
    opened = words.is_part(others[0].heading) and titles.looks_like_title(cleaning.clean_title(first.heading))
    if (
        parts < (1 if opened or (parts == len(others) and _is_name(page, first)) else _TOLD)
        or words.is_part(first.heading)
        or any(other.level != first.level for other in others)
    ):
        return None
    return headed.over_all(root)


_REVIEWS = frozenset(
    ("paper review", "paper notes", "paper note", "paper reading", "论文笔记", "論文メモ", "논문 리뷰")
)


def _under_review(root: Section, parts: int) -> Section | None:
    """Return the title below a first heading that says `Paper Review` alone, over the parts of the note."""
    first = root.children[0] if root.children else None
    if first is None or labels.fold(first.heading) not in _REVIEWS or first.blocks or len(first.children) != 1:
        return None
    own = first.children[0]
    if parts < _TOLD or not is_title(own):
        return None
    children = [*own.children, *root.children[1:]]
    return Section(own.text, own.level, own.line, own.start, root.end, own.blocks, children)


def _read_told(page: Page, root: Section, place: Place) -> bool:
    """Read a note that says once, behind a label at its head, which paper it is on (`论文：Title`), and tell so.

    Other labels beside that one tell where the paper came out, or who wrote it.
    """
    labelled = [(n, label) for n, line in enumerate(page.lines[:_LATEST]) if (label := fields.label_at(line))]
    told = [
        (n, label.rest) for n, label in labelled if links.label_kind(label.name) == "paper" and "://" not in label.rest
    ]
    roles = {labels.role_of(label.name) for _, label in labelled}
    if len(told) != 1 or roles.isdisjoint({"venue", "authors"}):
        return False
    line, title = told[0][0], cleaning.clean_title(inline.plain(told[0][1]))
    if titles.size(title) < _TITLE or not titles.looks_like_title(title) or titles.is_sentence(title):
        return False
    draft = page.begin(title, line, replace(place, title=""))
    page.fill(draft, page.parts(line + 1, len(page.lines)))
    return True


def _read_line(page: Page, root: Section, place: Place) -> bool:
    """Read a note that begins with the title in a line of its own, and tell so.

    It stands in the title marks of Chinese, or the file is called by the name before its colon.
    """
    first = root.blocks[0] if root.blocks and root.blocks[0].kind == "paragraph" else None
    if first is None or len(first.text) > titles.LONGEST or "\n" in first.text or "](" in first.text:
        return False
    line = inline.plain(first.text)
    title = cleaning.clean_title(line)
    told = title if _IN_MARKS.fullmatch(line) else fulltitle.repeated(root.blocks, paths.name_of(page.log.file))
    if not told or titles.size(title) < _TITLE or not titles.looks_like_title(title):
        return False
    page.fill(page.begin(told, first.start, place), headed.parts_of(page, replace(root, start=first.end)))
    return True


def _is_chapter(section: Section) -> bool:
    """Tell whether a note is a chapter of a course (`1.3 …`), the page of a notion, or named by its sections alone."""
    first = section.children[0].heading if section.children else ""
    own = fold_title(section.heading)
    said = [fold_title(child.heading) in own for child in section.children if titles.could_be_title(child.heading)]
    numbered = cleaning.unnumbered(section.heading) != section.heading or _ASKED.fullmatch(section.heading) is not None
    return numbered or labels.fold(first) in _NOTION or sum(said) > 1


def _is_blank(body: list[str]) -> bool:
    """Tell whether a text is a form to fill in: most of its lines are empty items, or say in brackets what to write."""
    lines = [line for line in body if not line.startswith("#")]
    return sum(len(line) < 400 and _BLANK.fullmatch(line) is not None for line in lines) * 2 > len(lines)


def _is_name(page: Page, section: Section) -> bool:
    """Tell whether a short heading (`Maxout Networks`) names a paper: so is the file called, and the text is on one."""
    name = _name_in(page, section)
    return _could_be_name(section, name) and _is_called(page, name) and _signs(page, section) > 0


def _name_in(page: Page, section: Section) -> str:
    return headed.without_notes(cleaning.clean_title(section.heading), page.log.file)


def _could_be_name(section: Section, name: str) -> bool:
    """Tell whether a heading may be a paper's name: two words, or one that is said to be reviewed (`BERT 리뷰`)."""
    noted = section.heading != name and section.heading.startswith(name)
    return titles.could_be_title(name) and (titles.size(name) >= _NAME or noted) and not words.is_elsewhere(name)


def _is_called(page: Page, name: str) -> bool:
    """Tell whether a file is called by a name, by that before its colon, or by the first letters of its words."""
    files = [fold_title(file) for file in (paths.name_of(page.log.file), paths.undated_name(page.log.file))]
    names = {fold_title(said).rstrip("s") for said in (name, name.replace("：", ":").partition(":")[0])}
    return not names.isdisjoint(file.rstrip("s") for file in files) or _initials(name) in files


def _initials(name: str) -> str:
    """Return the first letters of a name's words, as notes on it are called by them (`Policy Gradient`: `pg`)."""
    return "".join(word[0] for word in re.findall(r"[^\W_]+", name)).casefold()


def _is_filed(page: Page, section: Section) -> bool:
    """Tell whether the file is called by the paper's venue and the heading's words: `[CVPR 2020] Title.md`."""
    file = page.log.file
    return paths.tells_when(file) and fold_title(paths.title_in(file)) == fold_title(section.heading)


def _signs(page: Page, section: Section) -> int:
    """Count what speaks for a text being on one paper: its parts, its labels, its words, its folder."""
    text = "\n".join(page.lines[section.start : section.end])[:8000]
    parts = any(words.is_part(inner.heading) for inner in section.below())
    return parts + (len(_roles(text)) > 1) + bool(_SPEAKS.search(text)) + paths.says_papers(page.log.file)


def _is_credited(section: Section) -> bool:
    """Tell whether a note begins with a line of its paper's people, or with a link called `paper`: it may be empty."""
    first = section.blocks[0].text if section.blocks and section.blocks[0].kind == "paragraph" else ""
    line = inline.spans(first.split("\n", 1)[0]) if len(first) < titles.LONGEST else []
    people = authors.authors_in(text_of(line)) if line and line[0].kind == "text" else None
    if people is not None:
        return authors.are_full(people)
    return bool(line) and line[0].kind == "link" and links.is_web(line[0].url) and is_called_paper(line[0].text)


def _roles(text: str) -> set[labels.Role]:
    """Return what the labels in a text stand for."""
    named = (fields.label_at(line) for line in text.split("\n"))
    return {role for label in named if label and (role := labels.role_of(label.name))}


def _read_called(page: Page, root: Section, front: FrontMatter | None, place: Place, parts: int) -> None:
    """Read a note of parts alone as the paper that its file is called by (`[CVPR 2020] Title.md`), or its front matter.

    Authors and link at the head of the note tell that a short name is one as well.
    """
    head = {role for _, text in blocks.leads(root.blocks) for role in _roles(text)}
    title = paths.title_in(page.log.file, short={"authors", "links"} <= head)
    if not title:
        return
    first = next((line for line in page.lines if line.strip()), "")
    worth = (
        1
        + _is_written(page.log.file, title)
        + (titles.size(title) >= _TITLE)
        + 2 * (fold_title(first) == fold_title(title))
    )
    worth += 2 * (paths.tells_when(page.log.file) and parts > 0) + _signs(page, root)
    brief = sum(len(line.strip()) for line in page.lines) < _TEXT
    worth -= 2 * brief + 2 * paths.says_elsewhere(page.log.file)
    worth += titles.size(title) >= _LONG and ": " in title
    if worth < _ENOUGH:
        return
    posted = posts.title_in(front) if front else ""
    if front and titles.looks_like_title(posted) and not fulltitle.is_fuller(title, posted):
        posts.read(page, root, front, place)
    else:
        page.fill(page.begin(title, 0, place), headed.parts_of(page, root))


def _is_written(file: str, title: str) -> bool:
    """Tell whether a file is called by a title as it is written, no name made for a machine."""
    return titles.size(title) >= _TITLE and " " in paths.name_of(file) and title[:1].isupper()
