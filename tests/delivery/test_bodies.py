"""What the bot sends is what Discord's own OpenAPI document allows: closing the double fails on anything else."""

from pathlib import Path
from typing import Any

import pytest

from digestbot.app import App
from tests.delivery.staged import WEEK, custom_ids, running, set_up, titles, write
from tests.double import CHANNEL_ID, COMPLETION, FORUM, GUILD_ID, SEND_MESSAGES, Asked, Double, Json
from tests.double.bodies import document, violation

pytestmark = pytest.mark.skipif(
    document() is None, reason="needs discord/openapi.json beside the folder that DIGESTBOT_CORPUS names"
)


def option(name: str, value: object, *, typed: bool = False) -> Json:
    return {"name": name, "type": 3, "value": value} | ({"focused": True} if typed else {})


def within(name: str, *options: Json) -> list[Json]:
    return [{"name": name, "type": 1, "options": list(options)}]


async def filled(folder: Path, double: Double, app: App, channel: int = CHANNEL_ID) -> None:
    """Let an edition of five parts be due, the last with a button for what stands in none."""
    await set_up(app, double, channel)
    write(folder, "b.md", titles("Beta", 70))
    await app.read()
    double.move(WEEK)
    await app.clockwork.tick(double.now)


async def answered(double: Double, asked: Asked) -> Json:
    """Return the first thing that is shown."""
    if asked.callback["type"] == 5:
        await double.until(lambda: asked.followups or asked.edits)
        return (asked.followups or asked.edits)[0]
    return asked.data


async def test_the_digest_and_its_buttons(folder: Path, double: Double) -> None:
    async with running(folder, double) as app:
        await filled(folder, double, app)
        assert len(double.messages) == 5
        for message in (double.messages[0], double.messages[-1]):
            for custom_id in (*custom_ids(message.components),)[-2:]:
                asked = await double.press(message, custom_id)
                assert asked.data["components"]
    assert ("PUT", "/applications/100/commands") in [(r.method, r.path) for r in double.requests]


async def test_a_post_in_a_forum(folder: Path, double: Double) -> None:
    double.world.add_channel(400, GUILD_ID, FORUM).tags.append(
        {"id": "401", "name": "Digest", "moderated": False, "emoji_id": None, "emoji_name": None}
    )
    async with running(folder, double) as app:
        await filled(folder, double, app, 400)
    [post] = double.world.threads(400)
    assert [message.channel_id for message in double.messages] == [post.id] * 5


async def test_managers_are_told(folder: Path, double: Double) -> None:
    await double.overwrite(CHANNEL_ID, deny=SEND_MESSAGES)
    async with running(folder, double) as app:
        await filled(folder, double, app)
    [told] = double.messages
    assert double.world.channels[told.channel_id].recipient == 1


COMMANDS: list[tuple[str, list[Json]]] = [
    ("paper", [option("title", "Alpha 003")]),
    ("paper", [option("title", "examined")]),
    ("paper", [option("title", "quite another thing")]),
    ("topic", []),
    ("topic", [option("name", "Diffusion")]),
    ("keypoint", []),
    ("keypoint", [option("name", "memory")]),
    ("search", [option("words", "大语言")]),
    ("search", [option("words", "examined")]),
    ("help", []),
    ("digest", within("preview")),
    ("digest", within("status")),
    ("digest", within("now")),
    ("digest", within("pause")),
    ("digest", within("resume")),
    ("digest", within("remove")),
]


async def test_commands_and_what_can_be_pressed_in_their_answers(folder: Path, double: Double) -> None:
    async with running(folder, double) as app:
        await set_up(app, double)
        for name, options in COMMANDS:
            shown = await answered(double, await double.interact(name, options))
            assert shown["components"], (name, options)
            for custom_id in [found for found in custom_ids(shown["components"]) if not found.startswith("pick:")][:4]:
                message: Json = {**double.asking.shown(shown), "components": shown["components"]}
                pressed = await double.asking.press(custom_id, message, channel=CHANNEL_ID)
                await double.until(lambda pressed=pressed: pressed.callback)
                assert pressed.data["components"], custom_id


COMPLETIONS: list[tuple[str, list[Json]]] = [
    ("paper", [option("title", "alp", typed=True)]),
    ("topic", [option("name", "", typed=True)]),
    ("keypoint", [option("name", "mem", typed=True)]),
    ("search", [option("words", "no", typed=True)]),
    ("digest", within("setup", option("time", "9", typed=True))),
    ("digest", within("setup", option("timezone", "berl", typed=True))),
    ("digest", within("setup", option("topics", "diff", typed=True))),
]


async def test_completions(folder: Path, double: Double) -> None:
    async with running(folder, double):
        for name, options in COMPLETIONS:
            asked = await double.interact(name, options, kind=COMPLETION)
            assert asked.choices, (name, options)


async def test_set_up_by_command(folder: Path, double: Double) -> None:
    channel: Json = {"id": str(CHANNEL_ID), "type": 0, "name": "papers", "permissions": str(1 << 10 | 1 << 11)}
    when = [option("day", "monday"), option("time", "09:00"), option("timezone", "Europe/Berlin")]
    place: dict[str, Any] = {"name": "channel", "type": 7, "value": str(CHANNEL_ID)}
    async with running(folder, double):
        asked = await double.interact(
            "digest", within("setup", place, *when), resolved={"channels": {str(CHANNEL_ID): channel}}
        )
        assert "09:00" in str(await answered(double, asked))


def test_the_document_refuses_what_is_wrong() -> None:
    path = f"/channels/{CHANNEL_ID}/messages"
    assert violation("POST", path, {"content": "a"}) is None
    assert violation("POST", path, {"nonce": "n" * 26})
    assert violation("POST", path, {"components": [{"type": 10, "content": "a" * 4001}]})
    assert violation("POST", "/nowhere", {})
