"""Fit the weights of what speaks for a list's items, or a section's paragraphs, being papers.

    python bench/weights.py FOLDER [--most 60]

FOLDER holds notes of many repositories and a `truth.jsonl`, a line a file: {"file": "owner__name/path.md", "papers":
[{"title": "…", "alt": ["…"], "optional": false}]}; of an optional paper two careful readers may think otherwise. Each
of the tests' cases counts as a repository too. Prints how many items are judged right by weights that were fitted
without their repository, in ten parts, and then the weights, to be put into `shapes/traits.py` and
`shapes/neighbours.py`. The items of a repository count as `--most` together.
"""

import argparse
import importlib
import json
import math
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from digestbot.parsing import NO_RULES, Rules, read_note
from digestbot.parsing.markdown import inline
from digestbot.parsing.shapes import listed, neighbours
from digestbot.parsing.shapes.items import Item, Items

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.parsing.test_cases import cases  # the same cases, by the same reader

np: Any = importlib.import_module("numpy")  # an extra, as scikit-learn is
linear_model: Any = importlib.import_module("sklearn.linear_model")

PARTS = 10
INNER = 5  # parts of those that are seen, so that the chances of an item's neighbours are told without them
STRENGTH = 1.0  # of the prior that a weight is 0
SHORTEST = 14  # signs of a title that is looked for in an item's text


@dataclass
class Known:
    """A note's lists, and the titles of its papers, folded. What is `unsure` is left out."""

    repository: str
    lists: list[Items]
    titles: set[str]
    unsure: set[str]

    def label(self, item: Item) -> bool | None:
        """Tell whether an item is a paper; None if that is unsure, or its title was misread."""
        found = fold(item.reference.title) if item.reference else ""
        text = fold(inline.plain(item.head.text)) if item.head else ""
        if found in self.titles:
            return True
        misread = any(len(title) >= SHORTEST and title in text for title in self.titles)
        return None if misread or found in self.unsure else False


@dataclass
class Sample:
    """All items whose label is known; arrays of their traits, labels, how much each counts, and the part it is in."""

    known: list[Known]
    items: list[Item]
    names: list[str]
    traits: Any
    papers: Any
    counts: Any
    parts: Any

    @classmethod
    def of(cls, notes: list[Known], most: float) -> "Sample":
        """Return the items of notes, those of a repository counting as `most` together."""
        found = [
            (item, label, known.repository)
            for known in notes
            for items in known.lists
            for item in items.walk()
            if item.reference and not items.place.ruled and (label := known.label(item)) is not None
        ]
        items, papers, repositories = (list(column) for column in zip(*found, strict=True))
        names = sorted({trait for item in items for trait in item.traits})
        traits = np.array([[float(name in item.traits) for name in names] for item in items])
        held = Counter(repositories)
        order = np.random.RandomState(0).permutation(sorted(held)).tolist()
        parts = {repository: n % (PARTS * INNER) for n, repository in enumerate(order)}
        counts = np.array([min(1.0, most / held[one]) for one in repositories])
        return cls(
            notes, items, names, traits, np.array(papers), counts, np.array([parts[one] for one in repositories])
        )

    def fit(self, rows: Any, seen: Any) -> Any:
        """Return what tells papers by such rows, fitted on those that are seen."""
        model = linear_model.LogisticRegression(C=1 / STRENGTH, max_iter=5000)
        return model.fit(rows[seen], self.papers[seen], self.counts[seen])

    def odds(self, seen: Any) -> Any:
        """Return the odds of each item by its traits, fitted on what is seen, but not on what is told."""
        odds = np.zeros(len(self.items))
        for part in range(INNER):
            told = seen & (self.parts // PARTS == part)
            odds[told] = self.fit(self.traits, seen & ~told).decision_function(self.traits[told])
        if not seen.all():
            odds[~seen] = self.fit(self.traits, seen).decision_function(self.traits[~seen])
        return odds

    def around(self, odds: Any) -> tuple[Any, list[str]]:
        """Return what stands around each item, its own odds first, and the names of the columns."""
        told = {id(item): value for item, value in zip(self.items, odds.tolist(), strict=True)}
        beside = {
            id(item): {"own": told[id(item)], **values}
            for known in self.known
            for item, values in neighbours.around(known.lists, lambda one: chance(told.get(id(one), one.odds)))
            if id(item) in told
        }
        rows = [beside[id(item)] for item in self.items]
        return np.array([list(row.values()) for row in rows]), list(rows[0])

    def judge_apart(self) -> Any:
        """Judge each part by weights that were fitted on the others."""
        judged = np.zeros(len(self.items), bool)
        for part in range(PARTS):
            seen = self.parts % PARTS != part
            rows, _ = self.around(self.odds(seen))
            judged[~seen] = self.fit(rows, seen).predict(rows[~seen])
        return judged


def chance(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def fold(title: str) -> str:
    """Return a title's letters and digits alone."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return "".join(c for c in folded if unicodedata.category(c)[0] in "LNM")


def lists_of(text: str, file: str, rules: Rules = NO_RULES) -> list[Items]:
    """Return the lists of a note, none if it is read in another way than by its lists."""
    judged, put = list[list[Items]](), list[Items]()
    agree, read = neighbours.agree, listed.read

    def agreeing(lists: list[Items]) -> None:
        judged.append(lists)
        agree(lists)

    def reading(page: Any, items: Items, place: Any) -> None:
        put.append(items)
        read(page, items, place)

    with mock.patch.object(neighbours, "agree", agreeing), mock.patch.object(listed, "read", reading):
        read_note(text, file, rules)
    return judged[0] if judged and put else []


def known_in(folder: Path) -> Iterator[Known]:
    for line in (folder / "truth.jsonl").read_text("utf-8").splitlines():
        told = json.loads(line)
        repository, file = told["file"].split("/", 1)
        titles: dict[bool, set[str]] = {False: set(), True: set()}
        for paper in told["papers"]:
            titles[bool(paper.get("optional"))].update(map(fold, (paper["title"], *paper.get("alt", ()))))
        text = (folder / told["file"]).read_text("utf-8", errors="replace")
        yield Known(repository, lists_of(text, file), titles[False], titles[True])
    for case in cases():
        told = {fold(entry.title) for entry in case.entries}
        yield Known(case.name, lists_of(case.note, case.path, case.rules), told, set())


def show(name: str, columns: list[str], model: Any) -> None:
    print(f'\n# {name}\nWEIGHTS = {{\n    "": {model.intercept_[0]:.2f},')
    for column, weight in sorted(zip(columns, model.coef_[0], strict=True)):
        print(f'    "{column}": {weight:.2f},')
    print("}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=float, default=60)
    options = parser.parse_args()
    found = Sample.of(list(known_in(options.folder)), options.most)
    judged = found.judge_apart()
    right, papers = int((judged & found.papers).sum()), int(found.papers.sum())
    print(f"{len(judged)} items, {papers} papers: recall {right / papers:.3f}, precision {right / judged.sum():.3f}")
    everything = np.ones(len(judged), bool)
    rows, columns = found.around(found.odds(everything))
    show("traits", found.names, found.fit(found.traits, everything))
    show("neighbours", columns, found.fit(rows, everything))


if __name__ == "__main__":
    main()
