import os
import re
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digestbot.demo import run_demo, sample_notes, settings_for
from digestbot.errors import DigestbotError
from digestbot.settings import load_settings

PAPER = "\n### Paper that is {}\n\n**Keypoints:** a; b\n"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the demo keeps its files; it must be empty again at the end."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("asked", [[signal.SIGTERM], [signal.SIGINT], [signal.SIGTERM, signal.SIGINT, signal.SIGTERM]])
async def test_a_signal_ends_it(asked: list[signal.Signals]) -> None:
    said: list[str] = []
    before = signal.getsignal(signal.SIGINT)

    def announce(line: str) -> None:
        said.append(line)
        if "http" in line:
            for number in asked:
                os.kill(os.getpid(), number)

    await run_demo(settings_for(None), 0, False, announce)
    assert len(said) == 2
    assert re.search(r"http://127\.0\.0\.1:\d+/#\S+\nCtrl-C ends the demo\.$", said[0])
    assert said[1] == "The demo has ended; nothing of it is kept."
    assert signal.getsignal(signal.SIGINT) is before


async def test_a_long_reading_is_announced_and_can_be_ended(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number}.md").write_text(f"# 2026-01\n\n### Paper {number}\n\n**Keypoints:** a; b\n")
    said: list[str] = []

    def announce(line: str) -> None:
        said.append(line)
        if line.startswith("Reading"):
            os.kill(os.getpid(), signal.SIGINT)

    await run_demo(settings_for(tmp_path), 0, False, announce)
    assert said == ["Reading 30 files …", "The demo has ended; nothing of it is kept."]


async def test_the_notes_of_settings_are_shown_as_their_rules_and_aliases_say(tmp_path: Path, temporary: Path) -> None:
    for name in ("read.md", "drafts/unread.md"):
        (tmp_path / "notes" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "notes" / name).write_text(f"# Tides\n{PAPER.format(name)}\n# Waves\n{PAPER.format('short')}")
    lines = (
        f'[[notes]]\nname = "grp"\npath = "{tmp_path}/notes"\nrules = [{{ files = "drafts/**", skip = true }}]',
        '[topics]\naliases = { "Waves" = ["Tides"] }',
        '[[channels]]\nid = 7\nday = "monday"\ntime = "09:00"',
    )
    (tmp_path / "digestbot.toml").write_text("\n".join(lines))
    shown: list[tuple[str, int, int]] = []

    def announce(line: str) -> None:
        if "http" in line:
            with closing(sqlite3.connect(next(temporary.glob("*/library-*.db")))) as library:
                shown.extend(library.execute("SELECT kind, count(*), count(DISTINCT key) FROM labels GROUP BY kind"))
            os.kill(os.getpid(), signal.SIGINT)

    await run_demo(load_settings(tmp_path / "digestbot.toml", {}), 0, False, announce)
    assert shown == [("keypoint", 4, 2), ("topic", 2, 1)]


async def test_a_repository_that_cannot_be_fetched_is_told(tmp_path: Path) -> None:
    (tmp_path / "digestbot.toml").write_text(f'[notes]\ngit = "file://{tmp_path}/nowhere"')
    said: list[str] = []
    with pytest.raises(DigestbotError, match="there are no notes to show; mend what is told above"):
        await run_demo(load_settings(tmp_path / "digestbot.toml", {}), 0, False, said.append)
    assert said == ["Fetching the notes …"]


async def test_a_folder_that_there_is_not_is_told(tmp_path: Path) -> None:
    with pytest.raises(DigestbotError, match="nowhere: no such file or folder"):
        await run_demo(settings_for(tmp_path / "nowhere"), 0, False, print)


async def test_a_folder_without_notes_is_told(tmp_path: Path) -> None:
    with pytest.raises(DigestbotError, match="there are no notes in it; name a folder of Markdown files"):
        await run_demo(settings_for(tmp_path), 0, False, print)


async def test_missing_packages_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(DigestbotError, match=r"not installed \(PIL\); install them with: pip install"):
        await run_demo(settings_for(None), 0, False, print)


def test_there_are_sample_notes() -> None:
    assert any(path.suffix == ".md" for path in sample_notes().iterdir())
