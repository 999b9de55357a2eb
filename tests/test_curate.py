import re
from collections.abc import Mapping, Sequence

from digestbot.curate import A_FEW, gathered, in_full, kinds, number, ranked, remarks
from digestbot.identity import papers
from digestbot.models import Diagnostic
from digestbot.parsing import read_note

DISCO, ALPHA = "https://arxiv.org/abs/2407.03300", "https://arxiv.org/abs/2410.00001"


def told(aliases: Mapping[str, Sequence[str]] | None = None, /, **notes: str) -> list[Diagnostic]:
    """Read notes, each named by the file's name without ending, and return the remarks about them."""
    merged = papers(e for name, text in notes.items() for e in read_note(text, f"{name}.md").entries)
    return remarks(merged, aliases or {})


def lines(diagnostics: list[Diagnostic]) -> list[tuple[str, int, str]]:
    """Return place and finding of remarks, with the other place that each is about."""
    assert {d.severity for d in diagnostics} <= {"info"}
    other = re.compile(r" \(the (?:first|other): (.+)\)$")
    return [(d.file, d.line, d.found + "".join(f" {place}" for place in other.findall(d.done))) for d in diagnostics]


def paper(title: str, link: str, keypoints: str) -> str:
    return f"### {title}\n\n- **Keypoints:** {keypoints}\n- **Link:** [arXiv]({link})\n\n"


def titles(number: int, start: int = 0) -> str:
    ids = range(start, start + number)
    return "# LLM\n\n" + "".join(f"- [Study {i} of Long Videos](https://arxiv.org/abs/2501.{i:05})\n" for i in ids)


def test_a_keypoint_spelt_otherwise_is_told_with_both_spellings_and_places() -> None:
    a = paper("DisCo", DISCO, "Long-term memory; GAN")
    b = paper("Alpha", ALPHA, "long term memory; GANs")
    assert lines(told(a=a, b=b)) == [
        ("b.md", 1, "the keypoint “long term memory” is spelt “Long-term memory” elsewhere a.md:1"),
        ("b.md", 1, "the keypoint “GANs” is spelt “GAN” elsewhere a.md:1"),
    ]


def test_the_rarer_spelling_is_told_even_where_it_comes_first() -> None:
    a = paper("DisCo", DISCO, "long term memory") + paper("Alpha", ALPHA, "Long-term memory")
    b = paper("Beta", "https://arxiv.org/abs/2410.00002", "Long-term memory")
    assert lines(told(a=a, b=b)) == [
        ("a.md", 1, "the keypoint “long term memory” is spelt “Long-term memory” elsewhere a.md:6")
    ]


def test_keypoints_that_signs_tell_apart_or_that_are_spelt_alike_are_not_told() -> None:
    a, b = paper("DisCo", DISCO, "C; C++; Long-term memory"), paper("Alpha", ALPHA, "C#; Long-term memory")
    assert told(a=a, b=b) == []


def test_a_paper_without_a_word_is_told_unless_another_note_has_one() -> None:
    alone = titles(2).replace("2501.00001", "2407.03300")
    assert lines(told(list=alone, note=paper("Study 1 of Long Videos", DISCO, "GAN"))) == [
        ("list.md", 3, "“Study 0 of Long Videos” has neither gist nor keypoints")
    ]


def test_of_many_in_a_file_the_first_and_the_number_are_told() -> None:
    few, many = titles(A_FEW), titles(9000, start=A_FEW)
    (more,) = told(more=titles(A_FEW + 1))
    assert more.more == A_FEW
    bare = "has neither gist nor keypoints"
    remarked = told(few=few, many=many)
    assert lines(remarked) == [
        *(("few.md", 3 + i, f"“Study {i} of Long Videos” {bare}") for i in range(A_FEW)),
        ("many.md", 3, f"“Study {A_FEW} of Long Videos” {bare}"),
    ]
    assert " keypoints (and 8,999 more in this file), a digest" in in_full(remarked[-1])
    assert " keypoints, a digest" in in_full(remarked[0])
    assert number(remarked) == A_FEW + 9000
    assert kinds(remarked) == {("info", f"“…” {bare}"): A_FEW + 9000}


def test_a_paper_told_twice_is_told_at_the_later_place() -> None:
    a, b = paper("DisCo", DISCO, "GAN"), paper("DisCo, again", DISCO, "GAN")
    assert lines(told(a=a, b=b)) == [("b.md", 1, "“DisCo, again” is told twice a.md:1")]
    assert lines(told(a=a + b)) == [("a.md", 6, "“DisCo, again” is told twice a.md:1")]


def test_two_groups_that_have_a_paper_each_do_not_repeat_it() -> None:
    notes = {name: paper("DisCo", DISCO, "GAN") for name in ("one/a", "one/b", "two/a")}
    merged = papers(entry for name, text in notes.items() for entry in read_note(text, f"{name}.md").entries)
    assert lines(remarks(merged, sources=("one", "two"))) == [("one/b.md", 1, "“DisCo” is told twice one/a.md:1")]
    assert len(remarks(merged)) == 2


def test_a_list_may_name_what_has_a_note_of_its_own_or_more_to_it_elsewhere() -> None:
    listed, note = titles(2), paper("Study 0 of Long Videos", "https://arxiv.org/abs/2501.00000", "GAN")
    month = note + paper("DisCo", DISCO, "Memory")
    bare = ("a.md", 4, "“Study 1 of Long Videos” has neither gist nor keypoints")
    assert lines(told(a=listed, b=note)) == [bare]
    assert lines(told(a=listed, b=month)) == [bare]
    assert told(a=month, b=note) == []


def test_two_lists_two_months_and_two_notes_of_one_paper_repeat_it() -> None:
    note = paper("Study 0 of Long Videos", "https://arxiv.org/abs/2501.00000", "GAN")
    month, listed = note + paper("DisCo", DISCO, "Memory"), titles(1) + titles(1, start=7)
    found = "“Study 0 of Long Videos” is told twice {}"
    assert lines(told(a=note, b=note)) == [("b.md", 1, found.format("a.md:1"))]
    other = note + paper("Alpha", ALPHA, "Memory")
    assert lines(told(a=month, b=other)) == [("b.md", 1, found.format("a.md:1"))]
    told_of_lists = lines(told(a=month, b=listed, c=titles(1) + titles(1, start=8), d=note))
    assert [one for one in told_of_lists if "told twice" in one[2]] == [("c.md", 3, found.format("b.md:3"))]


def test_in_one_file_each_repetition_is_told_with_the_first_place() -> None:
    note = paper("Study 0 of Long Videos", "https://arxiv.org/abs/2501.00000", "GAN")
    repeated = lines(told(a=titles(1) + "\n" + note + note))
    assert repeated == [("a.md", n, "“Study 0 of Long Videos” is told twice a.md:3") for n in (5, 10)]


def test_spellings_that_the_settings_join_are_not_told() -> None:
    notes = {"a": paper("DisCo", DISCO, "LLM; GAN"), "b": paper("Alpha", ALPHA, "LLMs; GANs")}
    gan = ("b.md", 1, "the keypoint “GANs” is spelt “GAN” elsewhere a.md:1")
    assert lines(told({"Large language model": ["llm"]}, **notes)) == [gan]
    assert lines(told({"LLMs": []}, **notes)) == [gan]


def test_the_worst_comes_first_and_each_kind_is_counted_whatever_it_names() -> None:
    remark = Diagnostic("a.md", 1, "info", "“A” is told twice", "")
    first, second = (Diagnostic(f, 2, "warning", f"“{f}” has no link", "left it out") for f in ("a.md", "b.md"))
    error = Diagnostic("c.md", 0, "error", "the file cannot be read", "")
    mixed = [remark, second, error, first]
    assert ranked(mixed) == [error, first, second, remark]
    assert kinds(mixed)["warning", "“…” has no link"] == 2


def test_what_the_reader_tells_of_a_file_is_gathered_by_its_kind_and_counted() -> None:
    def warning(file: str, line: int, found: str, more: int = 0) -> Diagnostic:
        return Diagnostic(file, line, "warning", found, f"done at {line}", more)

    many = [warning("a.md", line, f"“Tool {line}” has no link") for line in range(9, 0, -2)]
    few = [warning("a.md", line, "the table ends early") for line in (4, 2, 6)]
    other = [warning("b.md", 8, "“Tool 8” has no link"), Diagnostic("a.md", 3, "info", "“Tool 3” has no link", "")]
    told = gathered([*other, *many, *few, warning("a.md", 7, "“Tool 0” has no link", more=5)])
    assert [(d.file, d.line, d.severity, d.more) for d in told] == [
        ("a.md", 1, "warning", 10),
        ("a.md", 2, "warning", 0),
        ("a.md", 3, "info", 0),
        ("a.md", 4, "warning", 0),
        ("a.md", 6, "warning", 0),
        ("b.md", 8, "warning", 0),
    ]
    assert in_full(told[0]) == "“Tool 1” has no link (and 10 more in this file), done at 1"
    assert kinds(told) == {
        ("warning", "“…” has no link"): 12,
        ("warning", "the table ends early"): 3,
        ("info", "“…” has no link"): 1,
    }
