"""Look-up by title: how often it finds what was meant, how long it takes and how large its index is, beside others.

    python bench/lookup.py [--papers 1000 100000 1000000] [--queries 500] [--only digestbot]

All are asked the same queries about the same made-up titles. An answer is good if the title truly matches what was
typed, whichever paper the query was made from. Times are processor time of the thread that runs the query. Those that
take long are asked fewer queries (20 s a class at most). Prints Markdown, and draws lookup.png if matplotlib is there.
"""

import argparse
import importlib
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from lookup_parts.corpus import Titles
from lookup_parts.queries import Kind, made
from lookup_parts.systems import Ours, System, peers

SEED = 7
PATIENCE = 20.0
"""Seconds of processor time for one class of queries, after which the rest of them is left out."""

PLOT = Path(__file__).with_name("lookup.png")


@dataclass(slots=True)
class Score:
    """What came of one class of queries."""

    first: int = 0
    among: int = 0
    seconds: list[float] = field(default_factory=list[float])

    @property
    def milliseconds(self) -> tuple[float, float]:
        """The median and the 99th percentile."""
        cut = statistics.quantiles([*self.seconds, *self.seconds], n=100, method="inclusive")
        return cut[49] * 1000, cut[98] * 1000


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one system at one size."""

    name: str
    papers: int
    bytes: float
    microseconds: float
    scores: dict[Kind, Score]


def ask(system: System, kind: Kind, typed: Sequence[str]) -> Score:
    score = Score()
    spent = 0.0
    for text in typed:
        begun = time.thread_time()
        found = system.suggest(text)
        score.seconds.append(time.thread_time() - begun)
        good = [kind.good(text, title) for title in found[:5]]
        score.first += good[:1] == [True]
        score.among += any(good)
        spent += score.seconds[-1]
        if spent > PATIENCE:
            break
    return score


def measure(system: System, papers: int, queries: dict[Kind, list[str]]) -> Result:
    scores = {kind: ask(system, kind, typed) for kind, typed in queries.items()}
    return Result(system.name, papers, system.size / papers, system.seconds / papers * 1e6, scores)


def tell(results: Sequence[Result]) -> None:
    """Print the tables of one size."""
    print(f"\n## {results[0].papers:,} papers\n")
    print("| | index, bytes a paper | to index, µs a paper |\n|---|---|---|")
    for result in results:
        print(f"| {result.name} | {result.bytes:,.0f} | {result.microseconds:,.0f} |")
    print("\nGood first / good among 5 in %, then p50 / p99 in ms:\n")
    print(f"| class | {' | '.join(result.name for result in results)} |")
    print("|---" * (len(results) + 1) + "|")
    for kind in results[0].scores:
        print(f"| {kind.name} | {' | '.join(_cell(result.scores[kind]) for result in results)} |", flush=True)


def _cell(score: Score) -> str:
    count = len(score.seconds)
    p50, p99 = score.milliseconds
    return f"{100 * score.first / count:.1f} / {100 * score.among / count:.1f}, {p50:.2f} / {p99:.2f}"


def memory(path: Path) -> int:
    """Return by how many KiB a fresh process grows that opens the library and answers the queries it is sent."""
    connection: Any = None
    before = _resident()
    typed: list[str] = json.load(sys.stdin)
    before = _resident()
    connection = Ours.opened(path)
    for text in typed:
        connection.suggest(text)
    return _resident() - before


def _resident() -> int:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def grown(path: Path, queries: dict[Kind, list[str]]) -> float:
    """Return how many MiB answering all queries takes, in a process of its own."""
    typed = json.dumps([text for texts in queries.values() for text in texts])
    command = [sys.executable, __file__, "--memory", str(path)]
    return int(subprocess.run(command, input=typed, capture_output=True, text=True, check=True).stdout) / 1024


def run(papers: int, count: int, only: Sequence[str]) -> list[Result]:
    """Measure all at one size, and print it."""
    every = list(islice(Titles(SEED), papers))
    queries = made(every, count, SEED)
    notes: list[str] = []
    with tempfile.TemporaryDirectory(prefix="lookup-") as name:
        ours = Ours(Path(name) / "library.db", every)
        results = [measure(ours, papers, queries)]
        notes.append(f"Memory of digestbot for all queries: {grown(ours.path, queries):.0f} MiB.")
        results += (measure(peer, papers, queries) for peer in peers(every, Path(name), only, notes.append))
    tell(results)
    print("\n" + "\n".join(notes), flush=True)
    return results


def plot(results: Sequence[Result], path: Path) -> None:
    """Draw the slowest class's p99, and the size, over the number of papers."""
    importlib.import_module("matplotlib").use("agg")  # an extra
    library: Any = importlib.import_module("matplotlib.pyplot")
    figure, (left, right) = library.subplots(1, 2, figsize=(10, 4))
    for name in dict.fromkeys(result.name for result in results):
        mine = [result for result in results if result.name == name]
        sizes = [result.papers for result in mine]
        slowest = [max(score.milliseconds[1] for score in result.scores.values()) for result in mine]
        left.plot(sizes, slowest, marker="o", label=name)
        right.plot(sizes, [result.bytes for result in mine], marker="o", label=name)
    for axes, title in ((left, "p99 of the slowest class, ms"), (right, "index, bytes a paper")):
        axes.set(xscale="log", yscale="log", xlabel="papers", title=title)
        axes.grid(visible=True, alpha=0.3)
    left.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--only", nargs="*", default=[], metavar="PEER", help="compare with these alone")
    parser.add_argument("--memory", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory:
        print(memory(options.memory))
        return
    results = [result for papers in options.papers for result in run(papers, options.queries, options.only)]
    if len(options.papers) > 1 and importlib.util.find_spec("matplotlib"):
        plot(results, PLOT)


if __name__ == "__main__":
    main()
