"""The double behaves as Discord does where delivery depends on it, as seen through discord.py."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, cast

import aiohttp
import discord
import pytest

from digestbot.bot import reach
from tests.double import (
    CHANNEL_ID,
    FORUM,
    GUILD_ID,
    READ_HISTORY,
    SEND_MESSAGES,
    TOKEN,
    VIEW_CHANNEL,
    Double,
    Fault,
    error,
    status,
    too_many,
)

FORUM_ID = 400


@pytest.fixture
async def client(double: Double) -> AsyncIterator[discord.Client]:
    reach(double.api, double.gateway)
    client = discord.Client(intents=discord.Intents(guilds=True))
    await client.login(TOKEN)
    yield client
    await client.close()


@pytest.fixture
def channel(client: discord.Client) -> discord.PartialMessageable:
    return client.get_partial_messageable(CHANNEL_ID)


async def test_a_nonce_makes_one_message_while_its_window_lasts(
    double: Double, channel: discord.PartialMessageable
) -> None:
    first = await channel.send("a", nonce="n1")
    again = await channel.send("a", nonce="n1")
    double.move(timedelta(seconds=181))
    late = await channel.send("a", nonce="n1")
    assert first.id == again.id != late.id
    assert (len(double.messages), double.world.nonce_hits) == (2, 1)


async def test_history_is_read_by_moments_and_in_pages(double: Double, channel: discord.PartialMessageable) -> None:
    for number in range(120):
        await channel.send(str(number))
        double.move(timedelta(minutes=1))
    since = double.now - timedelta(minutes=110, seconds=30)
    later = [m.content async for m in channel.history(limit=None, after=since, oldest_first=True)]
    newest = [m.content async for m in channel.history(limit=3)]
    assert later == [str(number) for number in range(10, 120)]
    assert newest == ["119", "118", "117"]


async def test_ids_increase_when_the_clock_is_set_back(double: Double, channel: discord.PartialMessageable) -> None:
    first = await channel.send("a")
    double.move(timedelta(days=-1))
    second = await channel.send("b")
    assert second.id == first.id + 1


@pytest.mark.parametrize(("denied", "code"), [(VIEW_CHANNEL, 50001), (SEND_MESSAGES, 50013)])
async def test_permissions_are_asked_for(
    double: Double, channel: discord.PartialMessageable, denied: int, code: int
) -> None:
    await double.overwrite(CHANNEL_ID, deny=denied)
    with pytest.raises(discord.Forbidden) as refused:
        await channel.send("a")
    assert refused.value.code == code


async def test_without_history_a_channel_looks_empty(double: Double, channel: discord.PartialMessageable) -> None:
    await channel.send("a")
    await double.overwrite(CHANNEL_ID, deny=READ_HISTORY)
    assert [m async for m in channel.history()] == []


async def test_a_direct_message_may_be_refused(double: Double, client: discord.Client) -> None:
    user = await client.fetch_user(7)
    await user.send("a")
    double.world.closed_dms.add(7)
    with pytest.raises(discord.Forbidden) as refused:
        await user.send("b")
    assert refused.value.code == 50007
    assert len(double.messages) == 1


async def test_a_forum_post_has_the_id_of_its_first_message(double: Double, client: discord.Client) -> None:
    double.world.add_channel(FORUM_ID, GUILD_ID, FORUM, "digests")
    forum = await client.fetch_channel(FORUM_ID)
    assert isinstance(forum, discord.ForumChannel)
    made = await forum.create_thread(name="Digest", content="first")
    await made.thread.send("second")
    double.world.channels[made.thread.id].archived = True
    assert made.thread.id == made.message.id
    assert [thread.id async for thread in forum.archived_threads()] == [made.thread.id]
    assert [m.content async for m in made.thread.history(oldest_first=True)] == ["first", "second"]
    assert [m.data["content"] for m in double.posted_in(FORUM_ID)] == ["first", "second"]


STORES = [status(503, after=True), Fault("reset", after=True), Fault("close", after=True), Fault("invalid", after=True)]


@pytest.mark.parametrize("fault", STORES, ids=str)
async def test_what_fails_afterwards_is_stored(
    double: Double, channel: discord.PartialMessageable, fault: Fault
) -> None:
    double.faults.add(fault, nth=2)
    await channel.send("a")
    with pytest.raises((discord.HTTPException, aiohttp.ClientError, OSError, ValueError)):
        await channel.send("b")
    assert [m.data["content"] for m in double.messages] == ["a", "b"]
    assert double.faults.played == [fault]


REFUSES = [status(503), Fault("reset"), error(50035), too_many(via=False), Fault("html", status=503)]


@pytest.mark.parametrize("fault", REFUSES, ids=str)
async def test_what_fails_before_is_not_stored(
    double: Double, channel: discord.PartialMessageable, fault: Fault
) -> None:
    double.faults.add(fault)
    with pytest.raises((discord.HTTPException, aiohttp.ClientError, OSError)):
        await channel.send("a")
    assert double.messages == []


async def test_a_limit_is_kept_and_counted(double: Double, channel: discord.PartialMessageable) -> None:
    double.limiter.per_channel = (2, 0.2)
    for _ in range(5):
        await channel.send("a")
    assert len(double.messages) == 5
    double.limiter.everywhere = 0
    me, token = f"{double.api}/users/@me", {"Authorization": f"Bot {TOKEN}"}
    async with aiohttp.ClientSession(headers=token) as session, session.get(me) as response:
        told = cast("dict[str, Any]", await response.json())
    assert (response.status, told["global"], double.limiter.refused) == (429, True, 1)
