"""A git repository on this machine to fetch from."""

import os
import subprocess
from pathlib import Path


class Remote:
    """A repository to fetch from, with a working tree to commit in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *command: str, at: int = 1_700_000_000) -> None:
        who = {f"GIT_{who}_{what}": "x@y" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        dates = {f"GIT_{who}_DATE": f"{at} +0000" for who in ("AUTHOR", "COMMITTER")}
        quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        subprocess.run(["git", *command], cwd=self.path, env=os.environ | who | dates | quiet, check=True)

    def commit(self, *more: str, at: int = 1_700_000_000) -> None:
        """Commit all that is there, dated `at` seconds after 1970."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "Add notes", *more, at=at)

    def write(self, name: str | bytes, content: str = "# x\n") -> None:
        path = os.path.join(os.fsencode(self.path), os.fsencode(name))  # noqa: PTH118 - a name that is no text
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 - the same
        Path(os.fsdecode(path)).write_text(content, encoding="utf-8")

    def date(self, seconds: int) -> None:
        """Give the newest commit another committer's date, also one that git itself would refuse."""
        made = subprocess.run(["git", "cat-file", "commit", "HEAD"], cwd=self.path, stdout=subprocess.PIPE, check=True)
        write = ["git", "hash-object", "-t", "commit", "-w", "--stdin"]
        dated = made.stdout.replace(b" 1700000000 ", f" {seconds} ".encode())
        number = subprocess.run(write, input=dated, cwd=self.path, stdout=subprocess.PIPE, check=True).stdout
        self.git("update-ref", "refs/heads/main", number.decode().strip())

    @property
    def url(self) -> str:
        return self.path.as_uri()
