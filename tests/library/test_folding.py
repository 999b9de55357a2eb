import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digestbot.library import folding


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("MovieChat: From Dense", "moviechat from dense"),
        ("ＭｏｖｉｅＣｈａｔ　２", "moviechat 2"),
        ("Movie\u00a0Chat\u200b\u2009now", "movie chat now"),
        ("Long\u2010Term, long\u2013term long_term", "long term long term long term"),
        ("Résumé Ångström straße", "resume angstrom strasse"),
        ("What's, what’s", "whats whats"),
        ("扩散模型", "扩散 散模 模型 型"),
        ("图", "图"),
        ("DART文生图 框架2", "dart 文生 生图 图 框架 架 2"),
        ("한국어", "한국 국어 어"),
        ("\u1112\u1161\u11ab국", "한국 국"),
        ("🎬 + ∑ — (…)", ""),
        ("a" * 100, "a" * 64),
    ],
)
def test_a_text_becomes_tokens(text: str, tokens: str) -> None:
    assert folding.tokens(folding.fold(text)) == tokens


def test_hyphens_also_join_and_capitals_also_part() -> None:
    assert folding.compounds(folding.fold("MA-LMM: Text-to-Image - with GPT-3.5")) == ["malmm", "texttoimage", "gpt35"]
    assert folding.humps("MovieChat, iVideoGPT and LLaMA") == ["movie", "chat", "video", "gpt"]


def test_titles_that_differ_in_a_sign_differ_strictly_alone() -> None:
    assert folding.joined("MovieChat+") == folding.joined("Movie-Chat") == "moviechat"
    assert folding.strict("MovieChat+") != folding.strict("Movie Chat") == folding.strict("movieＣhat")
    assert folding.joined("???") == "???"


@given(st.text())
def test_folding_is_stable_and_indifferent_to_case_and_composition(text: str) -> None:
    folded = folding.fold(text)
    assert folding.fold(folded) == folded
    assert folding.fold(unicodedata.normalize("NFD", text)) == folded


@given(st.text())
def test_tokens_hold_nothing_that_the_tokenizer_would_split(text: str) -> None:
    for token in folding.tokens(folding.fold(text)).split(" "):
        assert all(not c.isascii() or c.isalnum() for c in token)


@given(st.text())
def test_a_query_looks_for_tokens_that_its_own_text_is_indexed_by(text: str) -> None:
    indexed = folding.tokens(folding.fold(text)).split()
    assert [t for word in folding.words(text) for t in word.tokens] == indexed
    assert {t for word in folding.words(text) for t in word.pairs} <= set(indexed)
