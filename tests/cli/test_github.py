import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml

from digestbot.cli.github import workflow_command, workflow_commands
from digestbot.models import Diagnostic

GUIDE = Path(__file__).parents[2] / "docs" / "checking-notes.md"


def parsed(line: str) -> tuple[str, dict[str, str], str]:
    """Take a workflow command apart as the runner does: at the signs, then each part unescaped."""
    found = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)
    assert found, line
    pairs = (pair.split("=", 1) for pair in found[2].split(","))
    return found[1], {name: unquote(value) for name, value in pairs}, unquote(found[3])


@pytest.mark.parametrize("file", ["a.md", "a, b:c %0A.md", "a\r\nb.md", "笔记/=.md"])
@pytest.mark.parametrize("found", ["“Paper” has no link", "100 % of it: a, b::c", "two\r\nlines, %25 twice %"])
def test_a_workflow_command_is_one_line_that_reads_back(file: str, found: str) -> None:
    line = workflow_command(Diagnostic(file, 7, "warning", found, "left it out"))
    assert "\n" not in line
    assert "\r" not in line
    properties = {"file": file, "line": "7", "title": "digestbot check"}
    assert parsed(line) == ("warning", properties, f"{found}, left it out")


def test_files_are_named_from_the_root_and_a_whole_file_by_its_first_line() -> None:
    line = workflow_command(Diagnostic("./notes/a.md", 0, "error", "the file cannot be read", "left it out"))
    assert line == "::error file=notes/a.md,line=1,title=digestbot check::the file cannot be read, left it out"


def annotations(lines: Iterable[str]) -> list[tuple[str, str]]:
    """Return kind and message of what GitHub shows of a step: the first ten of each kind."""
    shown: dict[str, list[str]] = {}
    for kind, _, message in map(parsed, lines):
        shown.setdefault(kind, []).append(message)
    return [(kind, message) for kind, messages in shown.items() for message in messages[:10]]


def warnings(file: str, number: int) -> list[Diagnostic]:
    return [Diagnostic(file, line + 1, "warning", f"{file} {line + 1}", "left it out") for line in range(number)]


def test_what_is_shown_is_of_every_file_and_says_how_much_is_not() -> None:
    remarks = [
        Diagnostic("a.md", 1, "info", "bare", "add a line", more=99),
        *(Diagnostic("z.md", 1, "info", "twice", ""),) * 11,
    ]
    error = Diagnostic("z.md", 0, "error", "unreadable", "left out")
    lines = list(workflow_commands([*remarks, *warnings("a.md", 30), *warnings("b.md", 1), error]))
    shown = annotations(lines)
    assert len(lines) == 2 + 12 + 31 + 1
    assert shown[:4] == [
        ("error", "unreadable, left out"),
        ("warning", "22 more warnings: see the step's log"),
        ("warning", "a.md 1, left it out"),
        ("warning", "b.md 1, left it out"),
    ]
    assert [kind for kind, _ in shown].count("warning") == 10
    assert ("notice", "3 more remarks: see the step's log") in shown
    assert ("notice", "bare (and 99 more in this file), add a line") in shown


def test_of_ten_nothing_is_left_to_say() -> None:
    assert len(list(workflow_commands(warnings("a.md", 10)))) == 10


def test_the_guides_workflow_runs_the_check(tmp_path: Path) -> None:
    workflow: Any = yaml.safe_load(GUIDE.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0])
    assert workflow[True] == ["push", "pull_request"]  # YAML 1.1 takes the key `on` for a truth value
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert job["runs-on"] == "ubuntu-latest"
    assert [step.keys() & {"uses", "run"} for step in job["steps"]] == [{"uses"}, {"uses"}, {"run"}, {"run"}]
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"]) for step in job["steps"][:2])
    python = tuple(map(int, job["steps"][1]["with"]["python-version"].split(".")))
    assert python >= (3, 11)  # as pyproject.toml asks
    install, check = (step["run"] for step in job["steps"][2:])
    assert shlex.split(install)[:2] == ["pip", "install"]
    ended = _run(check, _clone(tmp_path), tmp_path)
    *told, summary = ended.stdout.splitlines()
    assert (ended.returncode, ended.stderr) == (1, "")
    assert {(kind, at["file"], at["line"]) for kind, at, _ in map(parsed, filter(_is_command, told))} == {
        ("warning", "lists/100%, all.md", "3"),
        ("error", "loop.md", "1"),
        ("notice", "lists/100%, all.md", "3"),
    }
    assert summary == "2 files, 1 paper, 1 entry, 1 warning, 1 error, 1 remark"


def _is_command(line: str) -> bool:
    return line.startswith("::")


def _clone(folder: Path) -> Path:
    """Make a repository of notes and check it out, as the first step does."""
    origin, clone = folder / "origin", folder / "clone"
    (origin / "lists").mkdir(parents=True)
    (origin / "lists" / "100%, all.md").write_text(
        "# LLM\n\n1. ICLR [Alpha: Long Context](https://arxiv.org/abs/2410.00001) [[Code]]\n", encoding="utf-8"
    )
    (origin / "loop.md").symlink_to("loop.md")
    who = ["-c", "user.name=curator", "-c", "user.email=curator@example.org"]
    for arguments in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "Notes"]):
        subprocess.run(["git", *arguments], cwd=origin, check=True)
    subprocess.run(["git", "clone", "-q", str(origin), str(clone)], check=True)
    return clone


def _run(command: str, folder: Path, programs: Path) -> "subprocess.CompletedProcess[str]":
    """Run a step as GitHub does, by `bash -e`; `digestbot` is this checkout's."""
    program = programs / "digestbot"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m digestbot "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    step = programs / "step.sh"
    step.write_text(command, encoding="utf-8")
    environ = {"PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(GUIDE.parents[1]), "LANG": "C.UTF-8"}
    return subprocess.run(
        ["bash", "-e", str(step)], cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=60
    )
