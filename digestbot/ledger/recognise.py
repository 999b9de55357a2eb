"""Which known paper an entry is about: pure, on what the ledger knows of the identifiers that the entries carry."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from digestbot.identity import fold_title
from digestbot.models import Entry

ALIKE = 90
"""Per cent of likeness (rapidfuzz's normalised indel ratio) from which a title counts as corrected, not as another."""


Names = Sequence[str]
"""The identifiers of an entry, the best first, its title's last."""


@dataclass(slots=True)
class Register:
    """What is known of the papers in question, and what the entries have taught so far.

    `owners` tells the paper of an identifier, `arxiv` a paper's arXiv identifiers. `last` is the last sequence given
    out. `learned` and `folded` (higher → lower sequence) and `made` are to be written down.
    """

    owners: dict[str, int]
    arxiv: dict[int, set[str]]
    last: int
    learned: dict[str, int] = field(default_factory=dict[str, int])
    folded: dict[int, int] = field(default_factory=dict[int, int])
    made: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])

    def known(self, names: Names) -> int | None:
        """Return the paper that an entry's id, else its title, already stands for; folds two papers that it joins."""
        title = names[-1]
        by_title = self.owners.get(title)
        if by_title is not None and self.conflict(by_title, names):
            by_title = None
        by_id = self.owners.get(names[0])
        if by_id is None or by_title is None:
            return by_id or by_title
        return self._fold(by_id, by_title)

    def learn(self, sequence: int, names: Names) -> None:
        """Note that an entry's identifiers stand for a paper, except those that stand for another already."""
        for name in names:
            if name not in self.owners:
                self.owners[name] = self.learned[name] = sequence
                if name.startswith("arxiv:"):
                    self.arxiv.setdefault(sequence, set()).add(name)

    def make(self, entry: Entry) -> int:
        """Give the next sequence to a paper never seen before."""
        self.last += 1
        self.made.append((self.last, entry.title))
        return self.last

    def settled(self, sequence: int) -> int:
        """Return the sequence that a paper goes by after the foldings so far."""
        while sequence in self.folded:
            sequence = self.folded[sequence]
        return sequence

    def conflict(self, sequence: int, names: Names) -> bool:
        """Tell whether an entry's ids forbid it to be about a paper."""
        ids = self.arxiv.get(sequence)
        return bool(ids) and names[0].startswith("arxiv:") and names[0] not in ids

    def _fold(self, one: int, other: int) -> int:
        lower, higher = sorted((one, other))
        if lower != higher:
            self.folded[higher] = lower
            self.arxiv.setdefault(lower, set()).update(self.arxiv.pop(higher, set()))
            self.owners.update({name: lower for name, owner in self.owners.items() if owner == higher})
            self.learned.update({name: lower for name, owner in self.learned.items() if owner == higher})
        return lower


def recognise(
    entries: Sequence[Entry], named: Sequence[Names], before: Sequence[tuple[int, str]], register: Register
) -> tuple[int, ...]:
    """Return the sequence of each entry's paper, by its names; `before` is what the file held when it was last read.

    Known identifiers decide first, then arXiv links and titles corrected in place, and what is left is new.
    """
    found: dict[int, int] = {}
    for position, names in enumerate(named):
        sequence = register.known(names)
        if sequence is not None:
            register.learn(sequence, names)
            found[position] = sequence
    still = {register.settled(sequence) for sequence in found.values()}
    unlinked = _unlinked(named, before, register, still)
    gone = _vanished(entries, before, register, still)
    for position, (entry, names) in enumerate(zip(entries, named, strict=True)):
        if position not in found:
            sequence = register.known(names) or _relinked(entry, unlinked) or _corrected(entry, names, gone, register)
            sequence = sequence or register.make(entry)
            register.learn(sequence, names)
            found[position] = sequence
    return tuple(register.settled(found[position]) for position in range(len(entries)))


def _unlinked(
    named: Sequence[Names], before: Sequence[tuple[int, str]], register: Register, still: set[int]
) -> dict[int, str]:
    """Return the folded titles of papers whose arXiv ids the file no longer has."""
    if not before:
        return {}
    ids = {name for names in named for name in names}
    held = ((register.settled(sequence), fold_title(title)) for sequence, title in before)
    return {s: title for s, title in held if s not in still and not register.arxiv.get(s, set()) & ids}


def _relinked(entry: Entry, unlinked: dict[int, str]) -> int | None:
    """Return the paper of this title whose link the entry's corrects, and take it from those without theirs.

    Both ids stand for it from then on. Entries of one title whose ids stand side by side are different papers.
    """
    if not unlinked:
        return None
    title = fold_title(entry.title)
    sequence = next((s for s, held in unlinked.items() if held == title), None)
    if sequence is not None:
        del unlinked[sequence]
    return sequence


def _vanished(
    entries: Sequence[Entry], before: Sequence[tuple[int, str]], register: Register, still: set[int]
) -> dict[int, str]:
    """Return the folded titles that the file no longer has, of papers that it no longer has either."""
    if not before:
        return {}
    titles = {fold_title(entry.title) for entry in entries}
    gone = ((register.settled(sequence), fold_title(title)) for sequence, title in before)
    return {sequence: title for sequence, title in gone if title not in titles and sequence not in still}


def _corrected(entry: Entry, names: Names, gone: dict[int, str], register: Register) -> int | None:
    """Return the paper whose vanished title this entry's corrects, and take it from those that are gone.

    The numbers in both must be the same: "… 2" and "… 3" are alike, and two papers.
    """
    if not gone:
        return None
    title = fold_title(entry.title)
    for _, _, sequence in _likest(title, gone):
        if _numbers(gone[sequence]) == _numbers(title) and not register.conflict(sequence, names):
            del gone[sequence]
            return sequence
    return None


def _likest(title: str, gone: Mapping[int, str]) -> list[tuple[str, float, int]]:
    return process.extract(title, gone, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None)


def _numbers(title: str) -> list[str]:
    return re.findall(r"\d+", title)
