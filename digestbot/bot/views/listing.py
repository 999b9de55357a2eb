"""Lists of papers: a topic's, a keypoint's, an edition's, and the results of a search."""

from collections.abc import Callable, Sequence
from typing import Any

from discord import ui

from digestbot.bot import ids
from digestbot.bot.markup import defuse, one_line, plain, shorten
from digestbot.bot.views import layout, pieces
from digestbot.models import Hit, Page, Paper, Tally


def tally_papers(kind: str, tally: Tally, page: Page[Paper]) -> layout.Layout:
    """Return a page of the papers under a topic or keypoint (`kind`), newest first."""
    heading = f"## {'🏷️' if kind == 'topic' else '🔑'} {_name(tally.name)}"
    said = f"-# {count(page.total, 'paper')} · newest first"
    return _listing(heading, said, page, lambda n: ids.listing(kind, n, tally.key))


def edition_papers(edition_id: int, page: Page[Paper]) -> layout.Layout:
    """Return a page of all the papers of an edition, behind its "All" button."""
    said = f"-# {count(page.total, 'paper')}"
    return _listing("## 📚 All papers of this digest", said, page, lambda n: ids.edition(n, edition_id))


def _listing(heading: str, said: str, page: Page[Paper], custom_id: Callable[[int], str]) -> layout.Layout:
    items: list[ui.Item[Any]] = [layout.text(heading, said)]
    items += sections([pieces.section(paper) for paper in page.items])
    return layout.framed(layout.LOOK_UP, [*items, *layout.pager(page, custom_id)])


def sections(papers: Sequence[ui.Section[Any]]) -> list[ui.Item[Any]]:
    """Return the sections with a line above each."""
    return [item for section in papers for item in (ui.Separator[Any](), section)]


def results(query: str, page: Page[Hit]) -> layout.Layout:
    """Return a page of search results, best first, with what matched in bold."""
    items: list[ui.Item[Any]] = [layout.text(f"## 🔍 {_name(query)}", f"-# {count(page.total, 'paper')} · best first")]
    items += sections([pieces.section(hit.paper, body=snippet(hit)) for hit in page.items])
    return layout.framed(layout.LOOK_UP, [*items, *layout.pager(page, lambda n: ids.search(n, query))])


def snippet(hit: Hit) -> str:
    """Return the stretch of text around a match as Discord Markdown, the matches in bold."""
    parts: list[str] = []
    end = 0
    for start, stop in hit.marks:
        if matched := _piece(hit.snippet[start:stop]).strip():
            parts += _piece(hit.snippet[end:start]), f"**{matched}**"
            end = stop
    return "".join([*parts, _piece(hit.snippet[end:])]).strip()


def _piece(text: str) -> str:
    """Escape a stretch of a line with the spaces at its ends kept."""
    said = defuse(one_line(text))
    if not said:
        return " " if text else ""
    return (" " if text[0].isspace() else "") + said + (" " if text[-1].isspace() else "")


def _name(text: str) -> str:
    return plain(shorten(one_line(text), 100))


def count(number: int, thing: str) -> str:
    """Return "1 paper", "2 papers", "1,234 papers"."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
