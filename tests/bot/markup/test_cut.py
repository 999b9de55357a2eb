import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from digestbot.bot.markup import blocks, cut, fitted, graphemes, joined, length, shorten, split

FAMILY = "👨‍👩‍👧‍👦"
WORDS = st.lists(
    st.sampled_from(
        [
            "word",
            "*",
            "**",
            "long-winded",
            "扩散模型",
            "`co de`",
            "[a b](https://x.org/a_b)",
            FAMILY,
            "é",
            "🇩🇪🇫🇷",
            "\\*",
            " ",
        ]
    )
).map(" ".join)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 10, "one two…"),
        ("one two, three", 10, "one two…"),
        ("**one two** three", 10, "**one…**"),
        ("see [the paper](https://x.org) now", 12, "see…"),
        ("see `a b c d` now", 8, "see…"),
        ("扩散模型生成视频", 5, "扩散模型…"),
        (f"family {FAMILY}{FAMILY}", 20, f"family {FAMILY}…"),
        ("unbreakable", 5, "unbr…"),
        ("anything", 0, ""),
    ],
)
def test_cut(text: str, limit: int, expected: str) -> None:
    assert cut(text, limit) == expected


@given(st.one_of(st.text(), WORDS), st.integers(1, 60))
def test_cut_keeps_to_its_limit_and_closes_emphasis(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert length(shown) <= limit
    if length(text) <= limit:
        assert shown == text
    else:
        assert "…" in shown
        body = shown.rpartition("…")[0]
        assert text.startswith(body)


@given(st.text(), st.integers(1, 60))
def test_shorten_keeps_to_its_limit(text: str, limit: int) -> None:
    assert length(shorten(text, limit)) <= limit


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_graphemes_join_to_the_text_and_never_split_a_cluster(text: str) -> None:
    ours = list(graphemes(text))
    assert "".join(ours) == text
    ends = {0}
    for cluster in regex.findall(r"\X", text):
        ends.add(max(ends) + len(cluster))
    at = 0
    for one in ours:
        at += len(one)
        assert at in ends or not _plain_signs(text)


def _plain_signs(text: str) -> bool:
    """Leave out what only tables know: prepended signs and conjuncts of Indic scripts."""
    return all(c.isascii() or "\u00c0" <= c <= "\u024f" or "\u4e00" <= c <= "\u9fff" or c >= "\U0001f000" for c in text)


@given(st.lists(st.sampled_from([FAMILY, "🇩🇪", "🇫🇷", "👍🏽", "e\u0301", "❤️", "각", "한글", "a"])).map("".join))
def test_emoji_flags_and_marks_stay_whole(text: str) -> None:
    assert list(graphemes(text)) == regex.findall(r"\X", text)


@given(WORDS, st.integers(40, 80))
def test_split_loses_nothing(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(length(piece) <= limit for piece in pieces)
    assert _letters("".join(pieces)) == _letters(text)


@given(st.text(alphabet="ab \n`"), st.integers(20, 60))
def test_split_code_is_closed_in_every_piece(content: str, limit: int) -> None:
    [*parts] = fitted(blocks(f"```python\n{content}\n```"), limit)
    for part in parts:
        if part.kind == "code":
            assert part.text.startswith("```")
            assert part.text.endswith("\n```")
        assert length(part.text) <= limit
    assert joined(parts) is not None


def _letters(text: str) -> str:
    return "".join(c for c in text if c not in " *")
