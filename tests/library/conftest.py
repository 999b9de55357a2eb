"""Notes made by hand, and libraries on real files."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from digestbot.library import Library, database, open_library, store
from digestbot.library.names import tallies
from digestbot.models import Entry, Link, Location, Sighting, StoredNote

MakeEntry = Callable[..., Entry]
MakeNote = Callable[..., StoredNote]
TITLES = (
    "MovieChat: From Dense Token to Sparse Memory for Long Video Understanding",
    "MA-LMM: Memory-Augmented Large Multimodal Model for Long-Term Video Understanding",
    "iVideoGPT: Interactive VideoGPTs are Scalable World Models",
    "DART: Denoising Autoregressive Transformer for Scalable Text-to-Image Generation",
    "Diffusion Models Beat GANs on Image Synthesis",
    "Rectified Diffusion: Straightness Is Not Your Need in Rectified Flow",
    "VD3D: Taming Large Video Diffusion Transformers for 3D Camera Control",
    "基于扩散模型的长视频生成综述",
    "From Image to Video, what do we need in multimodal LLMs?",
    "Progressive Autoregressive Video Diffusion Models",
    "Español: Résumé Parsing with Graph Networks",
    "C++ Code Generation: What Goes Wrong",
    "C Code Generation: A Survey",
    "Moviegraphs and Their Uses",
)


@pytest.fixture
def entry() -> MakeEntry:
    def make(title: str, arxiv: str | None = None, line: int = 1, file: str = "a.md", **more: Any) -> Entry:
        links = (Link("arxiv", "arXiv", f"https://arxiv.org/abs/{arxiv}"),) if arxiv else ()
        return Entry(title=title, links=links, source=Location(file, line), **more)

    return make


@pytest.fixture
def note() -> MakeNote:
    def make(file: str, entries: Sequence[Entry], sequences: Sequence[int] = (), digest: str = "d") -> StoredNote:
        given = [*sequences, *[None] * (len(entries) - len(sequences))]
        return StoredNote(file, digest, tuple(map(Sighting, entries, given)))

    return make


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    async with open_library(tmp_path, reader_version=1) as opened:
        yield opened


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A connection to a library of the same titles, for properties that are tried many times."""
    path = tmp_path_factory.mktemp("library") / "library.db"
    database.prepare(path)
    entries = [Entry(title=title, source=Location("a.md", line)) for line, title in enumerate(TITLES)]
    with closing(database.connect(path)) as opened:
        store.put(
            opened, tallies.Names(), "notes", [StoredNote("a.md", "d", tuple(Sighting(e, None) for e in entries))]
        )
        yield opened


@pytest.fixture
async def titles(library: Library, entry: MakeEntry, note: MakeNote) -> Library:
    """A library of some titles, the later ones newer."""
    entries = [entry(title, line=line) for line, title in enumerate(TITLES, 1)]
    await library.put("notes", [note("a.md", entries, range(1, len(entries) + 1))])
    return library
