"""The bot as a whole: opens everything, passes it to constructors, and runs until it is told to stop."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from digestbot.bot import Checkup, DigestClient, Outbox, reach, render
from digestbot.digest import Clockwork, Composer, ConfigChannel, Delivery, Desk, Recall
from digestbot.errors import DigestbotError, SettingsError
from digestbot.ledger import DailyBackup, Ledger, open_ledger
from digestbot.library import Library, open_library
from digestbot.parsing import READER_VERSION
from digestbot.settings import NotesSettings, Settings
from digestbot.sources import Progress, Reading, Source, Sources, documents

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

_SIGN_OF_LIFE = 60
"""Seconds between two touches of the file `alive` in the data folder, by which a container's health is checked."""
_LAST_PART = 8
"""Seconds that the part being sent has to be finished at the end; after that it is found again at the next start."""


@dataclass(slots=True)
class App:
    """Everything that runs, opened; `client` is not connected yet."""

    settings: Settings
    library: Library
    sources: Sources
    desk: Desk
    clockwork: Clockwork
    client: DigestClient
    has_read: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _beginning: asyncio.Lock = field(default_factory=asyncio.Lock)
    _watching: asyncio.Task[None] | None = None

    async def read(self, progress: Progress = lambda done, total: None, *, only: Source | None = None) -> None:
        """Read the notes as they are now, or `only` a source's. After the first time digests may be composed."""
        reading = await self.sources.read(progress, only=only if self.has_read.is_set() else None)
        if reading.changed or reading.removed or not self.has_read.is_set():
            told = "notes: %d files, %d of them new or changed, %d gone"
            log.info(told, reading.files, reading.changed, reading.removed)
        async with self._beginning:
            await self._begin(reading)

    async def _begin(self, reading: Reading) -> None:
        """Let digests be composed, now that every source was tried, if there is anything to compose from."""
        if self.has_read.is_set() or (reading.trouble and not any([(await s.status()).files for s in self.sources])):
            return
        if not reading.trouble:
            await self.library.settle()
        await self.desk.reconcile([ConfigChannel(**channel.model_dump()) for channel in self.settings.channels])
        self.has_read.set()

    async def start(self) -> None:
        """Begin to watch the notes, and to post what is due as soon as the newest notes of each source were asked for.

        A bot that comes back has an earlier state of a repository at first, in which the week's papers may be missing.
        """
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Finish the part that is being sent, then post and read nothing more."""
        self._stopping.set()
        if self._watching:
            self._watching.cancel()
            await asyncio.wait({self._watching})
            self._watching = None
        try:
            async with asyncio.timeout(_LAST_PART):
                await self.clockwork.stop()
        except TimeoutError:
            log.warning("a message is still being sent; the next start finds out whether it arrived")

    async def _watch(self) -> None:
        async with asyncio.TaskGroup() as watching:
            asked = {source: asyncio.Event() for source in self.sources}
            for source, read in asked.items():
                watching.create_task(self._read_at_changes(source, read))
            for read in asked.values():
                await read.wait()
            self.clockwork.start()

    async def _read_at_changes(self, source: Source, read: asyncio.Event) -> None:
        try:
            async for _ in source.origin.changes(self._stopping):
                await self._read_again(source)
                read.set()
        except Exception:
            # A fault in watching one source must not end the watching of the others.
            log.exception("%s is not watched any more; start the bot again", source.label)
        finally:
            read.set()

    async def _read_again(self, source: Source) -> None:
        try:
            await self.read(only=source)
        except DigestbotError as error:
            log.error("the notes were not read again: %s", error)  # noqa: TRY400 - the sentence says all
        except Exception:
            # A fault of the reader must not end the watching: the next change may be read again.
            log.exception("the notes were not read again")


@asynccontextmanager
async def open_app(settings: Settings, clock: Clock) -> AsyncGenerator[App]:
    """Open library and ledger and build everything on them. Raises LibraryError and LedgerError."""
    async with AsyncExitStack() as stack:
        # The library first: its lock on the folder keeps a second bot, and a restoring, away from the ledger, too.
        library = await stack.enter_async_context(
            open_library(
                settings.data.folder,
                reader_version=READER_VERSION,
                aliases=settings.topics.aliases,
                keypoint_aliases=settings.keypoints.aliases,
            )
        )
        ledger = await stack.enter_async_context(open_ledger(settings.data.ledger_url, clock=clock))
        each = [_source(notes, settings.data.clones, library, ledger, clock) for notes in settings.notes]
        sources = Sources(each, library)
        composer = Composer(ledger, library.search, render, clock)
        # The client answers by what delivers, and that delivers through the client: one is given the other later.
        outbox = Outbox()
        delivery = Delivery(ledger, outbox, clock)
        recall = Recall(ledger, outbox, clock)
        desk = Desk(ledger, library.search, composer, delivery, recall, clock)

        def hurry(channel_ids: Iterable[int]) -> None:
            changed = tuple(channel_ids)
            delivery.hurry(changed)
            recall.hurry(changed)

        client = DigestClient(
            search=library.search,
            ledger=ledger,
            desk=desk,
            composer=composer,
            checkup=Checkup(sources, library.search, settings.keypoints.aliases),
            hurry=hurry,
            guilds=settings.discord.guilds,
        )
        outbox.client = client
        clockwork = Clockwork(
            ledger, composer, delivery, recall, clock, ready=lambda: app.has_read.is_set() and client.is_ready()
        )
        app = App(settings, library, sources, desk, clockwork, client)
        stack.push_async_callback(client.close)
        stack.push_async_callback(app.stop)
        yield app


def _source(notes: NotesSettings, clones: Path, library: Library, ledger: Ledger, clock: Clock) -> Source:
    origin = notes.origin(clones)
    return Source(origin, library, ledger.papers, clock, label=notes.name, rules=notes.reading)


async def run_bot(settings: Settings, clock: Clock, progress: Progress) -> None:
    """Run the bot on Discord until SIGINT or SIGTERM; the part being sent is finished first.

    Raises SettingsError for a token that is missing or refused, SourceError if there is but one source of notes and
    its folder is missing.
    """
    if settings.token is None:
        raise SettingsError(
            "there is no token; set DISCORD_TOKEN (README.md tells how to get one), or try the bot without one by: "
            "digestbot demo"
        )
    if len(settings.notes) == 1 and not settings.notes[0].git:
        await asyncio.to_thread(documents, settings.notes[0].path)
    discord = settings.discord
    reach(str(discord.api_base) if discord.api_base else None, str(discord.gateway) if discord.gateway else None)
    asked, closing = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    async with open_app(settings, clock) as app:
        connection = asyncio.create_task(app.client.run_until(closing, settings.token.get_secret_value()))
        work = asyncio.create_task(_work(app, progress))
        asking = asyncio.create_task(asked.wait())
        keeping = asyncio.create_task(DailyBackup(settings.data.ledger_url, settings.data.keep_backups, clock).run())
        await asyncio.wait({connection, work, asking}, return_when=asyncio.FIRST_COMPLETED)
        await app.stop()
        closing.set()
        for task in (work, asking, keeping):
            task.cancel()
        await asyncio.wait({connection, work, asking, keeping})
    for task in (connection, work):
        with contextlib.suppress(asyncio.CancelledError):
            task.result()


async def _work(app: App, progress: Progress) -> None:
    """Read the notes, begin, and give signs of life for as long as the bot is connected."""
    await app.read(progress)
    await app.client.connected.wait()
    await app.client.locate_channels()
    await app.start()
    await _give_signs(app.settings.data.folder / "alive", app.client.connected)


async def _give_signs(sign: Path, connected: asyncio.Event) -> None:
    """Touch a file while the bot is connected; where that fails whoever looks for it misses it, and the bot goes on."""
    level = logging.WARNING
    while True:
        if connected.is_set():
            try:
                await asyncio.to_thread(sign.touch)
            except OSError as error:
                log.log(level, "there is no sign of life: %s", error)
                level = logging.DEBUG
        await asyncio.sleep(_SIGN_OF_LIFE)
