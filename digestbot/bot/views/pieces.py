"""The pieces that a paper is shown by: its title as a link, its small print, its section in a list."""

from digestbot.bot import ids
from digestbot.bot.markup import cut, length, link, plain, shorten
from digestbot.bot.views import layout
from digestbot.models import Paper

GIST = 180
SECTION = 720
PAGE = 5
_TITLE = 220
_BODY = 260


def paper_url(paper: Paper) -> str | None:
    """Return where the paper can be read: arXiv, else the first link to the paper."""
    return next((li.url for kind in ("arxiv", "paper") for li in paper.links if li.kind == kind), None)


def title(paper: Paper, limit: int = 330) -> str:
    """Return the title as a link where there is one and it fits, in at most `limit` characters."""
    name = shorten(paper.title, min(_TITLE, limit // 2)) or "Untitled"
    linked = link(name, paper_url(paper))
    return linked if length(linked) <= limit else cut(link(name, None), limit)


def month(paper: Paper) -> str:
    """Return the month that a paper stands under, `YYYY-MM`, or nothing."""
    return paper.period or paper.published or ""


def keypoints(paper: Paper, limit: int) -> str:
    """Return the keypoints in one line, as many as fit."""
    return cut(" · ".join(map(plain, paper.keypoints)), limit)


def small_print(paper: Paper, limit: int = 200, *, topics: bool = False) -> str:
    """Return month, venue and keypoints (or topics in their place) as one line of subtext, or nothing."""
    filed = cut(", ".join(map(plain, paper.topics)), limit) if topics else keypoints(paper, limit)
    said = [month(paper), plain(shorten(paper.venue or "", 40)), filed]
    line = cut(" · ".join(filter(None, said)), limit - 3)
    return f"-# {line}" if line else ""


def section(paper: Paper, token: str = "", body: str | None = None) -> layout.Component:
    """Return a paper as it stands in a list: title, gist, small print, a Details button.

    A `body` in the gist's place (the stretch that a search matched) comes with topics instead of keypoints below it.
    At most `SECTION` characters, so that five of them and a heading always fit into a message.
    """
    gist = cut(plain(paper.gist), GIST) if body is None else cut(body, _BODY)
    lines = [f"**{title(paper)}**", gist]
    room = SECTION - sum(length(line) + 1 for line in lines)
    shown = "\n".join(filter(None, [*lines, small_print(paper, min(200, room), topics=body is not None)]))
    return layout.section(shown, layout.button("Details", ids.paper(paper.key, token)))
