"""Sizes: the time of a reading grows as the text does, and what is cut off for its size is told."""

import gc
import time
from collections.abc import Callable
from itertools import pairwise

import pytest

from digestbot.models import Note
from digestbot.parsing import read_note
from tests.parsing.sound import assert_sound

ADDRESS = "https://arxiv.org/abs/2401.00001"
PAPER = f"[Paper]({ADDRESS})"
HEAD = "# A Title of Words\n\n"
GROWING: dict[str, Callable[[int], str]] = {
    "labels of one paper": lambda n: HEAD + "".join(f"**label {i}:** a\n\n" for i in range(n // 2)),
    "keypoints of one paper": lambda n: HEAD + "**Keypoints:**\n" + "".join(f"- key {i}\n" for i in range(n)),
    "headings below a labelled title": lambda n: "Title: A Title of Words\n\n" + "## Method\ntext\n" * (n // 4),
    "headings in one block of HTML": lambda n: "<details><summary>A Title of it</summary>\n" * (n // 2),
    "signs in a summary": lambda n: f"<summary>{'<' * 4 * n}</summary>",
    "items of a list in a head": lambda n: "---\ntags:\n" + "- a: b\n" * 4 * n + "---\n",
    "spaces in a head's line": lambda n: "---\na" + " " * n + "x\n---\n",
    "spaces in a field": lambda n: HEAD + "- Method: " + " " * n + "x",
    "spaces in a line of code": lambda n: f"{HEAD}{PAPER}\n\nText.\n\n```\nx\n{' ' * 2 * n}x\n",
    "brackets in a head": lambda n: "---\na: " + "[{b: " * n + "\n---\n",
    "lines of a head that is refused": lambda n: "---\n" + "a: b: 'c\n- [d\n" * (n // 4) + "---\n",
    "lines of a TOML head": lambda n: "+++\n" + "".join(f'a{i} = "b{i}"\n' for i in range(n)) + "+++\n",
    "days in a table": lambda n: (
        "| Date | Title | Who |\n|---|---|---|\n" + f"| 12/30/23 | [A Title of Words]({ADDRESS}) | x |\n" * (n // 8)
    ),
    "signs before a link": lambda n: f"- A Title of Words {'- ' * n}{PAPER}\n",
    "words set off behind a link": lambda n: f"- {PAPER} {'*x* - ' * (n // 4)}\n",
    "labels without links": lambda n: f"- [A Title of Words]({ADDRESS}) {'paper, ' * (n // 4)}\n",
    "labels without links, far apart": lambda n: f"- [A Title of Words]({ADDRESS}){', paper    ' * (n // 400)}x\n",
    "honours of a venue": lambda n: f"- [A Title of Words]({ADDRESS}) CVPR{'  W' * (n // 400)}x\n",
    "comments that nothing closes": lambda n: HEAD + f"- Method: {'<!--' * (n // 2)}\n",
    "items, each with a title": lambda n: "".join(f"- [A Title of Words {i}]({ADDRESS}{i})\n" for i in range(2 * n)),
    "paragraphs of titles": lambda n: "# Papers\n" + "".join(f"A Title of Words {i}\n\n" for i in range(2 * n)),
    "headings that HTML swallows": lambda n: "".join(f"<a name='x{i}'/>\n# A Study {i}\n" for i in range(n // 2)),
    "numbered rows": lambda n: HEAD + "".join(f"{i + 1}.A Study of Thing Number {i}\n" for i in range(n // 2)),
    "months in an item": lambda n: f"- [A Title of Words]({ADDRESS}) {'2024-01 ' * (n // 4)}\n",
}


def timed(text: str) -> float:
    """Return the processor time of reading a text, without that of looking over what other tests have left."""
    gc.disable()
    try:
        begin = time.thread_time()
        read_note(text, "x.md")
        return time.thread_time() - begin
    finally:
        gc.enable()


@pytest.mark.parametrize("name", GROWING)
def test_time_grows_as_the_text(name: str) -> None:
    text, longer = GROWING[name](2000), GROWING[name](8000)
    assert any(timed(longer) < 9 * timed(text) + 0.05 for _ in range(3))  # quadratic is 16


def read(text: str) -> Note:
    note = read_note(text, "x.md")
    assert_sound(note, text)
    return note


def told(note: Note) -> list[tuple[int, str]]:
    return [(d.line, d.found) for d in note.diagnostics if d.severity == "warning"]


AFTER = "\n\n# Topic\n\n- [Another Title of Words](https://arxiv.org/abs/2401.00002)\n"


@pytest.mark.parametrize("heading", ["# {}", "{}\n===", "<h1>{}</h1>", "<details><summary>{}</summary>"])
@pytest.mark.parametrize("word", ["word ", "word"])
def test_a_heading_longer_than_any_is_cut_and_told(heading: str, word: str) -> None:
    note = read("\n" + heading.format("A " + word * 3000) + AFTER)
    assert [(line, found[:12]) for line, found in told(note)] == [(2, "a heading of")]
    assert [entry.title for entry in note.entries] == ["Another Title of Words"]
    assert note.entries[0].topics[0] == "Topic"
    assert all(len(topic) <= 1000 for topic in note.entries[0].topics)


def test_a_topic_of_more_than_a_title_is_read_up_to_a_word() -> None:
    note = read(f"# {'word ' * 3000}\n\n- [A Title of Words](https://arxiv.org/abs/2401.00001)\n")
    assert note.entries[0].topics == (("word " * 200).strip(),)


def test_a_heading_of_a_thousand_signs_is_no_fault() -> None:
    assert not told(read("# " + "word " * 200 + AFTER))


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("x\n\n" + "word " * 5000, 3, "a paragraph of 24,999 characters"),
        ("| Title |\n|---|\n| " + "word " * 5000 + "|", 3, "a line of 25,003 characters"),
        ("<div>\n" + "word " * 5000 + "</div>", 2, "a line of 25,006 characters"),
    ],
)
def test_text_that_is_looked_into_in_part_is_told(text: str, line: int, what: str) -> None:
    note = read(text + AFTER)
    assert told(note) == [(line, what)]
    assert [entry.title for entry in note.entries] == ["Another Title of Words"]


@pytest.mark.parametrize("text", ["```\n" + "word " * 5000 + "\n```", "word " * 4000, "# a\n\n" + "word\n\n" * 5000])
def test_what_is_read_whole_or_never_is_not_told(text: str) -> None:
    assert not told(read(text + AFTER))


def test_lines_beyond_what_is_read_are_told() -> None:
    paper = "- [A Title of Words](https://arxiv.org/abs/2401.00001)\n"
    note = read(
        f"# Topic\n\n{paper}" + "\n" * 299_996 + paper.replace("A T", "Another T") + paper.replace("A T", "No T")
    )
    assert [entry.title for entry in note.entries] == ["A Title of Words", "Another Title of Words"]
    assert told(note) == [(300_001, "a note of 300,002 lines")]
    assert not told(read("\n" * 299_999))


def test_a_paragraph_has_as_many_papers_as_it_has_lines_with_one() -> None:
    lines = [f"[Tides in Small Harbours Part {n}](https://arxiv.org/abs/2401.{n:05})  " for n in range(1, 201)]
    assert len(read("\n".join(["# Tides", *lines])).entries) == 200


def test_remarks_beyond_the_first_are_counted() -> None:
    papers = (f"- [Tides in Small Harbours Part {n}](https://arxiv.org/abs/2401.{n:05})\n" for n in range(1, 301))
    remarks = read("# Tides\n" + "".join(papers) + "- arXiv []()(https://example.org/untitled)\n" * 230).diagnostics
    assert (len(remarks), remarks[-1].line, remarks[-1].more) == (200, 501, 30)


@pytest.mark.parametrize("marks", ["> ", "- ", "1. "])
def test_what_is_nested_too_deep_is_told(marks: str) -> None:
    note = read("x\n\n" + marks * 10_000 + "x" + AFTER)
    assert [line for line, found in told(note) if "deep" in found] == [3]
    assert [entry.title for entry in note.entries] == ["Another Title of Words"]
    assert not told(read("x\n\n" + marks * 9 + "x" + AFTER))


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
        "---\n" + "- " * 10_000 + "a\n---\n",
        "---\na: &a [x]\n" + "".join(f"{b}: &{b} [{f'*{a}, ' * 99}]\n" for a, b in pairwise("abcdefghij")) + "---\n",
        "+++\nx = " + "[" * 20_000 + "\n+++\n",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_excess_is_survived(text: str) -> None:
    assert_sound(read_note(text, "x.md"), text)


@pytest.mark.parametrize("head", ["a" + ".a" * 2000 + " = 1", "a = " + "1" * 5000, "a = 0x" + "f" * 5000])
def test_toml_beyond_measure_is_survived(head: str) -> None:
    assert_sound(read_note(text := f"+++\n{head}\n+++\n# A Title of Words\n", "x.md"), text)
