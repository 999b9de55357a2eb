"""What all messages are made of: a framed layout, its colours, its buttons, and Discord's limits.

Components are written as Discord's API takes them, without what is its default (its documentation of components):
discord.py's own items would be built only to be taken apart again, at the price of all the text inside once more.
Limits are of the same documentation: 40 components and 4,000 characters of text in a message.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from discord import ButtonStyle, ComponentType, ui

from digestbot.bot.markup import length, safe_url, shorten
from digestbot.models import Page

Component = dict[str, Any]

MOST_COMPONENTS = 40
MOST_TEXT = 4000
LABEL = 80
OPTION = 100
"""Characters of a menu option's label and description."""
OPTIONS = 25

LOOK_UP = 0x4C8BF5
DIGEST = 0xE3A008
TROUBLE = 0xD9534F
QUIET = 0x80848E


class Layout(ui.LayoutView):
    """A layout whose buttons are known by their ids alone, so that they work after a restart too.

    It takes no presses itself: it counts as finished, and discord.py does not keep it in memory for its message.
    """

    def __init__(self, components: Sequence[Component]) -> None:
        super().__init__(timeout=None)
        self._components = list(components)

    def to_components(self) -> list[Component]:
        """Return what Discord is sent."""
        return self._components

    def has_components_v2(self) -> bool:
        """Tell discord.py to set the flag of layouts."""
        return True

    def is_finished(self) -> bool:
        """Tell discord.py that nothing waits for this view."""
        return True


def framed(colour: int, items: Iterable[Component]) -> Layout:
    """Return a layout that is one frame with a coloured edge."""
    return Layout([frame(colour, items)])


def frame(colour: int, items: Iterable[Component]) -> Component:
    """Return a frame with a coloured edge."""
    return {"type": ComponentType.container.value, "accent_color": colour, "components": list(items)}


def text(*lines: str) -> Component:
    """Return a text of lines of finished Discord Markdown; empty lines are left out."""
    return {"type": ComponentType.text_display.value, "content": "\n".join(line for line in lines if line)}


def gap() -> Component:
    """Return a little air between two texts."""
    return {"type": ComponentType.separator.value, "divider": False}


def rule() -> Component:
    """Return a line between two texts."""
    return {"type": ComponentType.separator.value}


def section(shown: str, accessory: Component) -> Component:
    """Return a text with a button beside it."""
    return {"type": ComponentType.section.value, "components": [text(shown)], "accessory": accessory}


def gallery(urls: Iterable[str]) -> Component:
    """Return images side by side."""
    return {"type": ComponentType.media_gallery.value, "items": [{"media": {"url": url}} for url in urls]}


def button(label: str, custom_id: str, *, emoji: str = "", disabled: bool = False) -> Component:
    """Return a button; the label is plain text and is cut to Discord's limit."""
    shown = {"style": ButtonStyle.secondary.value, "label": shorten(label, LABEL), "disabled": disabled}
    return {"type": ComponentType.button.value, "custom_id": custom_id, **shown, **_emoji(emoji)}


def link_button(label: str, url: str | None) -> Component | None:
    """Return a button that opens a URL, or None where the URL is not fit for one."""
    if not url or not (safe := safe_url(url)):
        return None
    shown = {"style": ButtonStyle.link.value, "label": shorten(label, LABEL)}
    return {"type": ComponentType.button.value, "url": safe, **shown}


def row(buttons: Sequence[Component | None]) -> list[Component]:
    """Return a row of up to five of the buttons that are there, or nothing."""
    there = [b for b in buttons if b is not None]
    return [_row(*there[:5])] if there else []


def _row(*items: Component) -> Component:
    return {"type": ComponentType.action_row.value, "components": list(items)}


def menu(custom_id: str, placeholder: str, options: Sequence[Component]) -> Component:
    """Return a menu, in a row of its own, of up to 25 options; what is shown before one is picked is plain text."""
    select = {"type": ComponentType.string_select.value, "custom_id": custom_id, "placeholder": placeholder}
    return _row({**select, "options": list(options[:OPTIONS])})


def option(label: str, value: str, description: str = "", *, emoji: str = "", chosen: bool = False) -> Component:
    """Return an option of a menu; label and description are plain text and are cut to Discord's limit."""
    said = {"description": shorten(description, OPTION)} if description else {}
    return {"label": shorten(label, OPTION), "value": value, "default": chosen, **said, **_emoji(emoji)}


def _emoji(emoji: str) -> Component:
    return {"emoji": {"name": emoji}} if emoji else {}


def pager(page: Page[Any], custom_id: Callable[[int], str]) -> list[Component]:
    """Return the row that turns pages, and nothing where there is only one page."""
    if page.pages == 1:
        return []
    return row(
        [
            button("Previous", custom_id(page.number - 1), disabled=page.number == 0),
            button(f"{page.number + 1} / {page.pages}", custom_id(page.number), disabled=True),
            button("Next", custom_id(page.number + 1), disabled=page.number + 1 >= page.pages),
        ]
    )


def fits(components: Sequence[Component]) -> bool:
    """Tell whether Discord takes these components as one message."""
    every = list(walk(components))
    return len(every) <= MOST_COMPONENTS and sum(length(c.get("content", "")) for c in every) <= MOST_TEXT


def walk(components: Iterable[Component]) -> Iterable[Component]:
    """Yield every component with those inside it."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        if "accessory" in component:
            yield component["accessory"]
