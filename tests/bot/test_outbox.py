from collections.abc import Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from digestbot.bot import render
from digestbot.digest import Retry, Unsendable, Unsure
from digestbot.models import Group, Sheet

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
