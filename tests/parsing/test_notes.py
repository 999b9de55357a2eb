"""The sample notes, read: they are what a newcomer sees first."""

from pathlib import Path

import pytest

from digestbot.identity import papers
from digestbot.models import Diagnostic, Entry
from digestbot.parsing import read_note

NOTES = Path(__file__).parents[2] / "notes"


Notes = dict[str, tuple[tuple[Entry, ...], tuple[Diagnostic, ...]]]


@pytest.fixture(scope="module", name="notes")
def read_notes() -> Notes:
    found: Notes = {}
    for path in sorted(NOTES.rglob("*.md")):
        name = path.relative_to(NOTES).as_posix()
        note = read_note(path.read_text("utf-8"), name)
        found[name] = (note.entries, note.diagnostics)
    return found


def by_title(notes: Notes, start: str) -> Entry:
    return next(entry for entries, _ in notes.values() for entry in entries if entry.title.startswith(start))


def test_every_file_holds_its_papers(notes: Notes) -> None:
    assert {name: len(entries) for name, (entries, _) in notes.items()} == {
        "2024-04.md": 5,
        "2024-10.md": 5,
        "classics.md": 6,
        "papers/direct-preference-optimization.md": 1,
        "papers/dreambooth.md": 1,
        "reading-list.md": 12,
        "seminar/2025-03-17-agents.md": 2,
    }


def test_two_files_share_a_paper(notes: Notes) -> None:
    merged = papers(entry for entries, _ in notes.values() for entry in entries)
    assert [paper.title.split(":")[0] for paper in merged if len(paper.entries) > 1] == ["MA-LMM"]


def test_one_slip_is_told(notes: Notes) -> None:
    told = [(d.file, d.line, d.found) for _, diagnostics in notes.values() for d in diagnostics]
    assert told == [("reading-list.md", 16, "a list item with links but without a title")]


def test_labels_in_details(notes: Notes) -> None:
    moviechat = by_title(notes, "MovieChat")
    assert moviechat.period == "2024-04"
    assert "Memory bank" in moviechat.keypoints
    assert [field.label for field in moviechat.fields][-3:] == ["Method", "Metric", "Limitation"]
    assert len(moviechat.images) == 1


def test_math_is_kept_as_written(notes: Notes) -> None:
    guidance = by_title(notes, "Classifier-Free")
    method = next(field.markdown for field in guidance.fields if field.label == "Method")
    assert "$$\n\\tilde{\\epsilon}_\\theta(z_t, c)" in method


def test_chinese_comments_are_the_gist(notes: Notes) -> None:
    assert by_title(notes, "Denoising Diffusion").gist.startswith("扩散模型的起点")


def test_front_matter_tells_a_paper(notes: Notes) -> None:
    paper = by_title(notes, "Direct Preference")
    assert (paper.topics, paper.venue, paper.keypoints) == (
        ("Alignment",),
        "NeurIPS 2023",
        ("preference learning", "RLHF"),
    )


@pytest.mark.parametrize(
    "note",
    [
        "- Title number 1\n- Title number 2\n- Title number 3\n",
        "# Reading\n\n## Plans\n\nMore next week.\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "Read https://example.org/a.\n",
    ],
)
def test_a_file_that_could_hold_papers_and_gives_none_is_remarked_on(note: str) -> None:
    (told,) = read_note(note, "a.md").diagnostics
    assert (told.line, told.severity, told.found) == (1, "info", "no paper was found in this file")


@pytest.mark.parametrize(
    "note",
    [
        "",
        "# Reading\n\nWe meet on Tuesday.\n",
        "- [Alpha: Long Context Language Models](https://arxiv.org/abs/2410.00001)\n",
    ],
)
def test_a_file_without_anything_like_papers_or_with_one_is_not(note: str) -> None:
    assert read_note(note, "a.md").diagnostics == ()


def test_a_title_that_only_the_lines_beside_it_tell_is_a_guess() -> None:
    rows = [
        "- **Miller, A. R. (1990).** Crust Technique (CRT): The development of a tool. *Dough Society No. 478*.",
        "- **Baker, R., Chu, B., Lee, J., et al. (2024).** Me, My Loaf, and Yeast: The Dough Dataset for Ovens.",
        "- **Sour, L., Stick, A. C., et al. (2023).** Out of the oven: On crumbs in loaves. arXiv:2309.00667.",
    ]
    note = read_note("\n".join(["# Bread reading list", "", *rows]), "list.md")
    guessed = {told.line: told.done for told in note.diagnostics if "which words are the title" in told.found}
    assert list(guessed) == [3]
    assert "“Crust Technique (CRT): The development of a tool”" in guessed[3]
    assert len(note.entries) == len(rows)


def test_what_is_a_paper_by_hardly_more_than_a_guess_is_told() -> None:
    words = ["Steam", "Engines", "for", "Tea", "Leaves", "in", "Spring", "and", "after", "Long", "Winters"]
    guesses = set[bool]()
    for size in range(2, len(words)):
        title = " ".join(words[:size])
        rows = [
            "- [Kettles that Know When to Stop](https://arxiv.org/abs/2101.00001)",
            "- [Boiling at Low Pressure: A Survey](https://arxiv.org/abs/2101.00002)",
            "- [Tea Timers](https://example.org/timers)",
            f"- [{title}](https://example.org/steam)",
        ]
        note = read_note("\n".join(["# Papers on tea", "", *rows]), "list.md")
        taken = title in [entry.title for entry in note.entries]
        for told in (told for told in note.diagnostics if f"“{title}” may be" in told.found):
            assert told.found.endswith("no paper") == taken
            guesses.add(taken)
    assert guesses  # between two words and ten, some are neither surely a title nor surely none
