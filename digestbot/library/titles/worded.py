"""Titles that have all the words that were typed, the last one perhaps half."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from digestbot.library import folding, terms
from digestbot.library import query as queries
from digestbot.library.folding import Word
from digestbot.library.titles.asked import CANDIDATES, PREFIX, Asked, every
from digestbot.library.titles.starts import begun_first

READ = 120
"""Titles that are read at most to see whether they have the other words too."""

PASSED = 120
"""Titles of a word that FTS5 passes in the time that reading one title takes (some 5 µs)."""

SHOWN = 25
"""Titles with whole words that are as many as are shown; with fewer, those with a half word are asked for too."""

FARTHER = 2
"""How many times as far back as the newest of many titles reach, titles with the phrase are looked for (1 ms)."""

MOST_PHRASE = 8
"""Words of a phrase of frequent words that is looked for; more would take too long, and are hardly all frequent."""

_MANY = 1 << 40
"""More titles than there are: of a beginning that too many words have to count their titles."""

_BARE = {**{ord(c): None for c in "-_.'`"}, **{c: c + 32 for c in range(ord("A"), ord("Z") + 1)}}
"""What lets a title of ASCII characters hold each word that it is found by; folding it takes longer."""


@dataclass(frozen=True, slots=True)
class Worded:
    """The titles with the words, those with the phrase first: with the last word whole, and with it half."""

    whole: list[int] = field(default_factory=list[int])
    half: list[int] = field(default_factory=list[int])


@dataclass(frozen=True, slots=True)
class _Group:
    """The expressions for one word, of which a title must match one, and in how many titles they are at most."""

    expressions: Sequence[str]
    titles: int


def found(asked: Asked) -> list[int]:
    """Return the titles that have all words, those first in which the last is whole, and of these the phrase."""
    titles = _find(asked)
    return begun_first(asked, titles.whole, titles.half)


def _find(asked: Asked) -> Worded:
    *others, last = asked.words or (None,)
    if last is None or not asked.begun(last) or not all(_is_held(asked, word) for word in others):
        return Worded()
    groups = sorted([*(_whole(asked, word) for word in others), _last(asked, last)], key=lambda one: one.titles)
    few = groups[: _deciding(groups)]
    if len(few) < len(groups):
        hits = asked.match(every(one.expressions for one in few), READ)
        if len(hits) < READ:
            return _read(asked, hits)
    return _ask(asked, groups)


def _deciding(groups: Sequence[_Group]) -> int:
    """Return of how many words, the rarest, titles had better be asked for, and then read for the others."""
    count, titles = 1, [one.titles for one in groups]
    while count < len(groups) and _together(titles[:count], titles) * PASSED > titles[count]:
        count += 1
    return count if _together(titles[:count], titles) < READ else len(groups)


def _together(some: Sequence[int], every: Sequence[int]) -> int:
    """Return how many titles are likely to have all of some words that so many titles have each.

    That a frequent word stands in a fifth of all titles is a guess that errs on the side of too many.
    """
    all_titles = max(1, *(5 * titles for titles in every if titles < _MANY), 0)
    return int(all_titles * math.prod(min(1, titles / all_titles) for titles in some))


def _ask(asked: Asked, groups: Sequence[_Group]) -> Worded:
    """Ask for titles with each word: of few, all are read for their order; of many, the newest are taken."""
    words = [0 if word.cjk else asked.standing[word.text] for word in asked.words]
    begun, cjk = every(one.expressions for one in groups), asked.words[-1].cjk
    many = cjk or _together(words, words) >= SHOWN
    half = [] if many else asked.match(begun)
    if not many and len(half) < CANDIDATES:
        return _read(asked, half)
    whole = asked.match(every([queries.word(word)] for word in asked.words))
    if len(whole) == CANDIDATES:
        return Worded(_phrase_first(asked, whole))
    if len(whole) >= SHOWN or cjk:
        return _read(asked, whole)
    half = half or asked.match(begun)
    return _read(asked, half) if len(half) < CANDIDATES else Worded(_read(asked, whole).whole, half)


def _phrase_first(asked: Asked, newest: list[int]) -> list[int]:
    """Put titles with the phrase before the newest that have its words: FARTHER times as far back as those reach."""
    if not 1 < len(asked.words) <= MOST_PHRASE:
        return newest
    since = newest[0] - FARTHER * (newest[0] - newest[-1])
    return list(dict.fromkeys([*asked.match(f"words : {queries.phrase(asked.words)}", since=since), *newest]))


def _is_held(asked: Asked, word: Word) -> bool:
    return word.cjk or asked.standing.get(word.text, 0) > 0


def _whole(asked: Asked, word: Word) -> _Group:
    """Return the group of a word that is whole; how many titles have a run of CJK is not known, but they are few."""
    return _Group([queries.word(word)], 0 if word.cjk else asked.standing[word.text])


def _last(asked: Asked, last: Word) -> _Group:
    """Return the group of the word that is perhaps half."""
    if last.cjk or len(last.text) <= PREFIX:
        return _Group(asked.beginnings(last), 0 if last.cjk else _MANY)
    longer = terms.beginning(asked.connection, last.text)
    many = _MANY if len(longer) == terms.MOST_BEGUN else sum(longer.values())
    return _Group([queries.quoted(term) for term in longer], many)


def _read(asked: Asked, hits: list[int]) -> Worded:
    """Return which of some titles have the words."""
    reader = _Reader(asked.words)
    levels: list[list[int]] = [[], [], [], []]
    for hit, title in sorted(asked.titles(hits).items(), reverse=True):
        level = reader.level(title)
        if level is not None:
            levels[level].append(hit)
    return Worded(levels[0] + levels[1], levels[2] + levels[3])


class _Reader:
    """Tells how a title has some words, by the tokens that it is indexed by."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._letters = [word.text for word in words]
        self._others = [_closed(word) for word in words[:-1]]
        self._last = _opened(words[-1])
        self._whole_last = _closed(words[-1])
        self._phrase = "".join(map(_opened, words))

    def level(self, title: str) -> int | None:
        """Return 0 for the phrase, 1 for the words; 2 and 3 if the last word is half; None if a word is missing."""
        if title.isascii() and not self._may_hold(title.translate(_BARE)):
            return None
        folded = folding.fold(title)
        tokens = f" {folding.tokens(folded)} "
        if f"{self._phrase} " in tokens:
            return 0
        every = tokens if self._holds(tokens) else f"{tokens}{folding.parts(title, folded)} "
        if self._holds(every):
            return 1
        if not self._begins(every):
            return None
        return 2 if self._phrase in tokens else 3

    def _may_hold(self, letters: str) -> bool:
        return all(word in letters for word in self._letters)

    def _holds(self, tokens: str) -> bool:
        return self._whole_last in tokens and self._begins(tokens)

    def _begins(self, tokens: str) -> bool:
        return self._last in tokens and all(word in tokens for word in self._others)


def _opened(word: Word) -> str:
    return f" {' '.join(word.pairs)}"


def _closed(word: Word) -> str:
    """Return what tokens hold that have a word; a single CJK character begins the pairs that it stands in."""
    return _opened(word) if word.cjk and len(word.text) == 1 else f"{_opened(word)} "
