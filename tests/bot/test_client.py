import asyncio
from typing import Any

import discord
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from digestbot.bot import reach
from digestbot.digest import ConfigChannel

World = Any


def synced(world: World) -> list[str]:
    return [r.path for r in world.env.http_requests if r.method == "PUT" and r.path.endswith("/commands")]


async def test_commands_are_sent_when_they_changed_only(world: World) -> None:
    assert len(synced(world)) == 1
    await world.restart()
    assert len(synced(world)) == 1
    await world.ledger.state.set(f"commands:{world.env.bot.application_id}", '{"global": "another"}')
    await world.restart()
    assert len(synced(world)) == 2


async def test_commands_can_be_limited_to_some_servers(world: World) -> None:
    await world.restart(guilds=(world.guild.id,))
    assert len(synced(world)) == 3
    assert any(f"/guilds/{world.guild.id}/" in path for path in synced(world))
    names = world.reader.available_commands(world.channel)
    assert sorted(names)[0] == "help"
    elsewhere = world.env.create_guild("Elsewhere")
    stranger = elsewhere.add_member(world.env.create_user("stranger"))
    assert stranger.available_commands(elsewhere.create_text_channel("general")) == ()
    await world.restart()
    assert len(synced(world)) == 5


async def test_a_server_without_access_is_named_and_tried_again(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.env.inject_error("PUT", "/applications/*/guilds/*/commands", status=403, code=50001)
    await world.restart(guilds=(world.guild.id,))
    assert f"no access to server {world.guild.id}" in caplog.text
    before = len(synced(world))
    await world.restart(guilds=(world.guild.id,))
    assert len(synced(world)) == before + 1


async def test_it_asks_for_little(world: World) -> None:
    client = world.env.bot
    assert [name for name, on in client.intents if on] == ["guilds"]
    assert client.allowed_mentions.to_dict() == {"parse": []}
    payload = [command.to_dict(client.tree) for command in client.tree.get_commands()]
    assert all(command["contexts"] == [0] and command["integration_types"] == [0] for command in payload)
    digest = next(command for command in payload if command["name"] == "digest")
    assert digest["default_member_permissions"] == discord.Permissions(manage_guild=True).value


async def test_channels_of_the_settings_are_located(world: World) -> None:
    await world.desk.reconcile([ConfigChannel(id=world.channel.id, day="friday", time="18:00", timezone="UTC")])
    await world.restart()
    assert (await world.ledger.channels.get(world.channel.id)).guild_id == world.guild.id


async def test_nothing_is_kept_in_memory_for_a_message(world: World) -> None:
    answer = await world.reader.slash(world.channel, "topic", name="Diffusion")
    await world.reader.click(answer.response, label="Next")
    assert world.env.bot.persistent_views == []
    assert list(world.env.bot.cached_messages) == []


async def test_it_stops_when_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = world.make()
    stop = asyncio.Event()

    async def start(_token: str) -> None:
        stop.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(client, "start", start)
    await asyncio.wait_for(client.run_until(stop, "token"), 5)
    assert client.is_closed()


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)


@pytest.mark.usefixtures("addresses")
def test_another_address() -> None:
    reach()
    assert Route.BASE == "https://discord.com/api/v10"
    reach("http://127.0.0.1:8080/api/v10/", "ws://127.0.0.1:8081/")
    assert Route("GET", "/gateway").url == "http://127.0.0.1:8080/api/v10/gateway"
    assert str(DiscordWebSocket.DEFAULT_GATEWAY) == "ws://127.0.0.1:8081/"
