"""What holds for every text, however broken."""

import random
import time
from collections.abc import Callable
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
@settings(max_examples=300, deadline=None, print_blob=True)
@given(TEXTS)
def test_any_note_is_read(text: str) -> None:
    note = read_note(text, "a/2024/03/b.md")
    assert_sound(note, text)
    assert read_note(text, "a/2024/03/b.md") == note


@seed(SEED)
@settings(max_examples=200, deadline=None, print_blob=True)
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
@settings(max_examples=300, deadline=None, print_blob=True)
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
@settings(max_examples=100, deadline=None, print_blob=True)
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


@pytest.mark.parametrize(
    "text",
    [
        "> " * 5000,
        "- " * 5000,
        "[" * 50_000,
        "![" * 20_000,
        "*" * 50_000,
        "`" * 50_001,
        "<" * 50_000,
        "(" * 50_000,
        "a" * 2_000_000,
        "# Title of a Paper\n" * 3000,
        "[a](" * 20_000,
        "<details>" * 5000,
        "<summary>x" * 5000,
        "<!--" * 20_000,
        "|" * 20_000 + "\n" + "|-" * 20_000,
        "- [x](y)\n" * 3000,
        "**a:** b\n" * 5000,
        "\n".join(" " * n + "- a" for n in range(300)),
        "---\n" + "a:\n" * 3000 + "---\n",
        "---\n" + "\n".join(" " * n + "a:" for n in range(300)) + "\n---\n",
        "---\nx: [" + "[" * 20_000 + "\n---\n",
        "+++\nx = " + "[" * 20_000 + "\n+++\n",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_excess_is_survived(text: str) -> None:
    assert_sound(read_note(text, "x.md"), text)


GROWING: dict[str, Callable[[int], str]] = {
    "labels of one paper": lambda n: "# A Title of Words\n\n" + "".join(f"**label {i}:** a\n\n" for i in range(n)),
    "headings in one block of HTML": lambda n: "<details><summary>A Title of it</summary>\n" * n,
    "items of a list in a head": lambda n: "---\ntags:\n" + "- a: b\n" * 4 * n + "---\n",
    "spaces in a head's line": lambda n: "---\na" + " " * n + "x\n---\n",
    "lines of a TOML head": lambda n: "+++\n" + "".join(f'a{i} = "b{i}"\n' for i in range(n)) + "+++\n",
}


def seconds(text: str) -> float:
    """Return the least processor time of some readings."""
    return min(timed(text) for _ in range(3))


def timed(text: str) -> float:
    begin = time.thread_time()
    read_note(text, "x.md")
    return time.thread_time() - begin


@pytest.mark.parametrize("name", GROWING)
def test_time_grows_as_the_text(name: str) -> None:
    once, four_times = seconds(GROWING[name](2000)), seconds(GROWING[name](8000))
    assert four_times < 9 * once + 0.05  # quadratic is 16


@pytest.mark.parametrize("head", ["a" + ".a" * 2000 + " = 1", "a = " + "1" * 5000, "a = 0x" + "f" * 5000])
def test_toml_beyond_measure_is_survived(head: str) -> None:
    assert_sound(read_note(text := f"+++\n{head}\n+++\n# A Title of Words\n", "x.md"), text)


@pytest.mark.parametrize("url", ["javascript:alert(1)//x.md", "data:text/x.md"])
def test_links_lead_to_the_web_or_a_note(url: str) -> None:
    note = read_note(f"# A Title of Words\n\n- Code: [Code]({url}) https://arxiv.org/abs/2401.00001\n", "x.md")
    assert [link.url for entry in note.entries for link in entry.links] == ["https://arxiv.org/abs/2401.00001"]
