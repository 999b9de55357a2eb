"""How the notes stand: what was read of each source, and what could not be understood or could be mended."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digestbot.curate import ranked, remarks
from digestbot.identity import digest16
from digestbot.library import Search
from digestbot.models import Diagnostic, Paper
from digestbot.sources import Reading, Sources, Status

_ALL = 10_000_000


@dataclass(frozen=True, slots=True)
class Health:
    """The sources and all diagnostics, the worst first; `stamp` (8 hex digits) tells other diagnostics apart."""

    sources: tuple[Status, ...]
    diagnostics: tuple[Diagnostic, ...]
    stamp: str


@dataclass(frozen=True, slots=True)
class Synced:
    """What fetching and reading again found, and the papers that were not there before, the newest first."""

    reading: Reading
    new: tuple[Paper, ...]


class Checkup:
    """Looks the notes over for their curators; remarks are made once for each reading."""

    def __init__(self, sources: Sources, search: Search, keypoint_aliases: Mapping[str, Sequence[str]]) -> None:
        self._sources = sources
        self._search = search
        self._aliases = keypoint_aliases
        self._seen: tuple[Status, ...] | None = None
        self._remarks: list[Diagnostic] = []
        self._syncing: asyncio.Task[Synced] | None = None

    async def health(self) -> Health:
        """Return how the notes stand now."""
        status = await self._sources.status()
        if status != self._seen:
            self._remarks = await asyncio.to_thread(remarks, await self._search.newest(_ALL), self._aliases)
            self._seen = status
        found = await self._sources.diagnostics()
        diagnostics = tuple(ranked([*found, *self._remarks]))
        return Health(status, diagnostics, digest16(repr(diagnostics))[:8])

    async def sync(self) -> Synced:
        """Fetch and read all sources now; whoever asks meanwhile gets the same answer."""
        if self._syncing is None or self._syncing.done():
            self._syncing = asyncio.create_task(self._sync())
        return await asyncio.shield(self._syncing)

    async def _sync(self) -> Synced:
        before = {paper.key for paper in await self._search.newest(_ALL)}
        reading = await self._sources.sync()
        after = await self._search.newest(_ALL) if reading.changed else ()
        return Synced(reading, tuple(paper for paper in after if paper.key not in before))
