"""Lists of papers: a topic's, a keypoint's, an edition's, and the results of a search."""

from collections.abc import Callable, Sequence

from digestbot.bot import ids
from digestbot.bot.markup import defuse, one_line, plain, shorten
from digestbot.bot.views import layout, pieces
from digestbot.bot.views.layout import Component
from digestbot.models import Hit, Page, Paper, Results, Tally

_CORRECTED = 40  # five papers and a heading of thrice so much, escaped, fit into a message


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
    items = [layout.text(heading, said)]
    items += sections([pieces.section(paper) for paper in page.items])
    return layout.framed(layout.LOOK_UP, [*items, *layout.pager(page, custom_id)])


def sections(papers: Sequence[Component]) -> list[Component]:
    """Return the sections with a line above each."""
    return [item for section in papers for item in (layout.rule(), section)]


def results(found: Results) -> layout.Layout:
    """Return a page of search results, best first, with what matched in bold, and menus that narrow them."""
    shown = found.words or " · ".join(found.filters)
    heading = f"## 🔍 {_name(shown, _CORRECTED if found.typed else 100)}"
    filters = shorten(" · ".join(map(one_line, found.filters)), 80).replace("`", "'") if found.words else ""
    total = f"{found.total:,}+ papers" if found.more else count(found.total, "paper")
    said = " · ".join([total, "best first" if found.words else "newest first", *([f"`{filters}`"] if filters else [])])
    items = [layout.text(heading, _notice(found), f"-# {said}")]
    items += sections([pieces.section(hit.paper, body=snippet(hit)) for hit in found.hits])
    items += [item for kind in ("topic", "period") for item in narrowing(kind, found)]
    return layout.framed(layout.LOOK_UP, [*items, *_turning(found)])


def _notice(found: Results) -> str:
    if found.typed:
        return f"Results for “{_name(found.words, _CORRECTED)}” (you typed “{_name(found.typed, _CORRECTED)}”)"
    return "No paper has all of these words; these have the most of them." if found.partly else ""


def narrowing(kind: str, found: Results) -> list[Component]:
    """Return the menu of a filter where there is something to choose, with the way back to all."""
    offered = found.topics if kind == "topic" else found.periods
    options = [
        layout.option(one_line(choice.name) or "–", choice.query, count(choice.count, "paper"), chosen=choice.chosen)
        for choice in offered.choices
    ]
    if offered.everything:
        options.insert(0, layout.option(f"All {kind}s", offered.everything, emoji="↩️"))
    if len(options) < 2:
        return []
    emoji = "🏷️" if kind == "topic" else "🗓️"
    return [layout.menu(ids.narrow(kind), f"{emoji} Only one {kind} …", options)]


def _turning(found: Results) -> list[Component]:
    """Return the row that turns pages; the numbers are left to the middle button, which does nothing."""
    if not (found.before or found.after):
        return []
    pages = max(found.number + 1, -(-found.total // pieces.PAGE))
    label = f"{found.number + 1} / {pages:,}{'+' if found.more else ''}"
    return layout.row(
        [
            layout.button("Previous", ids.search(found.before or "first", found.query), disabled=not found.before),
            layout.button(label, ids.search("here", found.query), disabled=True),
            layout.button("Next", ids.search(found.after or "last", found.query), disabled=not found.after),
        ]
    )


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


def _name(text: str, limit: int = 100) -> str:
    return plain(shorten(one_line(text), limit))


def count(number: int, thing: str) -> str:
    """Return "1 paper", "2 papers", "1,234 papers"."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
