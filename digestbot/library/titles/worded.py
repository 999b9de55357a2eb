"""Titles that have all the words that were typed, the last one perhaps half."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from digestbot.library import folding, terms
from digestbot.library import query as queries
from digestbot.library.folding import Word
from digestbot.library.titles.asked import CANDIDATES, PREFIX, Asked, every
from digestbot.library.titles.starts import begun_first

READ = 300
"""Titles that are read at most to see whether they have the other words too."""

PASSED = 60
"""Titles of a word that FTS5 passes in the time that reading one title takes (some 2 µs)."""

MOST_PHRASE = 8
"""Words of a phrase of frequent words that is looked for; more would take too long, and are hardly all frequent."""

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
    if (
        not asked.words
        or not all(map(asked.begun, asked.words))
        or not all(_is_held(asked, w) for w in asked.words[:-1])
    ):
        return Worded()
    groups = sorted([*(_whole(asked, word) for word in asked.words[:-1]), _last(asked)], key=lambda one: one.titles)
    few = groups[: _deciding(groups)]
    if len(few) < len(groups):
        hits = asked.match(every(one.expressions for one in few), READ)
        if len(hits) < READ:
            return _read(asked, hits)
    newest = asked.match(every(one.expressions for one in groups))
    return _read(asked, newest) if len(newest) < CANDIDATES else _many(asked, newest)


def _deciding(groups: Sequence[_Group]) -> int:
    """Return of how many words, the rarest, titles had better be asked for, and then read for the others.

    That a frequent word stands in a fifth of all titles is a guess that errs on the side of asking for more words.
    """
    all_titles = 5 * max(one.titles for one in groups)
    count, hits = 1, groups[0].titles
    while count < len(groups) and hits * PASSED > groups[count].titles:
        hits = hits * groups[count].titles // all_titles
        count += 1
    return count if hits < READ else len(groups)


def _is_held(asked: Asked, word: Word) -> bool:
    return word.cjk or asked.standing.get(word.text, 0) > 0


def _whole(asked: Asked, word: Word) -> _Group:
    """Return the group of a word that is whole; how many titles have a run of CJK is not known, but they are few."""
    return _Group([queries.word(word)], 0 if word.cjk else asked.standing[word.text])


def _last(asked: Asked) -> _Group:
    """Return the group of the word that is perhaps half."""
    last = asked.words[-1]
    if last.cjk or len(last.text) <= PREFIX:
        return _Group(asked.beginnings(last), 0 if last.cjk else _MANY)
    longer = terms.beginning(asked.connection, last.text)
    many = _MANY if len(longer) == terms.MOST_BEGUN else sum(longer.values())
    return _Group([queries.quoted(term) for term in longer], many)


_MANY = 1 << 40
"""More titles than there are, of beginnings that too many words have to count their titles."""


def _many(asked: Asked, newest: list[int]) -> Worded:
    """Return the newest of many titles: those with the phrase, with the words, and with the last word half."""
    phrase = asked.match(f"words : {queries.phrase(asked.words)}") if len(asked.words) <= MOST_PHRASE else []
    if len(phrase) == CANDIDATES:
        return Worded(phrase)
    whole = dict.fromkeys([*phrase, *asked.match(every([queries.word(word)] for word in asked.words))])
    return Worded(list(whole), newest)


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
        if self._last not in every or not all(word in every for word in self._others):
            return None
        return 2 if self._phrase in tokens else 3

    def _may_hold(self, letters: str) -> bool:
        return all(word in letters for word in self._letters)

    def _holds(self, tokens: str) -> bool:
        return self._whole_last in tokens and all(word in tokens for word in self._others)


def _opened(word: Word) -> str:
    return f" {' '.join(word.pairs)}"


def _closed(word: Word) -> str:
    """Return what tokens hold that have a word; a single CJK character begins the pairs that it stands in."""
    return _opened(word) if word.cjk and len(word.text) == 1 else f"{_opened(word)} "
