"""Where notes come from, whatever it is: a snapshot of its files, and a sign when they may have changed."""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from digestbot.models import Diagnostic


@dataclass(frozen=True, slots=True)
class Text:
    """What a file holds: its text, the digest of its bytes, and what was doubtful about the decoding."""

    text: str
    digest: str
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file of notes by the name that people are shown. `digest` is "" where only loading tells it.

    `stamp` is a text that is another after every change of the file, "" where nothing but its bytes tells of one.
    `load` blocks, and raises SourceError if the file cannot be read.
    """

    name: str
    load: Callable[[], Text]
    digest: str = ""
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Commit:
    """The state of a repository that is read: full id, committer's date, first line of the message."""

    id: str
    date: datetime
    subject: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files of an origin in the order of their names.

    `trouble` is a sentence if this is an older state, because there was no getting at the newest.
    """

    files: Sequence[File]
    commit: Commit | None = None
    trouble: str = ""


class Origin(Protocol):
    """A folder or a repository. `key` is the name that the ledger knows it by, `place` what people are shown."""

    key: str
    place: str

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        """Look at the files as they are now. Raises SourceError if there is nothing to look at."""
        ...

    async def refresh(self) -> None:
        """Fetch what is fetched from elsewhere; what goes wrong is told by the next snapshot."""
        ...

    def changes(self, stop: asyncio.Event) -> AsyncGenerator[None]:
        """Yield whenever the files may have changed, until `stop` is set."""
        ...


def named(path: str | os.PathLike[str]) -> str:
    """Return a path as text that people, logs and databases take, also where it is no UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")
