"""CPU time of reading a source again over that of its first reading: unchanged, one file changed, after a restart.

    python bench/sync.py [--files 10000] [--rounds 3] [--most 0.04]

A source is a folder or a git repository of made-up notes, read into a new ledger and a new library. Each round reads
it for the first time, then again; the time of git is counted, that of writing the notes and committing them is not.
Prints the medians of the ratios as Markdown, and exits with 1 if one is above `--most`.
"""

import argparse
import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import made

from digestbot.ledger import open_ledger
from digestbot.library import open_library
from digestbot.parsing import READER_VERSION
from digestbot.sources import Folder, Origin, Repository, Source
from digestbot.sources.folder import AT_REST


def cpu() -> float:
    """Return the seconds of processor time that this process and those that it started have taken."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def commit(folder: Path) -> None:
    who = {f"GIT_{who}_{what}": "x@y" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Add notes"]):
        subprocess.run(["git", *command], cwd=folder, env=os.environ | who, check=True)


@asynccontextmanager
async def opened(origin: Origin, data: Path) -> AsyncGenerator[Source]:
    async with (
        open_ledger(f"sqlite:///{data / 'ledger.db'}") as ledger,
        open_library(data, reader_version=READER_VERSION) as library,
    ):
        yield Source(origin, library, ledger.papers, lambda: datetime.now(UTC))


async def read(source: Source, changed: int) -> float:
    """Return the seconds that reading a source takes; the files found to be changed must be so many."""
    begin = cpu()
    await source.origin.refresh()
    reading = await source.read()
    spent = cpu() - begin
    if (reading.changed, reading.trouble) != (changed, ""):
        raise SystemExit(f"{reading.changed} files read as changed, not {changed}. {reading.trouble}")
    return spent


def origin(folder: Path, data: Path) -> Origin:
    return Repository(folder.as_uri(), data / "clones") if (folder / ".git").is_dir() else Folder(folder)


async def measure(folder: Path, files: int) -> dict[str, float]:
    """Return the seconds of one round by what was read."""
    spent: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as made_here:
        data = Path(made_here)
        async with opened(origin(folder, data), data) as source:
            spent["first"] = await read(source, files)
            spent["unchanged"] = await read(source, 0)
            change(folder)
            spent["one file changed"] = await read(source, 1)
        async with opened(origin(folder, data), data) as source:
            spent["unchanged, after a restart"] = await read(source, 0)
            change(folder)
        async with opened(origin(folder, data), data) as source:
            spent["one file changed, after a restart"] = await read(source, 1)
    return spent


def change(folder: Path) -> None:
    """Write a sentence more into a note, and commit it where that is what is read."""
    path = sorted(folder.rglob("*.md"))[len(list(folder.iterdir())) // 2]
    path.write_text(f"{path.read_text('utf-8')}\n{made.SENTENCE}\n", encoding="utf-8")
    if (folder / ".git").is_dir():
        commit(folder)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=float, default=0.04)
    options = parser.parse_args()
    worst = 0.0
    print("| Source | first reading | read again | ratio |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as made_here:
        for kind in ("folder", "git"):
            folder = Path(made_here, kind)
            made.write(folder, options.files)
            if kind == "git":
                commit(folder)
            time.sleep(AT_REST)
            rounds = [asyncio.run(measure(folder, options.files)) for _ in range(options.rounds)]
            for what in list(rounds[0])[1:]:
                ratio = statistics.median(one[what] / one["first"] for one in rounds)
                worst = max(worst, ratio)
                first, again = (statistics.median(one[which] for one in rounds) for which in ("first", what))
                print(f"| {kind} | {first:.2f} s | {what} {again * 1000:.0f} ms | {ratio:.2%} |", flush=True)
    return worst > options.most


if __name__ == "__main__":
    sys.exit(main())
