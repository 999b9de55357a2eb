import pytest

from digestbot.bot.topic_names import begun, split_names

KNOWN = ("LLM", "Vision", "Language", "Vision Language", "Vision, Language and Action", "a;b;c", "a;b")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", []),
        (" , ;", []),
        ("LLM", ["LLM"]),
        ("LLM，Vision、 Zoology ;", ["LLM", "Vision", "Zoology"]),
        ("Vision, Language and Action", ["Vision, Language and Action"]),
        ("llm, vision，language  and action, Vision", ["llm", "vision，language  and action", "Vision"]),
        ("Vision, Language", ["Vision", "Language"]),
        ("a; b; c; a;b", ["a; b; c", "a;b"]),
        ("LLM · 1 paper, Vision · 1,234 papers，a;b · 12 papers", ["LLM", "Vision", "a;b"]),
        ("LLM · 12 papers,3D", ["LLM", "3D"]),
        ("Week · 12, 3 papers", ["Week · 12", "3 papers"]),
    ],
)
def test_a_name_may_hold_separators(typed: str, expected: list[str]) -> None:
    assert split_names(typed, KNOWN) == expected


Begun = tuple[list[str], str, list[str]]
BEGUN: list[tuple[str, Begun]] = [
    ("", ([], "", [])),
    ("LLM, vis", (["LLM"], " vis", [])),
    ("LLM, vision, lang", (["LLM"], "vision, lang", ["Vision, Language and Action"])),
    ("Vision, Language and Action", ([], "Vision, Language and Action", ["Vision, Language and Action"])),
    ("Vision, Language and Action, L", (["Vision, Language and Action"], " L", [])),
    ("Vision, L", ([], "Vision, L", ["Vision, Language and Action"])),
    ("LLM, Vision · 1,234 papers, vis", (["LLM", "Vision"], " vis", [])),
    ("LLM · 3 papers", ([], "LLM", [])),
]


@pytest.mark.parametrize(("typed", "expected"), BEGUN)
def test_what_is_being_typed(typed: str, expected: Begun) -> None:
    assert begun(typed, KNOWN) == expected
