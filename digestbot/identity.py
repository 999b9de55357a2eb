"""Which entries are one paper, and by which key it is known.

Entries are one paper if their arXiv ids match (version dropped), or if their folded titles match and their ids do not
conflict. Ids are compared for equality only: look-alike ids are common in one week's list.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import TypeVar

from digestbot.models import Content, Entry, Field, Link, Paper

T = TypeVar("T")

_ARXIV = re.compile(
    r"(?:(?:arxiv|alphaxiv|ar5iv)\.org/[a-z]+//?|arxiv\.org/(?=[\d.]{9,10}(?:v\d)?(?:[\s)>?#]|$))|"
    r"(?:huggingface\.co|arxiv-vanity\.com)/papers/|\barxiv\s*[:.]\s*)"
    r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})",
    re.IGNORECASE,
)
_SIGNS = re.compile("[^a-z0-9]+")  # ASCII characters that are no letters or digits


@lru_cache(maxsize=65536)
def arxiv_id(text: str) -> str | None:
    """Return the arXiv id in a URL or citation without its version (`2410.08159`, `cs/0112017`), or None.

    An address may lack what stands before the id (`arxiv.org/2410.08159`), if the id is all of its path.
    Both forms are those of arXiv's identifier scheme (arxiv.org/help/arxiv_identifier).
    """
    folded = text.lower()
    found = _ARXIV.search(text) if "xiv" in folded or "huggingface.co/papers" in folded else None
    return found[1].lower() if found else None


@lru_cache(maxsize=65536)
def fold_title(title: str) -> str:
    """Fold a title for comparison: NFKC, case-folded, letters, marks and digits only (all of it if none is left)."""
    text = unicodedata.normalize("NFKC", title).casefold()
    if text.isascii():
        return _SIGNS.sub("", text) or text.strip()
    return "".join(c for c in text if unicodedata.category(c)[0] in "LNM") or text.strip()


@lru_cache(maxsize=65536)
def title_key(title: str) -> str:
    """Return the key of a paper without arXiv id: `t:` and 16 hex digits of the folded title's SHA-256."""
    return "t:" + digest16(fold_title(title))


def digest16(text: str) -> str:
    """Return 16 hex digits that stand for a text of any length, where a custom id has room for no more."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def entry_arxiv(content: Content) -> str | None:
    """Return the id of the paper itself: that of its first link of kind arxiv."""
    for link in content.links:  # asked so often that a generator would be felt
        if link.kind == "arxiv":
            return arxiv_id(link.url)
    return None


def identifiers(content: Content) -> tuple[str, ...]:
    """Return all keys that an entry's paper can be known by, the best first."""
    arxiv = entry_arxiv(content)
    title = title_key(content.title)
    return (f"arxiv:{arxiv}", title) if arxiv else (title,)


def group(entries: Iterable[Entry]) -> list[tuple[Entry, ...]]:
    """Put entries about one paper together; groups and their entries are in the order of file and line.

    Entries with an id form groups by id; one without joins the first group that has its folded title.
    """
    ordered = sorted(entries, key=lambda e: (e.source.file, e.source.line))
    groups: dict[str, list[Entry]] = {}
    by_title: dict[str, str] = {}
    for entry in ordered:
        if entry_arxiv(entry):
            key, title = identifiers(entry)
            groups.setdefault(key, []).append(entry)
            by_title.setdefault(title, key)
    for entry in ordered:
        if not entry_arxiv(entry):
            title = title_key(entry.title)
            groups.setdefault(by_title.get(title, title), []).append(entry)
    found = [tuple(sorted(g, key=lambda e: (e.source.file, e.source.line))) for g in groups.values()]
    return sorted(found, key=lambda g: (g[0].source.file, g[0].source.line))


def merge(entries: Sequence[Entry], sequence: int | None = None) -> Paper:
    """Merge the entries of one paper: single values from the first that has them, lists united, earliest period."""
    told = entries[0] if len(entries) == 1 else _together(entries)
    arxiv = next(filter(None, map(entry_arxiv, entries)), None)
    return Paper(
        key=f"arxiv:{arxiv}" if arxiv else title_key(told.title),
        sequence=sequence,
        title=told.title,
        topics=_united(told.topics, fold_title),
        period=told.period,
        published=told.published,
        keypoints=_united(told.keypoints, fold_title),
        gist=told.gist,
        venue=told.venue,
        authors=told.authors,
        fields=_fields(told.fields),
        links=_united(told.links, _address),
        images=_united(told.images, str),
        entries=tuple(entries),
    )


def _together(entries: Sequence[Entry]) -> Content:
    """Return what entries tell, each list as long as theirs together. Nearly all papers have one entry."""
    return Content(
        title=entries[0].title,
        topics=tuple(chain.from_iterable(e.topics for e in entries)),
        period=min((e.period for e in entries if e.period), default=None),
        published=next((e.published for e in entries if e.published), None),
        keypoints=tuple(chain.from_iterable(e.keypoints for e in entries)),
        gist=next((e.gist for e in entries if e.gist), ""),
        venue=next((e.venue for e in entries if e.venue), None),
        authors=next((e.authors for e in entries if e.authors), ()),
        fields=tuple(chain.from_iterable(e.fields for e in entries)),
        links=tuple(chain.from_iterable(e.links for e in entries)),
        images=tuple(chain.from_iterable(e.images for e in entries)),
    )


def papers(entries: Iterable[Entry]) -> list[Paper]:
    """Return the papers that the entries are about, in the order of their first entry."""
    return [merge(g) for g in group(entries)]


def _united(every: tuple[T, ...], fold: Callable[[T], str]) -> tuple[T, ...]:
    """Return a list without repetitions: of values that fold to the same, the first stays."""
    if len(every) < 2:
        return every
    united: dict[str, T] = {}
    for value in every:
        united.setdefault(fold(value), value)
    return tuple(united.values())


def _address(link: Link) -> str:
    return link.url


def _fields(every: tuple[Field, ...]) -> tuple[Field, ...]:
    """Unite the fields; a label that two notes fill differently keeps both texts, the first note's first."""
    if len(every) < 2:
        return every
    united: dict[str, Field] = {}
    for field in every:
        name = field.label.casefold()
        before = united.get(name)
        if before is None:
            united[name] = field
        elif field.markdown not in before.markdown:
            united[name] = replace(before, markdown=f"{before.markdown}\n\n{field.markdown}")
    return tuple(united.values())
