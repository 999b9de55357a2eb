import asyncio
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digestbot.cli import main
from digestbot.sources import Repository
from tests.sources.remote import Remote

NOTE = """# 202404

## Diffusion

### DisCo: Continuous Diffusion with Discrete Latents

- **Keypoints:** 扩散模型; Discrete latent
- **Objective:** Learn discrete latents from clean images.
- **Link:** [arXiv](https://arxiv.org/abs/2407.03300)
"""
LIST = """# LLM

1. ICLR [DisCo: Continuous Diffusion with Discrete Latents](https://arxiv.org/abs/2407.03300) (离散潜变量) [[Code]]
2. arXiv [Alpha: Long Context Language Models](https://arxiv.org/abs/2410.00001) (长上下文)
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in a folder with two notes; returns status, standard output, standard error."""
    (tmp_path / "notes" / "lists").mkdir(parents=True)
    (tmp_path / "notes" / "a.md").write_text(NOTE, encoding="utf-8")
    (tmp_path / "notes" / "lists" / "b.md").write_text(LIST, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["digestbot", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def lines(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_export_prints_an_object_per_entry(run: Run) -> None:
    status, out, err = run("export", "notes", "--format", "jsonl")
    assert (status, err) == (0, "")
    assert lines(out)[0] == {
        "key": "arxiv:2407.03300",
        "title": "DisCo: Continuous Diffusion with Discrete Latents",
        "topics": ["Diffusion"],
        "period": "2024-04",
        "published": "2024-07",
        "keypoints": ["扩散模型", "Discrete latent"],
        "gist": "Learn discrete latents from clean images.",
        "venue": None,
        "authors": [],
        "fields": {
            "Keypoints": "扩散模型; Discrete latent",
            "Objective": "Learn discrete latents from clean images.",
        },
        "links": [{"kind": "arxiv", "label": "arXiv", "url": "https://arxiv.org/abs/2407.03300"}],
        "images": [],
        "source": {"file": "notes/a.md", "line": 5},
    }
    assert [(o["key"], o["source"]) for o in lines(out)[1:]] == [
        ("arxiv:2407.03300", {"file": "notes/lists/b.md", "line": 3}),
        ("arxiv:2410.00001", {"file": "notes/lists/b.md", "line": 4}),
    ]


def test_export_merged_prints_an_object_per_paper_with_its_entries(run: Run) -> None:
    status, out, _ = run("export", "--merged", "notes/lists/b.md", "notes")
    assert status == 0
    merged = {o["key"]: o for o in lines(out)}
    assert list(merged) == ["arxiv:2407.03300", "arxiv:2410.00001"]
    disco = merged["arxiv:2407.03300"]
    assert (disco["topics"], disco["venue"], disco["period"]) == (["Diffusion", "LLM"], "ICLR", "2024-04")
    assert [e["source"]["file"] for e in disco["entries"]] == ["notes/a.md", "notes/lists/b.md"]


def test_a_named_file_is_read_whatever_its_ending(run: Run) -> None:
    Path("notes/a.md").rename("list.txt")
    assert [o["source"]["file"] for o in lines(run("export", "list.txt")[1])] == ["list.txt"]


def test_check_prints_what_was_not_understood_and_a_summary(run: Run) -> None:
    status, out, err = run("check", "notes")
    assert (status, err) == (0, "")
    told, kind, summary = out.splitlines()
    assert told.startswith("notes/lists/b.md:3: warning: ")
    assert kind == "      1 × warning: “…” has no link"
    assert summary == "2 files, 2 papers, 3 entries, 1 warning, 0 errors, 0 remarks"


def test_check_gathers_warnings_of_a_kind_in_a_file_and_counts_each(run: Run, tmp_path: Path) -> None:
    bare = "".join(LIST.splitlines(keepends=True)[2].replace("03300", f"0330{i}") for i in range(5))
    (tmp_path / "bare.md").write_text(bare, encoding="utf-8")
    _, out, _ = run("check", "bare.md")
    (warning,) = [line for line in out.splitlines() if ": warning: " in line]
    assert warning.endswith(" has no link (and 4 more in this file), left it out")
    assert "      5 × warning: “…” has no link" in out.splitlines()
    assert ", 5 warnings, " in out
    told = json.loads(run("check", "bare.md", "--format", "json")[1])
    assert [d["more"] for d in told["diagnostics"] if d["severity"] == "warning"] == [4]
    assert told["summary"]["warnings"] == 5


def test_check_remarks_on_notes_that_were_understood(run: Run) -> None:
    Path("notes/c.md").write_text(NOTE.replace("Discrete latent", "discrete latents"), encoding="utf-8")
    status, out, _ = run("check", "notes/c.md", "notes/a.md")
    assert status == 0
    spelt, twice, *_, summary = out.splitlines()
    assert spelt == (
        "notes/c.md:5: info: the keypoint “discrete latents” is spelt “Discrete latent” elsewhere, "
        "both count as one: write them alike (the other: notes/a.md:5)"
    )
    assert twice == (
        "notes/c.md:5: info: “DisCo: Continuous Diffusion with Discrete Latents” is told twice, "
        "both are shown as one paper: keep one if that was not meant (the first: notes/a.md:5)"
    )
    assert summary == "2 files, 1 paper, 2 entries, 0 warnings, 0 errors, 2 remarks"


def test_check_prints_json(run: Run) -> None:
    status, out, _ = run("check", "notes", "--format", "json")
    told = json.loads(out)
    assert status == 0
    assert told["summary"] == {"files": 2, "papers": 2, "entries": 3, "warnings": 1, "errors": 0, "remarks": 0}
    assert told["diagnostics"][0].keys() == {"file", "line", "severity", "found", "done", "more"}


def test_check_takes_notes_and_aliases_from_the_settings(run: Run) -> None:
    Path("notes/c.md").write_text(NOTE.replace("Discrete latent", "discrete latents"), encoding="utf-8")
    Path("my.toml").write_text(
        '[notes]\npath = "notes/lists"\n[keypoints.aliases]\n"Discrete codes" = ["discrete latent"]\n', encoding="utf-8"
    )
    assert run("check", "--config", "my.toml")[1].splitlines()[-1].startswith("1 file, 2 papers, ")
    assert "spelt" in run("check", "notes")[1]
    assert "spelt" not in run("check", "notes", "--config", "my.toml")[1]
    Path("config").mkdir()
    Path("my.toml").rename("config/digestbot.toml")
    assert run("check")[1].splitlines()[-1].startswith("1 file, 2 papers, ")
    assert "spelt" not in run("check", "notes")[1]


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    """The run's notes in a repository, and settings that name it."""
    remote = Remote(tmp_path / "remote")
    remote.write("notes/a.md", NOTE)
    remote.write("notes/lists/b.md", LIST)
    remote.commit()
    (tmp_path / "git.toml").write_text(f'[notes]\ngit = "{remote.url}"\nfolder = "notes"\n', encoding="utf-8")
    return remote


@pytest.mark.parametrize("arguments", [["check", "--entries"], ["check", "--format", "json"], ["export"]])
def test_a_repository_of_the_settings_is_read_as_its_folder_would_be(
    run: Run, remote: Remote, arguments: list[str]
) -> None:
    status, out, err = run(*arguments, "--config", "git.toml")
    assert (status, err, out) == (0, "", run(*arguments, "notes")[1].replace("notes/", ""))
    assert not Path("data").exists()


def test_check_leaves_the_clone_of_the_bot_as_it_is(run: Run, remote: Remote, tmp_path: Path) -> None:
    clones = tmp_path / "data" / "sources"
    bots = Repository(remote.url, clones, folder="notes")
    asyncio.run(bots.refresh())
    before = {path: (path.stat().st_ino, path.read_bytes()) for path in clones.rglob("*") if path.is_file()}
    remote.write("notes/a.md", NOTE.replace("Continuous", "Discontinuous"))
    remote.commit()
    assert "Discontinuous" in run("export", "--config", "git.toml")[1]
    remote.path.rename(tmp_path / "elsewhere")
    status, out, _ = run("check", "--config", "git.toml")
    place = f"{remote.url} /notes"
    assert (status, out.split("; ")[0]) == (
        0,
        f"{place}:1: warning: {place}: there is no such repository, or no access to it",
    )
    assert "the commit fetched last was read" in out
    assert "2 files, 2 papers" in out
    assert before == {path: (path.stat().st_ino, path.read_bytes()) for path in clones.rglob("*") if path.is_file()}


def test_a_repository_that_cannot_be_had_is_told(run: Run, remote: Remote, tmp_path: Path) -> None:
    remote.path.rename(tmp_path / "elsewhere")
    status, out, err = run("check", "--config", "git.toml")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "there is no such repository" in err
    sources = '[[notes]]\nname = "mine"\n[[notes]]\nname = "team"\n'
    (tmp_path / "two.toml").write_text(f'{sources}git = "{remote.url}"\n', encoding="utf-8")
    status, out, _ = run("check", "--config", "two.toml")
    assert status == 1
    assert out.startswith("team:1: error: ")
    assert "2 files, 2 papers, 3 entries, 1 warning, 1 error" in out
    status, out, err = run("export", "--config", "two.toml")
    assert (status, len(lines(out)), err.count("\n")) == (1, 3, 1)


def test_check_tells_what_each_file_was_read_as(run: Run) -> None:
    Path("notes/readme.md").write_text("Nothing yet.\n", encoding="utf-8")
    Path("notes/tags.md").write_text(
        f"{NOTE}\n### Alpha\n\n- **Objective:** Learn.\n- **Method:** Train.\n", encoding="utf-8"
    )
    told = [line for line in run("check", "--entries", "notes")[1].splitlines() if re.match(r"\S+\.md: ", line)]
    assert told == [
        "notes/a.md: 1 paper (headings ###), 2024-04, 1 topic",
        "notes/lists/b.md: 2 papers (list items), 1 topic, 2 without month, 2 without keypoints",
        "notes/readme.md: no papers",
        "notes/tags.md: 2 papers (headings ###), 2024-04, 1 topic, 1 without keypoints, 1 without link",
    ]
    assert "2 papers (list" not in run("check", "notes")[1]


def test_a_file_that_cannot_be_read_is_told_and_fails(run: Run) -> None:
    Path("notes/loop.md").symlink_to("loop.md")
    status, out, _ = run("check", "notes")
    assert status == 1
    assert "notes/loop.md:1: error: the file cannot be read" in out
    assert out.splitlines()[-1] == "3 files, 2 papers, 3 entries, 1 warning, 1 error, 0 remarks"
    status, out, err = run("export", "notes")
    assert (status, len(out.splitlines())) == (1, 3)
    assert "notes/loop.md:1: error" in err


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["search"], 2, "digestbot: Missing argument 'WORDS...'. See 'digestbot search --help'."),
        (
            ["check", "nowhere"],
            1,
            "digestbot: nowhere: no such file or folder; name a Markdown file or a folder of them",
        ),
        (["chek", "notes"], 2, "digestbot: No such command 'chek'. Did you mean 'check'? See"),
        (["--config", "x"], 2, "digestbot: No such option: --config See 'digestbot --help'."),
        (["search", "x", "--config", "gone.toml"], 1, "digestbot: gone.toml: no such settings file"),
        (["preview", "--channel", "5"], 1, "digestbot: data/ledger.db: there is no ledger yet"),
    ],
)
def test_an_error_is_one_line_that_says_what_to_do(run: Run, arguments: list[str], status: int, told: str) -> None:
    ended, out, err = run(*arguments)
    assert (ended, out, err.count("\n")) == (status, "", 1)
    assert err.startswith(told)


def test_debug_shows_where_it_happened(run: Run) -> None:
    assert "Traceback" in run("check", "nowhere", "--debug")[2]


def test_search_reads_the_notes_where_no_bot_has_run(run: Run) -> None:
    status, out, err = run("search", "长上下文")
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == "Alpha: Long Context Language Models"
    assert "1 found" in out
    assert not Path("data").exists()


def test_search_finds_in_other_notes(run: Run) -> None:
    assert "0 found" in run("search", "alpha", "--notes", "notes/a.md")[1]


def test_search_without_hits_offers_what_is_nearest(run: Run) -> None:
    title, found = "The nearest titles: DisCo: Continuous Diffusion with Discrete Latents", "0 found"
    assert run("search", "alpha", "--notes", "notes/a.md")[1].splitlines() == [title, found]
    limited = run("search", "diffusion", "period:1999", "--notes", "notes/a.md")[1].splitlines()
    assert limited == [title, "The nearest topics: Diffusion", found]
    assert "The nearest keypoints: Discrete latent\n" in run("search", "discrete", "period:1999")[1]
    assert run("search", "period:1999")[1].splitlines() == [found]
    assert "nearest" not in run("search", "diffusion")[1]


def test_preview_shows_the_latest_period(run: Run) -> None:
    status, out, _ = run("preview")
    assert status == 0
    assert "DisCo: Continuous Diffusion with Discrete Latents" in out
    assert "Alpha" not in out


def test_help_names_every_command(run: Run) -> None:
    out = run("--help")[1]
    assert run()[1] == out
    assert all(f"\n  {name} " in out for name in ("run", "demo", "check", "export", "preview", "search"))
    assert run("--version")[1].startswith("digestbot 0.")


def test_the_rules_of_the_settings_hold_for_export_and_check(run: Run, tmp_path: Path) -> None:
    rule = '[[notes.rules]]\nfiles = ["lists/*.md", "gone/**"]\nskip = true\n'
    (tmp_path / "rules.toml").write_text(rule, encoding="utf-8")
    for path, count in (("notes", 1), ("notes/lists", 0), ("notes/lists/b.md", 0), ("notes/a.md", 1)):
        status, out, _ = run("export", path, "--config", "rules.toml")
        assert (status, len(lines(out))) == (0, count)
    for given in ("notes", "."):
        _, out, _ = run("check", given, "--config", "rules.toml")
        assert out.startswith("notes:1: warning: no file matches “gone/**” of notes.rules, ")
        assert "lists/*.md" not in out
    assert "gone" not in run("check", "notes/lists", "--config", "rules.toml")[1]


def _one_of_two(tmp_path: Path, *names: str) -> None:
    sources = "".join(f'[[notes]]\nname = "{n}"\npath = "{n}"\n' for n in names)
    rule = '[[notes.rules]]\nfiles = ["*.md", "gone.md"]\nskip = true\n'
    (tmp_path / "config.toml").write_text(sources + rule, encoding="utf-8")
    for name in (*names, "else"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.md").write_text(NOTE, encoding="utf-8")


def test_rules_hold_for_their_own_source(run: Run, tmp_path: Path) -> None:
    _one_of_two(tmp_path, "one", "two")
    for path, count in (("one", 1), ("two", 0), ("else", 1), ("else/a.md", 1)):
        assert (path, len(lines(run("export", path, "--config", "config.toml")[1]))) == (path, count)
    _, out, _ = run("check", ".", "--config", "config.toml")
    assert out.startswith("two:1: warning: no file matches “gone.md” of notes.rules, ")
    assert "“*.md”" not in out
    assert "0 found" in run("search", "--notes", "two", "--config", "config.toml", "DisCo")[1]
    assert "DisCo" in run("search", "--notes", "one", "--config", "config.toml", "DisCo")[1]
    assert "1 found" in run("search", "--config", "config.toml", "DisCo")[1]


def test_files_outside_of_the_only_source_have_its_rules(run: Run, tmp_path: Path) -> None:
    _one_of_two(tmp_path, "one")
    for path in ("one", "else", "else/a.md"):
        assert not run("export", path, "--config", "config.toml")[1]
