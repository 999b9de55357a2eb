"""Which of the library's entries are one paper: by their identifiers, and by what the ledger has learned of them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from digestbot.models import Entry

Link = str | int
"""What entries may share: an identifier, or a sequence."""


@dataclass(frozen=True, slots=True)
class Held:
    """An entry with its row id and its file's, the sequence of its paper in the ledger, its source, file and position.

    What is asked for again and again is kept with it: its identifiers (an arXiv id, if it has one, and that of its
    title) and its JSON.
    """

    number: int
    file: int
    entry: Entry
    sequence: int | None
    place: tuple[str, str, int]
    arxiv: str | None
    title: str
    json: str

    @property
    def links(self) -> tuple[Link, ...]:
        """All that other entries of its paper may share with it."""
        return tuple([link for link in (self.arxiv, self.title, self.sequence) if link is not None])


def group(held: Iterable[Held]) -> list[list[Held]]:
    """Put entries about one paper together, in the order of file and line.

    An arXiv id decides, then a sequence, then the title: a title corrected in one of two notes is still that paper.
    What would join two ids joins the first of them.
    """
    ordered = sorted(held, key=lambda h: (h.entry.source.file, h.entry.source.line))
    joined, shared = _Joined(), Counter(chain.from_iterable([one.links for one in ordered]))
    by_weight = sorted(ordered, key=lambda h: h.arxiv is None)
    for one in by_weight:
        if one.sequence is not None and shared[one.sequence] > 1:
            joined.join(_strongest(one), one.sequence)
    for one in by_weight:
        if shared[one.title] > 1:
            joined.join(_strongest(one), one.title)
    groups: dict[Link, list[Held]] = {}
    for one in ordered:
        groups.setdefault(joined.root(_strongest(one)), []).append(one)
    return list(groups.values())


def _strongest(one: Held) -> Link:
    return one.arxiv or (one.title if one.sequence is None else one.sequence)


def _is_arxiv(link: Link) -> bool:
    return isinstance(link, str) and link.startswith("arxiv:")


class _Joined:
    """Links that stand for one paper: each leads to another, the last one is the root, an arXiv id if there is one."""

    def __init__(self) -> None:
        self._next: dict[Link, Link] = {}

    def root(self, link: Link) -> Link:
        while link in self._next:
            link = self._next[link]
        return link

    def join(self, one: Link, other: Link) -> None:
        """Let two links stand for one paper, unless they already stand for two with different arXiv ids."""
        to, away = sorted((self.root(one), self.root(other)), key=_is_arxiv, reverse=True)
        if to != away and not _is_arxiv(away):
            self._next[away] = to
