from time import process_time

import pytest

from digestbot.bot.markup import blocks, fitted, joined


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("one\ntwo\n\nthree", "one two\n\nthree"),
        ("中文\n换行", "中文换行"),
        ("hard  \nbreak", "hard\nbreak"),
        ("text\n- a\n    - b\n        1. c\n           - d\n- e", "text\n- a\n  - b\n    1. c\n       - d\n- e"),
        ("        - deep start\n            - deeper", "- deep start\n  - deeper"),
        ("- a\n\n  more of a\n- b", "- a\n  more of a\n- b"),
        ("- a\n\nafter", "- a\n\nafter"),
        ("+ plus\n* star", "- plus\n- star"),
        ("2) two\n3) three", "2. two\n3. three"),
        ("```math\na < b\n```", "```tex\na < b\n```"),
        ("```py\nx = '```'", "```py\nx = 'ˋˋˋ'\n```"),
        ("$$\na\n+ b\n$$\nafter", "```tex\na\n+ b\n```\nafter"),
        ("$$a$$", "```tex\na\n```"),
        ("$$ never closed", "$$ never closed"),
        ("# Heading\ntext", "**Heading**\n\ntext"),
        ("> quoted\n> more\n\nafter", "> quoted more\n\nafter"),
        ("| A | B |\n|---|---|\n| 1 | 2 |\n| 3 | |", "**A** · **B**\n- 1 · 2\n- 3"),
        ("a | b\nno table", "a \\| b no table"),
        ("| A |\n|---|\n| `a\\|b` |", "**A**\n- `a|b`"),
        ("- ```py\n  x = 1\n  ```\n- b", "```py\nx = 1\n```\n- b"),
        ("- a\n  ```\n  x\n    y\n  ```\n  more", "- a\n```\nx\n  y\n```\n  more"),
        ("# Heading ##", "**Heading**"),
        ("[t](<https://a.org/b c>)", "[t](https://a.org/b%20c)"),
        ("---\n\n***", ""),
        ("<details><summary>Details</summary>\n\n- x\n\n</details>", "- x"),
        ("<details><summary>Proof</summary>\n\n- x\n\n</details>", "**Proof**\n- x"),
        ("-   <details>\n    <summary>Details</summary>\n\n    - x\n        - y", "- x\n  - y"),
        ("-# small", "\\-# small"),
        ("Setext\n===", "Setext ==="),
        ("", ""),
    ],
)
def test_blocks(markdown: str, expected: str) -> None:
    assert joined(blocks(markdown)) == expected


@pytest.mark.parametrize(
    "markdown",
    [
        *(sign * 4000 for sign in ("<a href=x>", "**a ", "~~a ", "__a ", "<b>", "<!--", "\\[\n\n", "- a\n")),
        "# a" + " " * 2500 + "b",
        "a|b\n" + " " * 5000 + "x-",
        " ".join("`" * count for count in range(1, 190)),
    ],
)
def test_no_text_is_slow(markdown: str) -> None:
    begin = process_time()
    list(fitted(blocks(markdown[:20_000]), 2500))
    assert process_time() - begin < 1
