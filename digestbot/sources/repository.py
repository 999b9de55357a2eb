"""Notes in a git repository: a shallow bare clone, fetched on schedule and read without being checked out."""

import asyncio
import hashlib
import os
import shutil
import subprocess
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from secrets import token_hex
from typing import IO
from urllib.parse import unquote, urlsplit

from digestbot.errors import SourceError
from digestbot.sources import command
from digestbot.sources.command import GitError, Unusable
from digestbot.sources.folder import check_size, decoded
from digestbot.sources.origin import Commit, File, Snapshot, Text
from digestbot.sources.watch import ENDINGS

_REF = "refs/heads/source"
_REGULAR = (b"100644", b"100755")


class Repository:
    """A repository, or a folder in it, as an origin of notes; its clone is below the folder `clones`.

    Each source has a clone of its own, also of one repository: what befalls one clone is no other's trouble.
    `every` is in minutes.
    """

    def __init__(
        self,
        url: str,
        clones: Path,
        *,
        branch: str = "",
        folder: str = "",
        name: str = "",
        every: float = 15,
        limit: int = command.LIMIT,
    ) -> None:
        self._url, login = _apart(url)
        self.place = self._url + (f" ({branch})" if branch else "") + (f" /{folder.strip('/')}" if folder else "")
        self.key = self.place
        self._clone = clones / hashlib.sha256(self.key.encode()).hexdigest()[:16]
        self._env = command.environment(login)
        self._branch, self._name = branch, name
        self._folder = str(PurePosixPath(folder.strip("/"))) if folder.strip("/.") else ""
        self._every, self._limit = every, limit
        self._fetching, self._using = asyncio.Lock(), asyncio.Lock()
        self._tried = self._damaged = False
        self._trouble = ""

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Snapshot]:
        """List the notes of the commit fetched last, also by an earlier process; fetch only if there is none.

        Raises SourceError if there is none then, or no note in it.
        """
        if not self._tried and not await self._has_commit():
            await self.refresh()
        async with self._using:
            with ExitStack() as stack:
                try:
                    commit = await self._commit()
                    if commit is None:
                        raise SourceError(self._trouble or f"{self.place}: nothing was fetched yet; sync the notes")
                    read = stack.enter_context(_blobs(self._clone, self._env))
                    files = await self._files(commit.id, read)
                except GitError as error:
                    raise SourceError(f"{self.place}: {error}") from error
                yield Snapshot(files, commit, self._trouble)

    async def refresh(self) -> None:
        """Fetch the newest commit now; the last good one stays when that fails, and can be read meanwhile."""
        async with self._fetching:
            self._tried = True
            try:
                with command.using(self._clone):
                    await self._fetch_or_begin_anew()
            except GitError as error:
                self._trouble = f"{self.place}: {error}"
                clear = command.tidy if await self._has_commit() else command.discard
                await asyncio.to_thread(clear, self._clone)
            else:
                self._trouble, self._damaged = "", False

    async def changes(self, stop: asyncio.Event) -> AsyncGenerator[None]:
        """Fetch on schedule, at first if that was not done yet, and yield after each time."""
        if not self._tried:
            await self.refresh()
        yield
        while not stop.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every * 60):
                    await stop.wait()
            if not stop.is_set():
                await self.refresh()
                yield

    async def _fetch_or_begin_anew(self) -> None:
        if not self._damaged:
            try:
                before = await self._commit()
                await self._fetch_into(self._clone)
                if before and await self._commit() != before:
                    async with self._using:
                        await self._git("gc", "--quiet", "--prune=now")
            except GitError as error:
                if error.known:
                    raise
            else:
                return
        await self._begin_anew()

    async def _begin_anew(self) -> None:
        """Make another clone and put it in the place of this one.

        It has no locks that a killed process left, no damaged object, and no git in it that outlived an earlier bot
        and still writes to the old clone's path.
        """
        new, old = (self._clone.with_name(f"{self._clone.name}.{what}-{token_hex(4)}") for what in ("new", "old"))
        try:
            await self._fetch_into(new)
            async with self._using:
                await asyncio.to_thread(_exchange, self._clone, new, old)
        finally:
            for left in self._clone.parent.glob(f"{self._clone.name}.*"):
                await asyncio.to_thread(command.discard, left)

    async def _fetch_into(self, clone: Path) -> None:
        await asyncio.to_thread(clone.mkdir, mode=0o700, parents=True, exist_ok=True)
        if not (clone / "HEAD").is_file():
            await self._git("init", "--quiet", "--bare", "--template=", clone=clone)
        wanted = f"+refs/heads/{self._branch}:{_REF}" if self._branch else f"+HEAD:{_REF}"
        quiet = ("--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
        await self._git("fetch", *quiet, "--update-shallow", "--end-of-options", self._url, wanted, clone=clone)

    async def _has_commit(self) -> bool:
        """Tell whether a commit was fetched; where there is no looking there may be one, which is to be kept."""
        try:
            return await self._commit() is not None
        except Unusable:
            return True
        except GitError:
            return False

    async def _commit(self) -> Commit | None:
        """Return the commit fetched last, None before the first. Raises GitError if the clone is damaged."""
        with command.using(self._clone):
            if not (self._clone / "HEAD").is_file():
                return None
        told = await self._git("for-each-ref", "--format=%(objectname)%00%(committerdate:unix)%00%(subject)", _REF)
        if not told:
            return None
        number, seconds, subject = told.decode("utf-8", "replace").rstrip("\n").split("\0")
        return Commit(number, _moment(int(seconds)), subject)

    async def _files(self, commit: str, read: "_Blobs") -> list[File]:
        where = [f"{self._folder}/"] if self._folder else []
        tree = await self._git("ls-tree", "-r", "-z", "-l", commit, "--", *where)
        if where and not tree:
            told = f"there is no folder {self._folder} in it; name another under folder in the settings"
            raise SourceError(f"{self.place}: {told}")
        files = sorted(self._notes(tree, read), key=lambda file: file.name)
        if not files:
            raise SourceError(f"{self.place}: there are no Markdown files in it")
        return files

    def _notes(self, tree: bytes, read: "_Blobs") -> Iterator[File]:
        """Choose the notes as in a folder. Links and submodules are none: their targets are not in this tree."""
        for line in tree.split(b"\0")[:-1]:
            about, path = line.split(b"\t", 1)
            mode, _, blob, size = about.split()
            below = PurePosixPath(path.decode("utf-8", "replace")).relative_to(self._folder)
            hidden = any(part.startswith(".") for part in below.parts)
            if mode in _REGULAR and not hidden and below.suffix.lower() in ENDINGS:
                name = f"{self._name}/{below}" if self._name else str(below)
                yield File(name, partial(self._load, read, name, blob.decode(), size), blob.decode())

    def _load(self, read: "_Blobs", name: str, blob: str, size: bytes) -> Text:
        check_size(int(size) if size.isdigit() else 0)  # git tells of a missing blob that its size is BAD
        raw = read(blob)
        if raw is None:
            self._damaged = True
            raise SourceError("the clone is damaged; it is made anew at the next fetch")
        return decoded(name, raw, blob)

    async def _git(self, *given: str, clone: Path | None = None) -> bytes:
        return await command.run(clone or self._clone, given, env=self._env, limit=self._limit)


class _Blobs:
    """Gives the bytes of blobs by their ids, all from one process; None for one that cannot be had."""

    def __init__(self, asked: IO[bytes] | None, answers: IO[bytes] | None) -> None:
        self._asked, self._answers = asked, answers

    def __call__(self, blob: str) -> bytes | None:
        if self._asked is None or self._answers is None:
            return None
        try:
            self._asked.write(f"{blob}\n".encode())
            self._asked.flush()
        except OSError:
            return None
        told = self._answers.readline().split()
        if len(told) != 3:  # id, type, size; of what is missing two words, at the end of a failed process none
            return None
        raw = self._answers.read(int(told[2]) + 1)
        return raw[:-1] if len(raw) == int(told[2]) + 1 else None


@contextmanager
def _blobs(clone: Path, env: dict[str, str]) -> Generator[_Blobs]:
    with command.starting():
        reading = subprocess.Popen(  # noqa: S603 - a command of ours; nothing in it comes from the repository
            command.arguments(clone, "cat-file", "--batch"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=env,
            start_new_session=True,
        )
    with reading as process:
        try:
            yield _Blobs(process.stdin, process.stdout)
        finally:
            process.kill()


def borrow(clones: Path, into: Path) -> None:
    """Copy the clones of a bot, which may be at work in them, as far as they are there.

    Files are shared where that can be: git puts another file in the place of one that changes.
    """
    for clone in (clone for clone in clones.glob("*") if "." not in clone.name):
        try:
            shutil.copytree(clone, into / clone.name, copy_function=_share)
        except (shutil.Error, OSError):
            command.discard(into / clone.name)


def _share(one: str, other: str) -> None:
    try:
        os.link(one, other)
    except OSError:
        shutil.copy(one, other)


def _exchange(clone: Path, new: Path, old: Path) -> None:
    if clone.exists():
        clone.rename(old)
    try:
        new.rename(clone)
    except OSError:
        if old.exists():
            old.rename(clone)
        raise


def _apart(url: str) -> tuple[str, tuple[str, str] | None]:
    """Return an address without credentials, and these: an argument of a command can be seen by every user."""
    parts = urlsplit(url)
    if not parts.password and not (parts.scheme in {"http", "https"} and parts.username):
        return url, None
    where = parts.netloc.rpartition("@")[2]
    if parts.scheme not in {"http", "https"}:
        return parts._replace(netloc=f"{parts.username}@{where}").geturl(), None
    return parts._replace(netloc=where).geturl(), (unquote(parts.username or ""), unquote(parts.password or ""))


def _moment(seconds: int) -> datetime:
    """Return a committer's date, which anybody may set to anything, within what a database takes."""
    return datetime.fromtimestamp(min(max(seconds, 0), 253_402_300_799), UTC)
