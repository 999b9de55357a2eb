"""What look-up answers: names with their counts, choices, pages and hits."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from digestbot.models.notes import Paper

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tally:
    """A topic or keypoint with the number of its papers; `key` is 16 hex digits, fit for a custom id."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One autocomplete choice: the value that the command gets back, and what the person reads."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result: `snippet` is plain text, the matched stretches are `marks` (start, end) within it.

    `reason` says in words why it was found; `matched` where (title, venue, a field's label) what was.
    """

    paper: Paper
    snippet: str
    marks: tuple[tuple[int, int], ...] = ()
    reason: str = ""
    matched: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter among some results: the query that is narrowed to it, and how many papers it leaves."""

    name: str
    count: int
    query: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The values by which results can be narrowed, and the query without such a filter, "" if it has none."""

    choices: tuple[Choice, ...] = ()
    everything: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """A page of search results, best first.

    `query` is what was searched: what was typed, with words corrected if `typed` says what they were. `filters` are
    its filters in words. `total` counts all hits up to a bound, `more` tells that there are more than that. `before`
    and `after` are the cursors of the neighbouring pages, "" at an end. `partly`: no paper has all words.
    """

    query: str
    words: str
    hits: tuple[Hit, ...]
    total: int = 0
    more: bool = False
    number: int = 0
    before: str = ""
    after: str = ""
    typed: str = ""
    partly: bool = False
    filters: tuple[str, ...] = ()
    topics: Narrowing = Narrowing()
    periods: Narrowing = Narrowing()


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list: `number` counts from 0, `total` is the number of all items."""

    items: tuple[T, ...]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))
