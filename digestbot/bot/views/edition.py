"""A part of a digest, as it is frozen when the edition is composed."""

from digestbot.bot import ids
from digestbot.bot.markup import plain, shorten
from digestbot.bot.views import layout, pieces
from digestbot.bot.views.listing import count
from digestbot.digest import token
from digestbot.models import Payload, Sheet

_COMPONENTS_V2 = 1 << 15
"""The message flag without which Discord takes no layout (its documentation of message flags)."""


def render(sheet: Sheet) -> Payload | None:
    """Return a part's message, or None where it is too much for one; a single paper always fits."""
    components = [layout.frame(layout.DIGEST, _items(sheet))]
    if not layout.fits(components):
        return None
    name = {"name": f"Paper digest · {sheet.date} · {count(sheet.count, 'paper')}"} if sheet.number == 1 else {}
    return {"components": components, "flags": _COMPONENTS_V2, **name}


def _items(sheet: Sheet) -> list[layout.Component]:
    name = token(sheet.edition_id, sheet.number)
    items = [layout.text(*_head(sheet))]
    for group in sheet.groups:
        again = " (continued)" if group.continued else ""
        topic = plain(shorten(group.topic, 80)) or "More papers"
        items += [layout.rule(), layout.text(f"### {topic}{again}")]
        items += [pieces.section(paper, name) for paper in group.papers]
    if sheet.beyond and sheet.number == sheet.total:
        custom_id = ids.edition(0, sheet.edition_id, name)
        items += [layout.rule(), layout.text(f"-# … and {count(sheet.beyond, 'more paper')}.")]
        items += layout.row([layout.button(f"All {sheet.count:,}", custom_id, emoji="📚")])
    return items


def _head(sheet: Sheet) -> list[str]:
    part = f" ({sheet.number}/{sheet.total})" if sheet.total > 1 else ""
    said = [f"## 📚 Paper digest · {sheet.date}{part}"]
    if sheet.number == 1:
        said.append(f"-# {count(sheet.count, 'new paper')}")
    if sheet.late:
        said.append("-# ⏰ Late: the bot was away when this was due.")
    return said
