"""Case files: a name, a note, and the entries expected of it, each part closed by a line with a full stop.

Of an entry only what the case names is compared. A line `! 6 words` is a diagnostic at line 6 that says these words;
a case without such lines expects none but remarks. A line `@ 2021/07/note.md` is the path of the note. Lines
`% papers = "level 3"` are rules for it, written as in the settings.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from digestbot.models import Diagnostic, Entry
from digestbot.parsing import NO_RULES, Rule, Rules, read_note
from digestbot.settings import RuleSettings

CASES = Path(__file__).parent / "cases"


@dataclass
class Expected:
    title: str
    told: dict[str, str] = field(default_factory=dict[str, str])


@dataclass
class Case:
    name: str
    note: str
    entries: list[Expected]
    diagnostics: list[tuple[int, str]]
    path: str
    rules: Rules


def cases() -> list[Case]:
    return [case for path in sorted(CASES.glob("*.md")) for case in cases_in(path)]


def cases_in(path: Path) -> list[Case]:
    found: list[Case] = []
    lines = iter(path.read_text("utf-8").split("\n"))
    for line in lines:
        if line.strip():
            note, told = (up_to_full_stop(lines, first) for first in (True, False))
            paths = [said[2:] for said in told if said.startswith("@ ")]
            rules = tomllib.loads("\n".join(said[2:] for said in told if said.startswith("% ")))
            entries, diagnostics = expected([said for said in told if not said.startswith(("@ ", "% "))])
            name = f"{path.stem}: {line}"
            found.append(
                Case(name, "\n".join(note), entries, diagnostics, paths[0] if paths else "note.md", ruled(rules))
            )
    return found


def ruled(told: dict[str, Any]) -> Rules:
    rule = RuleSettings.model_validate({"files": "**", **told}).rule if told else Rule((), NO_RULES)
    return rule.says


def up_to_full_stop(lines: Iterator[str], after_another: bool) -> list[str]:
    if after_another:
        assert next(lines) == "."
    taken: list[str] = []
    for line in lines:
        if line == ".":
            return taken
        taken.append(line)
    raise AssertionError("a case is not closed")


def expected(lines: list[str]) -> tuple[list[Expected], list[tuple[int, str]]]:
    entries: list[Expected] = []
    diagnostics: list[tuple[int, str]] = []
    for line in lines:
        if line.startswith("- "):
            entries.append(Expected(line[2:]))
        elif line.startswith("! "):
            number, words = line[2:].split(" ", 1)
            diagnostics.append((int(number), words))
        else:
            name, value = line.strip().split(": ", 1)
            entries[-1].told[name] = value
    return entries, diagnostics


def told(entry: Entry, name: str) -> str:
    match name:
        case "line":
            return str(entry.source.line)
        case "topics" | "keypoints" | "authors" | "images":
            return "; ".join(getattr(entry, name)) or "none"
        case "period" | "published" | "venue" | "gist":
            return getattr(entry, name) or "none"
        case "links":
            return " | ".join(f"{link.kind} {link.url}" for link in entry.links)
        case "fields":
            return "; ".join(field.label for field in entry.fields)
        case _:
            return next((field.markdown for field in entry.fields if field.label == name), "none")


def is_told(diagnostics: tuple[Diagnostic, ...], line: int, words: str) -> bool:
    return any(d.line == line and words in d.found for d in diagnostics)


@pytest.mark.parametrize("case", cases(), ids=lambda case: re.sub(r"[^\w:]+", "-", case.name)[:70])
def test_case(case: Case) -> None:
    note = read_note(case.note, case.path, case.rules)
    assert [entry.title for entry in note.entries] == [entry.title for entry in case.entries]
    for entry, wanted in zip(note.entries, case.entries, strict=True):
        assert {name: told(entry, name) for name in wanted.told} == wanted.told
    doubts = [diagnostic for diagnostic in note.diagnostics if diagnostic.severity != "info"]
    assert len(doubts) == len(case.diagnostics), note.diagnostics
    assert all(is_told(note.diagnostics, line, words) for line, words in case.diagnostics), note.diagnostics
