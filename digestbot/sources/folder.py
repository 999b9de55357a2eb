"""Notes in a folder: which files are notes, and their text."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from digestbot.errors import SourceError
from digestbot.models import Diagnostic

ENDINGS = frozenset({".md", ".markdown"})
LARGEST = 16 * 1024 * 1024
"""Bytes in the largest file that is read: ten times the largest public paper list known to us."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file of notes: `name` is what people are shown (the path as given, joined with the path below it)."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Text:
    """What a document holds: its text, the SHA-256 of its bytes, and what was doubtful about the decoding."""

    text: str
    digest: str
    diagnostics: tuple[Diagnostic, ...] = ()


def documents(given: str | Path, *, shown: str | None = None) -> list[Document]:
    """Return the notes at a path, in the order of their names.

    A file is a note whatever its ending; in a folder the Markdown files are, except in hidden folders and behind links
    that lead out of it. A folder below it that cannot be listed stands for its notes, so that loading it says so.
    Names begin with the path as given, or with `shown` in its place. Raises SourceError if nothing is there.
    """
    path, start = Path(given), str(given) if shown is None else shown
    if path.is_file():
        return [Document(_named(start), path)]
    if not path.is_dir():
        raise SourceError(f"{given}: no such file or folder; name a Markdown file or a folder of them")
    below = ((os.path.join(start, p.relative_to(path).as_posix()), p) for p in _notes_below(path))  # noqa: PTH118
    return sorted((Document(_named(name), p) for name, p in below), key=lambda d: d.name)


def load(document: Document) -> Text:
    """Read and decode a document: UTF-8, else UTF-16 with a mark, else GB 18030 (the older Chinese encodings).

    Raises SourceError, with the reason, if it cannot be read.
    """
    if document.path.is_dir():
        raise SourceError("the folder cannot be listed; let the bot's user read it")
    try:
        size = document.path.stat().st_size
        if size > LARGEST:
            raise SourceError(f"the file has {size:,} bytes, more than {LARGEST:,}; split it")
        raw = document.path.read_bytes()
    except OSError as error:
        raise SourceError(f"the file cannot be read ({error.strerror or error})") from error
    text, doubt = _decoded(raw)
    diagnostics = (Diagnostic(document.name, 0, "warning", *doubt),) if doubt else ()
    return Text(text, hashlib.sha256(raw).hexdigest(), diagnostics)


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
