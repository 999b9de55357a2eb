"""Trouble is told to whoever can mend it, once, where they see it."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from simcord import ChannelHandle
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType
from syrupy.assertion import SnapshotAssertion

from digestbot.bot.views.desk import alert
from digestbot.digest import ConfigChannel, Retry
from digestbot.models import Channel, Entry, Schedule, Slot

World = Any
Said = Callable[[Any], str]
SETUP = {"day": "monday", "time": "09:00", "timezone": "Europe/Berlin"}
TROUBLE = "The bot may not post in the channel; give it View Channel and Send Messages there"
DMS = "/channels/{}/messages"


async def set_up(world: World, **more: Any) -> Channel:
    await world.manager.slash(world.channel, "digest setup", channel=world.channel, **SETUP, **more)
    return await world.ledger.channels.get(world.channel.id)


async def news(world: World, **overwrites: Any) -> ChannelHandle:
    """Give the server a channel for Discord's own news."""
    made = world.guild.create_text_channel("news", **overwrites)
    world.env.backend.edit_guild(world.guild.id, {"system_channel_id": made.id})
    await world.env.settle()
    return made


def close_direct(world: World, code: int = 50007) -> None:
    path = DMS.format(world.manager.user.dm_channel.id)
    world.env.inject_error("POST", path, status=403, code=code, times=None)


async def test_whoever_set_it_up_is_told_alone(world: World, said: Said) -> None:
    channel, public = await set_up(world), await news(world)
    await world.outbox.tell(channel, TROUBLE, "n")
    [letter] = world.letters()
    assert "give it View Channel and Send Messages there." in said(letter)
    assert "**Reading group**" in said(letter)
    assert public.history() == []


@pytest.mark.parametrize("code", [50007, 50278])
async def test_the_server_is_told_where_direct_messages_are_closed(
    world: World, said: Said, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    channel, public = await set_up(world), await news(world)
    close_direct(world, code)
    await world.outbox.tell(channel, TROUBLE, "n")
    assert ["Send Messages there." in said(m) for m in public.history()] == [True]
    assert world.letters() == []
    assert not [r for r in caplog.records if r.levelno >= logging.WARNING], "nothing is wrong with that"


async def test_the_server_is_told_of_the_channels_of_the_settings(world: World, said: Said) -> None:
    public = await news(world)
    await world.desk.reconcile([ConfigChannel(id=world.channel.id, day="friday", time="18:00", timezone="UTC")])
    await world.restart()
    channel = await world.ledger.channels.get(world.channel.id)
    await world.outbox.tell(channel, TROUBLE, "n")
    assert ["Send Messages there." in said(m) for m in public.history()] == [True]


@pytest.mark.parametrize("there_is", [None, "unwritable", "unseen"])
async def test_the_log_is_told_where_nobody_can_be(
    world: World, there_is: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    public = None
    if there_is:
        denied = {"unwritable": "send_messages", "unseen": "view_channel"}[there_is]
        everyone = {world.guild.default_role: discord.PermissionOverwrite(**{denied: False})}
        public = await news(world, overwrites=everyone)
    channel = await set_up(world)
    close_direct(world)
    await world.outbox.tell(channel, TROUBLE, "n")
    assert "nobody could be told of its trouble but this log and /digest status" in caplog.text
    path = f"/channels/{public.id}/messages" if public else ""
    assert not [r for r in world.env.http_requests if r.path == path], "it is known beforehand"


async def test_a_person_who_is_no_more_is_not_written_to(world: World, said: Said) -> None:
    channel, public = await set_up(world), await news(world)
    world.env.inject_error("POST", "/users/@me/channels", status=400, code=50033)
    await world.outbox.tell(channel, TROUBLE, "n")
    assert ["Send Messages there." in said(m) for m in public.history()] == [True]


@pytest.mark.parametrize("path", ["/users/@me/channels", "/channels/*/messages"])
async def test_what_may_work_later_is_told_later(world: World, path: str) -> None:
    channel, public = await set_up(world), await news(world)
    world.env.inject_error("POST", path, status=503)
    with pytest.raises(Retry):
        await world.outbox.tell(channel, TROUBLE, "n")
    assert public.history() == []
    await world.outbox.tell(channel, TROUBLE, "n")
    assert len(world.letters()) == 1


async def deny(world: World, **permissions: bool) -> None:
    _, denied = discord.PermissionOverwrite(**dict.fromkeys(permissions, False)).pair()
    overwrite = Overwrite(world.env.bot.user.id, OverwriteType.MEMBER, allow=0, deny=denied.value)
    world.env.backend.set_overwrite(world.channel.id, overwrite)
    await world.env.settle()


async def give_back(world: World) -> None:
    world.env.backend.delete_overwrite(world.channel.id, world.env.bot.user.id)
    await world.env.settle()


def posted(world: World) -> list[discord.Message]:
    return [message for message in world.channel.history() if message.components]


async def tick(world: World, after: timedelta = timedelta(minutes=1)) -> None:
    world.now[0] += after
    await world.clockwork.tick(world.now[0])
    await world.env.settle()


@pytest.mark.parametrize("denied", ["send_messages", "view_channel"])
async def test_a_permission_is_lost_told_of_and_given_back(world: World, said: Said, denied: str) -> None:
    await set_up(world, start="last")
    await deny(world, **{denied: True})
    await tick(world, timedelta(days=6))
    [letter] = world.letters()
    for _ in range(5):
        await tick(world, timedelta(hours=2))
    assert len(world.letters()) == 1
    named = "Send Messages" if denied == "send_messages" else "View Channel"
    assert named in said(letter)
    general = world.guild.create_text_channel("general")
    text = said(await world.manager.slash(general, "digest status"))
    assert "1 part of it not posted yet; the bot goes on trying" in text
    assert f"Missing permission here: **{named}**" in text

    assert posted(world) == []
    await tick(world)
    await give_back(world)
    await tick(world)
    assert len(posted(world)) == 1, "its pause of an hour is over"
    text = said(await world.manager.slash(general, "digest status"))
    assert "⚠️" not in text
    assert "⏳" not in text


async def test_the_same_trouble_is_told_again_after_it_was_mended(
    world: World, said: Said, entry: Callable[..., Entry]
) -> None:
    await set_up(world, start="last")
    await deny(world, send_messages=True)
    await tick(world, timedelta(days=6))
    await give_back(world)
    await tick(world)
    await world.add([entry("A new one", 1)])
    await deny(world, send_messages=True)
    await tick(world, timedelta(days=7))
    first, second = world.letters()
    assert said(first) == said(second)
    nonces = [r.json["nonce"] for r in world.env.http_requests if r.json and "nonce" in r.json]
    assert len(set(nonces)) == len(nonces) - 1, "only the part that was tried again has its nonce again"


@pytest.mark.parametrize("change", ["role", "thread"])
async def test_other_changes_end_the_pause_too(world: World, change: str) -> None:
    await set_up(world, start="last")
    role = world.guild.create_role("Quiet")
    thread = await world.thread("chat")
    await deny(world, send_messages=True)
    await tick(world, timedelta(days=6))
    world.env.backend.get_channel(world.channel.id).overwrites.clear()  # which no event tells
    await tick(world, timedelta(seconds=1))
    assert posted(world) == []
    if change == "role":
        world.env.backend.edit_role(world.guild.id, role.id, {"name": "Loud"})
    else:
        world.env.backend.announce_channel_update(thread.id)
    await world.env.settle()
    await tick(world, timedelta(seconds=1))
    assert len(posted(world)) == 1


def test_how_it_reads(snapshot: SnapshotAssertion) -> None:
    schedule = Schedule(("monday",), "09:00", "UTC")
    channel = Channel(300, 200, schedule, (), 0, Slot("2026-03-30T09:00", datetime(2026, 3, 30, 9, tzinfo=UTC)))
    assert alert(channel, "Reading *group*", TROUBLE).to_components() == snapshot
    without = str(alert(replace(channel, guild_id=0), "", TROUBLE).to_components())
    assert " in **" not in without
