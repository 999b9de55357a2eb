"""What a channel must get: kept beside the bot, from what people did and what the ledger then says it promised."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from digestbot.models import Edition

PATIENCE = timedelta(days=6)
"""No edition is given up earlier."""

Due = Literal["new", "promised", "open"]
"""Why a paper is due: new to the channel, or asked for; promised by an edition that was given up, whatever its topics;
or open: the notes changed while an edition was made, and it may have been settled or not."""


@dataclass
class Promise:
    """An edition as it was when first seen."""

    edition: Edition
    payloads: tuple[Any, ...]
    nonces: tuple[str, ...]
    papers: dict[int, tuple[int, ...]]
    """By part; those behind the button are its last part's."""
    given_up: set[int] = field(default_factory=set[int])
    is_finished: bool = False


@dataclass
class Book:
    """One channel's account. `due` are the papers that its next edition takes in, if their topics are wanted then."""

    wanted: frozenset[str] | None = None
    is_there: bool = False
    is_paused: bool = False
    began: datetime | None = None
    next_at: datetime | None = None
    due: dict[int, Due] = field(default_factory=dict[int, Due])
    promises: dict[int, Promise] = field(default_factory=dict[int, Promise])
    slots: set[datetime] = field(default_factory=set[datetime])

    def sighted(self, new: Collection[int]) -> None:
        if self.is_there:
            self.due.update(dict.fromkeys(new, "new"))

    def owe(self, papers: Collection[int]) -> None:
        """Older papers that somebody asked for at the set-up; those that stand in an edition do not come again."""
        standing = self.standing()
        for paper in papers:
            if paper not in standing:
                self.due.setdefault(paper, "new")

    def unfinished(self) -> list[Promise]:
        """The editions that were not finished when they were last looked at."""
        return [promise for promise in self.promises.values() if not promise.is_finished]

    def standing(self) -> set[int]:
        """The papers in parts that are posted or still to be."""
        return {
            paper
            for promise in self.promises.values()
            for part, papers in promise.papers.items()
            if part not in promise.given_up
            for paper in papers
        }

    def remove(self) -> None:
        """The channel goes, and with it what waits; a part under way may be posted, and is looked for another time."""
        self.is_there = self.is_paused = False
        self.due.clear()

    def matches(self, paper: int, topics: Mapping[int, Collection[str]]) -> bool:
        return not self.wanted or bool(self.wanted & set(topics[paper]))

    def must(self, topics: Mapping[int, Collection[str]], touched: Collection[int] = ()) -> set[int]:
        """The papers that an edition made now holds, as far as that is certain."""
        certain = [p for p, why in self.due.items() if why != "open" and p in topics and p not in touched]
        return {p for p in certain if self.due[p] == "promised" or self.matches(p, topics)}

    def promised(self, promise: Promise, topics: Mapping[int, Collection[str]], touched: Collection[int]) -> None:
        """A new edition: it holds what is due, and nothing else."""
        got = [paper for papers in promise.papers.values() for paper in papers]
        must = self.must(topics, touched)
        may = {p for p, why in self.due.items() if why == "open" or p in touched}
        assert max(Counter(got).values()) == 1, "a paper stands twice in an edition"
        assert must <= set(got), f"papers are missing in an edition: {must - set(got)}"
        assert set(got) <= must | may, f"papers are not due, but stand in an edition: {set(got) - must - may}"
        assert not self.standing() & set(got), "a paper stands in two editions"
        slot = promise.edition.slot
        if slot is not None:
            assert not self.is_paused, "a paused channel got an edition by schedule"
            assert slot.at not in self.slots, "a slot has two editions"
            assert self.began is not None
            assert slot.at > self.began, "a slot before the set-up was due"
            self.slots.add(slot.at)
        for paper in got:
            del self.due[paper]
        self.settle(topics, touched)
        self.promises[promise.edition.id] = promise

    def passed(self, topics: Mapping[int, Collection[str]], touched: Collection[int]) -> None:
        """A slot has passed without an edition: nothing was due, or it had one before the clock was set back."""
        assert self.next_at is not None
        assert not self.is_paused
        if any(slot >= self.next_at for slot in self.slots):
            touched = {*touched, *self.due}
        assert not self.must(topics, touched), "a slot passed without what was due"
        self.settle(topics, touched)

    def settle(self, topics: Mapping[int, Collection[str]], touched: Collection[int]) -> None:
        """Whatever the topics left out is not due any more; what has no notes stays due."""
        for paper, why in list(self.due.items()):
            left_out = paper in topics and not self.matches(paper, topics) and why != "promised"
            if paper in touched and why == "new" and self.wanted and (left_out or paper not in topics):
                self.due[paper] = "open"
            elif left_out or (why == "open" and paper in topics):
                del self.due[paper]

    def give_up(self, promise: Promise, part: int, now: datetime) -> set[int]:
        """A part was given up: its papers are due again, except where the channel was removed."""
        promise.given_up.add(part)
        papers = promise.papers[part]
        if not self.is_there:
            return set()
        begun = promise.edition.slot.at if promise.edition.slot else promise.edition.composed_at
        assert now - begun >= PATIENCE, "an edition was given up before its week was over"
        self.due.update(dict.fromkeys(papers, "promised"))
        return set(papers)
