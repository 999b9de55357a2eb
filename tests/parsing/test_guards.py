"""A glance that spares a pattern its search may never miss what the pattern would find."""

# pyright: reportPrivateUsage=false

from hypothesis import example, given, settings
from hypothesis import strategies as st

from digestbot.parsing import authors, inline

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
        assert not inline._HARD.search(text)
        assert inline._simple(text, strong=False, em=False) == inline.simple_spans(text)
    if not any(sign in text for sign in ("<", "&", "_", "``", "[!")):
        assert not inline._HARD.search(text)


WORDS = "Ann;Lee;Bo;Wei;Wen;Van;De;By;And;Others;Et;Al;Deep;Learning;Nature;Cell;Science;Google;Authors;Foreign;等"
NAMES = st.lists(st.sampled_from(WORDS.split(";")), min_size=1, max_size=4).map(" ".join)


@settings(max_examples=600)
@given(st.lists(NAMES, min_size=1, max_size=4).map(", ".join))
@example("Ann Lee, Et Al")
@example("By Ann Lee, Bo Wen")
def test_plain_lists_of_names_are_read_as_any_other(text: str) -> None:
    assert authors.authors_in(text) == authors.authors_in(f"{text} ")  # which is no plain list
