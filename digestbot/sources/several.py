"""All sources of notes side by side: what befalls one holds back no other."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import fields

from digestbot.library import Library
from digestbot.models import Diagnostic
from digestbot.sources.status import Progress, Reading, Status
from digestbot.sources.sync import Source

log = logging.getLogger(__name__)


class Sources:
    """The sources that the settings name, in their order."""

    def __init__(self, sources: Sequence[Source], library: Library) -> None:
        self._sources = tuple(sources)
        self._library = library
        self._kept = False

    def __iter__(self) -> Iterator[Source]:
        return iter(self._sources)

    async def read(self, progress: Progress = lambda done, total: None, *, only: Source | None = None) -> Reading:
        """Read all of them at the same time, or `only` one, and return what was found in all.

        Once each was read well, the library forgets what the settings no longer name.
        """
        told: dict[Source, tuple[int, int]] = {}

        def tell(source: Source, done: int, total: int) -> None:
            told[source] = (done, total)
            progress(sum(done for done, _ in told.values()), sum(total for _, total in told.values()))

        readings = await asyncio.gather(
            *(source.read(lambda done, total, s=source: tell(s, done, total)) for source in ([only] if only else self)),
            return_exceptions=True,
        )
        if not self._kept and all(source.read_at for source in self):
            await self._library.keep_only([source.name for source in self])
            self._kept = True
        return _together(readings)

    async def sync(self) -> Reading:
        """Fetch what is fetched from elsewhere, whether or not it is due, and read all of them."""
        await asyncio.gather(*(source.origin.refresh() for source in self))
        return await self.read()

    async def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return what the last readings did not understand, the sources' own troubles first."""
        return (*self.troubles(), *await self._library.diagnostics())

    def troubles(self) -> tuple[Diagnostic, ...]:
        """Return what is wrong with the sources as such, and with the settings about them."""
        troubles = tuple(source.trouble for source in self if source.trouble)
        return (*troubles, *(told for source in self for told in source.idle))

    async def status(self) -> tuple[Status, ...]:
        """Return how each source is doing, in the order of the settings."""
        return tuple([await source.status() for source in self])


def _together(readings: Sequence[Reading | BaseException]) -> Reading:
    """Add readings up. What failed for another reason than its origin is raised, now that all have ended."""
    good = [reading for reading in readings if isinstance(reading, Reading)]
    failed = [reading for reading in readings if not isinstance(reading, Reading)]
    if failed:
        raise failed[0]
    texts = ("trouble", "touched", "sighted")
    numbers = {one.name: sum(getattr(r, one.name) for r in good) for one in fields(Reading) if one.name not in texts}
    trouble = "; ".join(reading.trouble for reading in good if reading.trouble)
    touched = tuple(name for reading in good for name in reading.touched)
    sighted = tuple(sorted({sequence for reading in good for sequence in reading.sighted}))
    return Reading(**numbers, trouble=trouble, touched=touched, sighted=sighted)
