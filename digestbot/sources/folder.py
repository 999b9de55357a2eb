"""Notes in a folder: which files are notes, and their text."""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from digestbot.errors import SourceError
from digestbot.models import Diagnostic
from digestbot.sources.origin import File, Snapshot, Text, named
from digestbot.sources.watch import ENDINGS, watch

LARGEST = 16 * 1024 * 1024
"""Bytes in the largest file that is read: ten times the largest public paper list known to us."""

AT_REST = 10
"""Seconds without a change after which the times of a file are believed: FAT counts in steps of two seconds, and the
clock of a server may be some behind ours."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file of notes: `name` is what people are shown (the path as given, joined with the path below it, `below`)."""

    name: str
    path: Path
    below: str = ""

    @property
    def file(self) -> File:
        """The document as an origin gives it."""
        return File(self.name, partial(load, self))


class Folder:
    """A folder as an origin of notes; `name`, if it has one, stands before the names of its files."""

    def __init__(self, path: Path, name: str = "", clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self.key = named(path.as_posix())
        self.place = named(path)
        self._name = name
        self._clock = clock

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Snapshot]:
        """List the notes. Raises SourceError if the folder is gone or has none: it may be mounted late."""
        found = await asyncio.to_thread(self._files)
        if not found:
            raise SourceError(f"{self.path}: there are no Markdown files in it")
        yield Snapshot(found)

    def _files(self) -> list[File]:
        found = documents(self.path, shown=self._name)
        resting = int((self._clock() - AT_REST) * 1e9)
        return [replace(document.file, stamp=_stamp(document.path, resting)) for document in found]

    async def refresh(self) -> None:
        """Do nothing: a folder is as it is."""

    def changes(self, stop: asyncio.Event) -> AsyncGenerator[None]:
        """Yield whenever `watch` tells of a change."""
        return watch(self.path, stop)


def documents(given: str | Path, *, shown: str | None = None) -> list[Document]:
    """Return the notes at a path, in the order of their names.

    A file is a note whatever its ending; in a folder the Markdown files are, except in hidden folders and behind links
    that lead out of it. A folder below it that cannot be listed stands for its notes, so that loading it says so.
    Names begin with the path as given, or with `shown` in its place. Raises SourceError if nothing is there, or it
    cannot be looked at.
    """
    path, start = Path(given), str(given) if shown is None else shown
    try:
        if path.is_file():
            return [Document(named(start), path, path.name)]
        if not path.is_dir():
            raise SourceError(f"{given}: no such file or folder; name a Markdown file or a folder of them")
        below = list(_notes_below(path))
    except OSError as error:
        raise SourceError(f"{given}: it cannot be read ({error.strerror}); mend that, or name another") from error
    found = (Document(named(os.path.join(start, name)), p, named(name)) for name, p in below)  # noqa: PTH118
    return sorted(found, key=lambda d: d.name)


def load(document: Document) -> Text:
    """Read and decode a document: UTF-8, else UTF-16 with a mark, else GB 18030 (the older Chinese encodings).

    Raises SourceError, with the reason, if it cannot be read.
    """
    try:
        if document.path.is_dir():
            raise SourceError("the folder cannot be listed; let the bot's user read it")
        check_size(document.path.stat().st_size)
        raw = document.path.read_bytes()
    except OSError as error:
        raise SourceError(f"the file cannot be read ({error.strerror or error})") from error
    return decoded(document.name, raw, hashlib.sha256(raw).hexdigest())


def check_size(size: int) -> None:
    """Raise SourceError for a file of that many bytes if it is too large to be read."""
    if size > LARGEST:
        raise SourceError(f"the file has {size:,} bytes, more than {LARGEST:,}; split it")


def decoded(name: str, raw: bytes, digest: str) -> Text:
    """Make a text of a file's bytes, as `load` tells."""
    text, doubt = _decoded(raw)
    return Text(text, digest, (Diagnostic(name, 0, "warning", *doubt),) if doubt else ())


def _decoded(raw: bytes) -> tuple[str, tuple[str, str] | None]:
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        doubt = None if encoding == "utf-8-sig" else ("the text is not UTF-8", f"it was read as {encoding.upper()}")
        return text, doubt
    return raw.decode("utf-8", "replace"), ("the text is not UTF-8", "what could not be decoded was replaced by \ufffd")


def _notes_below(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the notes, and the folders that cannot be listed, each with its name below the folder."""
    inside = folder.resolve()
    unlisted: list[Path] = []
    for where, folders, files in os.walk(folder, onerror=lambda error: unlisted.append(Path(error.filename))):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        before = _joint(Path(where).relative_to(folder))
        for name in files:
            if name.startswith(".") or not name.lower().endswith(tuple(ENDINGS)):
                continue
            path = Path(where, name)
            if not path.is_symlink() or _stays_inside(path, inside):
                yield before + name, path
    yield from ((path.relative_to(folder).as_posix(), path) for path in unlisted)


def _joint(folder: Path) -> str:
    return f"{folder.as_posix()}/" if folder.parts else ""


def _stamp(path: Path, resting: int) -> str:
    """Return what tells a file's state from any other without its being read, "" if it changed after `resting`.

    Whatever is written, touched, moved here or given an older date gets a time of change (ctime) that nobody can set.
    But times go in steps: what is written twice in one step, with a look in between, has the same times both times.
    So a file is taken at its word only when the step of its last change was long over at the look (git calls others
    "racily clean", and reads them again, too). `resting` is in nanoseconds.
    """
    try:
        told = path.stat()
    except OSError:
        return ""
    latest = max(told.st_mtime_ns, told.st_ctime_ns)
    return f"{told.st_size} {told.st_mtime_ns} {told.st_ctime_ns} {told.st_ino}" if latest < resting else ""


def _stays_inside(link: Path, folder: Path) -> bool:
    try:
        return link.resolve().is_relative_to(folder)
    except (OSError, RuntimeError):
        # A link in a circle leads nowhere; reading it tells so.
        return True
