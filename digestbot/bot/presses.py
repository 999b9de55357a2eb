"""Buttons and menus: what each does is read from its id, so that they work on messages of any age."""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import discord
from discord import app_commands, ui

from digestbot.bot import ids
from digestbot.bot.answers import Answers
from digestbot.bot.checkup import Checkup
from digestbot.bot.trouble import report
from digestbot.bot.views.layout import Layout
from digestbot.bot.views.notes import status

Press = discord.Interaction[Any]
Answer = Callable[[Press, re.Match[str]], Awaitable[None]]
Item = ui.DynamicItem[ui.Item[Any]]


async def _card(answers: Answers, press: Press, found: re.Match[str]) -> None:
    await _open(press, await answers.card(found["key"], private=True))


async def _share(answers: Answers, press: Press, found: re.Match[str]) -> None:
    await press.response.send_message(view=await answers.card(found["key"]))


async def _full_note(answers: Answers, press: Press, found: re.Match[str]) -> None:
    await _open(press, await answers.note(found["key"], 0))


async def _note_page(answers: Answers, press: Press, found: re.Match[str]) -> None:
    await _turn(press, await answers.note(found["key"], int(found["page"])))


async def _papers(answers: Answers, press: Press, found: re.Match[str]) -> None:
    await _turn(press, await answers.tally_papers(found["kind"], found["key"], int(found["page"])))


async def _tallies(answers: Answers, press: Press, found: re.Match[str]) -> None:
    await _turn(press, await answers.tallies(found["kind"].removesuffix("s"), int(found["page"])))


async def _pick(answers: Answers, press: Press, found: re.Match[str]) -> None:
    values: list[str] = (press.data or {}).get("values", [])
    if found["kind"] == "paper":
        await _open(press, await answers.card(values[0], private=True))
    else:
        await _open(press, await answers.tally_papers(found["kind"], values[0], 0))


async def _search(answers: Answers, press: Press, found: re.Match[str]) -> None:
    view, _ = await answers.results(found["query"], found["at"])
    await _turn(press, view)


async def _narrow(answers: Answers, press: Press, _: re.Match[str]) -> None:
    values: list[str] = (press.data or {}).get("values", [])
    view, _public = await answers.results(values[0])
    await _turn(press, view)


async def _edition(answers: Answers, press: Press, found: re.Match[str]) -> None:
    view = await answers.edition(int(found["edition"]), int(found["page"]))
    await (_open(press, view) if found["token"] else _turn(press, view))


async def _notes(checkup: Checkup, press: Press, found: re.Match[str]) -> None:
    if not press.permissions.manage_guild:
        raise app_commands.MissingPermissions(["manage_guild"])
    page = 0 if found["page"] == "first" else int(found["page"])
    await _turn(press, status(await checkup.health(), found["only"], page, found["stamp"]))


_ANSWERS = (
    (ids.PAPER, _card),
    (ids.SHARE, _share),
    (ids.FULL_NOTE, _full_note),
    (ids.NOTE, _note_page),
    (ids.LIST, _papers),
    (ids.TALLIES, _tallies),
    (ids.PICK, _pick),
    (ids.SEARCH, _search),
    (ids.NARROW, _narrow),
    (ids.EDITION, _edition),
)


def presses(answers: Answers, checkup: Checkup) -> tuple[type[Item], ...]:
    """Return the items that discord.py is to recognise by their ids.

    What a press opens is seen by the person who pressed alone; only a card that they choose to show is not.
    """
    looked_up = (_item(pattern, partial(answer, answers)) for pattern, answer in _ANSWERS)
    return (*looked_up, _item(ids.NOTES, partial(_notes, checkup)))


def _item(pattern: re.Pattern[str], answer: Answer) -> type[Item]:
    class Pressed(ui.DynamicItem[ui.Item[Any]], template=pattern):
        def __init__(self, item: ui.Item[Any], match: re.Match[str]) -> None:
            super().__init__(item)
            self.match = match

        @classmethod
        async def from_custom_id(cls, _press: Press, item: ui.Item[Any], match: re.Match[str], /) -> "Pressed":
            return cls(item, match)

        async def callback(self, interaction: Press) -> None:
            try:
                await answer(interaction, self.match)
            except Exception as error:  # noqa: BLE001 - what Tree.on_error is for commands, discord.py has not for these
                await report(interaction, error)

    return Pressed


async def _open(press: Press, view: Layout) -> None:
    """Show something new to the person who pressed."""
    await press.response.send_message(view=view, ephemeral=True)


async def _turn(press: Press, view: Layout) -> None:
    """Turn the page in place for the person who asked; give anyone else pages of their own."""
    message = press.message
    asked = message.interaction_metadata if message else None
    if message and (message.flags.ephemeral or (asked and asked.user.id == press.user.id)):
        await press.response.edit_message(view=view)
    else:
        await _open(press, view)
