"""Notes in a folder: which files are notes, and their text."""

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from digestbot.errors import SourceError
from digestbot.models import Diagnostic
from digestbot.sources.origin import File, Snapshot, Text
from digestbot.sources.watch import ENDINGS, watch

LARGEST = 16 * 1024 * 1024
"""Bytes in the largest file that is read: ten times the largest public paper list known to us."""


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

    def __init__(self, path: Path, name: str = "") -> None:
        self.path = path
        self.key = path.as_posix()
        self.place = str(path)
        self._name = name

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Snapshot]:
        """List the notes. Raises SourceError if the folder is gone or has none: it may be mounted late."""
        found = await asyncio.to_thread(documents, self.path, shown=self._name)
        if not found:
            raise SourceError(f"{self.path}: there are no Markdown files in it")
        yield Snapshot([document.file for document in found])

    async def refresh(self) -> None:
        """Do nothing: a folder is as it is."""

    def changes(self, stop: asyncio.Event) -> AsyncGenerator[None]:
        """Yield whenever `watch` tells of a change."""
        return watch(self.path, stop)


def documents(given: str | Path, *, shown: str | None = None) -> list[Document]:
    """Return the notes at a path, in the order of their names.

    A file is a note whatever its ending; in a folder the Markdown files are, except in hidden folders and behind links
    that lead out of it. A folder below it that cannot be listed stands for its notes, so that loading it says so.
    Names begin with the path as given, or with `shown` in its place. Raises SourceError if nothing is there.
    """
    path, start = Path(given), str(given) if shown is None else shown
    if path.is_file():
        return [Document(_named(start), path, path.name)]
    if not path.is_dir():
        raise SourceError(f"{given}: no such file or folder; name a Markdown file or a folder of them")
    below = ((p.relative_to(path).as_posix(), p) for p in _notes_below(path))
    found = (Document(_named(os.path.join(start, name)), p, _named(name)) for name, p in below)  # noqa: PTH118
    return sorted(found, key=lambda d: d.name)


def load(document: Document) -> Text:
    """Read and decode a document: UTF-8, else UTF-16 with a mark, else GB 18030 (the older Chinese encodings).

    Raises SourceError, with the reason, if it cannot be read.
    """
    if document.path.is_dir():
        raise SourceError("the folder cannot be listed; let the bot's user read it")
    try:
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


def _notes_below(folder: Path) -> Iterator[Path]:
    inside = folder.resolve()
    unlisted: list[Path] = []
    for where, folders, files in os.walk(folder, onerror=lambda error: unlisted.append(Path(error.filename))):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in files:
            path = Path(where, name)
            if path.suffix.lower() not in ENDINGS or name.startswith("."):
                continue
            if not path.is_symlink() or _stays_inside(path, inside):
                yield path
    yield from unlisted


def _stays_inside(link: Path, folder: Path) -> bool:
    try:
        return link.resolve().is_relative_to(folder)
    except (OSError, RuntimeError):
        # A link in a circle leads nowhere; reading it tells so.
        return True


def _named(name: str) -> str:
    """Return a file's name as text that a database takes, also where it is no UTF-8."""
    return os.fsencode(name).decode("utf-8", "replace")
