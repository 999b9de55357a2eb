import re
import shlex
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from digestbot.cli import main
from digestbot.cli.github import workflow_command
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


def test_the_guides_workflow_runs_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    commands = re.findall(r"^      - run: (digestbot .+)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    (tmp_path / "list.md").write_text(
        "# LLM\n\n1. ICLR [Alpha: Long Context](https://arxiv.org/abs/2410.00001) [[Code]]\n", encoding="utf-8"
    )
    (tmp_path / "loop.md").symlink_to("loop.md")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", shlex.split(commands[0]))
    with pytest.raises(SystemExit) as ended:
        main()
    *told, summary = capfd.readouterr().out.splitlines()
    assert (len(commands), ended.value.code) == (1, 1)
    assert {(kind, at["file"], at["line"]) for kind, at, _ in map(parsed, told)} == {
        ("warning", "list.md", "3"),
        ("error", "loop.md", "1"),
        ("notice", "list.md", "3"),
    }
    assert summary == "2 files, 1 paper, 1 entry, 1 warning, 1 error, 1 remark"
