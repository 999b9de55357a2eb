import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import discord
import pytest

from digestbot.digest import ConfigChannel

World = Any
Said = Callable[[Any], str]
SETUP = {"day": "monday", "time": "09:00", "timezone": "Europe/Berlin"}
OPERATIONS = ("preview", "now", "status", "pause", "resume", "remove")


async def set_up(world: World, **more: Any) -> Any:
    return await world.manager.slash(world.channel, "digest setup", channel=world.channel, **SETUP, **more)


def posted(world: World) -> list[Any]:
    return [m for m in world.channel.history() if not m.flags.ephemeral and m.interaction_metadata is None]


async def test_setup_tells_when_the_next_one_comes(world: World, said: Said) -> None:
    answer = await set_up(world, topics="diffusion， llms")
    assert answer.ephemeral
    assert "<t:1774854000:F> (<t:1774854000:R>)" in said(answer)
    assert "Mondays 09:00, Europe/Berlin · Diffusion, LLM" in said(answer)
    channel = await world.ledger.channels.get(world.channel.id)
    assert channel.set_up_by == world.manager.id
    assert channel.guild_id == world.guild.id


@pytest.mark.parametrize(
    ("day", "told", "at"),
    [
        ("Every 2 weeks on Friday", "Every 2 weeks on Friday 09:00, Europe/Berlin · all topics", 1774598400),
        ("每月第一个周一", "First Monday of the month 09:00, Europe/Berlin · all topics", 1775458800),
        ("mon, thu", "Mondays and Thursdays 09:00, Europe/Berlin · all topics", 1774512000),
        ("daily", "Every day 09:00, Europe/Berlin · all topics", 1774512000),
        ("weekdays", "Monday to Friday 09:00, Europe/Berlin · all topics", 1774512000),
    ],
)
async def test_setup_and_status_tell_the_rhythm(world: World, said: Said, day: str, told: str, at: int) -> None:
    options = {**SETUP, "day": day}
    answer = said(await world.manager.slash(world.channel, "digest setup", channel=world.channel, **options))
    status = said(await world.manager.slash(world.channel, "digest status"))
    for text in (answer, status):
        assert told in text
        assert f"<t:{at}:F>" in text


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"day": "someday"}, "not a weekday"),
        ({"day": "every 60 weeks on Monday"}, "from 1 to 52"),
        ({"time": "25:00"}, "not a time of day"),
        ({"timezone": "Berlin/Europe"}, "not a time zone"),
        ({"topics": "Zoology"}, "No paper has the topic “Zoology”"),
    ],
)
async def test_setup_refuses_with_what_to_do(world: World, said: Said, wrong: dict[str, str], expected: str) -> None:
    options = {**SETUP, **wrong}
    answer = await world.manager.slash(world.channel, "digest setup", channel=world.channel, **options)
    assert answer.ephemeral
    assert expected in said(answer)
    assert await world.ledger.channels.all() == ()


async def test_setup_names_the_permissions_that_are_missing_and_where(world: World, said: Said) -> None:
    quiet = world.guild.create_text_channel(
        "quiet",
        overwrites={
            world.guild.default_role: discord.PermissionOverwrite(send_messages=False, read_message_history=False),
        },
    )
    answer = await world.manager.slash(world.channel, "digest setup", channel=quiet, **SETUP)
    assert "cannot post in \\#quiet" in said(answer) or "cannot post in #quiet" in said(answer)
    assert "Send Messages and Read Message History" in said(answer)


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_only_members_who_manage_the_server(world: World, said: Said, operation: str) -> None:
    await set_up(world)
    digest = next(c for c in await world.env.bot.tree.fetch_commands() if c.name == "digest")
    world.guild.set_command_permissions(digest, {world.reader: True})
    answer = await world.reader.slash(world.channel, f"digest {operation}")
    assert answer.ephemeral
    assert "**Manage Server**" in said(answer)
    assert posted(world) == []


async def test_others_are_not_shown_the_commands(world: World) -> None:
    assert not any(name.startswith("digest") for name in world.reader.available_commands(world.channel))
    assert "digest setup" in world.manager.available_commands(world.channel)


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_without_a_digest_every_operation_says_how_to_begin(world: World, said: Said, operation: str) -> None:
    for options in ({}, {"channel": world.channel}):
        answer = await world.manager.slash(world.channel, f"digest {operation}", **options)
        assert answer.ephemeral
        assert "/digest setup" in said(answer)


async def test_now_posts_and_nothing_new_posts_nothing(world: World, said: Said, ids_of: Said) -> None:
    await set_up(world, start="last")
    answer = await world.manager.slash(world.channel, "digest now")
    assert answer.ephemeral
    assert "10 papers" in said(answer)
    [message, *more] = posted(world)
    assert more == [] or all("Paper digest" in said(m) for m in more)
    assert "## 📚 Paper digest · 2026-03-25" in said(message)
    assert all(re.search(r"/e1\.1$", i) for i in ids_of(message))
    assert "Nothing new" in said(await world.manager.slash(world.channel, "digest now"))
    nonces = [r.json["nonce"] for r in world.env.http_requests if r.json and "nonce" in r.json]
    assert len(nonces) == len(set(nonces)) == len(posted(world))
    assert all(r.json["enforce_nonce"] for r in world.env.http_requests if r.json and "nonce" in r.json)


async def test_preview_is_what_is_posted_and_changes_nothing(world: World) -> None:
    await set_up(world, start="last")
    preview = await world.manager.slash(world.channel, "digest preview")
    assert preview.ephemeral
    assert posted(world) == []
    shown = [preview.response, *preview.followups]
    await world.manager.slash(world.channel, "digest now")
    sent = [r.json["components"] for r in world.env.http_requests if r.json and "nonce" in r.json]
    previewed = _payloads(world)
    assert len(sent) == len(shown)
    assert [re.sub(r"/e\d+\.", "/e0.", str(one)) for one in sent] == [str(one) for one in previewed]


def _payloads(world: World) -> list[Any]:
    return [
        r.json["components"]
        for r in world.env.http_requests
        if r.json and "webhooks" in r.path and "/e0." in str(r.json.get("components"))
    ]


async def test_a_long_preview_comes_in_several_private_messages(
    open_world: Callable[..., Any], entry: Callable[..., Any]
) -> None:
    entries = [entry(f"Paper {i} {'long ' * 30}", i + 1, gist="word " * 60, topics=("LLM",)) for i in range(40)]
    async with open_world() as world:
        await set_up(world)
        await world.add(entries)
        preview = await world.manager.slash(world.channel, "digest preview")
        assert len(_payloads(world)) == 4
        assert all(f.ephemeral for f in preview.followups)


async def test_the_papers_beyond_stand_behind_a_button(
    open_world: Callable[..., Any], entry: Callable[..., Any], said: Said
) -> None:
    entries = [entry(f"Paper {i:03}", i + 1, gist="word " * 60, topics=("LLM",)) for i in range(120)]
    async with open_world() as world:
        await set_up(world)
        await world.add(entries)
        await world.manager.slash(world.channel, "digest now")
        assert len(posted(world)) == 5
        await world.restart()
        every = await world.reader.click(posted(world)[-1], label="All 120")
        assert every.ephemeral
        assert "120 papers" in said(every)
        turned = await world.reader.click(every.response, label="Next")
        assert turned.response.id == every.response.id
        assert "2 / 24" in str(turned.response.components)
        details = await world.reader.click(posted(world)[0], custom_id=next(_ids(posted(world)[0])))
        assert details.ephemeral


def _ids(message: Any) -> Any:
    text = str([c.to_dict() for c in message.components])
    return iter(re.findall(r"'(paper:[^']+)'", text))


async def test_status_tells_what_a_manager_wants_to_know(world: World, said: Said, entry: Callable[..., Any]) -> None:
    await set_up(world, start="last")
    await world.manager.slash(world.channel, "digest now")
    await world.add([entry("A new paper", 5, topics=("LLM",))])
    answer = await world.manager.slash(world.channel, "digest status")
    text = said(answer)
    assert answer.ephemeral
    assert f"### 📚 <#{world.channel.id}>" in text
    assert "<t:1774854000:F>" in text
    assert "**Waiting** 1 paper\n" in text
    assert "**Last** <t:1774440000:D> · 10 papers · [open](https://discord.com/channels/" in text
    assert "`/notes status`" in text


async def test_status_names_missing_permissions_and_trouble(world: World, said: Said) -> None:
    await set_up(world, start="last")
    await world.deny(send_messages=True)
    await world.ledger.channels.note(world.channel.id, "It *failed*")
    text = said(await world.manager.slash(world.channel, "digest status"))
    assert "Missing permission here: **Send Messages**" in text
    assert "It \\*failed\\*" in text
    refused = await world.manager.slash(world.channel, "digest now")
    assert "cannot post" in said(refused)
    assert await world.ledger.editions.last(world.channel.id) is None


async def test_status_of_several_channels(world: World, said: Said) -> None:
    other = world.guild.create_text_channel("other")
    await set_up(world)
    await world.manager.slash(other, "digest setup", channel=other, **SETUP)
    general = world.guild.create_text_channel("general")
    text = said(await world.manager.slash(general, "digest status"))
    assert f"<#{world.channel.id}>" in text
    assert f"<#{other.id}>" in text
    unclear = await world.manager.slash(general, "digest pause")
    assert "several digests" in said(unclear)
    assert "Paused" in said(await world.manager.slash(other, "digest pause"))


async def test_pause_resume_remove(world: World, said: Said) -> None:
    await set_up(world)
    assert "Paused" in said(await world.manager.slash(world.channel, "digest pause"))
    assert (await world.ledger.channels.get(world.channel.id)).paused
    world.now[0] += timedelta(days=14)
    assert "<t:1776063600:F>" in said(await world.manager.slash(world.channel, "digest resume"))
    assert "no more digests" in said(await world.manager.slash(world.channel, "digest remove"))
    assert await world.ledger.channels.all() == ()


@pytest.mark.parametrize("operation", ["setup", "pause", "resume", "remove"])
async def test_a_channel_of_the_settings_is_changed_there(world: World, said: Said, operation: str) -> None:
    wish = ConfigChannel(id=world.channel.id, day="friday", time="18:00", timezone="UTC", start="last")
    await world.desk.reconcile([wish])
    options = {"channel": world.channel, **SETUP} if operation == "setup" else {}
    answer = await world.manager.slash(world.channel, f"digest {operation}", **options)
    assert "settings file" in said(answer)
    await world.manager.slash(world.channel, "digest now")
    text = said(await world.manager.slash(world.channel, "digest status"))
    assert "Fridays 18:00, UTC" in text
    assert "from the bot's settings file" in text
    assert f"/channels/{world.guild.id}/{world.channel.id}/" in text


async def test_autocomplete_of_setup(world: World) -> None:
    async def offered(option: str, typed: str) -> list[str]:
        return [c["value"] for c in await world.manager.autocomplete(world.channel, "digest setup", option, typed)]

    days = await offered("day", "")
    assert (days[0], days[7], len(days)) == ("Mondays", "Every day", 25)
    assert (await offered("day", "every 2"))[0] == "Every 2 weeks on Monday"
    assert (await offered("day", "mon and thu"))[0] == "Mondays and Thursdays"
    assert (await offered("day", "周"))[0] == "每周一"
    assert await offered("day", "x" * 6000) == []
    assert "Asia/Shanghai" in await offered("timezone", "shang")
    assert (await offered("time", "9"))[0] == "09:00"
    assert (await offered("time", "9:30"))[0] == "09:30"
    assert len(await offered("time", "")) == 24
    assert "Diffusion" in await offered("topics", "diff")
    assert await offered("topics", "LLM, diff") == ["LLM, Diffusion"]
    assert "LLM, LLM" not in await offered("topics", "LLM, ")
    assert await offered("topics", "LLM, " * 30 + "diff") == []


async def test_topics_are_offered_with_counts_that_may_be_sent_back(world: World) -> None:
    [first] = await world.manager.autocomplete(world.channel, "digest setup", "topics", "diff")
    assert first == {"name": "Diffusion · 8 papers", "value": "Diffusion"}
    [both] = await world.manager.autocomplete(world.channel, "digest setup", "topics", f"{first['name']}, ll")
    assert both == {"name": "Diffusion, LLM · 2 papers", "value": "Diffusion, LLM"}
    await set_up(world, topics=both["name"])
    assert (await world.ledger.channels.get(world.channel.id)).topics == ("Diffusion", "LLM")


async def test_a_digest_in_a_thread(world: World, said: Said) -> None:
    thread = await world.thread("weekly")
    answer = await world.manager.slash(world.channel, "digest setup", channel=thread, **SETUP, start="last")
    assert f"<#{thread.id}>" in said(answer)
    await world.manager.slash(world.channel, "digest now", channel=thread)
    assert "Paper digest" in said(thread.last_message)


async def test_a_topic_whose_name_holds_a_comma(open_world: Callable[..., Any], entry: Callable[..., Any]) -> None:
    name = "Vision, Language and Action"
    async with open_world([entry("One", 1, topics=(name,)), entry("Two", 2, topics=("LLM",))]) as world:
        for typed, expected in (
            ("vis", name),
            ("LLM, vision, lang", f"LLM, {name}"),
            (name, name),
            (f"{name}, ll", f"{name}, LLM"),
        ):
            choices = await world.manager.autocomplete(world.channel, "digest setup", "topics", typed)
            assert [c["value"] for c in choices] == [expected]
        await set_up(world, topics=f"LLM, {name}")
        assert (await world.ledger.channels.get(world.channel.id)).topics == ("LLM", name)


async def test_the_button_for_all_papers_does_not_work_in_a_preview(
    open_world: Callable[..., Any], entry: Callable[..., Any], said: Said
) -> None:
    entries = [entry(f"Paper {i:03}", i + 1, gist="word " * 60, topics=("LLM",)) for i in range(120)]
    async with open_world() as world:
        await set_up(world)
        await world.add(entries)
        preview = await world.manager.slash(world.channel, "digest preview")
        pressed = await world.manager.click(preview.followups[-1], label="All 120")
        assert pressed.ephemeral
        assert "once the digest is posted" in said(pressed)
