import pytest

from digestbot.bot.markup import blocks, joined


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
