"""The demo's page.

It is published anew when something happens, never on a timer, for a new version makes a click on the old one void. It
also passes on the commands that were typed out as messages.
"""

import asyncio
import errno
import logging
from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from simcord import Preview, SetupError

from digestbot.demo.server import Server
from digestbot.demo.typed import Command, understand
from digestbot.errors import DigestbotError

log = logging.getLogger(__name__)


class Page:
    """The page of one channel, as seen by the server's members."""

    def __init__(self, server: Server, preview: Preview, commands: Sequence[Command]) -> None:
        self._server = server
        self._preview = preview
        self._commands = commands
        self._typed: deque[Mapping[str, Any]] = deque()
        self._happened = asyncio.Event()

    @property
    def url(self) -> str:
        """The page's address on this machine, with the secret that opens it."""
        return self._preview.url

    async def show(self) -> None:
        """Keep the page up to date until a person ends the session on it."""
        following = asyncio.create_task(self._follow())
        closed = asyncio.create_task(self._preview.wait_closed())
        try:
            done, _ = await asyncio.wait({following, closed}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            following.cancel()
            closed.cancel()
            await asyncio.wait({following, closed})
        for task in done:
            task.result()

    def heard(self, event: str, payload: Mapping[str, Any]) -> None:
        """Note an event of the simulation. What a click or command on the page causes, the page shows by itself."""
        if not event.startswith("MESSAGE_"):
            return
        if event == "MESSAGE_CREATE" and self._is_command(payload):
            self._typed.append(payload)
        elif self._server.env.busy:
            return
        self._happened.set()

    async def _follow(self) -> None:
        while True:
            await self._happened.wait()
            try:
                while self._typed:
                    await self._pass_on(self._typed.popleft())
                await self._server.env.at_rest()
                self._happened.clear()
                await self._preview.refresh()
            except TimeoutError as error:
                log.warning("the bot took too long to answer: %s", str(error).splitlines()[0])

    def _is_command(self, message: Mapping[str, Any]) -> bool:
        author = self._server.member(int(message["author"]["id"]))
        return author is not None and str(message["content"]).startswith("/")

    async def _pass_on(self, message: Mapping[str, Any]) -> None:
        member = self._server.member(int(message["author"]["id"]))
        call = understand(str(message["content"]), self._commands)
        if member is None or isinstance(call, str):
            await self._server.say(str(call))
            return
        await self._server.env.at_rest()
        # Discord shows a command by its answer alone, so the text makes way for it.
        self._server.env.backend.delete_message(int(message["channel_id"]), int(message["id"]))
        refusal = await self._server.run(member, call.command, call.options)
        if refusal:
            await self._server.say(refusal)


@asynccontextmanager
async def open_page(
    server: Server,
    commands: Sequence[Command],
    port: int,
    *,
    timezone: str,
    pictures: Mapping[str, tuple[str, bytes]],
) -> AsyncGenerator[Page]:
    """Serve the page on this machine's loopback address; port 0 takes a free one. Raises DigestbotError."""
    preview = server.env.preview(
        server.papers,
        viewers=[server.you, server.reader],
        layout="channel",
        timezone=timezone,
        assets=pictures,
        port=port,
    )
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(preview)
        except SetupError as error:
            raise DigestbotError(_told(error, port)) from error
        page = Page(server, preview, commands)
        server.heed(page.heard)
        yield page


def _told(error: SetupError, port: int) -> str:
    reason = error.__cause__
    if isinstance(reason, OSError) and reason.errno == errno.EADDRINUSE:
        return f"port {port} is in use by another program; name another one with --port, or leave --port out"
    if isinstance(reason, OSError):
        return f"port {port} cannot be opened ({reason.strerror}); name another one with --port, or leave --port out"
    return f"the demo's page cannot be shown: {error}"
