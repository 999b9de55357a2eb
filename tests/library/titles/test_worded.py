"""Titles by their words: whether a few are read or the index is asked for many, the answers are those of a slow search.

Here each title is looked at for each query. Of hundreds of answers the newest are enough, and which ones is said below.
"""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import cache
from itertools import chain

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digestbot.library import database, folding, store
from digestbot.library.folding import Word
from digestbot.library.names import tallies
from digestbot.library.titles import starts, worded
from digestbot.library.titles.asked import CANDIDATES, Asked
from digestbot.models import Entry, Location, Sighting, StoredNote

SEED = 20241121
# fmt: off
WORDS = ("Diffusion", "Models", "Video", "for", "Long", "Long-Term", "Dense", "MovieChat", "Memory", "扩散模型", "a",
         "Vid", "Denser", "Chat", "Résumé", "模型", "What's", "Models:", "视频", "Xvideo", "Movie", "散", "LongTerm")
# fmt: on
TOGETHER = ("Sparse", "Sparsely")
"""Words that are in few titles, but mostly in the same ones: more have both than words so rare are likely to."""
Titles = dict[int, str]


def _made(count: int) -> list[str]:
    """Return titles in which each word of WORDS is rarer than the one before; the last are in a title or two."""
    chosen = random.Random(SEED)
    weights = [0.7**at for at in range(len(WORDS))]
    made = [" ".join(chosen.choices(WORDS, weights, k=chosen.randint(1, 6))) for _ in range(count)]
    for at in range(0, count, 13):
        made[at] += f" {' '.join(chosen.sample(TOGETHER, 2)) if at % 4 else TOGETHER[-1]}"
    return [f"{title} {'x' * (at % 3)}{at}" for at, title in enumerate(made)]


@pytest.fixture(scope="module", params=[12, 150, 1600])
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("library") / "library.db"
    database.prepare(path)
    entries = [Entry(title=title, source=Location("a.md", line)) for line, title in enumerate(_made(request.param))]
    note = StoredNote("a.md", "d", tuple(Sighting(entry, number) for number, entry in enumerate(entries, 1)))
    with closing(database.connect(path)) as opened:
        store.put(opened, tallies.Names(), "notes", [note])
        yield opened


def _stands(tokens: Sequence[str], word: Word, *, half: bool) -> bool:
    """Tell whether a title has a word; a single CJK character is one wherever it stands."""
    if len(word.pairs) > 1:
        return _follow(tokens, word.pairs)
    alone = word.cjk and len(word.text) == 1
    return any(token == word.text or ((half or alone) and token.startswith(word.text)) for token in tokens)


def _follow(tokens: Sequence[str], phrase: Sequence[str], *, half: bool = False) -> bool:
    """Tell whether tokens follow each other in a title, the last perhaps half."""
    spans = (tokens[at : at + len(phrase)] for at in range(len(tokens) - len(phrase) + 1))
    *whole, last = phrase
    return any([*span[:-1]] == whole and (span[-1] == last or (half and span[-1].startswith(last))) for span in spans)


@cache
def _indexed(title: str) -> list[list[str]]:
    return [held.split() for held in folding.indexed(title)]


def _level(title: str, words: Sequence[Word]) -> int | None:
    """Return how a title has the words: as a phrase, somehow, as a half phrase, somehow half, or not at all."""
    tokens, parts = _indexed(title)
    phrase = list(chain.from_iterable(word.pairs for word in words))
    if _follow(tokens, phrase):
        return 0
    held = [*tokens, *parts]
    *others, last = words
    if not all(_stands(held, word, half=False) for word in others):
        return None
    if _stands(held, last, half=False):
        return 1
    if not _stands(held, last, half=not last.cjk):
        return None
    return 2 if _follow(tokens, phrase, half=True) else 3


def _begun_first(asked: Asked, every: Titles, hits: Sequence[int]) -> list[int]:
    short = len(asked.joined) < starts.SHORTEST_START
    return sorted(hits, key=lambda hit: short and not folding.joined(every[hit]).startswith(asked.joined))


def _by_level(asked: Asked, every: Titles) -> list[list[int]]:
    """Return the titles with the words, by how they have them."""
    levels: list[list[int]] = [[], [], [], []]
    for number, title in every.items():
        level = _level(title, asked.words)
        if level is not None:
            levels[level].append(number)
    return levels


last_words = st.sampled_from([*WORDS, *TOGETHER, "x", "x1"]).flatmap(
    lambda word: st.integers(1, len(word)).map(lambda length: word[:length])
)


@settings(max_examples=60)
@given(others=st.lists(st.sampled_from([*WORDS, *TOGETHER]), max_size=3), last=last_words)
@example(others=["Sparse"], last="Sparsely")
@example(others=["Sparsely"], last="Sparse")
@example(others=["Diffusion"], last="Models")
@example(others=["Long", "Term"], last="x")
@example(others=["movie"], last="chat")
@example(others=["模型"], last="散")
@example(others=[], last="Vid")
@example(others=["Long"], last="Diffusion")
@example(others=["Video", "Models"], last="Diffusion")
def test_titles_are_those_of_a_slow_search(library: sqlite3.Connection, others: list[str], last: str) -> None:
    every: Titles = dict(library.execute("SELECT id, title FROM papers ORDER BY id DESC"))
    asked = Asked(library, " ".join([*others, last]))
    levels = _by_level(asked, every)
    whole, half = levels[0] + levels[1], levels[2] + levels[3]
    found = list(dict.fromkeys(worded.found(asked)))
    exact = [*_begun_first(asked, every, whole), *_begun_first(asked, every, half)]
    if len(whole) + len(half) < CANDIDATES:
        assert found == exact[: len(found)]
        assert len(found) >= min(len(exact), worded.SHOWN)
    elif len(whole) < CANDIDATES:
        shown = min(len(whole), worded.SHOWN)
        assert found[:shown] == exact[:shown]
        assert set(found) <= set(exact)
        assert len(found) >= worded.SHOWN
    else:
        newest = sorted(whole, reverse=True)[:CANDIDATES]
        since = newest[0] - worded.FARTHER * (newest[0] - newest[-1])
        near = [hit for hit in levels[0] if hit >= since] if len(asked.words) > 1 else []
        mostly = _begun_first(asked, every, list(dict.fromkeys([*near, *newest])))
        orders = [mostly] if len(whole) >= worded.READ else [exact, mostly]
        assert found[: worded.SHOWN] in [order[: worded.SHOWN] for order in orders]
