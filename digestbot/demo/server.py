"""The Discord server of the demo: a reading group's, simulated in memory, with the real bot in it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord
from discord import app_commands
from simcord import ChannelHandle, Env, GuildHandle, MemberActor, SetupError

from digestbot.demo.choices import Choices
from digestbot.demo.typed import Command, Option

BOT = "digestbot"
_AVATAR = "digestbot"
_PATIENCE = 20.0
"""Seconds that the simulation gives the bot to answer; a slow machine composes a large edition in one or two."""


class Simulation(Env):
    """Simcord's environment, and when it is at rest: it refuses a second operation beside a running one."""

    def __init__(self, client: discord.Client) -> None:
        super().__init__(client, settle_timeout=_PATIENCE)
        self._ended = asyncio.Event()
        choices = Choices()
        self._register_dispatch_observer(choices.watch)
        self.backend.subscribers.append(choices.give_back)  # the bot is subscribed after it, when it is attached

    @property
    def busy(self) -> bool:
        """Whether an operation is running: a click, a command, a message of a member."""
        return self._operation_task is not None

    async def at_rest(self) -> None:
        """Wait until a new operation may begin."""
        while self.busy:
            self._ended.clear()
            await self._ended.wait()

    def _end_operation(self) -> None:
        super()._end_operation()
        self._ended.set()


@dataclass(frozen=True, slots=True)
class Server:
    """The server's parts. `you` may manage the server, `reader` may not; `guide` is the demo's own voice."""

    env: Simulation
    guild: GuildHandle
    papers: ChannelHandle
    you: MemberActor
    reader: MemberActor
    guide: MemberActor

    @property
    def avatar(self) -> str:
        """The address of the bot's avatar."""
        return f"https://cdn.simcord.invalid/avatars/{self.env.backend.bot_user.id}/{_AVATAR}.png"

    def member(self, user_id: int) -> MemberActor | None:
        """Return the person with this id: one of the two that the page can be used as."""
        return next((m for m in (self.you, self.reader) if m.id == user_id), None)

    def heed(self, listener: Callable[[str, Mapping[str, Any]], None]) -> None:
        """Call the listener with the name and payload of every gateway event."""
        self.env.backend.subscribers.append(listener)

    async def run(self, member: MemberActor, command: str, options: Mapping[str, str]) -> str:
        """Run a command as this member; return a sentence if Discord would not let them, else nothing."""
        await self.env.at_rest()
        try:
            await member.slash(self.papers, command, **options)
        except SetupError as error:
            return f"Discord would not take that: {str(error).splitlines()[0]}"
        return ""

    async def say(self, text: str) -> None:
        """Post a message of the guide."""
        await self.env.at_rest()
        await self.guide.send(self.papers, text)


@asynccontextmanager
async def open_server(client: discord.Client, clock: Callable[[], datetime]) -> AsyncGenerator[Server]:
    """Build the server and connect the client to it; at the end, disconnect it. Closing the client is the caller's."""
    env = Simulation(client)
    env.backend.clock.now = clock  # the simulation's own clock stands still
    env.backend.bot_user.name = BOT
    env.backend.bot_user.avatar = _AVATAR
    server = _built(env)
    await env.start()
    try:
        yield server
    finally:
        await env.shutdown()


def _built(env: Simulation) -> Server:
    guild = env.create_guild("Reading group")
    papers = guild.create_text_channel("papers", topic="New papers every week. Type / to see what the bot answers.")
    guild.create_text_channel("general")
    manager = guild.create_role("Manager", permissions=discord.Permissions(manage_guild=True))
    return Server(
        env,
        guild,
        papers,
        you=guild.add_member(env.create_user("you"), roles=[manager]),
        reader=guild.add_member(env.create_user("reader")),
        guide=guild.add_member(env.create_user("guide", bot=True)),
    )


def commands(tree: app_commands.CommandTree[Any]) -> list[Command]:
    """Return the slash commands of a tree, as far as typing them out needs to know them."""
    found = tree.walk_commands(type=discord.AppCommandType.chat_input)
    return [
        Command(c.qualified_name, tuple(_option(p) for p in c.parameters))
        for c in found
        if isinstance(c, app_commands.Command)
    ]


def _option(parameter: app_commands.Parameter) -> Option:
    text = parameter.type is discord.AppCommandOptionType.string
    return Option(str(parameter.display_name), parameter.required, text)
