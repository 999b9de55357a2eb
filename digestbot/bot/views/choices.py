"""What to choose from: several papers, the nearest names, all topics or keypoints."""

from collections.abc import Sequence

from digestbot.bot import ids
from digestbot.bot.markup import length, one_line, plain, shorten
from digestbot.bot.views import layout, pieces
from digestbot.bot.views.layout import OPTION, OPTIONS, Component
from digestbot.bot.views.listing import count, narrowing, sections
from digestbot.models import Page, Paper, Results, Tally

_ONE_LINE = 60  # longer labels of buttons take two lines on a phone


def several_papers(text: str, papers: Sequence[Paper]) -> layout.Layout:
    """Return the papers that a title may mean: the best five in full, up to 25 others in a menu."""
    shown, others = papers[: pieces.PAGE], papers[pieces.PAGE : pieces.PAGE + OPTIONS]
    said = "-# Which one? Details opens it for you alone."
    if len(papers) > len(shown) + len(others):
        said += " There are more: a longer piece of the title finds them."
    items = [layout.text(f"### {count(len(papers), 'paper')} for “{_said(text)}”", said)]
    items += sections([pieces.section(paper) for paper in shown])
    if others:
        items += [layout.rule(), _paper_menu(others)]
    return layout.framed(layout.LOOK_UP, items)


def nearest_papers(title: str, papers: Sequence[Paper], limits: str = "") -> layout.Layout:
    """Return the answer to a title that no paper has, or none that fits the limits: the nearest ones as buttons."""
    if not papers:
        return notice("There are no papers in the notes yet.")
    asked = _said(f"{title} {limits}")
    said = f"No paper fits “{asked}”." if limits else f"No paper is called “{asked}”."
    items = [layout.text(said, f"-# The nearest titles{' without that' if limits else ''}:")]
    items += [row for paper in papers[:5] for row in layout.row([_paper_button(paper)])]
    return layout.framed(layout.QUIET, items)


def _paper_menu(papers: Sequence[Paper]) -> Component:
    return layout.menu(ids.pick("paper"), "Others …", [_paper_option(paper) for paper in papers])


def _paper_option(paper: Paper) -> Component:
    said = " · ".join(filter(None, [pieces.month(paper), one_line(paper.venue or "")]))
    return layout.option(one_line(paper.title) or "Untitled", paper.key, said)


def _paper_button(paper: Paper) -> Component:
    return layout.button(shorten(one_line(paper.title), _ONE_LINE) or "Untitled", ids.paper(paper.key))


def nearest_tallies(kind: str, text: str, tallies: Sequence[Tally]) -> layout.Layout:
    """Return the answer to a topic or keypoint (`kind`) that there is not: the nearest ones in a menu."""
    if not tallies:
        return notice(f"The notes have no {kind} “{_said(text)}”, and none like it.")
    said = layout.text(f"The notes have no {kind} “{_said(text)}”.", "-# The nearest:")
    return layout.framed(layout.QUIET, [said, _menu(kind, tallies)])


def choice(tally: Tally, limits: str = "") -> str:
    """Return the label of a topic or keypoint in autocomplete: its name, cut if need be, and its number of papers.

    Where limits leave only some of them, these are said instead.
    """
    more = f" · {shorten(one_line(limits), OPTION // 2) or count(tally.count, 'paper')}"
    return (shorten(one_line(tally.name), OPTION - length(more)) or "–") + more


def all_tallies(kind: str, page: Page[Tally]) -> layout.Layout:
    """Return a page of all topics or keypoints (`kind`) with their counts, and a menu to open one."""
    if not page.items:
        return notice(f"The notes name no {kind}s.")
    heading = f"## {'🏷️ Topics' if kind == 'topic' else '🔑 Keypoints'}"
    names = " · ".join(f"**{plain(shorten(t.name, 50))}** {t.count:,}" for t in page.items)
    items = [layout.text(heading, f"-# {count(page.total, kind)} · most papers first")]
    items += [layout.gap(), layout.text(names), layout.gap(), _menu(kind, page.items)]
    items += layout.pager(page, lambda n: ids.tallies(f"{kind}s", n))
    return layout.framed(layout.LOOK_UP, items)


def _menu(kind: str, tallies: Sequence[Tally]) -> Component:
    options = [layout.option(one_line(t.name) or "–", t.key, count(t.count, "paper")) for t in tallies]
    return layout.menu(ids.pick(kind), f"Open a {kind} …", options)


def notice(text: str, *, trouble: bool = False) -> layout.Layout:
    """Return a sentence of the bot's own (finished Discord Markdown)."""
    return layout.framed(layout.TROUBLE if trouble else layout.QUIET, [layout.text(text)])


def no_results(
    found: Results, papers: Sequence[Paper], topics: Sequence[Tally], keypoints: Sequence[Tally]
) -> layout.Layout:
    """Return the answer to a search that found nothing: the nearest titles, topics and keypoints, or fewer filters."""
    filters = _said(" · ".join(found.filters))
    said = f"Nothing in the notes matches “{_said(found.words) or filters}”"
    within = f" ({filters})" if filters and found.words else ""
    words = "Fewer or shorter words find more; quotation marks ask for exactly those words."
    items = [
        layout.text(f"{said}{within}.", f"-# {words if found.words else 'Leave out a filter, or choose another.'}")
    ]
    if found.filters and found.words:
        items += layout.row([layout.button("Search without filters", ids.search("", found.words))])
    if papers:
        items += [layout.gap(), layout.text("-# The nearest titles:")]
        items += [row for paper in papers for row in layout.row([_paper_button(paper)])]
    items += [_menu(kind, near) for kind, near in (("topic", topics), ("keypoint", keypoints)) if near]
    items += [menu for kind in ("topic", "period") for menu in narrowing(kind, found)] if found.filters else []
    return layout.framed(layout.QUIET, items)


def _said(text: str) -> str:
    return plain(shorten(one_line(text), 100))
