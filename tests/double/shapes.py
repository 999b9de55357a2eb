"""How Discord writes what it knows as JSON."""

from typing import Any

from tests.double.world import FORUM, THREAD, Channel, Guild, Json, Message, World


def user(number: int, *, bot: bool = False) -> Json:
    """Return a user."""
    name = "digestbot" if bot else f"user{number}"
    return {"id": str(number), "username": name, "discriminator": "0", "avatar": None, "bot": bot, "global_name": None}


def member(number: int, *, bot: bool = False, roles: tuple[int, ...] = ()) -> Json:
    """Return a member of a server."""
    state = {"joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0}
    return {"user": user(number, bot=bot), "roles": [str(role) for role in roles], **state}


def channel(one: Channel) -> Json:
    """Return a channel, a thread or a direct message."""
    if one.recipient is not None:
        return {"id": str(one.id), "type": one.type, "last_message_id": None, "recipients": [user(one.recipient)]}
    shown: Json = {"id": str(one.id), "type": one.type, "name": one.name, "guild_id": str(one.guild_id), "flags": 0}
    if one.type == THREAD:
        return shown | _thread(one)
    rules = [
        {"id": str(who), "type": int(who == 100), "allow": str(allow), "deny": str(deny)}
        for who, (allow, deny) in one.overwrites.items()
    ]
    shown |= {"position": 0, "permission_overwrites": rules, "parent_id": None, "nsfw": False, "topic": None}
    if one.type == FORUM:
        forum = {"available_tags": one.tags, "flags": one.flags, "default_reaction_emoji": None}
        shown |= forum | {"default_sort_order": None, "default_forum_layout": 0}
    return shown


def _thread(one: Channel) -> Json:
    at = one.made_at.isoformat()
    about: Json = {"archived": one.archived, "auto_archive_duration": 4320, "archive_timestamp": at, "locked": False}
    counts = {"message_count": 0, "member_count": 1, "total_message_sent": 0}
    return {
        "parent_id": str(one.parent_id),
        "owner_id": "100",
        "thread_metadata": {**about, "create_timestamp": at},
        "last_message_id": None,
        "rate_limit_per_user": 0,
        **counts,
    }


def message(number: int, channel_id: int, at: str, body: Json, bot_id: int) -> Json:
    """Return a message that the bot sent."""
    sent: Json = {"id": str(number), "channel_id": str(channel_id), "author": user(bot_id, bot=True), "timestamp": at}
    sent |= {"content": body.get("content") or "", "embeds": body.get("embeds") or [], "flags": body.get("flags") or 0}
    sent |= {"components": body.get("components") or [], "edited_timestamp": None, "tts": False, "type": 0}
    sent |= {"mention_everyone": False, "mentions": [], "mention_roles": [], "attachments": [], "pinned": False}
    return sent | ({"nonce": body["nonce"]} if "nonce" in body else {})


def without_nonce(one: Message) -> Json:
    """Return a message as the history shows it: the nonce is told only to the one who sent it."""
    return {key: value for key, value in one.data.items() if key != "nonce"}


def guild(one: Guild, world: World) -> Json:
    """Return a server as the gateway tells of it."""
    inside = [c for c in world.channels.values() if c.guild_id == one.id]
    bot = member(world.bot_id, bot=True, roles=tuple(one.bot_roles))
    shown: Json = {
        "id": str(one.id),
        "name": one.name,
        "owner_id": str(one.owner_id),
        "system_channel_id": None if one.system_channel_id is None else str(one.system_channel_id),
        "roles": [_role(number, permissions, one.id) for number, permissions in one.roles.items()],
        "channels": [channel(c) for c in inside if c.type != THREAD],
        "threads": [channel(c) for c in inside if c.type == THREAD and not c.archived],
        "members": [bot],
        "member_count": 2,
    }
    empty = ("emojis", "stickers", "features", "presences", "voice_states", "stage_instances")
    shown |= {name: list[Any]() for name in (*empty, "guild_scheduled_events")}
    levels = ("verification_level", "default_message_notifications", "explicit_content_filter", "mfa_level")
    shown |= dict.fromkeys((*levels, "nsfw_level", "premium_tier", "system_channel_flags"), 0)
    shown |= {"preferred_locale": "en-US", "afk_timeout": 300, "premium_progress_bar_enabled": False}
    return shown | {"unavailable": False, "large": False}


def _role(number: int, permissions: int, guild_id: int) -> Json:
    name = "@everyone" if number == guild_id else f"role{number}"
    shown: Json = {"id": str(number), "name": name, "permissions": str(permissions), "colors": {"primary_color": 0}}
    return shown | {"color": 0, "hoist": False, "position": 0, "managed": False, "mentionable": False, "flags": 0}
