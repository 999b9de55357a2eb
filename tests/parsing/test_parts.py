"""Parts: what the pieces of a row say, where it decides which of them is the title."""

import pytest

from digestbot.parsing.markdown import inline
from digestbot.parsing.references import parts


@pytest.mark.parametrize(
    ("row", "kinds"),
    [
        ("Bread: A Review and Visual Survey", ["short", "words"]),
        ("**Miller, A. R. (1990).** On Bread", ["people", "short"]),
        ("Ann Lee, Bo Chu, Warm Ovens for Everyone, ICML 2020", ["name", "name", "words", "venue"]),
        ("SHREC 2025: Finding the Switch", ["short", "words"]),
        ("[Warm Ovens](https://example.org), Journal of Ovens, 2001", ["name", "name", "number"]),
    ],
)
def test_what_parts_say(row: str, kinds: list[str]) -> None:
    assert [part.kind for part in parts.cut(inline.spans(row))[0]] == kinds
