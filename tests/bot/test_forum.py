"""Digests in a forum: an edition is a post, its further parts stand in it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import discord
import pytest
from simcord import ChannelHandle
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from digestbot.bot import render
from digestbot.digest import Unsendable, Unsure
from digestbot.models import Entry, Group, Payload, Sheet

World = Any
Said = Callable[[Any], str]
SETUP = {"day": "monday", "time": "09:00", "timezone": "Europe/Berlin"}
LONG_AGO = timedelta(hours=2)


@pytest.fixture
def many(entry: Callable[..., Entry]) -> list[Entry]:
    """More papers than one message holds."""
    return [entry(f"Paper {i:02}", i + 1, gist="word " * 60, topics=("LLM",)) for i in range(15)]


@pytest.fixture
def payload(paper: Callable[..., Any]) -> Payload:
    made = render(
        Sheet(edition_id=7, number=1, total=2, count=1, groups=(Group("LLM", (paper("A paper"),)),), date="2026-03-30")
    )
    assert made is not None
    return made


@pytest.fixture
async def forum(world: World) -> ChannelHandle:
    made = world.guild.create_forum_channel("digests")
    await world.env.settle()
    return made


async def set_up(world: World, forum: ChannelHandle, **more: Any) -> Any:
    return await world.manager.slash(world.channel, "digest setup", channel=forum, **SETUP, **more)


async def deny(world: World, forum: ChannelHandle, **permissions: bool) -> None:
    """Take permissions in the forum from the bot."""
    _, denied = discord.PermissionOverwrite(**dict.fromkeys(permissions, False)).pair()
    overwrite = Overwrite(world.env.bot.user.id, OverwriteType.MEMBER, allow=0, deny=denied.value)
    world.env.backend.set_overwrite(forum.id, overwrite)
    await world.env.settle()


async def tag(world: World, forum: ChannelHandle, *names: str, moderated: bool = False) -> None:
    about = {"moderated": moderated, "emoji_id": None, "emoji_name": None}
    tags = [{"id": str(world.env.backend.snowflake()), "name": name, **about} for name in names]
    world.env.backend.get_channel(forum.id).available_tags = tags
    world.env.backend.announce_channel_update(forum.id)
    await world.env.settle()


def opened(world: World) -> list[dict[str, Any]]:
    """Return the bodies of the requests for new posts."""
    return [r.json for r in world.env.http_requests if r.method == "POST" and r.path.endswith("/threads")]


async def archive(world: World, post: int) -> None:
    world.env.backend.get_channel(post).thread_metadata.archived = True
    world.env.backend.announce_channel_update(post)
    await world.env.settle()


async def test_an_edition_is_one_post_with_all_of_its_parts(
    world: World, forum: ChannelHandle, many: list[Entry], said: Said
) -> None:
    assert f"<#{forum.id}> gets the digest" in said(await set_up(world, forum))
    await world.add(many)
    preview = await world.manager.slash(world.channel, "digest preview", channel=forum)
    assert forum.threads == []
    answer = await world.manager.slash(world.channel, "digest now", channel=forum)
    assert "Posted in" in said(answer)
    [post] = forum.threads
    assert post.name == "Paper digest · 2026-03-25 · 15 papers"
    messages = post.history()
    assert len(messages) == len([preview.response, *preview.followups]) > 1
    assert [f"({n}/{len(messages)})" in said(m) for n, m in enumerate(messages, 1)] == [True] * len(messages)
    assert opened(world)[0].keys() >= {"name", "message"}
    assert "Nothing new" in said(await world.manager.slash(world.channel, "digest now", channel=forum))


async def test_the_link_leads_to_the_post(world: World, forum: ChannelHandle, said: Said) -> None:
    await set_up(world, forum, start="last")
    await world.manager.slash(world.channel, "digest now", channel=forum)
    [post] = forum.threads
    text = said(await world.manager.slash(world.channel, "digest status"))
    assert f"[open](https://discord.com/channels/{world.guild.id}/{post.id})" in text
    assert "⚠️" not in text


async def test_a_button_in_a_post_works(world: World, forum: ChannelHandle, said: Said, ids_of: Any) -> None:
    await set_up(world, forum, start="last")
    await world.manager.slash(world.channel, "digest now", channel=forum)
    [post] = forum.threads
    [first, *_] = post.history()
    pressed = await world.reader.click(first, custom_id=ids_of(first)[0])
    assert pressed.ephemeral
    assert said(pressed).splitlines()[0].removeprefix("### ") in said(first)


@pytest.mark.parametrize(
    ("denied", "named"),
    [
        ({"send_messages": True}, "Create Posts"),
        ({"send_messages_in_threads": True}, "Send Messages in Posts"),
        ({"read_message_history": True}, "Read Post History"),
        ({"view_channel": True}, "View Channel"),
    ],
)
async def test_what_is_missing_is_named_as_people_see_it_in_a_forum(
    world: World, forum: ChannelHandle, said: Said, denied: dict[str, bool], named: str
) -> None:
    await set_up(world, forum, start="last")
    await deny(world, forum, **denied)
    text = said(await world.manager.slash(world.channel, "digest status"))
    assert "Missing permission here: " in text
    assert f"**{named}**" in text
    for refused in (
        await set_up(world, forum),
        await world.manager.slash(world.channel, "digest now", channel=forum),
    ):
        assert f"give it {named}" in said(refused) or f", {named}" in said(refused) or f"and {named}" in said(refused)
    assert forum.threads == []


@pytest.mark.parametrize("denied", ["send_messages", "view_channel"])
async def test_a_refusal_names_them_too(world: World, forum: ChannelHandle, payload: Payload, denied: str) -> None:
    await deny(world, forum, **{denied: True})
    with pytest.raises(Unsendable, match="Create Posts" if denied == "send_messages" else "View Channel"):
        await world.outbox.send(forum.id, payload, "n", None)


async def test_without_the_history_nothing_is_sure(world: World, forum: ChannelHandle) -> None:
    await deny(world, forum, read_message_history=True)
    with pytest.raises(Unsure, match="Read Post History permission in the forum"):
        await world.outbox.find(forum.id, world.env.now() - LONG_AGO, "e7.1", None)


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        ((), None),
        (("Help", "News"), None),
        (("Paper talk", "Weekly Digest", "News"), "Weekly Digest"),
        (("News", "Papers"), "Papers"),
    ],
)
async def test_a_post_has_the_tag_that_speaks_of_digests(
    world: World, forum: ChannelHandle, payload: Payload, names: tuple[str, ...], chosen: str | None
) -> None:
    await tag(world, forum, *names)
    await world.outbox.send(forum.id, payload, "n", None)
    ids = {tag["id"]: tag["name"] for tag in world.env.backend.get_channel(forum.id).available_tags}
    assert [ids[str(one)] for one in opened(world)[0].get("applied_tags", [])] == ([chosen] if chosen else [])


async def test_a_tag_for_moderators_is_left_alone(world: World, forum: ChannelHandle, payload: Payload) -> None:
    await tag(world, forum, "digest", moderated=True)
    await world.outbox.send(forum.id, payload, "n", None)
    assert not opened(world)[0].get("applied_tags")


@pytest.mark.parametrize("archived", [False, True])
async def test_a_post_is_found_among_others(
    world: World, forum: ChannelHandle, payload: Payload, paper: Callable[..., Any], archived: bool
) -> None:
    sent = [await world.outbox.send(forum.id, payload, "n", None)]
    groups = (Group("LLM", (paper("Another paper"),)),)
    other = render(Sheet(edition_id=8, number=1, total=1, count=1, groups=groups, date="2026-03-30"))
    sent.append(await world.outbox.send(forum.id, other, "n", None))
    if archived:
        for post in sent:
            await archive(world, post)
    since = world.env.now() - LONG_AGO
    assert await world.outbox.find(forum.id, since, "e7.1", None) == sent[0]
    assert await world.outbox.find(forum.id, since, "e17.1", None) is None
    assert await world.outbox.find(forum.id, world.env.now() + LONG_AGO, "e7.1", None) is None


@pytest.mark.parametrize("archived", [False, True])
async def test_a_post_whose_first_message_was_deleted_does_not_end_the_search(
    world: World, forum: ChannelHandle, payload: Payload, archived: bool
) -> None:
    ours = await world.outbox.send(forum.id, payload, "n", None)
    beheaded = [await world.outbox.send(forum.id, payload, "n", None) for _ in range(2)]
    for post in beheaded:
        world.env.backend.delete_message(post, post)
    for post in (beheaded[0], ours) if archived else ():
        await archive(world, post)
    assert await world.outbox.find(forum.id, world.env.now() - LONG_AGO, "e7.1", None) == ours


async def test_somebody_elses_post_is_not_ours(world: World, forum: ChannelHandle, payload: Payload) -> None:
    ours = await world.outbox.send(forum.id, payload, "n", None)
    copy = world.env.backend.get_channel(ours)
    copy.owner_id = world.reader.id
    assert await world.outbox.find(forum.id, world.env.now() - LONG_AGO, "e7.1", None) is None


async def test_a_post_in_another_forum_is_not_looked_at(world: World, forum: ChannelHandle, payload: Payload) -> None:
    other = world.guild.create_forum_channel("other")
    await world.env.settle()
    await world.outbox.send(other.id, payload, "n", None)
    assert await world.outbox.find(forum.id, world.env.now() - LONG_AGO, "e7.1", None) is None


async def test_a_further_part_is_looked_for_in_its_post(
    world: World, forum: ChannelHandle, payload: Payload, paper: Callable[..., Any]
) -> None:
    post = await world.outbox.send(forum.id, payload, "n1", None)
    groups = (Group("LLM", (paper("Another paper"),)),)
    second = render(Sheet(edition_id=7, number=2, total=2, count=1, groups=groups, date="2026-03-30"))
    since = world.env.now() - LONG_AGO
    assert await world.outbox.find(forum.id, since, "e7.2", post) is None
    sent = await world.outbox.send(forum.id, second, "n2", post)
    assert await world.outbox.find(forum.id, since, "e7.2", post) == sent
    world.env.backend.delete_channel(post)
    assert await world.outbox.find(forum.id, since, "e7.2", post) is None


class TestDeletedPost:
    """A moderator deletes the post of an edition before its second part is in it."""

    @pytest.fixture(params=["refused", "unanswered"])
    async def cut_off(self, request: Any, world: World, forum: ChannelHandle, many: list[Entry]) -> ChannelHandle:
        await set_up(world, forum)
        await world.add(many)
        status, code = (403, 50013) if request.param == "refused" else (503, 0)
        world.env.inject_error("POST", "/channels/*/messages", status=status, code=code)
        await world.manager.slash(world.channel, "digest now", channel=forum)
        [post] = forum.threads
        world.env.backend.delete_channel(post.id)
        await world.env.settle()
        return forum

    async def test_the_managers_are_told_once(self, world: World, cut_off: ChannelHandle, said: Said) -> None:
        for _ in range(3):
            world.now[0] += timedelta(hours=2)
            await world.clockwork.tick(world.now[0])
        direct = [said(m) for m in world.letters()]
        assert sum("post of this digest was deleted" in text for text in direct) == 1
        text = said(await world.manager.slash(world.channel, "digest status"))
        assert "The post of this digest was deleted; its further papers come in the next one" in text
        assert cut_off.threads == []

    async def test_what_was_to_come_is_in_the_next_one(self, world: World, cut_off: ChannelHandle, said: Said) -> None:
        first = await world.ledger.editions.last(cut_off.id)
        for _ in range(13 * 2):  # its own week, and then to the next Monday
            world.now[0] += timedelta(hours=12)
            await world.clockwork.tick(world.now[0])
        [post] = cut_off.threads
        second = await world.ledger.editions.last(cut_off.id)
        assert post.id == second.parts[0].message_id
        assert set(second.papers) == {s for part in first.parts[1:] for s in part.papers}
        assert (await world.ledger.channels.get(cut_off.id)).note == ""
