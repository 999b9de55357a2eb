"""What a person typed, as a query: the same for autocomplete, commands and the terminal.

A query is words, "phrases" that are meant exactly, -excluded ones, and filters: `topic:`, `keypoint:`, `period:`,
`venue:`, `has:` and `source:`, each also in Chinese. Whatever else there is before a colon is a word. What is still
being typed takes nothing away: a filter without its value, a minus or a quotation mark alone stand for nothing yet.

`parse` reads a query, `read` a text that has no signs of one, such as a title.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from digestbot.library import folding
from digestbot.models import LinkKind

FilterKind = Literal["topic", "keypoint", "period", "venue", "has", "source"]

LONGEST_QUERY = 300
"""Characters of a query that count: longer than nearly any title, short enough that none takes long."""

MOST_WORDS = 32

LONGEST_PHRASE = 8
"""Words by which a phrase is found in texts: hardly any two go on otherwise, and FTS5 reads a list for each."""

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
_LINKS: tuple[LinkKind, ...] = get_args(LinkKind)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂「」『』", '"'))
_NAME = "|".join(sorted(_KINDS, key=len, reverse=True))
_SIGN = rf"[-－−]|(?:{_NAME})[:：]"
_TOKEN = re.compile(
    rf'(?P<minus>[-－−]?)(?:(?P<kind>{_NAME})[:：]\s*(?:"(?P<value>[^"]*)"?|(?!{_SIGN})(?P<bare>[^\s"]+))'
    r'|"(?P<quote>[^"]*)"?|(?P<word>[^\s"]+))',
    re.IGNORECASE,
)
_UNFINISHED = re.compile(rf'(?:^|(?<=\s))[-－−]?(?:{_NAME})[:：][\s"]*$', re.IGNORECASE)
_MINUS = "-－−"
_MONTH = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[月.]?")
_YEAR = re.compile(r"(\d{1,4})(?:年|[-/.](0?))?")
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
    found = sparing(tuple(folding.words(kept)))
    return Query(kept, found, folding.joined(kept), folding.strict(kept))


def sparing(words: Sequence[folding.Word]) -> tuple[folding.Word, ...]:
    """Return the words that count: so many, and each once if they are repeated more than any title does."""
    kept = tuple(words[:MOST_WORDS])
    return kept if len(kept) <= 2 * len(set(kept)) else tuple(dict.fromkeys(kept))


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
        said = self.words[:LONGEST_PHRASE]
        return f"({' OR '.join([phrase(said, prefix=self.open and said == self.words), *whole])})"


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
    def limits(self) -> str:
        """What was typed beside the wanted words, as it can be typed again."""
        return " ".join(piece.written for piece in (*self.excluded, *self.filters))

    @property
    def written(self) -> str:
        """The query as it can be typed again."""
        return " ".join(piece.written for piece in (*self.parts, *self.filters))

    def within(self, kind: FilterKind) -> "Request":
        """Return the request for papers of the topic or keypoint (`kind`) that the wanted words name."""
        named = (Filter(kind, self.plain),) if self.plain else ()
        return Request(self.excluded, (*named, *self.filters))

    def without(self, kind: FilterKind) -> "Request":
        """Return the request without what it wants of this kind; what it excludes stays."""
        return replace(self, filters=tuple(f for f in self.filters if f.kind != kind or f.excluded))


def narrowing(kind: FilterKind, value: str) -> str:
    """Return a filter as it is typed."""
    clean = value.replace('"', " ")
    return f'{kind}:"{clean}"' if re.search(r"\s", clean) else f"{kind}:{clean}"


def parse(text: str) -> Request:
    """Read a query; a text that only excludes words is taken as words."""
    clean = _UNFINISHED.sub("", _paired(text[:LONGEST_QUERY].translate(_QUOTES)))
    parts: list[Part] = []
    filters: list[Filter] = []
    for token in _TOKEN.finditer(clean):
        found = _filter(token) or _part(token)
        if isinstance(found, Filter):
            filters.append(found)
        elif found.words or found.typed.strip(_MINUS):
            parts.append(found)
    if not filters and all(part.excluded for part in parts):
        parts = [replace(part, excluded=False) for part in parts]
    return Request(tuple(_open_end(_bounded(parts))), tuple(dict.fromkeys(filters[:MOST_WORDS])))


def literal(text: str) -> Request:
    """Return the request for a text whose signs mean nothing: a title that looks like a query."""
    parts = [plain_part(chunk) for chunk in text[:LONGEST_QUERY].translate(_QUOTES).replace('"', " ").split()]
    return Request(tuple(_open_end(_bounded(parts))), ())


def _paired(text: str) -> str:
    """Close the last quotation where it is what a minus or a filter goes for; else its mark means nothing."""
    if text.count('"') % 2 == 0:
        return text
    head, _, tail = text.rpartition('"')
    return f'{text}"' if head.rstrip().endswith((*_MINUS, ":", "：")) else f"{head} {tail}"


def _bounded(parts: list[Part]) -> list[Part]:
    """Return as many parts as count; what is typed beyond them can only be the rest of a title."""
    rest = " ".join(part.typed for part in parts[MOST_WORDS:] if not part.excluded)
    return [*parts[:MOST_WORDS], *([Part(rest, (), ())] if rest else [])]


def _filter(token: re.Match[str]) -> Filter | None:
    """Return the filter that a token is; one whose value cannot be meant is words."""
    kind = _KINDS.get((token["kind"] or "").lower())
    if kind is None:
        return None
    value = " ".join((token["value"] or token["bare"] or "").split())
    if kind == "has":
        value = value.casefold()
    sensible = {"period": months(value) is not None, "has": bool(links(value))}.get(kind, any(folding.words(value)))
    return Filter(kind, value, bool(token["minus"])) if sensible else None


def _part(token: re.Match[str]) -> Part:
    minus = bool(token["minus"])
    if token["quote"] is not None:
        return replace(plain_part(token["quote"]), excluded=minus, quoted=True)
    return replace(plain_part(token["word"] or token[0].removeprefix(token["minus"])), excluded=minus)


def plain_part(chunk: str) -> Part:
    """Return the part that a text is whose signs mean nothing."""
    words = sparing(tuple(folding.words(chunk)))
    return Part(chunk.replace('"', " ").strip(), words, tuple(folding.compounds(folding.fold(chunk))))


def _open_end(parts: list[Part]) -> list[Part]:
    """Let the last wanted word go on ("diffus" finds diffusion) unless it was quoted."""
    at = next((i for i in reversed(range(len(parts))) if not parts[i].excluded), None)
    if at is None or parts[at].quoted or not parts[at].words or not goes_on(parts[at].words[-1]):
        return parts
    return [*parts[:at], replace(parts[at], open=True), *parts[at + 1 :]]


def goes_on(one: folding.Word) -> bool:
    """Tell whether a word is long enough to be the beginning of another."""
    return one.cjk or len(one.text) >= SHORTEST_START


def links(value: str) -> list[LinkKind]:
    """Return the kinds of links that a value of `has:` may stand for: the one that it names, else those it begins."""
    return [value] if value in _LINKS else [kind for kind in _LINKS if value and kind.startswith(value)]


def months(value: str) -> tuple[int, int] | None:
    """Return the first and last month of a period, counted from the year 0 (year * 12 + month); None if it is none.

    A month (`2024-04`), a year, or a range of them with either end left open (`2024-04..`); the beginning of a year or
    month stands for all that it may become (`202`, `2024-0`).
    """
    plain = unicodedata.normalize("NFKC", value.replace("…", "..")).replace(" ", "")
    start, dots, end = plain.partition("..") if ".." in plain else plain.partition("~")
    first, last = _months(start), _months(end) if dots else _months(start)
    if (start and first is None) or (end and last is None) or not (first or last):
        return None
    low, high = (first or (0, 0))[0], (last or (0, _ONWARD))[1]
    return (low, high) if low <= high else ((last or (0, 0))[0], (first or (0, 0))[1])


def _months(text: str) -> tuple[int, int] | None:
    if (found := _MONTH.fullmatch(text)) and 1 <= int(found[2]) <= 12:
        month = int(found[1]) * 12 + int(found[2])
        return month, month
    if (found := _YEAR.fullmatch(text)) is None:
        return None
    first, last = int(found[1].ljust(4, "0")) * 12 + 1, int(found[1].ljust(4, "9")) * 12 + 12
    return first, last - 3 if found[2] else last


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
