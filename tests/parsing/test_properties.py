"""What holds for every text, however broken."""

import random
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from digestbot.parsing import PapersRule, PeriodRule, Rules, TopicsRule, read_note
from tests.parsing.sound import assert_sound

NOTES = Path(__file__).parents[2] / "notes"
SEED = 20240607

MARKS = (
    "# ;## 202404;### Diffusion;#### A Paper: On Things;- ;  - ;1. ;+ ;> ;**Keypoints:** ;`Method:` ;Keywords: a, "
    "b;Title: X of Y;**会议** ACL;"
    "[A Title of Words](https://arxiv.org/abs/2401.00001);[[Code](https://x.y/z)];[[Code]];[x]();"
    "https://arxiv.org/abs/2401.00002;(注释（内）);"
    "| Title | Venue |;|---|---|;| [A Row of Words](https://arxiv.org/abs/2401.00003) | ACL |;<details>;"
    "<summary>Details</summary>;</details>;"
    "<li><a href='https://arxiv.org/abs/2401.00004'>In a List of Tags</a>;<h2>Head</h2>;---;+++;title: T;tags: "
    "[a, b];```;~~~;$$;\\;*;_;`;\t;    ;"
    "《中文标题在此》;[Submitted on 3 Feb 2024];Ann Lee, Bo Chu, Cy Day;![p](https://x.y/p.png);<img src=;<!--;"
    "-->;&amp;;\u00a0;\ufeff;\x00;\ud7a3;🔥"
)
PIECES = st.sampled_from(MARKS.split(";"))
TEXTS = st.lists(st.tuples(PIECES, st.sampled_from(["", " ", "\n", "\n\n", "\r\n"])), max_size=40).map(
    lambda pairs: "".join(piece + end for piece, end in pairs)
)


@seed(SEED)
@settings(max_examples=300, print_blob=True)
@given(TEXTS)
def test_any_note_is_read(text: str) -> None:
    note = read_note(text, "a/2024/03/b.md")
    assert_sound(note, text)
    assert read_note(text, "a/2024/03/b.md") == note


@seed(SEED)
@settings(max_examples=200, print_blob=True)
@given(st.binary(max_size=300))
def test_any_bytes_are_read(data: bytes) -> None:
    text = data.decode("utf-8", errors="replace")
    assert_sound(read_note(text, "x.md"), text)


RULES = st.builds(
    Rules,
    st.sampled_from((None, *get_args(PapersRule))),
    st.sampled_from((None, (), ("Fixed", "Two"), *get_args(TopicsRule))),
    st.sampled_from((None, *get_args(PeriodRule))),
    st.sampled_from((None, ("Method", "要点"), ("Keypoints",))),
    st.sampled_from((None, False, False, True)),
)


@seed(SEED)
@settings(max_examples=300, print_blob=True)
@given(TEXTS, RULES)
def test_any_rules_on_any_note_are_followed(text: str, rules: Rules) -> None:
    note = read_note(text, "a/2024/03/b.md", rules)
    assert_sound(note, text)
    assert not (rules.skip and note.entries)
    if isinstance(rules.topics, tuple):
        assert all(entry.topics == rules.topics for entry in note.entries)
    if rules.period == "none":
        assert all(entry.period is None for entry in note.entries)
    if rules.papers == "file":
        assert len(note.entries) <= 1


@seed(SEED)
@settings(max_examples=100, print_blob=True)
@given(st.lists(st.sampled_from(["Alpha Diffusion Models", "Beta Video Transformers", "Gamma Memory"]), min_size=1))
def test_rules_that_say_what_the_reader_guesses_change_nothing(names: list[str]) -> None:
    papers = "".join(f"### {n}: Part {i} of All\n- **Keypoints:** a; b\n\n" for i, n in enumerate(names))
    text = f"# 202404\n\n## Diffusion\n\n{papers}"
    guessed = read_note(text, "x.md")
    assert len(guessed.entries) == len(names)
    assert read_note(text, "x.md", Rules("level 3", "level 2", "heading", ("Keypoints",), False)) == guessed


@pytest.mark.parametrize("path", sorted(NOTES.rglob("*.md")), ids=lambda path: path.name)
def test_damaged_notes_are_read(path: Path) -> None:
    text = path.read_text("utf-8")
    chance = random.Random(SEED)
    for _ in range(15):
        start = chance.randrange(len(text))
        damaged = (
            text[:start]
            + chance.choice(["", "\n", "`", "[", "$$", "```\n", "\x00", "> "])
            + text[start + chance.randrange(30) :]
        )
        assert_sound(read_note(damaged, "x.md"), damaged)


@pytest.mark.parametrize("path", sorted(NOTES.rglob("*.md")), ids=lambda path: path.name)
def test_line_ends_and_byte_order_mark_change_nothing(path: Path) -> None:
    text = path.read_text("utf-8")
    assert read_note("\ufeff" + text.replace("\n", "\r\n"), "x.md") == read_note(text, "x.md")


@pytest.mark.parametrize("url", ["javascript:alert(1)//x.md", "data:text/x.md"])
def test_links_lead_to_the_web_or_a_note(url: str) -> None:
    note = read_note(f"# A Title of Words\n\n- Code: [Code]({url}) https://arxiv.org/abs/2401.00001\n", "x.md")
    assert [link.url for entry in note.entries for link in entry.links] == ["https://arxiv.org/abs/2401.00001"]
