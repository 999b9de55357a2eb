"""The full note of a paper: every field as it was written, page by page."""

from collections.abc import Iterator, Sequence

from digestbot.bot import ids
from digestbot.bot.markup import Block, blocks, cut, fitted, inline, joined, length, link, one_line, plain, space
from digestbot.bot.views import layout, pieces
from digestbot.bot.views.card import gallery
from digestbot.models import Page, Paper

_TEXT = 2800  # of a message's 4,000 characters, so that title and footer fit, and a page is a screen or two
_BLOCK = _TEXT - 300  # leaves room for a label
_FIELD = 20_000  # a field longer than this is no note: the rest of it is left to the file
_IMAGES = 10  # Discord's limit for a gallery


def note(paper: Paper, number: int = 0) -> layout.Layout:
    """Return a page of all that the notes say about a paper; a number beyond the ends gives the nearest page."""
    pages = _pages(paper)
    number = max(0, min(number, len(pages) - 1))
    items = [layout.text(f"### {pieces.title(paper, 600)}")]
    items += [layout.gap(), layout.text(pages[number])] if pages[number] else []
    items += gallery(paper, _IMAGES) if number == len(pages) - 1 else []
    items += [layout.gap(), layout.text(_footer(paper))]
    page = Page(items=(), number=number, size=1, total=len(pages))
    items += layout.pager(page, lambda n: ids.note(n, paper.key))
    return layout.framed(layout.LOOK_UP, items)


def _pages(paper: Paper) -> list[str]:
    """Fill pages with pieces, each of them whole on one page."""
    pages: list[list[Block]] = [[]]
    size = 0
    for piece in _pieces(paper):
        added = length(joined(piece)) + (len(space(pages[-1][-1], piece[0])) if pages[-1] else 0)
        if pages[-1] and size + added > _TEXT:
            pages.append([])
            size, added = 0, length(joined(piece))
        pages[-1] += piece
        size += added
    return [joined(page) for page in pages]


def _pieces(paper: Paper) -> Iterator[list[Block]]:
    if paper.authors:
        yield [Block("text", cut(f"**Authors**  {', '.join(map(plain, paper.authors))}", _TEXT))]
    for field in paper.fields:
        yield from _labelled(inline(cut(one_line(field.label), 100)), _text(field.markdown))
    if not paper.fields:
        yield from _bare(paper)
    links = [link(li.label or ("arXiv" if li.kind == "arxiv" else li.kind.capitalize()), li.url) for li in paper.links]
    if links:
        yield [Block("text", cut(f"**Links**  {' · '.join(filter(None, links))}", _TEXT))]


def _text(markdown: str) -> list[Block]:
    """Return a field as blocks that fit on a page, with a last line where it is too long to be shown whole."""
    if len(markdown) <= _FIELD:
        return list(fitted(blocks(markdown), _BLOCK))
    end = max(markdown.rfind("\n", _FIELD // 2, _FIELD), markdown.rfind(" ", _FIELD // 2, _FIELD))
    shown = fitted(blocks(markdown[: end if end > 0 else _FIELD]), _BLOCK)
    return [*shown, Block("text", "-# … The note goes on in the file.")]


def _labelled(label: str, text: Sequence[Block]) -> Iterator[list[Block]]:
    """Put the label before its text: on the same line where that is a paragraph, and never on a page without it."""
    name = f"**{label.strip('*: ：') or 'Note'}**"
    first, *rest = text or [Block("text", "–")]
    if first.kind == "text" and "\n" not in first.text:
        yield [Block("text", f"{name}  {first.text}")]
    else:
        yield [Block("text", name), first]
    yield from ([block] for block in rest)


def _bare(paper: Paper) -> Iterator[list[Block]]:
    if paper.keypoints:
        yield [Block("text", f"**Keypoints**  {pieces.keypoints(paper, 1000)}")]
    yield [Block("text", cut(plain(paper.gist), _TEXT) or "The notes say nothing more about this paper.")]


def _footer(paper: Paper) -> str:
    """Tell where the notes have it, so that a curator finds the place."""
    places = [f"{e.source.file}:{e.source.line}" for e in paper.entries[:3]]
    more = f" and {len(paper.entries) - 3} more" if len(paper.entries) > 3 else ""
    return cut(f"-# From {plain(', '.join(places))}{more}", 300) if places else "-# "
