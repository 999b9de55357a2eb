"""`/paper`, `/topic`, `/keypoint`, `/search`: answers from the notes."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from digestbot.bot.answers import Answers
from digestbot.bot.ids import LONGEST_QUERY
from digestbot.bot.markup import length, one_line, shorten
from digestbot.bot.views.choices import choice
from digestbot.bot.views.layout import Layout
from digestbot.library import Kind, Search, parse
from digestbot.models import Tally

Ask = discord.Interaction[Any]
Text = app_commands.Range[str, 1, LONGEST_QUERY]
_CHOICE = 100  # Discord's limit for a choice's name, and the next one for their number
_CHOICES = 25


class LookUp(commands.Cog):
    """Answers are public; choices, nearest names and empty results are for the person who asked."""

    def __init__(self, search: Search, answers: Answers) -> None:
        self._search = search
        self._answers = answers

    @app_commands.command(description="Show a paper: a piece of its title is enough")
    @app_commands.describe(title='Title or words of it; "phrase", -without, period: venue: has: topic: … narrow it')
    async def paper(self, interaction: Ask, title: app_commands.Range[str, 1, 200]) -> None:
        """Show the card of the paper that is meant."""
        await _answer(interaction, *await self._answers.named(title))

    @app_commands.command(description="List a topic's papers, or all topics")
    @app_commands.describe(name="Topic; period: venue: has: -without … narrow its papers; leave it out to see all")
    async def topic(self, interaction: Ask, name: app_commands.Range[str, 1, 200] | None = None) -> None:
        """List the papers of a topic."""
        await self._tally(interaction, "topic", name)

    @app_commands.command(description="List a keypoint's papers, or all keypoints")
    @app_commands.describe(name="Keypoint; period: venue: has: -without … narrow its papers; leave it out to see all")
    async def keypoint(self, interaction: Ask, name: app_commands.Range[str, 1, 200] | None = None) -> None:
        """List the papers of a keypoint."""
        await self._tally(interaction, "keypoint", name)

    async def _tally(self, interaction: Ask, kind: Kind, name: str | None) -> None:
        if name is None:
            await _answer(interaction, await self._answers.tallies(kind, 0), True)
        else:
            await _answer(interaction, *await self._answers.tally(kind, name))

    @app_commands.command(description="Search everything in the notes, in English or Chinese")
    @app_commands.describe(words='Words, "phrases", -without; topic: keypoint: period: venue: has: source: narrow it')
    async def search(self, interaction: Ask, words: Text) -> None:
        """Search all text of the notes."""
        await _answer(interaction, *await self._answers.results(words))

    @paper.autocomplete("title")
    async def _titles(self, _: Ask, typed: str) -> list[app_commands.Choice[str]]:
        found = await self._search.suggest(typed, _CHOICES)
        return [_choice(s.label, s.value) for s in found[:_CHOICES]]

    @topic.autocomplete("name")
    async def _topics(self, _: Ask, typed: str) -> list[app_commands.Choice[str]]:
        return _tally_choices(await self._search.topics(typed, _CHOICES), parse(typed).limits)

    @keypoint.autocomplete("name")
    async def _keypoints(self, _: Ask, typed: str) -> list[app_commands.Choice[str]]:
        return _tally_choices(await self._search.keypoints(typed, _CHOICES), parse(typed).limits)

    @search.autocomplete("words")
    async def _words(self, _: Ask, typed: str) -> list[app_commands.Choice[str]]:
        """Offer what is typed, then the keypoints and topics that it may become."""
        limits = parse(typed).limits
        tallies = [*await self._search.keypoints(typed, 12), *await self._search.topics(typed, 12)]
        named = {one_line(f"{tally.name} {limits}"): choice(tally, limits) for tally in reversed(tallies)}
        offered = dict.fromkeys([one_line(typed), *reversed(named)])
        return [_choice(named.get(w, w), w) for w in offered if 0 < length(w) <= LONGEST_QUERY][:_CHOICES]


async def _answer(interaction: Ask, view: Layout, public: bool) -> None:
    await interaction.response.send_message(view=view, ephemeral=not public)


def _tally_choices(tallies: Sequence[Tally], limits: str) -> list[app_commands.Choice[str]]:
    """Return choices that stand for a topic or keypoint with what else was typed."""
    named = [(choice(tally, limits), f"{tally.key} {limits}".strip()) for tally in tallies[:_CHOICES]]
    return [_choice(label, value) for label, value in named if length(value) <= _CHOICE]


def _choice(label: str, value: str) -> app_commands.Choice[str]:
    return app_commands.Choice(name=shorten(one_line(label), _CHOICE) or "–", value=value)
