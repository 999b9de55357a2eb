import asyncio
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from digestbot.errors import SourceError
from digestbot.sources import Source
from digestbot.sources.command import reason, size_of
from digestbot.sources.folder import LARGEST
from digestbot.sources.repository import Repository
from tests.sources.conftest import World
from tests.sources.remote import Remote


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    made = Remote(tmp_path / "remote")
    made.write("a.md", "# one\n")
    made.commit()
    return made


async def texts(repository: Repository) -> dict[str, str]:
    async with repository.snapshot() as snapshot:
        return {file.name: file.load().text for file in snapshot.files}


async def trouble(repository: Repository) -> str:
    """Return why the newest state is not had, whether or not an older one is."""
    await repository.refresh()
    try:
        async with repository.snapshot() as snapshot:
            return snapshot.trouble
    except SourceError as error:
        return str(error)


async def test_the_notes_of_one_commit_are_read_without_links_and_what_is_hidden(
    remote: Remote, tmp_path: Path
) -> None:
    remote.write("b/ä.MARKDOWN", "# two\n")
    remote.write(b"b/\xff.md", "# three\n")
    remote.write(".github/x.md")
    remote.write("c.txt")
    (remote.path / "leak.md").symlink_to("/etc/passwd")
    remote.commit()
    repository = Repository(remote.url, tmp_path / "clones", name="team")
    async with repository.snapshot() as snapshot:
        told = {file.name: file.load() for file in snapshot.files}
        assert [file.digest for file in snapshot.files] == [text.digest for text in told.values()]
    assert {name: text.text for name, text in told.items()} == {
        "team/a.md": "# one\n",
        "team/b/ä.MARKDOWN": "# two\n",
        "team/b/\ufffd.md": "# three\n",
    }
    assert snapshot.commit is not None
    assert (snapshot.commit.date, snapshot.commit.subject) == (
        datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
        "Add notes",
    )


async def test_branches_and_folders_of_one_repository_are_sources_of_their_own(remote: Remote, tmp_path: Path) -> None:
    remote.write("papers/b.md", "# two\n")
    remote.commit()
    remote.git("checkout", "-q", "-b", "next/try")
    remote.write("papers/b.md", "# three\n")
    remote.commit()
    remote.git("checkout", "-q", "main")
    clones = tmp_path / "clones"
    assert await texts(Repository(remote.url, clones, folder="papers/")) == {"b.md": "# two\n"}
    other = Repository(remote.url, clones, folder="papers", branch="next/try")
    assert await texts(other) == {"b.md": "# three\n"}
    assert "no folder nowhere in it" in await trouble(Repository(remote.url, clones, folder="nowhere"))


async def test_what_is_pushed_or_forced_is_read_after_a_fetch(remote: Remote, tmp_path: Path) -> None:
    repository = Repository(remote.url, tmp_path / "clones")
    assert await texts(repository) == {"a.md": "# one\n"}
    remote.write("a.md", "# two\n")
    remote.commit("--amend")
    assert await texts(repository) == {"a.md": "# one\n"}
    assert await trouble(repository) == ""
    assert await texts(repository) == {"a.md": "# two\n"}


async def test_what_goes_wrong_at_the_remote_is_told_and_the_last_good_state_stays(
    remote: Remote, tmp_path: Path
) -> None:
    repository = Repository(remote.url, tmp_path / "clones", branch="main")
    assert await texts(repository) == {"a.md": "# one\n"}
    remote.git("branch", "-m", "trunk")
    assert (
        await trouble(repository)
        == f"{remote.url} (main): it has no such branch; name another under branch in the settings"
    )
    remote.path.rename(tmp_path / "elsewhere")
    assert "there is no such repository" in await trouble(repository)
    assert await texts(repository) == {"a.md": "# one\n"}
    (tmp_path / "elsewhere").rename(remote.path)
    remote.git("branch", "-m", "main")
    assert await trouble(repository) == ""


async def test_without_network_the_first_fetch_is_told(tmp_path: Path) -> None:
    repository = Repository("http://127.0.0.1:9/notes.git", tmp_path / "clones")
    assert await trouble(repository) == "http://127.0.0.1:9/notes.git: it cannot be reached; check the network"


@pytest.fixture
def refusing() -> Iterator[tuple[int, list[str]]]:
    """Serve 401 to every request, and note which credentials came."""
    came: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            came.append(self.headers.get("Authorization", ""))
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="x"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it overrides
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port, came
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("login", ["", "me:s3cret@"])
async def test_refused_credentials_are_told_and_not_shown(
    refusing: tuple[int, list[str]], tmp_path: Path, login: str
) -> None:
    port, came = refusing
    repository = Repository(f"http://{login}127.0.0.1:{port}/notes.git", tmp_path / "clones")
    told = await trouble(repository)
    assert told.startswith(f"http://127.0.0.1:{port}/notes.git: it refuses access; ")
    assert ("Basic bWU6czNjcmV0" in came) is bool(login)
    kept = b"".join(path.read_bytes() for path in (tmp_path / "clones").rglob("*") if path.is_file())
    assert b"s3cret" not in kept


async def test_a_repository_beyond_all_measure_is_given_up_and_deleted(remote: Remote, tmp_path: Path) -> None:
    (remote.path / "big.bin").write_bytes(os.urandom(300_000))
    remote.commit()
    repository = Repository(remote.url, tmp_path / "clones", limit=200_000)
    assert "larger than 200,000 bytes" in await trouble(repository)
    assert [path for path in (tmp_path / "clones").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("how", ["lock", "pack", "head"])
async def test_a_damaged_clone_is_made_anew(remote: Remote, tmp_path: Path, how: str) -> None:
    clones = tmp_path / "clones"
    await texts(Repository(remote.url, clones))
    (clone,) = clones.iterdir()
    remote.write("a.md", "# two\n")
    remote.commit()
    if how == "lock":
        (clone / "shallow.lock").touch()
    elif how == "head":
        (clone / "HEAD").write_text("nonsense", encoding="utf-8")
    else:
        for path in (clone / "objects").rglob("*"):
            if path.is_file():
                path.chmod(0o600)
                path.write_bytes(b"nonsense")
    repository = Repository(remote.url, clones)
    assert await trouble(repository) == ""
    assert await texts(repository) == {"a.md": "# two\n"}
    assert list(clones.iterdir()) == [clone]


async def test_a_clone_of_which_nothing_is_readable_is_made_anew_at_once(remote: Remote, tmp_path: Path) -> None:
    clones = tmp_path / "clones"
    await texts(Repository(remote.url, clones))
    (clone,) = clones.iterdir()
    (clone / "HEAD").write_text("nonsense", encoding="utf-8")
    assert await texts(Repository(remote.url, clones)) == {"a.md": "# one\n"}


async def test_a_clone_that_cannot_be_fetched_into_stays_until_another_one_is_there(
    remote: Remote, tmp_path: Path
) -> None:
    clones = tmp_path / "clones"
    repository = Repository(remote.url, clones)
    await texts(repository)
    (clone,) = clones.iterdir()
    (clone / "shallow.lock").touch()
    remote.path.rename(tmp_path / "elsewhere")
    assert "there is no such repository" in await trouble(repository)
    assert await texts(repository) == {"a.md": "# one\n"}
    assert list(clones.iterdir()) == [clone]


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a host that takes every connection and never says a word; a second of that is enough."""
    monkeypatch.setenv("GIT_HTTP_LOW_SPEED_TIME", "1")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/notes.git"


async def test_a_host_that_says_nothing_is_given_up(silent: str, tmp_path: Path) -> None:
    async with asyncio.timeout(20):
        told = await trouble(Repository(silent, tmp_path / "clones"))
    assert told == f"{silent}: it cannot be reached; check the network"


async def test_what_was_fetched_before_is_read_at_once_and_while_a_host_says_nothing(
    silent: str, remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text(f'[url "{remote.url}"]\ninsteadOf = {silent}\n', encoding="utf-8")
    with monkeypatch.context() as there:
        there.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
        assert await texts(Repository(silent, tmp_path / "clones")) == {"a.md": "# one\n"}
    monkeypatch.setenv("GIT_HTTP_LOW_SPEED_TIME", "600")
    repository = Repository(silent, tmp_path / "clones")
    async with asyncio.timeout(20):
        assert await texts(repository) == {"a.md": "# one\n"}
        fetching = asyncio.create_task(anext(repository.changes(asyncio.Event())))
        while not await asyncio.to_thread(processes_about, silent):
            assert not fetching.done()
        assert await texts(repository) == {"a.md": "# one\n"}
        assert not fetching.done()
        fetching.cancel()
        await asyncio.wait({fetching})
    assert not processes_about(silent)


def processes_about(url: str) -> list[str]:
    """Return the command lines of this machine's processes of git that name an address."""
    found: list[str] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.append(path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
    return [line for line in found if url in line and "git" in line.partition(" ")[0]]


async def test_a_git_that_outlived_a_killed_bot_does_not_hold_up_the_next_start(
    silent: str, remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_HTTP_LOW_SPEED_TIME", "600")
    clones = tmp_path / "clones"
    await asyncio.to_thread(kill_while, lambda: bool(processes_about(silent)), silent, clones)
    assert processes_about(silent)
    (tmp_path / "config").write_text(f'[url "{remote.url}"]\ninsteadOf = {silent}\n', encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    async with asyncio.timeout(20):
        assert await texts(Repository(silent, clones)) == {"a.md": "# one\n"}
    assert processes_about(silent), "it ends by itself when its host does"


async def test_a_password_is_not_shown_by_processes_logs_errors_or_status(
    silent: str, tmp_path: Path, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    secret = silent.replace("//", "//me:s3cret@")
    source = Source(
        Repository(secret, tmp_path / "clones"), world.library, world.ledger.papers, lambda: datetime.now(UTC)
    )
    reading = asyncio.create_task(source.read())
    while not await asyncio.to_thread(processes_about, silent):
        assert not reading.done()
    assert not [line for line in processes_about("") if "s3cret" in line]
    told = (await asyncio.wait_for(reading, 20), await source.status(), source.trouble, caplog.text)
    assert "cannot be reached" in str(told)
    assert "s3cret" not in repr(told)


async def test_a_full_disk_is_told_and_the_last_good_state_stays(
    remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Full for one process: it may write no file larger than 100 kB."""
    repository = Repository(remote.url, tmp_path / "clones")
    before = await texts(repository)
    full = f'trap "" XFSZ\nulimit -f 200\nexec {shutil.which("git")} "$@"'
    (remote.path / "big.bin").write_bytes(os.urandom(3_000_000))
    remote.write("b.md", "# two\n")
    remote.commit()
    with monkeypatch.context() as there:
        there.setenv("PATH", put_git(tmp_path, full))
        repository = Repository(remote.url, tmp_path / "clones")
        assert await trouble(repository) == f"{remote.url}: the disk is full; make room on it"
        assert await texts(repository) == before
        assert size_of(tmp_path / "clones") < 100_000
    repository = Repository(remote.url, tmp_path / "clones")
    assert await trouble(repository) == ""
    assert set(await texts(repository)) == {"a.md", "b.md"}


def put_git(folder: Path, script: str) -> str:
    """Write a program of this name, and return a PATH on which it stands before the real one."""
    program = folder / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return f"{program.parent}:{os.environ['PATH']}"


async def test_a_clone_that_vanishes_before_it_is_put_in_place_leaves_the_old_one(
    remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where somebody makes room by hand."""
    repository = Repository(remote.url, tmp_path / "clones")
    before = await texts(repository)
    (clone,) = (tmp_path / "clones").iterdir()
    (clone / "shallow.lock").touch()
    remote.write("b.md", "# two\n")
    remote.commit()
    clears = f'{shutil.which("git")} "$@" || exit; case "$*" in *.new-*fetch*) rm -r "${{1#--git-dir=}}";; esac'
    with monkeypatch.context() as there:
        there.setenv("PATH", put_git(tmp_path, clears))
        repository = Repository(remote.url, tmp_path / "clones")
        told = f"the clone {clone} cannot be used (No such file or directory); mend it"
        assert await trouble(repository) == f"{remote.url}: {told}"
        assert await texts(repository) == before
        assert list((tmp_path / "clones").iterdir()) == [clone]
    repository = Repository(remote.url, tmp_path / "clones")
    assert await trouble(repository) == ""
    assert set(await texts(repository)) == {"a.md", "b.md"}


async def test_what_cannot_be_tidied_up_ends_nothing(remote: Remote, tmp_path: Path) -> None:
    repository = Repository(remote.url, tmp_path / "clones")
    before = await texts(repository)
    (clone,) = (tmp_path / "clones").iterdir()
    (clone / "objects" / "tmp_objdir-incoming").mkdir()
    remote.path.rename(tmp_path / "elsewhere")
    assert "there is no such repository" in await trouble(repository)
    assert await texts(repository) == before


@pytest.mark.parametrize("place", ["c" * 300, "file/clones"])
async def test_a_place_in_which_no_clone_can_be_is_told(remote: Remote, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    assert " cannot be used (" in await trouble(Repository(remote.url, tmp_path / place))


@pytest.mark.parametrize(("program", "told"), [("git", "git cannot be run (Permission"), ("other", "git is missing")])
async def test_a_git_that_cannot_be_run_is_told_and_the_clone_stays(
    remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, told: str
) -> None:
    repository = Repository(remote.url, tmp_path / "clones")
    before = await texts(repository)
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / program).touch(mode=0o644)
    with monkeypatch.context() as there:
        there.setenv("PATH", str(folder))
        assert told in await trouble(Repository(remote.url, tmp_path / "clones"))
    remote.path.rename(tmp_path / "elsewhere")
    assert await texts(repository) == before


@pytest.mark.parametrize(
    ("errors", "told"),
    [
        ("remote: Repository not found.\nfatal: repository 'https://x.org/y.git/' not found", "no such repository"),
        ("ERROR: Repository not found.\nfatal: Could not read from remote repository.", "no such repository"),
        (
            "remote: The project you were looking for could not be found or you don't have permission",
            "no such repository",
        ),
        ("fatal: remote error: TF401019: The Git repository y does not exist or you", "no such repository"),
        ("git@x.org: Permission denied (publickey).\nfatal: Could not read from remote repository.", "refuses access"),
        ("fatal: unable to access 'https://x.org/': Operation too slow. Less than 1 bytes/sec", "cannot be reached"),
    ],
)
def test_what_a_remote_says_is_known_for_what_it_is(errors: str, told: str) -> None:
    assert told in str(reason(errors))
    assert reason(errors).known


@pytest.mark.parametrize(
    "errors",
    [
        "error: refs/heads/source does not point to a valid object!\nfatal: object 1234 not found",
        "error: object directory /data/sources/x/objects does not exist; check .git/objects/info/alternates",
        "fatal: not a git repository: '/data/sources/x'",
        "error: unable to create temporary file: Permission denied\nfatal: failed to write object",
        "fatal: unable to read tree (4b825dc642cb6eb9a060e54bf8d69288fbee4904)",
    ],
)
def test_damage_of_a_clone_is_not_taken_for_what_a_remote_says(errors: str) -> None:
    assert not reason(errors).known
    assert "git failed" in str(reason(errors))


@pytest.mark.parametrize("folder", ["", "papers"])
async def test_a_clone_is_not_made_anew_for_what_lies_outside_of_it(
    remote: Remote, tmp_path: Path, folder: str
) -> None:
    remote.write("papers/a.md", "# one\n")
    remote.commit()
    clones = tmp_path / "clones"
    repository = Repository(remote.url, clones, folder=folder, limit=200_000)
    before = await texts(repository)
    (clone,) = clones.iterdir()
    made = clone.stat().st_ino
    (clone / "left here").write_bytes(bytes(300_000))
    with pytest.raises(SourceError, match="it is larger than"):
        await texts(repository)
    (clone / "left here").unlink()
    assert await trouble(repository) == ""
    assert await texts(repository) == before
    assert [path.stat().st_ino for path in clones.iterdir()] == [made]


@pytest.mark.parametrize("folder", ["", "papers"])
async def test_a_clone_damaged_while_the_bot_runs_is_made_anew_at_the_next_fetch(
    remote: Remote, tmp_path: Path, folder: str
) -> None:
    remote.write("papers/a.md", "# one\n")
    remote.commit()
    repository = Repository(remote.url, tmp_path / "clones", folder=folder)
    before = await texts(repository)
    for path in (tmp_path / "clones").rglob("objects/**/*"):
        if path.is_file():
            path.chmod(0o600)
            path.write_bytes(b"nonsense")
    with pytest.raises(SourceError, match=r"git failed .* delete the clone"):
        await texts(repository)
    assert await trouble(repository) == ""
    assert await texts(repository) == before


@pytest.mark.parametrize("left", [None, b"", b"nonsense"])
async def test_a_clone_that_lost_a_folder_of_its_commit_is_made_anew_at_the_next_fetch(
    remote: Remote, tmp_path: Path, left: bytes | None
) -> None:
    repository = Repository(remote.url, tmp_path / "clones")
    before = await texts(repository)
    (clone,) = (tmp_path / "clones").iterdir()
    tree = subprocess.run(["git", "rev-parse", "HEAD^{tree}"], cwd=remote.path, capture_output=True, check=True)  # noqa: ASYNC221
    name = tree.stdout.decode().strip()
    path = clone / "objects" / name[:2] / name[2:]
    path.unlink()
    if left is not None:
        path.write_bytes(left)
    with pytest.raises(SourceError, match=r"git failed .* delete the clone"):
        await texts(repository)
    assert await trouble(repository) == ""
    assert await texts(repository) == before


async def test_a_clone_in_use_is_not_taken_away(remote: Remote, tmp_path: Path) -> None:
    repository = Repository(remote.url, tmp_path / "clones")
    async with repository.snapshot() as snapshot:
        (clone,) = (tmp_path / "clones").iterdir()
        (clone / "shallow.lock").touch()
        remote.write("a.md", "# two\n")
        remote.commit()
        fetching = asyncio.create_task(repository.refresh())
        await asyncio.wait({fetching}, timeout=1)
        assert [file.load().text for file in snapshot.files] == ["# one\n"]
    await fetching
    assert await texts(repository) == {"a.md": "# two\n"}


@pytest.mark.parametrize("deleted", [False, True])
async def test_a_clone_that_lost_a_note_is_made_anew_once_also_if_it_is_gone_by_then(
    remote: Remote, tmp_path: Path, deleted: bool
) -> None:
    repository = Repository(remote.url, tmp_path / "clones")
    async with repository.snapshot() as snapshot:
        (clone,) = (tmp_path / "clones").iterdir()
        (file,) = snapshot.files
        (clone / "objects" / file.digest[:2] / file.digest[2:]).unlink()
        with pytest.raises(SourceError, match="made anew at the next fetch"):
            file.load()
    if deleted:
        shutil.rmtree(clone)
    assert await trouble(repository) == ""
    assert await texts(repository) == {"a.md": "# one\n"}
    (clone / "mark").touch()
    assert await trouble(repository) == ""
    assert (clone / "mark").exists()


async def test_a_file_that_is_too_large_is_told_without_being_loaded(remote: Remote, tmp_path: Path) -> None:
    remote.write("b.md", "x" * (LARGEST + 1))
    remote.commit()
    async with Repository(remote.url, tmp_path / "clones").snapshot() as snapshot:
        good, large = snapshot.files
        tracemalloc.start()
        with pytest.raises(SourceError, match=r"the file has 16,777,217 bytes, more than 16,777,216; split it"):
            large.load()
        assert tracemalloc.get_traced_memory()[1] < LARGEST / 16
        tracemalloc.stop()
        assert good.load().text == "# one\n"


async def test_many_fetches_do_not_let_the_clone_grow(remote: Remote, tmp_path: Path) -> None:
    repository = Repository(remote.url, tmp_path / "clones")
    sizes: list[int] = []
    for number in range(6):
        remote.write("a.md", f"# {number}\n" + os.urandom(50_000).hex())
        remote.commit()
        assert await trouble(repository) == ""
        sizes.append(size_of(tmp_path / "clones"))
    assert sizes[-1] < 1.5 * sizes[0]


async def test_a_fetch_that_is_killed_leaves_a_clone_that_the_next_start_fetches_into(
    remote: Remote, tmp_path: Path
) -> None:
    remote.write("b.md", os.urandom(3_000_000).hex())
    remote.commit()
    clones = tmp_path / "clones"
    await asyncio.to_thread(kill_while, lambda: bool(list(clones.glob("*/objects/**/tmp_*"))), remote.url, clones)
    assert set(await texts(Repository(remote.url, clones))) == {"a.md", "b.md"}


def kill_while(seen: Callable[[], bool], url: str, clones: Path) -> None:
    """Fetch in a process that is killed as soon as something is seen."""
    code = "import asyncio, sys; from pathlib import Path; from digestbot.sources import Repository; "
    code += "asyncio.run(Repository(sys.argv[1], Path(sys.argv[2])).refresh())"
    with subprocess.Popen([sys.executable, "-c", code, url, str(clones)]) as process:
        while not seen():
            assert process.poll() is None
        process.kill()


async def test_git_missing_is_told(remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    repository = Repository(remote.url, tmp_path / "clones")
    assert await trouble(repository) == f"{remote.url}: the program git is missing; install it"


@pytest.mark.parametrize("url", ["ext::touch made", "--upload-pack=touch made", "fd::3"])
async def test_no_address_runs_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").write_text("[protocol]\nallow = always\n", encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    assert await trouble(Repository(url.replace("made", f"{tmp_path}/made"), tmp_path / "clones"))
    assert not (tmp_path / "made").exists()


async def test_a_fetch_on_schedule_is_told(remote: Remote, tmp_path: Path) -> None:
    stop = asyncio.Event()
    repository = Repository(remote.url, tmp_path / "clones", every=0.0001)
    seen = repository.changes(stop)
    await asyncio.wait_for(anext(seen), 20)
    stop.set()
    assert [1 async for _ in seen] == []
    shutil.rmtree(remote.path)
    async with repository.snapshot() as snapshot:
        assert [file.name for file in snapshot.files] == ["a.md"]


async def test_a_committers_date_beyond_all_measure_is_taken(remote: Remote, tmp_path: Path) -> None:
    remote.date(999_999_999_999)
    async with Repository(remote.url, tmp_path / "clones").snapshot() as snapshot:
        assert snapshot.commit is not None
        assert snapshot.commit.date.year == 9999


async def test_a_commit_is_a_whole_archive_and_what_the_next_one_brings_is_new(
    remote: Remote, tmp_path: Path, world: World
) -> None:
    origin = Repository(remote.url, tmp_path / "clones")
    source = Source(origin, world.library, world.ledger.papers, lambda: datetime(2026, 3, 30, tzinfo=UTC))
    for name, title in (("a.md", "Alpha Diffusion Models"), ("b.md", "Beta Video Transformers")):
        remote.write(name, f"# 202404\n\n## Diffusion\n\n### {title}\n- **Objective:** x\n")
        remote.commit()
        await origin.refresh()
        await source.read()
    assert len(await world.ledger.papers.since(0)) == 1
    with closing(sqlite3.connect(tmp_path / "data" / "ledger.db")) as ledger:
        (seen,) = ledger.execute("SELECT DISTINCT first_seen FROM papers").fetchone()
    assert datetime.fromisoformat(seen).timestamp() == 1_700_000_000, "since the commit"


async def test_only_what_changed_is_read_and_only_new_papers_are_new(
    remote: Remote, tmp_path: Path, world: World
) -> None:
    remote.write("a.md", "# 202404\n\n## Diffusion\n\n### Alpha Diffusion Models\n- **Objective:** x\n")
    remote.commit()

    def source() -> Source:
        origin = Repository(remote.url, tmp_path / "clones")
        return Source(origin, world.library, world.ledger.papers, lambda: datetime(2026, 3, 30, tzinfo=UTC))

    assert (await source().read()).changed == 1
    remote.write("b.md", "# 202404\n\n## Diffusion\n\n### Beta Video Transformers\n- **Objective:** x\n")
    remote.git("mv", "a.md", "c.md")
    remote.commit()
    again = source()
    assert (await again.read()).changed == 0
    await again.origin.refresh()
    assert (await again.read()).changed == 2
    assert (await again.read()).changed == 0
    assert len(await world.ledger.papers.since(0)) == 1
    status = await again.status()
    assert (status.files, status.papers, status.place, status.trouble) == (2, 2, remote.url, "")
    assert status.commit is not None
