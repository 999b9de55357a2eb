"""Slash commands, completions and presses: sent through the gateway, answered through REST."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.double import shapes
from tests.double.faults import answer, refusal
from tests.double.hub import Hub
from tests.double.world import EVERYTHING, Json, World

COMMAND, PRESS, COMPLETION = 2, 3, 4
"""Kinds of interaction (Discord's documentation, Interaction Type)."""
_DEFERRED, _MESSAGE, _UPDATE = 5, 4, 7
_APPLICATION = "application_id"


@dataclass
class Asked:
    """One interaction: `callback` is the bot's first answer, `followups` came after it, `edits` change either."""

    id: int
    token: str
    callback: Json = field(default_factory=dict[str, Any])
    followups: list[Json] = field(default_factory=list[Json])
    edits: list[Json] = field(default_factory=list[Json])

    @property
    def data(self) -> Json:
        """Return what the first answer says."""
        return self.callback.get("data") or {}

    @property
    def choices(self) -> list[Json]:
        """Return the choices of a completion."""
        return self.data.get("choices") or []


@dataclass
class Asking:
    """The interactions of a double."""

    world: World
    hub: Hub
    asked: dict[str, Asked] = field(default_factory=dict[str, Asked])
    commands: dict[str, list[Json]] = field(default_factory=dict[str, list[Json]])
    """The commands that the bot has sent, by server or "global"."""

    async def ask(
        self,
        name: str,
        options: Sequence[Json] = (),
        *,
        kind: int = COMMAND,
        channel: int,
        user: int = 1,
        permissions: int = EVERYTHING,
        resolved: Json | None = None,
    ) -> Asked:
        """Send a command, or a completion of one; an option is {"name", "type", "value"} and, if typed, "focused"."""
        known = next((c for place in self.commands.values() for c in place if c["name"] == name), {"id": "1"})
        data: Json = {"id": known["id"], "name": name, "type": 1, "options": list(options), "resolved": resolved or {}}
        return await self._send(kind, data, channel, user, permissions)

    async def press(self, custom_id: str, message: Json, *, channel: int, values: Sequence[str] = ()) -> Asked:
        """Press a button of a message, or choose from its menu."""
        data: Json = {"custom_id": custom_id, "component_type": 3 if values else 2, "values": list(values)}
        return await self._send(PRESS, data, channel, 1, EVERYTHING, {"message": message})

    async def _send(
        self, kind: int, data: Json, channel: int, user: int, permissions: int, more: Json | None = None
    ) -> Asked:
        number = self.world.snowflake()
        asked = self.asked[f"aW50ZXJhY3Rpb24{number}"] = Asked(number, f"aW50ZXJhY3Rpb24{number}")
        place = self.world.channels[channel]
        event: Json = {"id": str(number), "application_id": str(self.world.bot_id), "type": kind, "token": asked.token}
        event |= {"version": 1, "data": data, "channel_id": str(channel), "channel": shapes.channel(place)}
        event |= {"locale": "en-US", "guild_locale": "en-US", "entitlements": [], "context": 0, **(more or {})}
        event["attachment_size_limit"] = 10 << 20
        event |= {"app_permissions": str(self.world.permissions(place)), "authorizing_integration_owners": {}}
        if place.guild_id is None:
            event["user"] = shapes.user(user)
        else:
            event["guild_id"] = str(place.guild_id)
            event["member"] = shapes.member(user) | {"permissions": str(permissions)}
        await self.hub.dispatch("INTERACTION_CREATE", event)
        return asked

    def routes(self, base: str) -> list[web.RouteDef]:
        """Return the routes by which the bot answers and registers its commands."""
        hook = f"{base}/webhooks/{{webhook}}/{{token}}"
        commands = f"{base}/applications/{{{_APPLICATION}}}"
        return [
            web.put(f"{commands}/commands", self._commands),
            web.put(f"{commands}/guilds/{{guild}}/commands", self._commands),
            web.post(f"{base}/interactions/{{id}}/{{token}}/callback", self._callback),
            web.post(hook, self._followup),
            web.get(f"{hook}/messages/{{message}}", self._original),
            web.patch(f"{hook}/messages/{{message}}", self._edit),
            web.delete(f"{hook}/messages/{{message}}", self._gone),
        ]

    async def _commands(self, request: web.Request) -> web.Response:
        sent: list[Json] = await request.json()
        place = request.match_info.get("guild", "global")
        extra: Json = {"application_id": request.match_info[_APPLICATION], "version": "1"}
        if place != "global":
            extra["guild_id"] = place
        self.commands[place] = [{**c, **extra, "id": str(self.world.snowflake())} for c in sent]
        return answer(self.commands[place])

    async def _callback(self, request: web.Request) -> web.Response:
        asked = self.asked.get(request.match_info["token"])
        if asked is None:
            return refusal(10062, "Unknown interaction", 404)
        if asked.callback:
            return refusal(40060, "Interaction has already been acknowledged.")
        asked.callback = await request.json()
        kind = asked.callback["type"]
        about: Json = {"id": str(asked.id), "type": COMMAND}
        if kind not in (_MESSAGE, _UPDATE, _DEFERRED):
            return answer({"interaction": about})
        made = self.shown(asked.data)
        about["response_message_id"] = made["id"]
        return answer({"interaction": about, "resource": {"type": kind, "message": made}})

    async def _followup(self, request: web.Request) -> web.Response:
        asked = self.asked[request.match_info["token"]]
        asked.followups.append(await request.json())
        return answer(self.shown(asked.followups[-1]))

    async def _original(self, request: web.Request) -> web.Response:
        return answer(self.shown(self.asked[request.match_info["token"]].data))

    async def _edit(self, request: web.Request) -> web.Response:
        asked = self.asked[request.match_info["token"]]
        asked.edits.append(await request.json())
        return answer(self.shown(asked.edits[-1]))

    async def _gone(self, request: web.Request) -> web.Response:
        return web.Response(status=204)

    def shown(self, body: Json) -> Json:
        """Return the message that an answer makes; it stands in no channel's history."""
        number, at = self.world.snowflake(), self.world.clock.now().isoformat()
        place = next(iter(self.world.channels), 0)
        return shapes.message(number, place, at, body, self.world.bot_id)


def needs_no_token(path: str) -> bool:
    """Tell whether a path is authorised by the interaction's own token."""
    return bool(re.match(r"/(interactions|webhooks)/", path))
