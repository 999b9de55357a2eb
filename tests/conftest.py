"""What holds for all tests."""

import os
import tempfile
from pathlib import Path

from hypothesis import settings

settings.register_profile("digestbot", deadline=None, print_blob=True)
settings.load_profile("digestbot")  # how long an example takes tells of the machine; growth is tested apart

MEMORY = Path("/dev/shm")
ROOM = 1 << 30
"""Bytes that must be free there: the tests have some 100 MB at once, and other programs need room, too."""


def pytest_configure() -> None:
    """Let temporary files be in memory, unless TMPDIR says where: tens of thousands of commits wait for a disk.

    No test cuts the power, so none could tell the difference. Some run programs that they write, which a container's
    memory may refuse.
    """
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
        about = os.statvfs(MEMORY)
        if about.f_bavail * about.f_frsize > ROOM and not about.f_flag & os.ST_NOEXEC:
            os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
