"""The gateway: sessions, their events, and the ways in which it closes, refuses or goes deaf."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import WSMsgType, web

from tests.double import shapes
from tests.double.world import Json, World

_HEARTBEAT, _IDENTIFY, _RESUME = 1, 2, 6


@dataclass
class Session:
    """What one client was told, and its socket while it has one."""

    id: str
    events: list[Json] = field(default_factory=list[Json])
    socket: web.WebSocketResponse | None = None


@dataclass
class Hub:
    """The gateway's state. `refuse` turns connections away; `resumable` off answers RESUME with an invalid session."""

    world: World
    token: str
    changed: Callable[[], None]
    address: str = ""
    heartbeat: int = 41_250
    """Milliseconds between two signs of life that clients are told to give."""
    refuse: Literal["", "503", "reset"] = ""
    resumable: bool = True
    deaf: bool = False
    identified: int = 0
    resumed: int = 0
    refused: int = 0
    sessions: dict[str, Session] = field(default_factory=dict[str, Session])
    closing: list[int] = field(default_factory=list[int])
    """Codes with which the next clients are sent away as soon as they identify or resume."""

    @property
    def connected(self) -> list[Session]:
        """Return the sessions that have a socket."""
        return [session for session in self.sessions.values() if session.socket is not None]

    async def dispatch(self, name: str, data: Json) -> None:
        """Tell every session an event; one without a socket is told when it resumes."""
        for session in self.sessions.values():
            event = {"op": 0, "s": len(session.events) + 1, "t": name, "d": data}
            session.events.append(event)
            if session.socket is not None and not session.socket.closed:
                await session.socket.send_json(event)

    async def close(self, code: int) -> None:
        """Close all connections with a code."""
        sockets = [session.socket for session in self.connected if session.socket]
        for session in self.connected:
            session.socket = None
        await asyncio.gather(*(socket.close(code=code) for socket in sockets))

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection."""
        if self.refuse:
            return self._refuse(request)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": self.heartbeat}})
        session: Session | None = None
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    session = await self._told(socket, json.loads(message.data)) or session
        finally:
            if session is not None and session.socket is socket:
                session.socket = None
            self.changed()
        return socket

    def _refuse(self, request: web.Request) -> web.Response:
        self.refused += 1
        self.changed()
        if self.refuse == "reset" and request.transport is not None:
            request.transport.abort()
        return web.Response(status=503)

    async def _told(self, socket: web.WebSocketResponse, said: Json) -> Session | None:
        match said["op"]:
            case 1 if not self.deaf:
                await socket.send_json({"op": 11})
            case 2 | 6 if said["d"]["token"].removeprefix("Bot ") != self.token:
                await socket.close(code=4004)
            case 2 | 6 if self.closing:
                await socket.close(code=self.closing.pop(0))
            case 2:
                return await self._identify(socket)
            case 6:
                return await self._resume(socket, said["d"])
            case _:
                pass
        return None

    async def _identify(self, socket: web.WebSocketResponse) -> Session:
        self.sessions = {name: one for name, one in self.sessions.items() if one.socket is not None}
        self.identified += 1
        session = Session(f"session{self.identified}", socket=socket)
        for name, data in self._welcome(session.id):
            event = {"op": 0, "s": len(session.events) + 1, "t": name, "d": data}
            session.events.append(event)
            await socket.send_json(event)
        self.sessions[session.id] = session
        self.changed()
        return session

    def _welcome(self, session: str) -> list[tuple[str, Json]]:
        away = [{"id": str(number), "unavailable": True} for number in self.world.guilds]
        ready: Json = {"v": 10, "user": shapes.user(self.world.bot_id, bot=True), "guilds": away}
        ready |= {"session_id": session, "resume_gateway_url": self.address}
        ready |= {"application": {"id": str(self.world.bot_id), "flags": 0}}
        guilds = [("GUILD_CREATE", shapes.guild(guild, self.world)) for guild in self.world.guilds.values()]
        return [("READY", ready), *guilds]

    async def _resume(self, socket: web.WebSocketResponse, said: Json) -> Session | None:
        session = self.sessions.get(said["session_id"])
        if session is None or not self.resumable:
            await socket.send_json({"op": 9, "d": False})
            return None
        self.resumed += 1
        session.socket = socket
        for event in session.events[said["seq"] :]:
            await socket.send_json(event)
        event = {"op": 0, "s": len(session.events) + 1, "t": "RESUMED", "d": dict[str, str]()}
        session.events.append(event)
        await socket.send_json(event)
        self.changed()
        return session
