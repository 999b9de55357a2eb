"""What people type, made from titles, and what a reader would call a good answer to it."""

import random
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

_CJK = re.compile(r"[\u4e00-\u9fff]+")
_LATIN = re.compile(r"[a-z0-9]+")
_WORD = re.compile(r"[A-Za-z0-9]+")
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|[0-9]+")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"

Judge = Callable[[str, str], bool]


def plain(text: str) -> str:
    """Return the letters and digits of a text alone, in lower case (a folding of its own: it judges ours)."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def words(text: str) -> list[str]:
    """Return the Latin words of a text, hyphenated ones also as one, and the parts that capitals show."""
    normal = unicodedata.normalize("NFKC", text)
    lower = normal.casefold()
    parts = [part.lower() for part in _HUMP.findall(normal)]
    return _LATIN.findall(lower) + parts + [m.replace("-", "") for m in re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", lower)]


def name(title: str) -> str:
    """Return what stands before the colon, "" if there is none."""
    head, colon, _ = title.replace("：", ":").partition(":")
    return head if colon else ""


def _near(one: str, other: str) -> bool:
    return OSA.distance(one, other, score_cutoff=1) <= 1


def _is_exact(typed: str, title: str) -> bool:
    return plain(title) == plain(typed)


def _begins(typed: str, title: str) -> bool:
    return plain(title).startswith(plain(typed))


def _has_words(typed: str, title: str) -> bool:
    return set(_LATIN.findall(typed.casefold())) <= set(words(title))


def _is_named_nearly(typed: str, title: str) -> bool:
    return _near(plain(typed), plain(name(title)))


def _has_words_nearly(typed: str, title: str) -> bool:
    held = words(title)
    return all(any(_near(word, one) for one in held) for word in typed.casefold().split())


def _holds_in_a_word(typed: str, title: str) -> bool:
    return any(plain(typed) in word for word in words(title))


def _holds(typed: str, title: str) -> bool:
    return plain(typed) in plain(title)


def _goes_on(typed: str, title: str) -> bool:
    """Tell whether the title holds what was typed, or its words in any order, the last perhaps half."""
    *whole, last = _LATIN.findall(typed.casefold()) or [""]
    held = words(title)
    return _holds(typed, title) or (set(whole) <= set(held) and any(word.startswith(last) for word in held))


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of queries: how one is made of a title ("" if this title gives none), and what is a good answer."""

    name: str
    make: Callable[[random.Random, str], str]
    good: Judge


def _exact(draw: random.Random, title: str) -> str:
    spaced = draw.choice([title, title.upper(), title.lower(), title.replace(" ", "\u00a0 "), title.replace(":", " -")])
    return spaced.translate({c: c + 0xFEE0 for c in range(0x21, 0x7F)}) if draw.random() < 0.15 else spaced


def _prefix(draw: random.Random, title: str) -> str:
    return title[: draw.randint(6, 18)].strip() if len(title) > 6 else ""


def _words(draw: random.Random, title: str) -> str:
    held = [word for word in _WORD.findall(title) if len(word) > 1]
    return " ".join(draw.sample(held, draw.randint(2, min(4, len(held))))) if len(held) > 2 else ""


def mistyped(draw: random.Random, word: str) -> str:
    """Return a word with two letters swapped, one dropped, one doubled, or one wrong, anywhere."""
    at = draw.randrange(len(word))
    swap = min(at, len(word) - 2)
    return draw.choice(
        [
            word[:swap] + word[swap + 1] + word[swap] + word[swap + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + draw.choice(_LETTERS) + word[at + 1 :],
        ]
    )


def _typo_name(draw: random.Random, title: str) -> str:
    typed = mistyped(draw, name(title)) if len(plain(name(title))) > 4 else ""
    return typed if plain(typed) != plain(name(title)) else ""


def _typo_words(draw: random.Random, title: str) -> str:
    held = [word for word in _WORD.findall(title) if len(word) > 4]
    chosen = draw.sample(held, draw.randint(2, min(4, len(held)))) if len(held) > 2 else []
    wrong = draw.randrange(max(1, len(chosen)))
    return " ".join(mistyped(draw, w) if at == wrong or draw.random() < 0.3 else w for at, w in enumerate(chosen))


def _piece(draw: random.Random, title: str) -> str:
    held = [word for word in _WORD.findall(title) if len(word) > 6]
    word = draw.choice(held) if held else ""
    return word[draw.randint(1, len(word) - 5) :] if word else ""


def _chinese(draw: random.Random, title: str) -> str:
    run = max(_CJK.findall(title), key=len, default="")
    size = draw.randint(2, 6)
    at = draw.randint(0, max(0, len(run) - size))
    return run[at : at + size] if len(run) > 1 else ""


def _joined(draw: random.Random, title: str) -> str:
    hyphened = re.findall(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+", title)
    humped = re.findall(r"\b[A-Z][a-z]+[A-Z][A-Za-z]*\b", title)
    made = [word.replace("-", "") for word in hyphened] + [word.replace("-", " ") for word in hyphened]
    made += [re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word) for word in humped]
    made += [" ".join(pair) for pair in re.findall(r"\b([A-Z][a-z]+)([A-Z][a-z]+)\b", title)]
    return draw.choice(made) if made else ""


KINDS = (
    Kind("the exact title", _exact, _is_exact),
    Kind("a prefix of 6–18 characters", _prefix, _begins),
    Kind("words in any order", _words, _has_words),
    Kind("a name with a typo", _typo_name, _is_named_nearly),
    Kind("words with typos", _typo_words, _has_words_nearly),
    Kind("a piece inside a word", _piece, _holds_in_a_word),
    Kind("2–6 Chinese characters", _chinese, _holds),
    Kind("joined or split words", _joined, _holds),
)
KEYSTROKES = Kind("keystrokes", lambda _draw, title: title, _goes_on)


def made(titles: Sequence[str], count: int, seed: int) -> dict[Kind, list[str]]:
    """Return this many queries of each class, keystroke by keystroke for the last one."""
    draw = random.Random(seed)
    every = {kind: _some(draw, kind, titles, count) for kind in KINDS}
    whole = _some(draw, KEYSTROKES, titles, max(10, count // 10))
    typed = [title[:length] for title in whole for length in range(1, len(title) + 1)]
    return every | {KEYSTROKES: typed}


def _some(draw: random.Random, kind: Kind, titles: Sequence[str], count: int) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        typed = kind.make(draw, draw.choice(titles))
        if plain(typed):
            found.append(typed)
    return found
