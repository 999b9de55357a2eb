"""What notes tell: entries as they stand in files, and the papers merged from them."""

from dataclasses import dataclass
from typing import Literal

LinkKind = Literal["arxiv", "code", "project", "notes", "paper", "other"]
Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link of an entry; `label` is what the note calls it, which decides the kind before the host does."""

    kind: LinkKind
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Field:
    """A labelled part of an entry: the label as written, the text as Markdown."""

    label: str
    markdown: str


@dataclass(frozen=True, slots=True)
class Location:
    """Where an entry stands: the file as it was named, and the title's line, counted from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What notes tell about a paper: common to one entry and to the paper merged from several.

    `period` is the month the notes file it under, `published` the month of publication where the entry tells it.
    `gist` is one line of plain text for lists. `images` are URLs.
    """

    title: str
    topics: tuple[str, ...] = ()
    period: str | None = None
    published: str | None = None
    keypoints: tuple[str, ...] = ()
    gist: str = ""
    venue: str | None = None
    authors: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    links: tuple[Link, ...] = ()
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Content):
    """One paper as one note tells it."""

    source: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(Content):
    """A paper, merged from the entries that are about it (ordered by file and line).

    `key` stands for it in commands and custom ids. `sequence` is the ledger's number, None without a ledger.
    """

    key: str
    entries: tuple[Entry, ...]
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What was not understood in a file, and what was done instead; `line` 0 is the file as a whole.

    One of severity "info" was understood: it says what could be mended, and how. `more` are those of its kind that the
    file has besides, which are not told one by one.
    """

    file: str
    line: int
    severity: Severity
    found: str
    done: str
    more: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """One Markdown file, read."""

    file: str
    entries: tuple[Entry, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """An entry with the sequence that the ledger gave its paper (None without a ledger)."""

    entry: Entry
    sequence: int | None


@dataclass(frozen=True, slots=True)
class StoredNote:
    """A note as the library keeps it: its content's hash, its sightings, its diagnostics.

    `stamp` stands for the content where that need not be read to be known again, "" if it need.
    """

    file: str
    digest: str
    sightings: tuple[Sighting, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    stamp: str = ""
