"""Glances that spare most texts a search: each must let through all that the search would find."""

import re
import unicodedata

from hypothesis import example, given, seed, settings
from hypothesis import strategies as st

from digestbot.identity import fold_title
from digestbot.parsing.terms import authors, venues

SEED = 20261121

SIGNS = (
    "CVPR;NeurIPS;JAIR;3DV;S&P;IEEE;Nature;Ann Lee;Bo Chu;Lee, A.;et al.;and ;, ;: ; - ;[;];(;);（;）;2019;'21;’07;99;"
    "1;٢٠;²;arXiv:;2401.00001;v2;A Title of Words; ;\u00a0;\n;.;;,;|"
)
PIECES = st.sampled_from(SIGNS.split(";"))
TEXTS = st.lists(PIECES, max_size=8).map("".join) | st.text(max_size=30)
examined = settings(max_examples=500, print_blob=True)


@seed(SEED)
@examined
@given(TEXTS)
@example("JAIR 2021")
@example("ECML '07")
def test_every_dated_name_has_two_digits(text: str) -> None:
    named = venues._NAME_AND_YEAR.fullmatch(text.strip())  # pyright: ignore[reportPrivateUsage]  # what is spared
    ended = re.search(r"(?:19|20)?\d\d\W*$", text)
    assert venues._TWO_DIGITS.search(text) or not (named or ended)  # pyright: ignore[reportPrivateUsage]  # the glance


@seed(SEED)
@examined
@given(TEXTS)
@example("Ann Lee, Bo Chu, 2019")
@example("Ann Lee, Bo Chu (2019)")
@example("Ann Lee, Bo Chu（2019）")
def test_a_year_at_the_end_ends_with_a_digit_or_a_bracket(text: str) -> None:
    shown = text.strip(" .;,，*_")
    if shown and authors._YEAR.search(shown):  # pyright: ignore[reportPrivateUsage]  # what is spared
        assert shown[-1].isdigit() or shown[-1] in ")）" or shown[-1].isspace()


@seed(SEED)
@examined
@given(TEXTS)
@example("ICML'20: A Title of Words")
@example("2401.00001: A Title of Words")
def test_a_title_without_a_digit_has_no_venue_or_id_at_its_front(title: str) -> None:
    rest, venue = venues.split_lead(title)
    assert (rest, venue) == (title, None) or re.search(r"\d", title)


@seed(SEED)
@examined
@given(TEXTS)
@example("A Title of Words - JAIR 2021 ")
@example("A Title of Words | CVPR 19")
def test_a_venue_behind_a_dash_is_found_though_only_the_last_sign_is_looked_at(title: str) -> None:
    ended = venues._ENDED.search(title.rstrip())  # pyright: ignore[reportPrivateUsage]  # what is spared
    assert ended is None or title.rstrip()[-1].isdigit()


@seed(SEED)
@examined
@given(st.text(st.characters(max_codepoint=127)) | TEXTS)
@example("MA-LMM: 3 Ways, (Re)Visited_")
@example("!?")
@example("ＡＢＣ １")
def test_a_title_in_ascii_folds_as_any_other(title: str) -> None:
    text = unicodedata.normalize("NFKC", title).casefold()
    general = "".join(c for c in text if unicodedata.category(c)[0] in "LNM") or text.strip()
    assert fold_title(title) == general
