"""Papers as rows of plain text, with nothing marked or linked: numbered alike, or each with its people below it.

Numbers that Markdown takes for no list (`1.Title`, `2.1Title`, `（3）Title`) follow each other; what is behind
them is a paper where papers are announced and most rows read like titles. Rows over others (`1.`, then `1.1`) are their
topics.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from digestbot.parsing import references
from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.blocks import Block
from digestbot.parsing.page.note import Page
from digestbot.parsing.page.place import Place
from digestbot.parsing.references import Reference
from digestbot.parsing.terms import fields, labels, titles, words

_Number = tuple[int, ...]
_Led = tuple[_Number, str, int]
"""A row's number, the text behind it, its line."""

_FEW = 3  # numbered rows: in fewer, nothing beside a row tells what it is
_SEVERAL = 2  # titles with their people below them
_WORDED = 3  # words of a title that nothing else tells
_LEAST = 20  # characters of a line's end that say what follows it
_LONGEST = 400  # characters of a row
_OPENING = "（([【*_ "
_CLOSING = ".)）]】、．:： *_"
_LEADING_ON = (",", "，", ":", "：", ";", "；")
"""How lines end that go on in the next one."""
_DEEPEST = 3  # numbers of a row's place: `1.2.3`


@dataclass(slots=True)
class Row:
    """A title, and where it and what is said below it end. `topics`: those above it that are rows themselves."""

    reference: Reference
    line: int
    end: int
    topics: tuple[str, ...] = ()


def judge(blocks: list[Block], place: Place) -> list[Row]:
    """Find the rows of a section that are papers."""
    paragraphs = [block for block in blocks if block.kind == "paragraph"]
    if place.nothing or place.elsewhere or not paragraphs:
        return []
    rows = _signed(blocks) if len(paragraphs) > 1 else []
    if not rows:
        rows = [row for above, run in _runs(blocks) if _is_announced(above, place) for row in _numbered(run)]
    rows = rows or _translated(paragraphs)
    if not rows and place.papers:
        rows = _bare(paragraphs, least=1 if place.year else _FEW)
    return rows


def read(page: Page, rows: list[Row], place: Place) -> None:
    """Put the papers in rows on the page."""
    for row in rows:
        at = place
        for topic in row.topics:
            at = at.within(topic)
        draft = page.put(row.reference, row.line, at)
        page.fill(draft, page.parts(row.line + 1, row.end))


def _signed(blocks: list[Block]) -> list[Row]:
    """Find paragraphs of a title and, in the line below it, its people behind a label; labelled text may follow."""
    found: list[Row] = []
    open_row: Row | None = None
    for block in blocks:
        row = _with_people(block) if block.kind == "paragraph" and "\n" in block.text else None
        if row:
            found.append(row)
        elif open_row and _is_labelled(block):
            open_row.end = block.end
            continue
        open_row = row
    return found if len(found) >= _SEVERAL else []


def _with_people(block: Block) -> Row | None:
    title, below = block.text.split("\n", 2)[:2]
    label = fields.label_at(below)
    if label is None or labels.role_of(label.name) != "authors" or not label.rest or len(title) > _LONGEST:
        return None
    one = _read(title)
    return Row(one, block.start, block.end) if one and fields.label_at(title) is None else None


def _is_labelled(block: Block) -> bool:
    """Tell whether a paragraph begins with a word or two and a colon, as what is said of a paper below its title."""
    name, colon, said = block.text.replace("：", ":")[:_LONGEST].partition(":")
    return (
        block.kind == "paragraph" and bool(colon and said.strip()) and "\n" not in name and titles.size(name) < _WORDED
    )


def _runs(blocks: list[Block]) -> Iterator[tuple[str, list[_Led]]]:
    """Yield the rows of lines that stand one below the other and whose numbers follow each other.

    Each comes with the paragraph right above it, or nothing.
    """
    run: list[_Led] = []
    above, end = "", -1
    over = ""
    for block in blocks:
        for n, line in enumerate(block.text.split("\n") if block.kind == "paragraph" else [""]):
            led = _led(line, run[-1][0]) if run else None
            if led is None and run:
                yield over, run
                run = []
            if led := led or _led(line, ()):
                over = over if run else above if block.start + n <= end + 1 else ""
                run.append((*led, block.start + n))
        if block.kind == "paragraph":
            above, end = block.text, block.end
    if run:
        yield over, run


def _led(line: str, last: _Number) -> tuple[_Number, str] | None:
    """Take off a line the number that may follow the last one; return both."""
    text = line.lstrip(_OPENING)
    if not text[:1].isdigit() or len(line) > _LONGEST:
        return None
    for number in _next(last):
        told = ".".join(map(str, number))
        behind = text[len(told) :] if text.startswith(told) else ""
        if behind and (behind[0] in _CLOSING or (len(number) > 1 and not behind.startswith("."))):
            return number, behind.lstrip(_CLOSING)
    return None


def _next(last: _Number) -> Iterator[_Number]:
    """Yield the numbers that may follow another: one inside it, the next, the next of those around it."""
    if len(last) < _DEEPEST:
        yield (*last, 1)
    for depth in range(len(last), 0, -1):
        yield (*last[: depth - 1], last[depth - 1] + 1)


def _is_announced(above: str, place: Place) -> bool:
    """Tell whether papers follow: the line above the first row leads to them (`三篇论文如下：`), or a heading does."""
    last = above.rsplit("\n", 1)[-1].rstrip("*_ ")
    return words.says_papers(last[-_LEAST:]) if last.endswith((":", "：")) else place.papers


def _numbered(run: list[_Led]) -> list[Row]:
    """Take the innermost rows for papers if most of them read like titles."""
    over = {number: text for number, text, _ in run}
    outer = {number[:-1] for number, *_ in run}
    inner = [row for row in run if row[0] not in outer]
    found = [
        Row(
            one,
            line,
            line + 1,
            tuple(over[number[:depth]] for depth in range(1, len(number)) if number[:depth] in over),
        )
        for number, text, line in inner
        if (one := _read(text))
    ]
    return found if _are_titles(found, len(inner)) and len(found) >= _FEW else []


def _translated(paragraphs: list[Block]) -> list[Row]:
    """Find titles with a line in Chinese, Japanese or Korean below each: what they mean, or what is said of them.

    Most of the paragraphs are such pairs, and most read like titles; the others among them are then titles too.
    """
    pairs = [(block, *block.text.split("\n")) for block in paragraphs if block.text.count("\n") == 1]
    pairs = [(block, title) for block, title, below in pairs if titles.is_mostly_cjk(below) and "://" not in block.text]
    told = [(block, references.read(inline.spans(title))) for block, title in pairs if not titles.is_cjk(title)]
    found = [Row(one, block.start, block.end) for block, one in told if one and titles.looks_like_title(one.title)]
    sure = [row for row in found if titles.continues(row.reference.title)]
    written = sum(titles.is_capitalised(row.reference.title) for row in sure)
    most = len(sure) * 5 >= len(paragraphs) * 4 and written * 2 > len(sure)
    return found if most and len(sure) >= _FEW else []


def _bare(paragraphs: list[Block], *, least: int) -> list[Row]:
    """Take the lines of paragraphs for papers if most of them read like titles, and none has a link."""
    lines = [(block.start + n, line) for block in paragraphs for n, line in enumerate(block.text.split("\n"))]
    if any("://" in line or fields.label_at(line) for _, line in lines):
        return []
    found = [Row(one, line, line + 1) for line, text in lines if (one := _read(text))]
    return found if _are_titles(found, len(lines)) and len(found) >= least else []


def _are_titles(found: list[Row], total: int) -> bool:
    """Tell whether most of some rows read like titles, and most of these are longer than a topic's name."""
    names = [row.reference.title for row in found]
    worded = sum(titles.size(name) > _WORDED and titles.is_capitalised(name) for name in names)
    return len(found) * 5 >= total * 4 and worded * 3 >= total * 2


def _read(text: str) -> Reference | None:
    one = references.read(inline.spans(text)) if not text.rstrip().endswith(_LEADING_ON) else None
    if one is None or one.prose or not (titles.looks_like_title(one.title) and titles.continues(one.title)):
        return None
    return one
