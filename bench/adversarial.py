"""What look-up takes for the worst that can be typed: letters alone, the most frequent words, 6,000 signs, no words.

    python bench/adversarial.py [--papers N] [--library FILE] [--most MILLISECONDS]

Builds a library of made-up papers with text, topics, keypoints and links (some 20 minutes a million; a FILE that is
there already is used again), and asks every entry of look-up everything on the list three times. Prints the slowest of
each entry, in milliseconds of processor time and by the clock, the best of the three. Exits with 1 above `--most`.
"""

import argparse
import random
import sqlite3
import string
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from lookup_parts.corpus import Titles
from lookup_parts.systems import reading

from digestbot.library import database, index, lookup, store, titles
from digestbot.library.names import tallies
from digestbot.library.texts import results
from digestbot.models import Entry, Field, Link, Location, Sighting, StoredNote

SEED = 11
TIMES = 3
BATCH = 5_000
MONTHS = 120
SIZE, LONGEST = 5, 70
"""Papers of a page and characters of a narrowed query, as `/search` has them."""

FREQUENT: str = (
    "for learning with and of models in via the a to video generation diffusion from language large image model"
    " networks neural deep efficient on by multimodal reasoning using visual"
)
"""The words that most of the made-up titles have."""

NAMES = tallies.Names.of({"Diffusion": ["扩散模型"]})
Work = Callable[[sqlite3.Connection, str], object]


def entries(papers: int) -> Iterator[Entry]:
    """Yield papers with some 400 characters of text, two topics, four keypoints, and code for each third."""
    dice = random.Random(SEED)
    made = iter(Titles(SEED))
    pool = list(islice(made, 20_000))
    topics = [" ".join(title.split()[-2:])[:40] for title in pool[:200]]
    keypoints = [" ".join(title.split()[-3:-1])[:40] for title in pool]
    for number, title in enumerate(islice(made, papers)):
        month = number * MONTHS // papers
        arxiv = f"{2000 + number // 50_000 % 80 * 100 + 1}.{number % 50_000:05}"
        links = [Link("arxiv", "arXiv", f"https://arxiv.org/abs/{arxiv}")]
        if number % 3 == 0:
            links.append(Link("code", "Code", f"https://github.com/group{number % 997}/project-{number}"))
        some = dice.sample(range(len(pool)), 6)
        yield Entry(
            title=title,
            links=tuple(links),
            period=f"{2015 + month // 12}-{month % 12 + 1:02}",
            topics=tuple(dict.fromkeys(topics[min(int(dice.paretovariate(0.5)) - 1, 199)] for _ in range(2))),
            keypoints=tuple(dict.fromkeys(filter(None, (keypoints[n] for n in some[:4])))),
            gist=pool[some[0]],
            fields=(Field("Method", ". ".join(pool[n] for n in some[1:])),),
            source=Location(f"{number // BATCH}.md", number % BATCH + 1),
        )


def build(path: Path, papers: int) -> None:
    """Write the library as a first reading of the notes does."""
    database.prepare(path)
    made = enumerate(entries(papers), 1)
    with closing(database.connect(path)) as connection:
        for pragma in ("synchronous = OFF", "cache_size = -500000", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        while batch := list(islice(made, BATCH)):
            file = batch[0][1].source.file
            note = StoredNote(file, "d", tuple(Sighting(entry, number) for number, entry in batch))
            connection.execute("BEGIN")
            store.put(connection, NAMES, "notes", [note])
            connection.execute("COMMIT")
            print(f"\r{batch[-1][0]:,} papers", end="", file=sys.stderr, flush=True)
        index.settle(connection)


def typed() -> dict[str, list[str]]:
    """Return what is asked, by what is bad about it."""
    words = FREQUENT.split()
    pairs = [f"{a} {b}" for a, b in zip(words, words[5:], strict=False)]
    dice = random.Random(SEED)
    rare = [title.split(":")[0] for title in islice(Titles(SEED + 1), 200)]
    return {
        "a letter": list(string.ascii_lowercase),
        "letters": ["a b c d e", " ".join(string.ascii_lowercase), "a " * 150, "abc " * 75],
        "half words": [a + b for a in "cdms" for b in "aeiot"] + [f"{w[:2]} {v[:2]}" for w, v in map(str.split, pairs)],
        "a frequent word": words,
        "two frequent words": pairs,
        "three frequent words": [f"{pair} {word}" for pair, word in zip(pairs, words[9:], strict=False)],
        "many frequent words": [" ".join(words[:n]) for n in (5, 8, 12, 20, 29)] + [" ".join(words[::-1])],
        "a phrase": [f'"{pair}"' for pair in pairs] + ['"' + " ".join(words) + '"'],
        "frequent, not frequent": ["video -the", "learning -for -with -and", "the -" + " -".join(words[:8]), "-the"],
        "frequent in a month": [f"{w} period:2020-03" for w in words[:6]] + ["the period:2015..", "period:2015.."],
        "frequent out of most months": ["learning -period:2016..2024", "the period:2015-01", "learning period:1990"],
        "filters": ["has:code", "-has:code", "has:code -has:code", "topic:nonsense", "learning topic:nonsense",
                    "source:1", "-source:1 learning", "learning source:199.md", "venue:x", "learning has:code",
                    "topic:the", "keypoint:for", "learning keypoint:for topic:the"],
        "some words missing": [f"{' '.join(words[n:n + 5])} qqqqzzzz" for n in range(0, 20, 5)]
        + [" ".join([*words[:31], "qqqqzzzz"]), "qqqqzzzz " + " ".join(words)],
        "mistyped": ["lerning", "difusion", "vidoe", "modles for the viedo", "lnguage modle", "th", "fro", "wiht of"],
        "no such thing": ["qqqq", "zzzz zzzz", "q" * 64, " ".join("".join(dice.choices("qxz", k=7)) for _ in words)],
        "long": ["a" * 6_000, "learning " * 700, " ".join(f"w{n}" for n in range(500)), "扩" * 6_000, "a-" * 3_000,
                 " ".join(rare)[:6_000], "the " * 1_500, ". ".join(islice(Titles(SEED + 2), 5))],
        "no letters": ["!?" * 3_000, "😀" * 3_000, "👩\u200d🔬", "\u202e" * 900, "\u2066a\u2069", "\u202ethe",
                       " ", "-", '"', '"' * 999, "-" * 999, "***", "()", "~", "\0", "\ud800"],
        "operators": ["NEAR(the a, 9)", "the OR a", "the AND NOT a", "title: *", "^ the", '"the', "the*", "{x}: a"],
        "Chinese": ["的", "与", "模", "模型", "扩散模型", "的 与 到", "基于", "学习 方法 研究", "散模 习方",
                    "一种基于扩散模型的视频生成方法", "模 型 学 习"],
    }  # fmt: skip


@dataclass(slots=True)
class Worst:
    """The slowest question of an entry: milliseconds of processor time and by the clock, and what was asked."""

    cpu: float = 0.0
    wall: float = 0.0
    text: str = ""


def timed(connection: sqlite3.Connection, work: Work, text: str) -> tuple[float, float]:
    """Return milliseconds of processor time and by the clock, each the least of some tries."""
    took: list[tuple[float, float]] = []
    for _ in range(TIMES):
        cpu, wall = time.thread_time(), time.perf_counter()
        connection.execute("BEGIN")
        work(connection, text)
        connection.execute("COMMIT")
        took.append(((time.thread_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000))
    return min(cpu for cpu, _ in took), min(wall for _, wall in took)


def later(connection: sqlite3.Connection, text: str) -> object:
    """Return a page from the middle of the last rank."""
    cursor = results.Cursor(back=False, number=99, rank=int(results.Rank.TEXT), paper=24_240 << 32).written()
    return results.search(connection, NAMES, text, cursor, SIZE, LONGEST)


def back(connection: sqlite3.Connection, text: str) -> object:
    """Return the page before one from the middle of the last rank."""
    cursor = results.Cursor(back=True, number=99, rank=int(results.Rank.TEXT), paper=24_240 << 32).written()
    return results.search(connection, NAMES, text, cursor, SIZE, LONGEST)


ENTRIES: dict[str, Work] = {
    "titles.find": lambda c, text: titles.find(c, text, 25),
    "titles.suggest": lambda c, text: titles.suggest(c, text, 25),
    "titles.nearest": lambda c, text: titles.nearest(c, text, 5),
    "lookup.find": lambda c, text: lookup.find(c, NAMES, text, 25),
    "lookup.find, narrowed": lambda c, text: lookup.find(c, NAMES, f"{text} has:code", 25),
    "lookup.suggest, narrowed": lambda c, text: lookup.suggest(c, NAMES, f"{text} -the", 25),
    "tallies.matching": lambda c, text: tallies.matching(c, "keypoint", NAMES, text, 25),
    "tallies.one": lambda c, text: tallies.one(c, "topic", NAMES, text),
    "results.search": lambda c, text: results.search(c, NAMES, text, "", SIZE, LONGEST),
    "results.search, later": later,
    "results.search, back": back,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=1_000_000)
    parser.add_argument("--library", type=Path, help="where the library is kept, and found the next time")
    parser.add_argument("--entry", default="", help="ask only entries with this in their name")
    parser.add_argument("--above", type=float, help="print every question that takes more milliseconds")
    parser.add_argument("--most", type=float, default=100.0, help="milliseconds of the slowest answer that are well")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        path = (options.library or Path(folder) / "library.db").absolute()
        if not path.exists():
            build(path, options.papers)
        with closing(reading(path)) as connection:
            return ask(connection, options)


def ask(connection: sqlite3.Connection, options: argparse.Namespace) -> int:
    """Ask everything of every entry; print the slowest of each as Markdown."""
    slowest = 0.0
    print("| entry | CPU, ms | wall, ms | asked |\n|---|---|---|---|")
    for name, work in ENTRIES.items():
        if options.entry not in name:
            continue
        worst = Worst()
        for kind, texts in typed().items():
            for text in texts:
                cpu, wall = timed(connection, work, text)
                if options.above is not None and cpu > options.above:
                    print(f"  {cpu:8.1f} {wall:8.1f}  {kind}: {text[:60]!r}", flush=True)
                worst = max(worst, Worst(cpu, wall, f"{kind}: `{text[:40]!r}`"), key=lambda one: one.cpu)
        print(f"| {name} | {worst.cpu:.1f} | {worst.wall:.1f} | {worst.text} |", flush=True)
        slowest = max(slowest, worst.cpu)
    return 1 if slowest > options.most else 0


if __name__ == "__main__":
    sys.exit(main())
