"""What a person typed, as a query: the same for autocomplete, commands and the terminal.

A query is words, "phrases" that are meant exactly, -excluded ones, and filters: `topic:`, `keypoint:`, `period:`,
`venue:`, `has:` and `source:`, each also in Chinese. Whatever else there is before a colon is a word.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Literal, get_args

from digestbot.library import folding
from digestbot.models import LinkKind

FilterKind = Literal["topic", "keypoint", "period", "venue", "has", "source"]

LONGEST_QUERY = 300
"""Characters of a query that count: longer than nearly any title, short enough that none takes long."""

MOST_WORDS = 32

SHORTEST_START = 2
"""Letters of the shortest word that may go on: nearly every paper has a word that begins with a given letter."""

_NAMES: dict[FilterKind, str] = {
    "topic": "topic topics 主题 主題 话题",
    "keypoint": "keypoint keypoints 关键词 關鍵詞 关键字 要点",
    "period": "period month 月份 时间 時間",
    "venue": "venue 会议 會議 期刊",
    "has": "has 有 附",
    "source": "source file 来源 來源 文件",
}
_KINDS: dict[str, FilterKind] = {name: kind for kind, names in _NAMES.items() for name in names.split()}
_LINKS = frozenset(get_args(LinkKind))
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂「」『』", '"'))
_NAME = "|".join(sorted(_KINDS, key=len, reverse=True))
_TOKEN = re.compile(
    rf'(?P<minus>[-－−]?)(?:(?P<kind>{_NAME})[:：]\s*(?:"(?P<value>[^"]*)"?|(?P<bare>[^\s"]+))'
    r'|"(?P<quote>[^"]*)"?|(?P<word>[^\s"]+))',
    re.IGNORECASE,
)
_MONTH = re.compile(r"(\d{4})(?:[-/.年]?(\d{1,2})月?|年)?")
_ONWARD = 10_000 * 12
"""A month after all others, counted from the year 0: an end that was left open."""


@dataclass(frozen=True, slots=True)
class Query:
    """A typed text with its words; `joined` and `strict` are its two folded forms."""

    text: str
    words: tuple[folding.Word, ...]
    joined: str
    strict: str


def read(text: str) -> Query:
    """Return the query that a typed text stands for; any text is one, if perhaps without words."""
    kept = text[:LONGEST_QUERY].strip()
    found = tuple(folding.words(kept))[:MOST_WORDS]
    return Query(kept, found, folding.joined(kept), folding.strict(kept))


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a query: words that follow each other; the last one may go on if it is `open`."""

    typed: str
    words: tuple[folding.Word, ...]
    compounds: tuple[str, ...]
    excluded: bool = False
    quoted: bool = False
    open: bool = False

    @property
    def written(self) -> str:
        """The part as it can be typed again."""
        said = f'"{self.typed}"' if self.quoted else self.typed
        return f"-{said}" if self.excluded else said

    def expression(self) -> str:
        """Return the FTS5 expression: the words, or the one word that hyphens make of them."""
        whole = [quoted(c, prefix=self.open) for c in self.compounds]
        return f"({' OR '.join([phrase(self.words, prefix=self.open), *whole])})"


@dataclass(frozen=True, slots=True)
class Filter:
    """What papers must have, or must not; `value` is as typed."""

    kind: FilterKind
    value: str
    excluded: bool = False

    @property
    def written(self) -> str:
        """The filter as it can be typed again."""
        said = narrowing(self.kind, self.value)
        return f"-{said}" if self.excluded else said


@dataclass(frozen=True, slots=True)
class Request:
    """A query in its parts and filters, in the order in which they were typed."""

    parts: tuple[Part, ...]
    filters: tuple[Filter, ...]

    @property
    def wanted(self) -> tuple[Part, ...]:
        """The parts to be found."""
        return tuple(part for part in self.parts if not part.excluded)

    @property
    def excluded(self) -> tuple[Part, ...]:
        """The parts that papers must not have."""
        return tuple(part for part in self.parts if part.excluded)

    @property
    def plain(self) -> str:
        """The wanted words as typed, without quotation marks: what may be a title."""
        return " ".join(part.typed for part in self.wanted)

    @property
    def narrows(self) -> bool:
        """Whether anything but wanted words was typed."""
        return bool(self.filters or self.excluded)

    @property
    def written(self) -> str:
        """The query as it can be typed again."""
        return " ".join(piece.written for piece in (*self.parts, *self.filters))

    def without(self, kind: FilterKind) -> "Request":
        """Return the request without what it wants of this kind; what it excludes stays."""
        return replace(self, filters=tuple(f for f in self.filters if f.kind != kind or f.excluded))


def narrowing(kind: FilterKind, value: str) -> str:
    """Return a filter as it is typed."""
    clean = value.replace('"', " ")
    return f'{kind}:"{clean}"' if re.search(r"\s", clean) else f"{kind}:{clean}"


def parse(text: str) -> Request:
    """Read a query; a text that only excludes words is taken as words."""
    parts: list[Part] = []
    filters: list[Filter] = []
    for token in _TOKEN.finditer(text[:LONGEST_QUERY].translate(_QUOTES)):
        found = _filter(token) or _part(token)
        if isinstance(found, Filter):
            filters.append(found)
        elif found.words or found.typed.strip("-"):
            parts.append(found)
    kept = parts[:MOST_WORDS]
    if not filters and all(part.excluded for part in kept):
        kept = [replace(part, excluded=False) for part in kept]
    return Request(tuple(_open_end(kept)), tuple(dict.fromkeys(filters[:MOST_WORDS])))


def _filter(token: re.Match[str]) -> Filter | None:
    """Return the filter that a token is; one whose value cannot be meant is words."""
    kind = _KINDS.get((token["kind"] or "").lower())
    if kind is None:
        return None
    value = " ".join((token["value"] or token["bare"] or "").split())
    if kind == "has":
        value = value.casefold()
    sensible = {"period": months(value) is not None, "has": value in _LINKS}.get(
        kind, bool(folding.fold(value).strip())
    )
    return Filter(kind, value, bool(token["minus"])) if sensible else None


def _part(token: re.Match[str]) -> Part:
    minus = bool(token["minus"])
    chunk = token["quote"] if token["quote"] is not None else token["word"] or token[0].removeprefix(token["minus"])
    compounds = tuple(folding.compounds(folding.fold(chunk)))
    words = tuple(folding.words(chunk))[:MOST_WORDS]
    return Part(chunk.replace('"', " ").strip(), words, compounds, minus, token["quote"] is not None)


def _open_end(parts: list[Part]) -> list[Part]:
    """Let the last wanted word go on ("diffus" finds diffusion) unless it was quoted."""
    at = next((i for i in reversed(range(len(parts))) if not parts[i].excluded), None)
    if at is None or parts[at].quoted or not parts[at].words or not goes_on(parts[at].words[-1]):
        return parts
    return [*parts[:at], replace(parts[at], open=True), *parts[at + 1 :]]


def goes_on(one: folding.Word) -> bool:
    """Tell whether a word is long enough to be the beginning of another."""
    return one.cjk or len(one.text) >= SHORTEST_START


def months(value: str) -> tuple[int, int] | None:
    """Return the first and last month of a period, counted from the year 0 (year * 12 + month); None if it is none.

    A month (`2024-04`), a year, or a range of them with either end left open (`2024-04..`).
    """
    plain = unicodedata.normalize("NFKC", value.replace("…", "..")).replace(" ", "")
    start, dots, end = plain.partition("..") if ".." in plain else plain.partition("~")
    first, last = _months(start), _months(end) if dots else _months(start)
    if (start and first is None) or (end and last is None) or not (first or last):
        return None
    low, high = (first or (0, 0))[0], (last or (0, _ONWARD))[1]
    return (low, high) if low <= high else ((last or (0, 0))[0], (first or (0, 0))[1])


def _months(text: str) -> tuple[int, int] | None:
    found = _MONTH.fullmatch(text)
    if found is None:
        return None
    year = int(found[1]) * 12
    if found[2] is None:
        return year + 1, year + 12
    return (year + int(found[2]), year + int(found[2])) if 1 <= int(found[2]) <= 12 else None


def bindable(text: str) -> str:
    """Return a text that SQLite takes: half of a surrogate pair, which JSON may hold, has no UTF-8 form."""
    return text.encode(errors="replace").decode()


def quoted(text: str, *, prefix: bool = False) -> str:
    """Return an FTS5 string that matches the tokens of `text` one after the other, the last one as a prefix if asked.

    This is the one way by which a person's text reaches MATCH. Inside an FTS5 string only the quotation mark means
    anything, and two of them stand for one (SQLite, FTS5, section 3.1); a NUL would end the string.
    """
    clean = text.replace("\0", " ").replace('"', '""')
    return f'"{clean}" *' if prefix else f'"{clean}"'


def phrase(words: tuple[folding.Word, ...], *, prefix: bool = False) -> str:
    """Return the expression for words that follow each other."""
    alone = words[-1].cjk and len(words[-1].text) == 1
    return quoted(" ".join(pair for word in words for pair in word.pairs), prefix=prefix or alone)


def word(one: folding.Word, *, prefix: bool = False) -> str:
    """Return the expression for one word; a single CJK character is the beginning of the pairs it stands in."""
    return phrase((one,), prefix=prefix)
