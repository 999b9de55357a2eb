"""What the simulation leaves out: how fast requests go over a socket, which are repeated, and answers cut short."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import discord
import pytest
from discord.http import Route

from digestbot.bot import Outbox, render
from digestbot.digest import Retry, Unsendable
from digestbot.models import Group, Payload, Sheet
from tests.bot.wired import connected
from tests.delivery.staged import discord_py as discord_py
from tests.double import CHANNEL_ID, FORUM, GUILD_ID, POSTS, Asked, Double, Fault, open_double, status

FORUM_ID = 400
LONG_AGO = timedelta(hours=2)
_TAG_REQUIRED = 1 << 4


@pytest.fixture
async def double(discord_py: None) -> AsyncIterator[Double]:
    async with open_double() as double:
        double.world.add_channel(FORUM_ID, GUILD_ID, FORUM, "digests")
        yield double


@pytest.fixture
async def client(double: Double) -> AsyncIterator[discord.Client]:
    async with connected(double) as client:
        yield client


@pytest.fixture
def outbox(client: discord.Client) -> Outbox:
    return Outbox(client)


@pytest.fixture
def payload(paper: Callable[..., Any]) -> Payload:
    groups = (Group("", (paper("A 论文"),)),)
    made = render(Sheet(edition_id=7, number=1, total=1, count=1, groups=groups, date="2026-03-30"))
    assert made is not None
    return made


def see(client: discord.Client, number: int) -> Any:
    """Ask about a channel; each has limits of its own, so that discord.py lets them all go at once."""
    return client.http.request(Route("GET", "/channels/{channel_id}", channel_id=number))


async def test_requests_are_spread_and_answers_to_people_are_not(double: Double, client: discord.Client) -> None:
    at: list[float] = []
    loop = asyncio.get_running_loop()
    double.watchers.append(
        lambda stage, one: at.append(loop.time()) if stage == "received" and one.method == "GET" else None
    )
    double.limiter.everywhere, double.limiter.sliding = 50, True
    numbers = range(1000, 1120)
    for number in numbers:
        double.world.add_channel(number, GUILD_ID)
    crowd = [asyncio.create_task(see(client, number)) for number in numbers]
    await double.until(lambda: at)
    double.asking.asked["token"] = Asked(1, "token")
    for number in range(5):
        body = {"type": 5, "data": {"flags": 64}} if number == 0 else {"content": "a"}
        path = "/interactions/1/token/callback" if number == 0 else "/webhooks/100/token"
        await client.http.request(Route("POST", path), json=body)
    meanwhile = len(at)
    await asyncio.gather(*crowd)
    assert meanwhile < len(numbers) / 2, "they went at once"
    assert double.limiter.refused == 0
    assert len(at) == len(numbers)
    seconds = [later - earlier for earlier, later in zip(at, at[50:], strict=False)]
    assert min(seconds) > 1, "never more than 50 in a second"
    assert at[-1] - at[0] < 4, "but not much slower than Discord takes them"
    assert max(later - earlier for earlier, later in pairwise(at)) < 1


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("code", [500, 502, 503, 504])
async def test_a_new_post_is_never_repeated(
    double: Double, outbox: Outbox, payload: Payload, code: int, after: bool
) -> None:
    double.faults.add(status(code, after=after), path=POSTS)
    with pytest.raises(Retry, match="cannot be reached"):
        await outbox.send(FORUM_ID, payload, "n.1", None)
    assert double.count("POST", "/threads") == 1
    found = await outbox.find(FORUM_ID, double.now - LONG_AGO, "e7.1", None)
    assert (found is not None) == after
    if not after:
        assert await outbox.send(FORUM_ID, payload, "n.1", None) == double.messages[0].id
    assert len(double.messages) == 1


async def test_a_message_is_repeated_under_its_nonce(double: Double, outbox: Outbox, payload: Payload) -> None:
    double.faults.add(status(502, after=True), path=POSTS)
    assert await outbox.send(CHANNEL_ID, payload, "n.1", None) == double.messages[0].id
    assert double.count("POST", "/messages") == 2
    assert (len(double.messages), double.world.nonce_hits) == (1, 1)


async def test_a_further_part_in_a_post_is_repeated_too(double: Double, outbox: Outbox, payload: Payload) -> None:
    post = await outbox.send(FORUM_ID, payload, "n.1", None)
    double.faults.add(status(502), path=POSTS)
    await outbox.send(FORUM_ID, payload, "n.2", post)
    assert double.count("POST", f"/channels/{post}/messages") == 2
    assert [message.nonce for message in double.messages] == ["", "n.2"]


UNREADABLE = [Fault("truncated"), Fault("invalid"), Fault("html"), Fault("close"), Fault("reset")]


@pytest.mark.parametrize("fault", UNREADABLE, ids=str)
@pytest.mark.parametrize("place", [CHANNEL_ID, FORUM_ID])
async def test_an_answer_that_cannot_be_read_says_nothing(
    double: Double, outbox: Outbox, payload: Payload, place: int, fault: Fault
) -> None:
    double.faults.add(fault, path=POSTS)
    with pytest.raises(Retry):
        await outbox.send(place, payload, "n.1", None)
    assert await outbox.send(place, payload, "n.1", None) == double.messages[-1].id


@pytest.mark.parametrize("fault", UNREADABLE[:3], ids=str)
@pytest.mark.parametrize(
    ("place", "path"),
    [
        (CHANNEL_ID, r"/channels/\d+/messages"),
        (FORUM_ID, r"/guilds/\d+/threads/active"),
        (FORUM_ID, r"/channels/\d+/threads/archived/public"),
        (FORUM_ID, r"/channels/\d+/messages/\d+"),
    ],
)
async def test_a_history_that_cannot_be_read_is_not_empty(
    double: Double, outbox: Outbox, payload: Payload, place: int, path: str, fault: Fault
) -> None:
    sent = await outbox.send(place, payload, "n.1", None)
    for channel in double.world.threads(FORUM_ID):
        channel.archived = "archived" in path
    double.faults.add(fault, "GET", path)
    with pytest.raises(Retry):
        await outbox.find(place, double.now - LONG_AGO, "e7.1", None)
    assert await outbox.find(place, double.now - LONG_AGO, "e7.1", None) == sent


async def test_old_archives_are_not_read_through(double: Double, outbox: Outbox, payload: Payload) -> None:
    forum = double.world.channels[FORUM_ID]
    for day in range(120):
        old = double.world.add_thread(forum, f"Talk {day}", 1000 + day)
        old.archived, old.made_at = True, double.now - timedelta(days=1 + day)
    assert await outbox.find(FORUM_ID, double.now - LONG_AGO, "e7.1", None) is None
    assert double.count("GET", "/threads/archived/public") == 1


class TestTagRequired:
    @pytest.fixture(autouse=True)
    def required(self, double: Double) -> None:
        double.world.channels[FORUM_ID].flags = _TAG_REQUIRED

    def tags(self, double: Double, *names: str, moderated: bool = False) -> None:
        double.world.channels[FORUM_ID].tags = [
            {"id": str(10 + n), "name": name, "moderated": moderated, "emoji_id": None, "emoji_name": None}
            for n, name in enumerate(names)
        ]

    @pytest.mark.parametrize("names", [("Help", "News"), ("Help", "Digest")])
    async def test_a_tag_is_given(self, double: Double, payload: Payload, names: tuple[str, ...]) -> None:
        self.tags(double, *names)
        async with connected(double) as client:
            post = await Outbox(client).send(FORUM_ID, payload, "n", None)
        assert [message.id for message in double.messages] == [post], "Discord would have refused it"

    async def test_without_one_that_it_may_use_it_says_what_to_do(self, double: Double, payload: Payload) -> None:
        self.tags(double, "Digest", moderated=True)
        async with connected(double) as client:
            with pytest.raises(Unsendable, match="add one that everyone may use"):
                await Outbox(client).send(FORUM_ID, payload, "n", None)
