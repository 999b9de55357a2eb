"""Memory of reading a source: with more files, and with a file nearly ten times as large.

    python bench/memory.py [--most 8]

Notes are made up: 1,000 to 10,000 files of 800 bytes, and one file with a table of 1.7 MB and of 16 MB. Each is read
in a process of its own: read alone, without library or ledger, and synced into new ones twice, as the bot does. Told is
the peak of the memory above that of a process that does the same with one small note. From 3,000 notes on, as many are
put away at once as ever are; exits with 1 if a file more takes more than `--most` KiB from there on.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import made
from lookup_parts.corpus import Titles

from digestbot.ledger import open_ledger
from digestbot.library import open_library
from digestbot.parsing import READER_VERSION
from digestbot.sources import Folder, Source, documents, read_files, ruled


def table(folder: Path, size: int) -> None:
    """Write a note that is one table of so many bytes."""
    head, left = "# Papers\n\n| Title | Venue | Summary |\n|---|---|---|\n", size
    with (folder / "table.md").open("w", encoding="utf-8") as file:
        file.write(head)
        for number, (title, topic) in enumerate(zip(Titles(made.SEED), cycle(made.TOPICS))):
            link = f"https://arxiv.org/abs/{2001 + number // 90000:04}.{10000 + number % 90000:05}"
            row = f"| [{title}]({link}) | CVPR {2015 + number % 10} | {topic}: {made.SENTENCE} |\n"
            left -= len(row.encode())
            if left < len(head):
                break
            file.write(row)


SOURCES: dict[str, Callable[[Path], None]] = {
    "one small note": lambda folder: made.write(folder, 1),
    "1,000 notes": lambda folder: made.write(folder, 1_000),
    "3,000 notes": lambda folder: made.write(folder, 3_000),
    "10,000 notes": lambda folder: made.write(folder, 10_000),
    "a table of 1.7 MB": lambda folder: table(folder, 1_700_000),
    "a table of 16 MB": lambda folder: table(folder, 16_000_000),
}


async def sync(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as data:
        async with (
            open_ledger(f"sqlite:///{data}/ledger.db") as ledger,
            open_library(Path(data), reader_version=READER_VERSION) as library,
        ):
            source = Source(Folder(folder), library, ledger.papers, lambda: datetime.now(UTC))
            await source.read()
            await source.read()


def read(folder: Path) -> None:
    for _ in read_files(ruled((d.file for d in documents(folder)), ())):
        pass


def peak() -> float:
    """Return the highest memory of this process so far, in MiB."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def measured(how: str, folder: Path) -> float:
    """Return the peak of a process that reads a folder in one of the two ways."""
    command = [sys.executable, __file__, "--child", how, str(folder)]
    return float(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def tell(folders: Iterable[tuple[str, Path]]) -> float:
    """Print what was measured; return the KiB that a file more takes when it is synced."""
    print("| Source | read alone, MiB | synced, MiB |\n|---|---|---|")
    above: dict[str, tuple[float, float]] = {}
    idle = 0.0, 0.0
    for name, folder in folders:
        alone, synced = measured("read", folder), measured("sync", folder)
        idle = idle if any(idle) else (alone, synced)
        above[name] = alone - idle[0], synced - idle[1]
        print(f"| {name} | {above[name][0]:.0f} | {above[name][1]:.0f} |", flush=True)
    _, few, many, small, large = list(above.values())[1:]
    kib = [(more - less) * 1024 / 7_000 for less, more in zip(few, many, strict=True)]
    print(f"| a note more, KiB | {kib[0]:.1f} | {kib[1]:.1f} |")
    print(f"| 16 MB ÷ 1.7 MB | {large[0] / small[0]:.1f} | {large[1] / small[1]:.1f} |")
    return kib[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=float, default=8.0)
    parser.add_argument("--child", nargs=2, metavar=("HOW", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        how, folder = options.child
        read(Path(folder)) if how == "read" else asyncio.run(sync(Path(folder)))
        print(peak())
        return 0
    with tempfile.TemporaryDirectory() as here:
        folders = [(name, Path(here, str(number))) for number, name in enumerate(SOURCES)]
        for name, folder in folders:
            folder.mkdir()
            SOURCES[name](folder)
        return tell(folders) > options.most


if __name__ == "__main__":
    sys.exit(main())
