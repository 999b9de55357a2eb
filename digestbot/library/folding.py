"""Folding: what is kept of a text so that what a person types finds what a note says.

Case, width, accents, every kind of space and hyphen fall away. Latin words become tokens; a run of Chinese, Japanese or
Korean characters becomes overlapping pairs, since such a run has no spaces to split it at. One function serves
titles, full text and queries; a character folds the same wherever it stands.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from operator import add

LONGEST_TOKEN = 64
"""Characters of a token that are kept: long enough for any word, short enough for a key of an index."""

CJK = (
    "々〇\u1100-\u11ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U000323af"
)
"""Characters of scripts that are searched by pairs, as the inside of a character class."""

FILED = "§"
"""Begins the tokens that filters look for, and is one of every paper: no folded text has this sign."""

_CHARACTER = re.compile(f"[{CJK}]")
_CJK_RUN = re.compile(f"[{CJK}]+")
_RUNS = re.compile(f"[{CJK}]+|[^{CJK}]+")
_COMPOUND = re.compile(r"[^\s-]+(?:-[^\s-]+)+")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_HUMP = re.compile(r"[a-z0-9][A-Z]")
_ALPHANUMERIC = re.compile(r"[A-Za-z0-9]+")
_HYPHENS = frozenset("-\u2010\u2011\u2012\u2013\u2043\u2212\ufe63\uff0d_.")
_APOSTROPHES = frozenset("'\u2019\u2018\u02bc`\u00b4\uff07")


_STRICT = {c: None if c <= 32 or c == 127 or chr(c) in _HYPHENS else chr(c).lower() for c in range(128)}
"""What `strict` makes of an ASCII character, in a tenth of the time that looking each one up takes."""


class _Folding(dict[int, str]):
    """A table for `str.translate` that works out each character when it first meets it."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


def _fold_character(character: str) -> str:
    if character in _APOSTROPHES:
        return ""
    if character in _HYPHENS:
        return "-"
    category = unicodedata.category(character)
    if category in {"Cf", "Mn", "Me"}:
        return ""
    if category in {"Cs", "Cn", "Co"}:
        return " "
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", character).casefold())
    kept = "".join(c for c in bare if unicodedata.category(c) not in {"Mn", "Me"})
    return "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in unicodedata.normalize("NFC", kept))


FOLDING = _Folding()

_ASCII = bytes(ord(_fold_character(chr(code)) or " ") if code < 128 else 0 for code in range(256))
_NOTHING = bytes(code for code in range(128) if not _fold_character(chr(code)))
"""What `fold` makes of ASCII text, in a third of the time that `FOLDING` takes; the second are characters it drops."""


def composed(text: str) -> str:
    """Return the text with accents and Hangul letters put together, so that one character is one thing to fold."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return lower-case letters and digits, a space for whatever separates, `-` for whatever joins."""
    if text.isascii():
        return text.encode().translate(_ASCII, _NOTHING).decode()
    return composed(text).translate(FOLDING)


def joined(text: str) -> str:
    """Return the text without anything between its letters; a text without letters stays what it is."""
    return letters(fold(text)) or strict(text.encode(errors="replace").decode())


def letters(folded: str) -> str:
    """Return a folded text without anything between its letters."""
    return "".join(folded.replace("-", "").split())


def strict(text: str) -> str:
    """Return the text without case, width, spaces and hyphens, but with its signs: "MovieChat+" is not "MovieChat"."""
    if text.isascii():
        return text.translate(_STRICT)
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if c not in _HYPHENS and unicodedata.category(c)[0] not in "CZ")


def filed(kind: str, value: str) -> str:
    """Return the token of a paper's topic or keypoint (by key), kind of link (`has`) or link."""
    return f"{FILED}{kind}{value}"


@dataclass(frozen=True, slots=True)
class Word:
    """One token of a Latin script, or one run of CJK characters with the pairs it is indexed by."""

    text: str
    cjk: bool

    @property
    def pairs(self) -> tuple[str, ...]:
        """The tokens that a query for this word looks for, one after the other."""
        return tuple(_pairs(self.text)) if self.cjk and len(self.text) > 1 else (self.text,)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens that this word is indexed by: a run's last character too, which begins no pair."""
        return (*self.pairs, self.text[-1]) if self.cjk and len(self.text) > 1 else self.pairs


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text in their order."""
    for piece in fold(text).replace("-", " ").split():
        if piece.isascii():
            yield Word(piece[:LONGEST_TOKEN], cjk=False)
            continue
        for run in _RUNS.findall(piece):
            cjk = _CHARACTER.match(run) is not None
            yield Word(run if cjk else run[:LONGEST_TOKEN], cjk)


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def tokens(folded: str) -> str:
    """Return the tokens that a folded text is indexed by, with a space between them."""
    apart = folded.replace("-", " ")
    pieces = (apart if folded.isascii() else _CJK_RUN.sub(_spread, apart)).split()
    if len(folded) > LONGEST_TOKEN and len(max(pieces, key=len, default="")) > LONGEST_TOKEN:
        pieces = [piece[:LONGEST_TOKEN] for piece in pieces]
    return " ".join(pieces)


def _spread(run: re.Match[str]) -> str:
    """Return the tokens of a run of CJK characters, as `Word.tokens` gives them."""
    text = run[0]
    return f" {' '.join(map(add, text, text[1:]))} {text[-1]} "


def indexed(title: str) -> tuple[str, str]:
    """Return the tokens of a title, and the parts and joined forms of its words that it is also found by."""
    folded = fold(title)
    return tokens(folded), parts(title, folded)


def parts(title: str, folded: str) -> str:
    """Return the second of what `indexed` does, of a title that is folded already."""
    return " ".join(dict.fromkeys([*compounds(folded), *humps(title)]))


def compounds(folded: str) -> list[str]:
    """Return the words of a folded text that hyphens join, without them ("MA-LMM" is also found as "malmm")."""
    if "-" not in folded:
        return []
    joined = [piece for piece in folded.split() if "-" in piece]
    return [word.replace("-", "")[:LONGEST_TOKEN] for piece in joined for word in _COMPOUND.findall(piece)]


def humps(text: str) -> list[str]:
    """Return the words inside words that capitals show ("MovieChat" is also found as "movie chat")."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if not _HUMP.search(plain):
        return []
    humped = filter(_HUMP.search, _ALPHANUMERIC.findall(plain))
    return [part.lower()[:LONGEST_TOKEN] for word in humped for part in _CAMEL.findall(word) if len(part) > 2]
