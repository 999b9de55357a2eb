from collections.abc import Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from digestbot.bot import render
from digestbot.digest import Retry, Unsendable, Unsure
from digestbot.models import Group, Payload, Sheet

World = Any


@pytest.fixture
def payload(paper: Callable[..., Any]) -> Any:
    groups = (Group("LLM", (paper("A paper"),)),)
    return render(Sheet(edition_id=7, number=2, total=2, count=1, groups=groups, date="2026-03-30"))


async def test_a_part_is_found_again_by_its_token(world: World, payload: Any) -> None:
    sent = await world.outbox.send(world.channel.id, payload, "n7.2", None)
    since = world.env.now() - timedelta(hours=2)
    assert await world.outbox.find(world.channel.id, since, "e7.2", None) == sent
    assert await world.outbox.find(world.channel.id, since, "e7.1", None) is None
    assert await world.outbox.find(world.channel.id, since, "e17.2", None) is None
    assert await world.outbox.find(world.channel.id, world.env.now() + timedelta(hours=1), "e7.2", None) is None


async def test_what_is_sent_is_what_was_frozen(world: World, payload: Any) -> None:
    await world.outbox.send(world.channel.id, payload, "n7.2", None)
    [request] = [r.json for r in world.env.http_requests if r.json and "nonce" in r.json]
    assert request["components"] == payload["components"]
    assert request["flags"] == payload["flags"]
    assert request["enforce_nonce"] is True
    assert request["allowed_mentions"] == {"parse": []}


async def test_someone_elses_message_is_not_ours(world: World) -> None:
    await world.reader.send(world.channel, "paper:x/e7.2")
    assert await world.outbox.find(world.channel.id, world.env.now() - timedelta(hours=2), "e7.2", None) is None


@pytest.mark.parametrize(("status", "code"), [(404, 10003), (403, 50001), (403, 50013), (400, 50024), (400, 50035)])
async def test_what_no_retry_mends(world: World, payload: Any, status: int, code: int) -> None:
    world.env.inject_error("POST", "/channels/*/messages", status=status, code=code)
    with pytest.raises(Unsendable):
        await world.outbox.send(world.channel.id, payload, "n", None)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_what_a_retry_may_mend(world: World, payload: Any, status: int) -> None:
    world.env.inject_error("POST", "/channels/*/messages", status=status, times=None)
    with pytest.raises(Retry):
        await world.outbox.send(world.channel.id, payload, "n", None)


@pytest.mark.parametrize("error", [aiohttp.ClientConnectionError(), ConnectionResetError(104, "reset"), TimeoutError()])
async def test_a_lost_connection(world: World, payload: Any, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    async def lost(*_args: Any, **_options: Any) -> None:
        raise error

    monkeypatch.setattr(world.env.bot.http, "request", lost)
    with pytest.raises(Retry):
        await world.outbox.send(world.channel.id, payload, "n", None)


async def test_a_channel_that_is_gone(world: World, payload: Any) -> None:
    world.env.backend.delete_channel(world.channel.id)
    with pytest.raises(Unsendable, match="gone"):
        await world.outbox.send(world.channel.id, payload, "n", None)


async def test_without_the_history_nothing_is_sure(world: World, payload: Any) -> None:
    await world.outbox.send(world.channel.id, payload, "n", None)
    await world.deny(read_message_history=True)
    with pytest.raises(Unsure, match="Read Message History"):
        await world.outbox.find(world.channel.id, world.env.now() - timedelta(hours=2), "e7.2", None)


def part(paper: Callable[..., Any], number: int, *titles: str) -> Payload:
    """A part of edition 7 with these papers, the first with an arXiv id, and with more behind the last one's button."""
    papers = tuple(paper(title, arxiv="cs/0112017" if n == 0 else "") for n, title in enumerate(titles))
    groups = (Group("LLM", papers),)
    made = render(Sheet(edition_id=7, number=number, total=2, count=9, groups=groups, date="2026-03-30", beyond=6))
    assert made is not None
    return made


async def test_what_was_posted_is_read_back(world: World, paper: Callable[..., Any]) -> None:
    since = world.env.now() - timedelta(hours=2)
    sent = [
        await world.outbox.send(world.channel.id, part(paper, n, f"A {n}", f"B {n}"), f"n{n}", None) for n in (1, 2)
    ]
    await world.reader.send(world.channel, "paper:x/e7.2")
    await world.outbox.send(world.channel.id, render(Sheet(0, 1, 1, 1, (Group("LLM", (paper("P"),)),), "")), "n0", None)
    theirs = await world.outbox.send(world.channel.id, part(paper, 3, "C"), "n3", None)
    world.env.backend.get_message(world.channel.id, theirs).author_id = world.reader.id
    read = await world.outbox.posted(world.channel.id, since)
    assert [(one.edition, one.part, one.message_id) for one in read] == [(7, 1, sent[0]), (7, 2, sent[1])]
    assert [one.keys for one in read] == [("arxiv:cs/0112017", paper(f"B {n}").key) for n in (1, 2)]
    assert all(since <= one.at <= world.env.now() + timedelta(minutes=1) for one in read)
    assert await world.outbox.posted(world.channel.id, world.env.now() + timedelta(hours=1)) == []


async def test_in_a_thread_it_is_read_back_too(world: World, paper: Callable[..., Any]) -> None:
    thread = await world.thread("Digests")
    sent = await world.outbox.send(thread.id, part(paper, 1, "A"), "n1", None)
    read = await world.outbox.posted(thread.id, world.env.now() - timedelta(hours=2))
    assert [one.message_id for one in read] == [sent]


async def test_in_a_forum_it_is_read_back_from_our_posts(world: World, paper: Callable[..., Any]) -> None:
    """Whether a post is archived or not."""
    forum = world.guild.create_forum_channel("digests")
    await world.env.settle()
    since = world.env.now() - timedelta(hours=2)
    await world.outbox.send(forum.id, part(paper, 1, "A"), "n1", None)
    await world.env.settle()
    [post] = world.env.bot.get_channel(forum.id).threads
    second = await world.outbox.send(post.id, part(paper, 2, "B"), "n2", None)
    await world.outbox.send(forum.id, part(paper, 1, "C"), "n3", None)
    await world.env.settle()
    [other] = [thread for thread in world.env.bot.get_channel(forum.id).threads if thread != post]
    await other.edit(archived=True)
    await world.env.settle()
    read = await world.outbox.posted(forum.id, since)
    assert [(one.part, one.keys[-1:]) for one in read] == [(n, ("arxiv:cs/0112017",)) for n in (1, 2, 1)]
    assert read[1].message_id == second
    assert await world.outbox.posted(forum.id, world.env.now() + timedelta(hours=1)) == []


async def test_what_cannot_be_read_back_is_told(world: World) -> None:
    since = world.env.now() - timedelta(hours=2)
    await world.deny(read_message_history=True)
    with pytest.raises(Unsure, match="needs the Read Message History permission"):
        await world.outbox.posted(world.channel.id, since)
    world.env.backend.delete_channel(world.channel.id)
    await world.env.settle()
    with pytest.raises(Unsendable, match="gone"):
        await world.outbox.posted(world.channel.id, since)
