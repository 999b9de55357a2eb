"""CPU time of suggesting and naming keypoints, and of counting them.

    python bench/names.py [--names N] [--labels N] [--queries N] [--seed N]

Makes keypoints of a seeded vocabulary, spread over labels as in real notes (few on many papers, most on a few), counts
them batch by batch as a first reading does, and then asks as people type. Prints milliseconds at p50 and p99 for each
class of query, the cost of a label, and that of a note that changed. Exits with 1 above the goals: 5 ms, 1 ms.
"""

import argparse
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from digestbot.library import database, index
from digestbot.library.names import tallies, tallying
from digestbot.models import Entry, Location, Paper

LABELS_OF_A_PAPER = 5
# fmt: off
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "qui", "ro", "su", "tra", "ple")
KNOWN = (
    "long", "video", "understanding", "diffusion", "model", "models", "large", "language", "multimodal", "memory",
    "text", "image", "generation", "retrieval", "augmented", "agents", "attention", "sparse", "token", "compression",
    "world", "policy", "learning", "reinforcement", "temporal", "grounding", "benchmark", "evaluation", "reasoning",
    "chain", "thought", "flow", "matching", "distillation", "quantization", "alignment", "preference", "bank",
)
# fmt: on
CHINESE = ["扩散模型", "长视频理解", "记忆库", "大语言模型", "多模态", "强化学习", "注意力机制", "文生图"]


def vocabulary(dice: random.Random) -> list[str]:
    """Return words, the frequent ones first."""
    made = {"".join(dice.choices(SYLLABLES, k=dice.randint(2, 4))) for _ in range(20_000)}
    return [*KNOWN, *sorted(made)]


def invent(dice: random.Random, names: int) -> list[str]:
    """Return distinct keypoints of one to four words, a tenth of them Chinese or mixed."""
    words = vocabulary(dice)
    found: dict[str, None] = {}
    while len(found) < names:
        some = [words[min(int(dice.paretovariate(0.6)) - 1, len(words) - 1)] for _ in range(dice.randint(1, 4))]
        if dice.random() < 0.1:
            some.append("".join(dice.choices(CHINESE, k=dice.randint(1, 2))))
        found[dice.choice((" ".join, "-".join))(some).capitalize()] = None
    return list(found)


def papers(dice: random.Random, names: Sequence[str], labels: int) -> Iterable[Paper]:
    """Yield papers with keypoints, the first names most often; each name at least once while there is room."""
    rest = iter(names)
    for number in range(labels // LABELS_OF_A_PAPER):
        often = [names[min(int(dice.paretovariate(0.3)) - 1, len(names) - 1)] for _ in range(LABELS_OF_A_PAPER - 1)]
        yield paper(number, [*often, next(rest, names[0])])


def paper(number: int, keypoints: Iterable[str]) -> Paper:
    entry = Entry(title=str(number), source=Location("a.md", 1))
    return Paper(key=str(number), sequence=number, title="", topics=(), period=None, published=None,
                 keypoints=tuple(dict.fromkeys(keypoints)), gist="", venue=None, authors=(), fields=(), links=(),
                 images=(), entries=(entry,))  # fmt: skip


def cpu(work: Callable[[], object]) -> float:
    """Return the milliseconds of processor time that some work takes."""
    begin = time.thread_time()
    work()
    return (time.thread_time() - begin) * 1000


def queries(dice: random.Random, names: Sequence[str], count: int) -> dict[str, list[str]]:
    """Return what people type, by class."""
    some = [dice.choice(names) for _ in range(count)]
    return {
        "nothing": [""] * count,
        "keystrokes": [name[: 1 + i % len(name)] for i, name in enumerate(some)],
        "first letters": [name[: 1 + i % 3] for i, name in enumerate(some)],
        "frequent words": [f"{dice.choice(KNOWN)} {dice.choice(KNOWN)}"[: dice.randint(4, 20)] for _ in some],
        "words in any order": [
            " ".join(dice.sample(words := name.replace("-", " ").split(), len(words))) for name in some
        ],
        "typo": [mistyped(dice, name) for name in some],
        "inside a word": [name[3:9] for name in some],
        "acronym": ["".join(word[0] for word in name.replace("-", " ").split()) for name in some],
        "unlike any": ["".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=9)) for _ in some],
    }


def mistyped(dice: random.Random, name: str) -> str:
    at = dice.randrange(len(name))
    return dice.choice((name[:at] + name[at + 1 :], f"{name[:at]}x{name[at:]}", f"{name[:at]}x{name[at + 1 :]}"))


def fill(connection: sqlite3.Connection, every: Iterable[Paper]) -> None:
    """Count the keypoints of papers, a thousand papers at a time."""
    numbered = enumerate(every, 1)
    while batch := list(islice(numbered, 1000)):
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO papers (id, key, digest, title) VALUES (?, ?, '', '')",
            [(number, one.key) for number, one in batch],
        )
        changes = tallying.Changes()
        tallying.come(connection, tallies.Names(), batch, changes)
        tallying.recount(connection, tallies.Names(), changes)
        connection.execute("COMMIT")


def change(connection: sqlite3.Connection, number: int, one: Paper) -> None:
    """Count the keypoints of one paper again, as when its note changed."""
    connection.execute("BEGIN")
    changes = tallying.Changes()
    tallying.leave(connection, f"[{number}]", changes)
    connection.execute("DELETE FROM labels WHERE paper_id = ?", (number,))
    tallying.come(connection, tallies.Names(), [(number, one)], changes)
    tallying.recount(connection, tallies.Names(), changes)
    connection.execute("COMMIT")


def told(what: str, times: Sequence[float]) -> float:
    """Print p50 and p99, and return the latter."""
    ordered = sorted(times)
    p50, p99 = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    print(f"{what:28} p50 {p50:7.3f} ms   p99 {p99:7.3f} ms   worst {ordered[-1]:7.3f} ms")
    return p99


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--names", type=int, default=100_000)
    parser.add_argument("--labels", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--seed", type=int, default=4)
    options = parser.parse_args()
    dice = random.Random(options.seed)
    names = invent(dice, options.names)
    with TemporaryDirectory() as folder, closing(database.connect(path := Path(folder) / "library.db")) as connection:
        database.prepare(path)
        connection.execute("PRAGMA synchronous = OFF")
        took = cpu(lambda: fill(connection, papers(dice, names, options.labels)))
        print(f"put in order in {cpu(lambda: index.settle(connection)):.0f} ms")
        labels, spelt = connection.execute(
            "SELECT (SELECT count(*) FROM labels), (SELECT count(*) FROM tallies)"
        ).fetchone()
        size = path.stat().st_size
        print(
            f"{labels} labels, {spelt} keypoints: {took * 1000 / labels:.0f} µs and {size / labels:.0f} bytes a label"
        )
        changed = [
            (dice.randint(1, options.labels // LABELS_OF_A_PAPER), dice.sample(names[:1000], 5)) for _ in range(100)
        ]
        told("a changed paper", [cpu(lambda n=n, k=k: change(connection, n, paper(n, k))) for n, k in changed])
        worst = [0.0, 0.0]
        for kind, typed in queries(dice, names, options.queries).items():
            asked = [cpu(lambda t=t: tallies.matching(connection, "keypoint", tallies.Names(), t, 25)) for t in typed]
            named = [cpu(lambda t=t: tallies.one(connection, "keypoint", tallies.Names(), t)) for t in typed]
            worst = [max(worst[0], told(f"suggest: {kind}", asked)), max(worst[1], told(f"name: {kind}", named))]
    return 1 if worst[0] > 5 or worst[1] > 1 else 0


if __name__ == "__main__":
    sys.exit(main())
