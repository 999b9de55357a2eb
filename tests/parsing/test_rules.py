"""Which rules hold for a file."""

import pytest

from digestbot.parsing import NO_RULES, Rule, Rules, idle, read_note, rules_for


@pytest.mark.parametrize(
    ("glob", "file", "matches"),
    [
        ("2024/**/*.md", "2024/a.md", True),
        ("2024/**/*.md", "2024/03/week 1/a.md", True),
        ("2024/*.md", "2024/03/a.md", False),
        ("*.md", "2024/a.md", False),
        ("**", "2024/a.md", True),
        ("**/README.md", "README.md", True),
        ("**/README.md", "a/readme.md", False),
        ("a.md", "a.md/b.md", False),
        ("a?.md", "a1.md", True),
        ("**/" * 40 + "x", "a/" * 40 + "y", False),
    ],
)
def test_a_glob_matches_the_whole_path(glob: str, file: str, matches: bool) -> None:
    rules = [Rule((glob,), Rules(skip=True))]
    assert (rules_for(rules, file).skip is True) is matches
    assert idle(rules, ["other", file]) == ([] if matches or glob == "**" else [glob])


def test_the_later_rule_counts_key_by_key() -> None:
    rules = [
        Rule(("**",), Rules(papers="level 2", topics="folder", skip=True)),
        Rule(("x.md", "2024/*"), Rules(papers="lists", skip=False)),
    ]
    assert rules_for(rules, "2024/a.md") == Rules(papers="lists", topics="folder", skip=False)
    assert rules_for(rules, "b.md") == Rules(papers="level 2", topics="folder", skip=True)
    assert rules_for(rules[1:], "b.md") == NO_RULES
    assert NO_RULES.mark == "" != Rules(skip=False).mark != Rules(skip=True).mark


def test_headings_of_several_levels_name_the_rule_that_overrules_them() -> None:
    one, two = (f"{n} Look: Re-reading a Video on Demand\n- **Keypoints:** memory\n\n" for n in ("First", "Next"))
    text = f"## {one}## Memory\n### {two}### Third {two}"
    told = [d for d in read_note(text, "a.md").diagnostics if "several levels" in d.found]
    assert [(d.line, 'papers = "level 3"' in d.done) for d in told] == [(1, True)]
    note = read_note(text, "a.md", Rules("level 3"))
    assert (len(note.entries), note.diagnostics) == (2, ())
