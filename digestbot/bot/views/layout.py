"""What all messages are made of: a framed layout, its colours, its buttons, and Discord's limits.

Limits are those of Discord's documentation of components: 40 components and 4,000 characters of text in a message.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import discord
from discord import ui

from digestbot.bot.markup import length, safe_url, shorten
from digestbot.models import Page

MOST_COMPONENTS = 40
MOST_TEXT = 4000
LABEL = 80

LOOK_UP = discord.Colour(0x4C8BF5)
DIGEST = discord.Colour(0xE3A008)
TROUBLE = discord.Colour(0xD9534F)
QUIET = discord.Colour(0x80848E)


class Layout(ui.LayoutView):
    """A layout whose buttons are known by their ids alone, so that they work after a restart too.

    It takes no presses itself: it counts as finished, and discord.py does not keep it in memory for its message.
    """

    def __init__(self, *items: ui.Item[Any]) -> None:
        super().__init__(timeout=None)
        for item in items:
            self.add_item(item)

    def is_finished(self) -> bool:
        """Tell discord.py that nothing waits for this view."""
        return True


def framed(colour: discord.Colour, items: Iterable[ui.Item[Any]]) -> Layout:
    """Return a layout that is one frame with a coloured edge."""
    return Layout(ui.Container(*items, accent_colour=colour))


def text(*lines: str) -> ui.TextDisplay[Any]:
    """Return a text of lines of finished Discord Markdown; empty lines are left out."""
    return ui.TextDisplay("\n".join(line for line in lines if line))


def gap() -> ui.Separator[Any]:
    """Return a little air between two texts."""
    return ui.Separator(visible=False)


def button(label: str, custom_id: str, *, emoji: str | None = None, disabled: bool = False) -> ui.Button[Any]:
    """Return a button; the label is plain text and is cut to Discord's limit."""
    return ui.Button(label=shorten(label, LABEL), custom_id=custom_id, emoji=emoji, disabled=disabled)


def link_button(label: str, url: str | None) -> ui.Button[Any] | None:
    """Return a button that opens a URL, or None where the URL is not fit for one."""
    safe = safe_url(url) if url else None
    return ui.Button(label=shorten(label, LABEL), url=safe) if safe else None


def row(buttons: Sequence[ui.Item[Any] | None]) -> list[ui.Item[Any]]:
    """Return a row of up to five of the buttons that are there, or nothing."""
    there = [b for b in buttons if b is not None]
    return [ui.ActionRow(*there[:5])] if there else []


def pager(page: Page[Any], custom_id: Callable[[int], str], *more: ui.Item[Any]) -> list[ui.Item[Any]]:
    """Return the row that turns pages, and nothing but `more` where there is only one page."""
    if page.pages == 1:
        return row(more)
    return row(
        [
            button("Previous", custom_id(page.number - 1), disabled=page.number == 0),
            button(f"{page.number + 1} / {page.pages}", custom_id(page.number), disabled=True),
            button("Next", custom_id(page.number + 1), disabled=page.number + 1 >= page.pages),
            *more,
        ]
    )


def fits(components: Sequence[dict[str, Any]]) -> bool:
    """Tell whether Discord takes these components as one message."""
    every = list(walk(components))
    return len(every) <= MOST_COMPONENTS and sum(length(c.get("content", "")) for c in every) <= MOST_TEXT


def walk(components: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Yield every component with those inside it."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        if "accessory" in component:
            yield component["accessory"]
