"""The `git` command, run so that neither a repository nor an address makes it do more than it is asked for."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from digestbot.errors import SourceError

LIMIT = 1024 * 1024 * 1024
"""Bytes that a clone may take: notes are text, and the largest public list's repository has a tenth of it."""
PATIENCE = 600
"""Seconds after which a command of git is given up."""

_LOOK = 0.2
"""Seconds between two looks at how large a clone has become."""
_KEPT = re.compile(r"GIT_(SSH|SSH_COMMAND|SSL_\w+|CONFIG_GLOBAL|CONFIG_SYSTEM|EXEC_PATH|PROXY_\w+|HTTP_LOW_SPEED_\w+)")
_SAFE = ("core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=false")
_LOGIN = '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$DIGESTBOT_USER" "$DIGESTBOT_PASSWORD"; }; f'
"""A credential helper that takes user and password from the environment, which no other user can look at."""

_REASONS = (
    (r"find remote ref HEAD", "it has no commit yet; push one"),
    (r"find remote ref", "it has no such branch; name another under branch in the settings"),
    (r"No space left|quota exceeded|File too large|write error", "the disk is full; make room on it"),
    (r"Host key verification", "its host is not known to ssh; add the host's key to known_hosts"),
    (
        r"Authentication failed|could not read (Username|Password)|Permission (denied \(|to .+ denied)|error: 403",
        "it refuses access; check the token or the deploy key, and what they may read",
    ),
    (r"resolve host|connect to|onnection|timed out|unreachable|too slow", "it cannot be reached; check the network"),
    (
        r"does not appear to be a git repository|(repository|project)\b.*(not found|not be found|does not exist)",
        "there is no such repository, or no access to it; check the address and the credentials",
    ),
)


class GitError(SourceError):
    """A command of git failed; `known` if the reason lies outside of the clone, so that a new one would not help."""

    def __init__(self, told: str, *, known: bool) -> None:
        super().__init__(told)
        self.known = known


class Unusable(GitError):  # noqa: N818 - it says what git or the clone is
    """Git cannot be run, or the disk refuses the clone: nothing is known of what is in it."""

    def __init__(self, told: str) -> None:
        super().__init__(told, known=True)


def arguments(clone: Path, *command: str) -> list[str]:
    """Return the command line for a command on a bare clone; nothing above the clone is taken for a repository."""
    return ["git", f"--git-dir={clone}", *(part for one in _SAFE for part in ("-c", one)), *command]


def environment(login: tuple[str, str] | None = None) -> dict[str, str]:
    """Return the variables for git: it asks nobody, knows few protocols, and takes no repository from outside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or _KEPT.fullmatch(name)}
    # A remote that says nothing for a minute is given up; while it packs, it says a byte now and then.
    patient = {"GIT_HTTP_LOW_SPEED_LIMIT": "1", "GIT_HTTP_LOW_SPEED_TIME": "60"}
    safe = {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "GIT_ALLOW_PROTOCOL": "http:https:ssh:file",
        "GIT_SSH_COMMAND": f"{kept.get('GIT_SSH_COMMAND', 'ssh')} -o BatchMode=yes -o ConnectTimeout=20"
        " -o ServerAliveInterval=20 -o ServerAliveCountMax=3",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "LC_ALL": "C",
    }
    if not login:
        return patient | kept | safe
    helper = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "credential.helper", "GIT_CONFIG_VALUE_0": _LOGIN}
    return patient | kept | safe | helper | {"DIGESTBOT_USER": login[0], "DIGESTBOT_PASSWORD": login[1]}


@contextmanager
def starting() -> Generator[None]:
    """Turn what keeps git from being started into Unusable."""
    try:
        yield
    except FileNotFoundError:
        raise Unusable("the program git is missing; install it") from None
    except OSError as error:
        raise Unusable(f"git cannot be run ({error.strerror}); mend that") from error


@contextmanager
def using(clone: Path) -> Generator[None]:
    """Turn what the disk or the system refuses to do with a clone into Unusable."""
    try:
        yield
    except OSError as error:
        raise Unusable(f"the clone {clone} cannot be used ({error.strerror}); mend it") from error


async def run(clone: Path, command: Sequence[str], *, env: Mapping[str, str], limit: int = LIMIT) -> bytes:
    """Run a command on a clone and return what it prints. Raises GitError, with the reason.

    It is killed, with all that it started, when it takes too long or the clone becomes larger than `limit`.
    """
    with starting():
        process = await asyncio.create_subprocess_exec(
            *arguments(clone, *command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(env),
            start_new_session=True,
        )
    watch = asyncio.create_task(_watch_size(clone, limit))
    ends = asyncio.create_task(process.communicate())
    try:
        await asyncio.wait({ends, watch}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if not ends.done() or await asyncio.to_thread(size_of, clone) > limit:
            large = watch.done() or ends.done()
            why = f"it is larger than {limit:,} bytes; name a smaller one" if large else "it took too long; try again"
            raise GitError(why, known=True)
        out, errors = ends.result()
    finally:
        if not ends.done():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        watch.cancel()
        await asyncio.wait({ends, watch})
    if process.returncode:
        raise reason(errors.decode("utf-8", "replace"))
    return out


async def _watch_size(clone: Path, limit: int) -> None:
    while await asyncio.to_thread(size_of, clone) <= limit:  # noqa: ASYNC110 - no event tells of a file's growth
        await asyncio.sleep(_LOOK)


def size_of(folder: Path) -> int:
    """Return how many bytes the files below a folder have; files that come and go meanwhile may be missed."""
    total = 0
    for where, _, files in os.walk(folder):
        for name in files:
            with suppress(OSError):
                total += Path(where, name).lstat().st_size
    return total


def tidy(folder: Path) -> None:
    """Delete what a fetch that failed has left in a clone of the objects that came."""
    for where, _, files in os.walk(folder / "objects"):
        for name in files:
            if name.startswith("tmp_"):
                with suppress(OSError):
                    Path(where, name).unlink()


def discard(folder: Path) -> None:
    """Delete a clone, as far as it is there."""
    shutil.rmtree(folder, ignore_errors=True)


def reason(errors: str) -> GitError:
    """Return what to tell of a command that printed these errors."""
    for pattern, told in _REASONS:
        if re.search(pattern, errors, re.IGNORECASE):
            return GitError(told, known=True)
    lines = [line for line in errors.splitlines() if line.startswith(("fatal: ", "error: "))]
    last = lines[-1] if lines else "no reason given"
    return GitError(f"git failed ({last}); see to it, or delete the clone", known=False)
