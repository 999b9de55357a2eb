"""Which versions of the ledger this program knows: one per migration."""

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

FOLDER = Path(__file__).with_name("migrations")


def config() -> Config:
    """Return what Alembic needs to know."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    return made


def newest() -> str:
    """Return the version that this program works with."""
    head = _script(FOLDER).get_current_head()
    assert head is not None, "the package holds its migrations"  # noqa: S101 - for the type checker
    return head


def known() -> frozenset[str]:
    """Return the versions that this program can bring forward, and the newest."""
    return frozenset(script.revision for script in _script(FOLDER).walk_revisions())


@cache
def _script(folder: Path) -> ScriptDirectory:
    return ScriptDirectory.from_config(config())
