from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from digestbot.identity import group, identifiers
from digestbot.ledger.recognise import Register, recognise
from digestbot.models import Entry, Link, Location

TITLES = [
    "One",
    "one!",
    "Two",
    "A long title about memory",
    "A long title about memorys",
    "A long title about memory 2",
]
IDS = ["", "", "2401.00001", "2401.00002"]


def entry(title: str, arxiv: str, file: str = "a.md", line: int = 1) -> Entry:
    links = (Link("arxiv", "", f"https://arxiv.org/abs/{arxiv}"),) if arxiv else ()
    return Entry(title=title, links=links, source=Location(file, line))


entries = st.lists(st.builds(entry, st.sampled_from(TITLES), st.sampled_from(IDS)), max_size=6)
readings = st.lists(st.tuples(st.sampled_from(["a.md", "b.md"]), entries), max_size=8)


class Known:
    """What the ledger's tables would hold, in memory."""

    def __init__(self) -> None:
        self.owners: dict[str, int] = {}
        self.files: dict[str, list[tuple[int, str]]] = {}
        self.folded: dict[int, int] = {}
        self.last = 0
        self.made: list[int] = []

    def read(self, file: str, content: Sequence[Entry]) -> tuple[int, ...]:
        arxiv: dict[int, set[str]] = {}
        for name, owner in self.owners.items():
            if name.startswith("arxiv:"):
                arxiv.setdefault(owner, set()).add(name)
        register = Register(dict(self.owners), arxiv, self.last)
        found = recognise(content, list(map(identifiers, content)), self.files.get(file, []), register)
        self.made += [sequence for sequence, _ in register.made]
        self.last = register.last
        self.owners = {name: register.settled(owner) for name, owner in register.owners.items()}
        self.files[file] = [(sequence, e.title) for sequence, e in zip(found, content, strict=True)]
        self.files = {f: [(register.settled(s), t) for s, t in held] for f, held in self.files.items()}
        return found


@settings(max_examples=400, print_blob=True)
@given(readings)
def test_reading_a_file_again_makes_nothing_new(history: list[tuple[str, list[Entry]]]) -> None:
    known = Known()
    for file, content in history:
        found = known.read(file, content)
        made, owners = list(known.made), dict(known.owners)
        assert known.read(file, content) == found
        assert (known.made, known.owners) == (made, owners)


@settings(max_examples=400, print_blob=True)
@given(readings)
def test_sequences_are_given_out_once_and_in_order(history: list[tuple[str, list[Entry]]]) -> None:
    known = Known()
    for file, content in history:
        known.read(file, content)
    assert known.made == list(range(1, known.last + 1))


@settings(max_examples=400, print_blob=True)
@given(readings)
def test_a_paper_gets_another_id_only_in_place_of_one_that_its_file_no_longer_has(
    history: list[tuple[str, list[Entry]]],
) -> None:
    known = Known()
    for file, content in history:
        before, held = arxiv_owners(known), {sequence for sequence, _ in known.files.get(file, [])}
        known.read(file, content)
        there = {name for e in content for name in identifiers(e)}
        for name, owner in arxiv_owners(known).items() - before.items():
            older = {n for n, o in before.items() if o == owner} - {name}
            assert not older or (owner in held and not older & there)


def arxiv_owners(known: Known) -> dict[str, int]:
    return {name: owner for name, owner in known.owners.items() if name.startswith("arxiv:")}


@settings(max_examples=400, print_blob=True)
@given(entries)
def test_one_reading_sees_the_papers_that_the_library_sees(content: list[Entry]) -> None:
    """Without a past to know better by, ledger and library agree on which entries are one paper."""
    numbered = [Entry(title=e.title, links=e.links, source=Location("a.md", i)) for i, e in enumerate(content)]
    found = Known().read("a.md", numbered)
    mine = {frozenset(i for i, s in enumerate(found) if s == sequence) for sequence in found}
    assert mine == {frozenset(e.source.line for e in paper) for paper in group(numbered)}
