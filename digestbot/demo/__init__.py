"""`digestbot demo`: the real bot on sample notes in a simulated Discord, in the browser, without a token.

Library and ledger are temporary. Importing this package needs nothing beyond the bot, running it the extra `demo`.
"""

import asyncio
import os
import signal
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Coroutine
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from digestbot.errors import DigestbotError
from digestbot.settings import NotesSettings, Settings

_NEEDED = ("simcord", "PIL", "linkify_it", "regex")


async def run_demo(settings: Settings, port: int, open_browser: bool, announce: Callable[[str], None]) -> None:
    """Show the bot on the notes of the settings until the person ends it, by a signal or on the page.

    `port` 0 takes a free one. `announce` is told the address and the end, a line each. Raises DigestbotError.
    """
    _require_packages()
    # Only now: its packages are an extra.
    from digestbot.demo.show import show

    def opened(url: str) -> None:
        announce(f"The bot is in your browser: {url}\nCtrl-C ends the demo.")
        if open_browser:
            _look_at(url)

    with tempfile.TemporaryDirectory(prefix="digestbot-demo-", ignore_cleanup_errors=True) as data:
        await _until_told(show(settings, Path(data), port, announce, opened))
    announce("The demo has ended; nothing of it is kept.")


def settings_for(notes: Path | None) -> Settings:
    """Return settings that name these notes (None: the sample notes), read neither from a file nor from variables."""
    return Settings.model_construct(notes=(NotesSettings(path=notes or sample_notes()),))


def sample_notes() -> Path:
    """Return the folder of the notes that come with the bot: within the installed package, or in the checkout."""
    package = Path(__file__).parents[1]
    installed = package / "sample_notes"
    return installed if installed.is_dir() else package.parent / "notes"


def _look_at(url: str) -> None:
    """Open the page in the browser, if there is one with windows: one of text would take over the terminal."""
    try:
        found = type(webbrowser.get())
    except webbrowser.Error:
        return
    if found is not webbrowser.GenericBrowser or os.environ.get("BROWSER"):
        # Some browsers return when they are closed, and nothing should wait for that.
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def _require_packages() -> None:
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise DigestbotError(
            f"the demo needs packages that are not installed ({', '.join(missing)}); install them with: "
            "pip install -r requirements/demo.txt, or: pip install 'digestbot[demo]'"
        )


async def _until_told(showing: Coroutine[Any, Any, None]) -> None:
    """Run it until it ends or a signal asks for the end; then everything is closed, however often one asks."""
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(showing)
    asked = False

    def ask() -> None:
        nonlocal asked
        if not asked:
            asked = True
            task.cancel()

    def heard(_number: int, _frame: object) -> None:
        loop.call_soon_threadsafe(ask)

    # signal.signal, for Windows' event loop has no add_signal_handler.
    before = {s: signal.signal(s, heard) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        await asyncio.wait({task})
    finally:
        ask()
        for number, handler in before.items():
            signal.signal(number, handler)
    if not (asked and task.cancelled()):
        task.result()
