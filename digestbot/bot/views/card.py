"""A paper's card: what it is and why it matters, with the rest behind buttons."""

from digestbot.bot import ids
from digestbot.bot.markup import blocks, cut, joined, plain, safe_url, shorten
from digestbot.bot.views import layout, pieces
from digestbot.models import Paper

_OBJECTIVE = 1200
_OBJECTIVES = frozenset(("objective", "objectives", "目标", "目的", "研究目标", "研究目的"))
_NAMES = 3


def card(paper: Paper, *, private: bool = False) -> layout.Layout:
    """Return a paper's card; a private one, which only its caller sees, can be shown to everyone by a button."""
    items = [layout.text(f"### {pieces.title(paper, 900)}", _authors(paper), _filed(paper))]
    if paper.keypoints:
        items += [layout.gap(), layout.text(f"**Keypoints**  {pieces.keypoints(paper, 400)}")]
    if objective := _objective(paper):
        items += [layout.gap(), layout.text(objective)]
    items += gallery(paper, 1)
    items.append(layout.rule())
    items += layout.row([layout.button("Full note", ids.full_note(paper.key), emoji="📖"), *_links(paper, private)])
    return layout.framed(layout.LOOK_UP, items)


def _authors(paper: Paper) -> str:
    names = [plain(shorten(name, 60)) for name in paper.authors[:_NAMES]]
    more = " et al." if len(paper.authors) > _NAMES else ""
    return f"-# {', '.join(names)}{more}" if names else ""


def _filed(paper: Paper) -> str:
    """Return venue, topics and month as one line of subtext."""
    topics = ", ".join(plain(shorten(topic, 60)) for topic in paper.topics[:4])
    said = filter(None, [plain(shorten(paper.venue or "", 60)), topics, pieces.month(paper)])
    line = " · ".join(said)
    return f"-# {line}" if line else ""


def _objective(paper: Paper) -> str:
    """Return the objective as the note has it, or the gist where there is none."""
    field = next((f for f in paper.fields if f.label.strip(" :：`*").casefold() in _OBJECTIVES), None)
    text = joined(blocks(field.markdown)) if field else ""
    return cut(text or plain(paper.gist), _OBJECTIVE)


def gallery(paper: Paper, most: int) -> list[layout.Component]:
    """Return the paper's images (https only), or nothing."""
    safe = [url for image in paper.images if (url := safe_url(image)) and url.startswith("https:")]
    return [layout.gallery(safe[:most])] if safe else []


def _links(paper: Paper, private: bool) -> list[layout.Component | None]:
    named = (("arxiv", "arXiv"), ("paper", "Paper"), ("code", "Code"), ("project", "Project"))
    found = [next((li.url for li in paper.links if li.kind == kind), None) for kind, _ in named]
    if found[0]:
        found[1] = None
    buttons = [layout.link_button(label, url) for (_, label), url in zip(named, found, strict=True) if url]
    share = layout.button("Show everyone", ids.share(paper.key), emoji="📣") if private else None
    return [*buttons[:3], share]
