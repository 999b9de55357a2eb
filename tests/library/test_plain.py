import pytest

from digestbot.library import cut, plain


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("They **propose** a `memory bank`, _really_ ~~not~~.", "They propose a memory bank, really not."),
        ('see [the page](https://x.y/z "t") ![image](http://a/b.png) now', "see the page now"),
        ("- one\n    - two\n1. three\n> four\n## five", "one two three four five"),
        ("<details><summary>More</summary>a<br>b <!-- no --></details>", "More a b"),
        ("| a | b |\n|---|:-:|\n| c | d |", "a b c d"),
        ("snake_case and 2 < 3, a*b", "snake_case and 2 < 3, ab"),
        (r"a \* b &amp; c", "a * b & c"),
        ("```python\ncode()\n```", "code()"),
        ("$x_1 \\to y$", "$x_1 \\to y$"),
        ("", ""),
    ],
)
def test_markdown_becomes_what_a_reader_sees(markdown: str, text: str) -> None:
    assert plain.text(markdown) == text


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("a few words", 20, "a few words"),
        ("a few\n more   words", 20, "a few more words"),
        ("a few more words", 12, "a few more…"),
        ("unbreakable", 6, "unbre…"),
        ("扩散模型", 3, "扩散…"),
        ("cafe\u0301cafe\u0301", 5, "caf…"),
        ("ab👩\u200d🔬x", 5, "ab…"),
        ("ab🇩🇪x", 4, "ab…"),
        ("ab👍🏽x", 4, "ab…"),
    ],
)
def test_a_cut_leaves_whole_words_and_signs(text: str, limit: int, short: str) -> None:
    assert cut.short(text, limit) == short
