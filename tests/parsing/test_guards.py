"""A glance that spares a pattern its search may never miss what the pattern would find."""

# pyright: reportPrivateUsage=false

from hypothesis import example, given, settings
from hypothesis import strategies as st

from digestbot.parsing.markdown import inline, simple
from digestbot.parsing.page.draft import Draft
from digestbot.parsing.references import Reference, alike, unmarked
from digestbot.parsing.shapes import celled
from digestbot.parsing.terms import authors, cleaning, labels, titles, venues, words

PIECES = (
    "A;b;Lee;Ann Lee;, ;,;. ;.; ;et al;et al.; et. al ;等;等人;외;외 3명;and others;AND OTHERS;and 12 others;(2021);"
    "2021;١٩;19;20;)；;*;†;^{1,2};$^1$;<sup>;</sup>;1;¹;²;**;`;``;[;](x);![;!;\\;\n;<b>;&amp;;&#9;;_;a_b;ſ;K;ﬆ;李;－;Ł."
)
TEXTS = st.lists(st.sampled_from(PIECES.split(";")), max_size=10).map("".join)


@settings(max_examples=600)
@given(TEXTS)
def test_glances_at_authors_miss_nothing(text: str) -> None:
    assert authors._MARK.search(text) or not authors._MARKS.search(text)
    assert authors._INITIAL.search(text) or not authors._INVERTED.search(text)
    assert (authors.others(text) is None) == (authors._ET_AL.search(text) is None)
    named = authors._CJK_NAME.fullmatch(text) or authors._INVERTED.fullmatch(text)
    assert "," in text or not text.isascii() or not named


@settings(max_examples=600)
@given(TEXTS)
def test_glances_at_marks_miss_nothing(text: str) -> None:
    if not inline._SIGN.search(text):
        assert not simple._HARD.search(text)
        assert inline.spans(text) == simple.simple_spans(text)
    if not any(sign in text for sign in ("<", "&", "_", "``", "[!")):
        assert not simple._HARD.search(text)


WORDS = "Ann;Lee;Bo;Wei;Wen;Van;De;By;And;Others;Et;Al;Deep;Learning;Nature;Cell;Science;Google;Authors;Foreign;等"
NAMES = st.lists(st.sampled_from(WORDS.split(";")), min_size=1, max_size=4).map(" ".join)


@settings(max_examples=600)
@given(st.lists(NAMES, min_size=1, max_size=4).map(", ".join))
@example("Ann Lee, Et Al")
@example("By Ann Lee, Bo Wen")
def test_plain_lists_of_names_are_read_as_any_other(text: str) -> None:
    assert authors.authors_in(text) == authors.authors_in(f"{text} ")  # which is no plain list


@settings(max_examples=2000)
@given(st.from_regex(venues._NAMES, fullmatch=True))
def test_a_glance_at_venues_misses_no_name(name: str) -> None:
    assert venues.may_hold(f"A Title, {name} 2021")


LISTS = st.lists(
    NAMES | st.sampled_from(["Jean-Luc Picard", "Ann B. Lee", "Wei-Wei", "By-Lee Bo"]), min_size=1, max_size=4
)


@settings(max_examples=600)
@given(LISTS.map(", ".join))
def test_names_that_are_plain_are_those_that_are_found(text: str) -> None:
    plain = authors.plain_names(text)
    assert not plain or plain == authors.split_authors(text) == tuple(filter(authors.is_name, plain))


STRETCHES = "Ann Lee;et;et al;A;Paper;Notes;No;Top;3D;2021;CVPR;CVPR2021;of;Views: a;Long-;-;x's;Lee,;10;Review:;and"
TITLES = st.lists(st.sampled_from(STRETCHES.split(";")), min_size=1, max_size=6).map(" ".join)


@settings(max_examples=1500)
@given(TITLES)
@example("CVPR 2021 - A View of Lakes")
@example("Lee 2021: A View of Lakes")
def test_nothing_stands_on_a_plain_title(title: str) -> None:
    if cleaning.is_plain(title):
        assert cleaning.clean_title(title) == title
        found = Reference(f"{title}\n")
        assert found.clean_title()
        assert found == Reference(title)
        assert unmarked.JOINTS.search(title) or unmarked.without_credit(title) == ((), title, "")


@settings(max_examples=600)
@given(st.sampled_from([name for name, role in labels.ROLES.items() if role == "title"]), st.booleans())
def test_a_glance_misses_no_label_for_a_title(name: str, upper: bool) -> None:
    assert labels.may_say_title(f"**{name.upper() if upper else name}**: x")


@settings(max_examples=600)
@given(TEXTS)
def test_what_is_whole_is_read_as_its_parts_are(text: str) -> None:
    for whole in (f"**{text}**", f"[{text}](https://a.org/b)"):
        if inline._WHOLE.fullmatch(whole):
            assert inline.spans(whole) == inline.full_spans(whole)


CELLS = "2024-05-01;2401.00001;`2401.00001`;https://arxiv.org/abs/2401.00001;[x](https://arxiv.org/abs/2401.00001)"


@given(st.sampled_from(CELLS.split(";")), st.sampled_from(["", " ", "<br>"]))
def test_a_glance_at_a_day_misses_no_link(cell: str, behind: str) -> None:
    draft = Draft("Title", 1)
    celled._take_links(draft, "", inline.spans(cell + behind))
    assert celled._LEADS_ON.search(cell + behind) or not draft.links


@given(st.lists(st.sampled_from(["Institutions", "Limitations", "Contributions"]), min_size=2, max_size=5))
def test_parts_that_are_joined_are_no_title(parts: list[str]) -> None:
    heading = " and ".join(parts)
    assert titles.could_be_title(heading) == (len(heading) > words.LONGEST_PART)


GENERIC = ";".join(
    ("Papers of the Week;Latest;My Reading List;Repository;Today;1.;(a);Deep Sets;Report", *words._GENERIC)
)


@settings(max_examples=1500)
@given(st.lists(st.sampled_from(GENERIC.split(";")), min_size=1, max_size=3).map(" ".join))
def test_a_glance_at_last_words_misses_no_generic_heading(heading: str) -> None:
    assert words.is_generic(heading) == words.is_generic(f"{heading}.")  # whose end is folded away


@given(st.integers(0, 80))
def test_many_clear_rows_tell_no_more_than_some(count: int) -> None:
    row = (
        "2024-05-{:02}, **A View of {} Lakes from Above**, Ann Lee et al., Paper: [x](https://arxiv.org/abs/2401.{:05})"
    )
    rows = [inline.spans(row.format(n % 28 + 1, "Small" * (n % 3 + 1), n)) for n in range(20 + count)]
    odd = inline.spans(row.format(3, "Deep, Wide, Unlike", 99))
    assert alike.read_alike([*rows, odd])[-1] == alike.read_alike([*rows[:20], odd])[-1]
