"""The routes of channels, messages, threads and users."""

from datetime import datetime

from aiohttp import web

from tests.double import shapes
from tests.double.faults import answer, refusal
from tests.double.hub import Hub
from tests.double.world import (
    DM,
    FORUM,
    READ_HISTORY,
    SEND_IN_THREADS,
    SEND_MESSAGES,
    TEXT,
    THREAD,
    VIEW_CHANNEL,
    Channel,
    Json,
    Message,
    World,
)

_PAGE = 50
_TAG_REQUIRED = 1 << 4


class Rest:
    """Answers from the world; what people would see of it goes to the gateway as well."""

    def __init__(self, world: World, hub: Hub) -> None:
        self._world = world
        self._hub = hub

    def routes(self, base: str) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get(f"{base}/users/@me", self._me),
            web.get(f"{base}/users/{{user}}", self._user),
            web.post(f"{base}/users/@me/channels", self._direct),
            web.get(f"{base}/oauth2/applications/@me", self._application),
            web.get(f"{base}/applications/@me", self._application),
            web.get(f"{base}/channels/{{channel}}", self._channel),
            web.get(f"{base}/channels/{{channel}}/messages", self._history),
            web.get(f"{base}/channels/{{channel}}/messages/{{message}}", self._message),
            web.post(f"{base}/channels/{{channel}}/messages", self._post),
            web.post(f"{base}/channels/{{channel}}/threads", self._start_thread),
            web.patch(f"{base}/channels/{{channel}}", self._change),
            web.get(f"{base}/channels/{{channel}}/threads/archived/public", self._archived),
            web.get(f"{base}/guilds/{{guild}}/threads/active", self._active),
            web.get(f"{base}/guilds/{{guild}}/members/{{user}}", self._member),
        ]

    async def _me(self, _: web.Request) -> web.Response:
        return answer(shapes.user(self._world.bot_id, bot=True))

    async def _user(self, request: web.Request) -> web.Response:
        return answer(shapes.user(int(request.match_info["user"])))

    async def _member(self, request: web.Request) -> web.Response:
        return answer(shapes.member(int(request.match_info["user"])))

    async def _application(self, _: web.Request) -> web.Response:
        about: Json = {"id": str(self._world.bot_id), "name": "digestbot", "description": "", "icon": None, "flags": 0}
        about |= {"owner": shapes.user(1), "verify_key": "", "bot_public": True, "bot_require_code_grant": False}
        return answer(about)

    async def _direct(self, request: web.Request) -> web.Response:
        said: Json = await request.json()
        return answer(shapes.channel(self._world.direct(int(said["recipient_id"]))))

    def _seen(self, request: web.Request) -> Channel | web.Response:
        """Return the channel that is asked about, or the refusal."""
        channel = self._world.channels.get(int(request.match_info["channel"]))
        if channel is None:
            return refusal(10003, "Unknown Channel")
        if not self._world.permissions(channel) & VIEW_CHANNEL:
            return refusal(50001, "Missing Access")
        return channel

    async def _channel(self, request: web.Request) -> web.Response:
        channel = self._seen(request)
        return channel if isinstance(channel, web.Response) else answer(shapes.channel(channel))

    async def _post(self, request: web.Request) -> web.Response:
        channel = self._seen(request)
        if isinstance(channel, web.Response):
            return channel
        refused = self._may_not_post(channel)
        if refused is not None:
            return refused
        body: Json = await request.json()
        if not any(body.get(part) for part in ("content", "components", "embeds", "poll")):
            return refusal(50006, "Cannot send an empty message", 400)
        known = self._world.same_nonce(body)
        if known is None:
            known = self._store(self._world.snowflake(), channel.id, body)
            channel.archived = False
            await self._hub.dispatch("MESSAGE_CREATE", self._told(known, channel))
        return answer(known.data)

    def _may_not_post(self, channel: Channel) -> web.Response | None:
        if channel.type == DM:
            closed = channel.recipient in self._world.closed_dms
            return refusal(50007, "Cannot send messages to this user") if closed else None
        if channel.type not in (TEXT, THREAD):
            return refusal(50024, "Cannot execute action on this channel type", 400)
        needed = SEND_IN_THREADS if channel.type == THREAD else SEND_MESSAGES
        return None if self._world.permissions(channel) & needed else refusal(50013, "Missing Permissions")

    def _store(self, number: int, channel_id: int, body: Json) -> Message:
        at = self._world.clock.now()
        data = shapes.message(number, channel_id, at.isoformat(), body, self._world.bot_id)
        message = Message(number, channel_id, at, body, data)
        self._world.store(message)
        return message

    def _told(self, message: Message, channel: Channel) -> Json:
        guild = {} if channel.guild_id is None else {"guild_id": str(channel.guild_id)}
        return message.data | guild

    async def _history(self, request: web.Request) -> web.Response:
        """Answer a page: `limit` messages, the newest first; after `after` those nearest to it."""
        channel = self._seen(request)
        if isinstance(channel, web.Response):
            return channel
        if not self._world.permissions(channel) & READ_HISTORY:
            return answer([])
        every = self._world.history(channel.id)
        limit = int(request.query.get("limit", _PAGE))
        if not 1 <= limit <= 100:
            return refusal(50035, "Invalid Form Body")
        page = _page(every, request, limit)
        return answer([shapes.without_nonce(message) for message in reversed(page)])

    async def _message(self, request: web.Request) -> web.Response:
        channel = self._seen(request)
        if isinstance(channel, web.Response):
            return channel
        number = int(request.match_info["message"])
        found = next((m for m in self._world.history(channel.id) if m.id == number), None)
        return refusal(10008, "Unknown Message", 404) if found is None else answer(shapes.without_nonce(found))

    async def _start_thread(self, request: web.Request) -> web.Response:
        """Start a post in a forum: the thread has the id of the message that it begins with. No nonce is known here."""
        forum = self._seen(request)
        if isinstance(forum, web.Response):
            return forum
        if forum.type != FORUM:
            return refusal(50024, "Cannot execute action on this channel type", 400)
        if not self._world.permissions(forum) & SEND_MESSAGES:
            return refusal(50013, "Missing Permissions")
        body: Json = await request.json()
        if forum.flags & _TAG_REQUIRED and not body.get("applied_tags"):
            return refusal(40067, "A tag is required to create a forum post in this channel", 400)
        thread = self._world.add_thread(forum, body["name"])
        first = self._store(thread.id, thread.id, body["message"])
        shown = shapes.channel(thread)
        await self._hub.dispatch("THREAD_CREATE", {**shown, "newly_created": True})
        await self._hub.dispatch("MESSAGE_CREATE", self._told(first, thread))
        return answer({**shown, "message": first.data}, 201)

    async def _change(self, request: web.Request) -> web.Response:
        channel = self._seen(request)
        if isinstance(channel, web.Response):
            return channel
        body: Json = await request.json()
        channel.archived = bool(body.get("archived", channel.archived))
        channel.name = str(body.get("name", channel.name))
        return answer(shapes.channel(channel))

    async def _active(self, request: web.Request) -> web.Response:
        guild = int(request.match_info["guild"])
        threads = [c for c in self._world.channels.values() if c.type == THREAD and c.guild_id == guild]
        shown = [shapes.channel(thread) for thread in reversed(threads) if not thread.archived]
        return answer({"threads": shown, "members": []})

    async def _archived(self, request: web.Request) -> web.Response:
        channel = self._seen(request)
        if isinstance(channel, web.Response):
            return channel
        if not self._world.permissions(channel) & READ_HISTORY:
            return refusal(50013, "Missing Permissions")
        found = [thread for thread in self._world.threads(channel.id) if thread.archived]
        if before := request.query.get("before"):
            found = [thread for thread in found if thread.made_at < datetime.fromisoformat(before)]
        limit = int(request.query.get("limit", _PAGE))
        shown = [shapes.channel(thread) for thread in found[:limit]]
        return answer({"threads": shown, "members": [], "has_more": len(found) > limit})


def _page(every: list[Message], request: web.Request, limit: int) -> list[Message]:
    if after := request.query.get("after"):
        return [message for message in every if message.id > int(after)][:limit]
    if before := request.query.get("before"):
        return [message for message in every if message.id < int(before)][-limit:]
    if around := request.query.get("around"):
        place = sum(message.id < int(around) for message in every)
        return every[max(0, place - limit // 2) :][:limit]
    return every[-limit:]
