"""Spellings of topics and keypoints: what those of one have in common, and by what words each is found."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from digestbot.library import folding

MOST_WORDS = 32
"""Words of a name that it is found by; a keypoint that is a whole sentence has few more."""

LONGEST_COMPOUND = 16
"""Letters of the longest hyphenated word that people write as one ("texttoimage", "chainofthought")."""

_ENDINGS = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("s", ""))
_NO_PLURALS = ("ss", "us", "is", "ics")
_SINGULARS = frozenset({"bias", "bayes", "lens", "atlas", "alias", "canvas", "series", "species", "chaos", "news"})
"""Words that end like a plural and are none; those in -ics (robotics, dynamics) are most of the others."""

_IRREGULAR: Mapping[str, str] = {
    **{
        f"{word}s": word for word in ("topic", "metric", "heuristic", "statistic", "characteristic", "critic", "mosaic")
    },
    **{f"{word}s": word for word in ("movie", "cookie", "calorie", "cache", "niche", "avalanche", "headache", "axe")},
    **{
        f"{word}es": word for word in ("bias", "lens", "atlas", "alias", "canvas", "virus", "corpus", "campus", "focus")
    },
    **{f"{word}es": f"{word}is" for word in ("analys", "hypothes", "synthes", "ellips", "thes", "cris")},
    "matrices": "matrix",
    "indices": "index",
    "vertices": "vertex",
    "corpora": "corpus",
    "children": "child",
    "people": "person",
}

# fmt: off
_MODEL_MATTERS = frozenset({
    "language", "world", "reward", "foundation", "video", "image", "vision", "speech", "audio", "text", "code", "user",
    "agent", "student", "teacher", "memory", "data", "policy", "value", "motion", "surrogate", "human", "driving",
    "语言", "大语言", "世界", "奖励", "基础", "视频", "图像", "视觉", "语音", "大",
})
# fmt: on
"""Words that mean something else without the "model" after them: a world model is no world, but diffusion is one."""

_SMALL = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to", "with"}
)
_SIGNS = re.compile(r"(?<=\w)[+#]+$")
_BRACKETS = re.compile(r"\s*[(（]([^()（）]+)[)）]\s*$")


def singular(word: str) -> str:
    """Return an English word without its plural ending, as far as the spelling shows it."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.isascii() or word in _SINGULARS or word.endswith(_NO_PLURALS):
        return word
    return next((word[: -len(end)] + one for end, one in _ENDINGS if word.endswith(end)), word)


def singulars(name: str) -> list[str]:
    """Return the words of a name, each without its plural ending; a run of CJK characters is one word."""
    return [singular(word.text) for word in folding.words(name)]


def abbreviated(name: str) -> tuple[str, str]:
    """Return a name without the acronym in brackets after it ("Chain of Thought (CoT)"), and the acronym or ""."""
    found = _BRACKETS.search(name)
    long = name[: found.start()] if found else ""
    return (long, found[1]) if found and "".join(singulars(found[1])) in initials(singulars(long)) else (name, "")


@lru_cache(maxsize=8192)
def joined(name: str) -> str:
    """Return what all spellings of a topic or keypoint have in common.

    Signs at the end count, for they tell C, C# and C++ apart; an acronym in brackets of the words before it does not.
    """
    name, _ = abbreviated(name)
    words = singulars(name)
    if len(words) > 1 and words[-1] == "model" and words[-2] not in _MODEL_MATTERS:
        words.pop()
    elif words and len(words[-1]) > 2 and words[-1].removesuffix("模型") not in _MODEL_MATTERS:
        words[-1] = words[-1].removesuffix("模型")
    signs = _SIGNS.search(name.strip())
    return "".join(words) + (signs[0] if signs else "") if words else folding.joined(name)


def form(name: str) -> str:
    """Return the words of a name with a space after each, so that a form that begins another one ends with a word."""
    return "".join(f"{word} " for word in singulars(name)[:MOST_WORDS])


def initials(words: Sequence[str]) -> list[str]:
    """Return the acronyms that people make of two words or more: with and without small ones, and "2" for "to"."""
    latin = [word for word in words if word.isascii()][:MOST_WORDS]
    if len(latin) < 2:
        return []
    main = [word for word in latin if word not in _SMALL]
    digits = [{"to": "2", "for": "4"}.get(word, word) for word in latin]
    return list(dict.fromkeys("".join(map(_initial, some)) for some in (latin, main, digits) if len(some) > 1))


def _initial(word: str) -> str:
    return word if len(word) == 2 and word[0].isdigit() else word[0]  # "3D", "4K"


def columns(shown: str, others: Sequence[str]) -> tuple[str, str, str, str]:
    """Return what a topic or keypoint is found by: its words, joined spellings, words spelt otherwise, and acronyms."""
    every = (shown, *others)
    words = list(_tokens(shown))
    rest = dict.fromkeys(token for name in every for token in (*_tokens(name), *_raw(name)) if token not in words)
    joint = dict.fromkeys(form[: folding.LONGEST_TOKEN] for name in every for form in _joints(name))
    short = dict.fromkeys(one for name in every for one in initials(singulars(abbreviated(name)[0])))
    return " ".join(words), " ".join(joint), " ".join(rest), " ".join(short)


def _joints(name: str) -> Iterator[str]:
    _, acronym = abbreviated(name)
    yield from (joined(name), folding.joined(name), "".join(singulars(name)) or joined(name))
    if acronym:
        yield joined(acronym)


def _tokens(name: str) -> Iterator[str]:
    for word in list(folding.words(name))[:MOST_WORDS]:
        yield from word.tokens if word.cjk else (singular(word.text),)


def _raw(name: str) -> Iterator[str]:
    yield from (word.text for word in list(folding.words(name))[:MOST_WORDS] if not word.cjk)
    yield from (one for one in folding.compounds(folding.fold(name)) if len(one) <= LONGEST_COMPOUND)
    yield from folding.humps(name)
