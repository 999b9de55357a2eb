"""How the notes stand: what was read of each source, and what could not be understood or could be mended."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digestbot.curate import kinds, ranked, remarks
from digestbot.identity import digest16
from digestbot.library import Search
from digestbot.models import Diagnostic, Paper, Severity
from digestbot.sources import Reading, Sources, Status

NEW = 10
"""New papers that are told by name."""


@dataclass(frozen=True, slots=True)
class Findings:
    """All diagnostics, the worst first, and how many of each kind; `stamp` (8 hex digits) tells others apart."""

    diagnostics: tuple[Diagnostic, ...]
    kinds: Mapping[tuple[Severity, str], int]
    stamp: str


@dataclass(frozen=True, slots=True)
class Health:
    """The sources as they are, and what was found in their notes."""

    sources: tuple[Status, ...]
    found: Findings


@dataclass(frozen=True, slots=True)
class Synced:
    """What fetching and reading again found: how many papers nobody has seen before, and the newest of them."""

    reading: Reading
    new: int
    newest: tuple[Paper, ...]


class Checkup:
    """Looks the notes over for their curators; findings are kept until the library or a source's trouble changes."""

    def __init__(self, sources: Sources, search: Search, keypoint_aliases: Mapping[str, Sequence[str]]) -> None:
        self._sources = sources
        self._search = search
        self._aliases = keypoint_aliases
        self._looking = asyncio.Lock()
        self._kept: tuple[object, Findings] | None = None
        self._syncing: asyncio.Task[Synced] | None = None

    async def health(self) -> Health:
        """Return how the notes stand now."""
        async with self._looking:
            state = (await self._search.version(), self._sources.troubles())
            if self._kept is None or self._kept[0] != state:
                names = [source.label for source in self._sources]
                told, papers = await self._sources.diagnostics(), await self._search.every()
                self._kept = (state, await asyncio.to_thread(findings, told, papers, self._aliases, names))
            return Health(await self._sources.status(), self._kept[1])

    async def sync(self) -> Synced:
        """Fetch and read all sources now; whoever asks meanwhile gets the same answer."""
        if self._syncing is None or self._syncing.done():
            self._syncing = asyncio.create_task(self._sync())
        return await asyncio.shield(self._syncing)

    async def _sync(self) -> Synced:
        reading = await self._sources.sync()
        new = await self._search.sequences(reading.sighted)
        return Synced(reading, len(new), tuple(new.values())[: -NEW - 1 : -1])


def findings(
    told: Sequence[Diagnostic],
    papers: Sequence[Paper],
    aliases: Mapping[str, Sequence[str]],
    sources: Sequence[str] = (),
) -> Findings:
    """Put what the reader told and what could be mended together."""
    diagnostics = tuple(ranked([*told, *remarks(papers, aliases, sources)]))
    return Findings(diagnostics, kinds(diagnostics), digest16(repr(diagnostics))[:8])
