"""A part of a digest, as it is frozen when the edition is composed."""

from typing import Any

from discord import ui

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
    items = _items(sheet)
    container: dict[str, Any] = {
        "type": 17,
        "accent_color": layout.DIGEST.value,
        "components": [item.to_component_dict() for item in items],
    }
    if not layout.fits([container]):
        return None
    name = {"name": f"Paper digest · {sheet.date} · {count(sheet.count, 'paper')}"} if sheet.number == 1 else {}
    return {"components": [container], "flags": _COMPONENTS_V2, **name}


def _items(sheet: Sheet) -> list[ui.Item[Any]]:
    name = token(sheet.edition_id, sheet.number)
    items: list[ui.Item[Any]] = [layout.text(*_head(sheet))]
    for group in sheet.groups:
        again = " (continued)" if group.continued else ""
        topic = plain(shorten(group.topic, 80)) or "More papers"
        items += [ui.Separator(), layout.text(f"### {topic}{again}")]
        items += [pieces.section(paper, name) for paper in group.papers]
    if sheet.beyond and sheet.number == sheet.total:
        custom_id = ids.edition(0, sheet.edition_id, name)
        items += [ui.Separator(), layout.text(f"-# … and {count(sheet.beyond, 'more paper')}.")]
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
