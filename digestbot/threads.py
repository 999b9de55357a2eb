"""Work beside the event loop."""

import asyncio
import concurrent.futures
import gc
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Work in a thread; whoever is cancelled meanwhile waits for its end, so that nothing is written after that."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        if not running.cancelled():
            running.exception()  # it has been looked at: what asked for it is no longer there to be told
        raise


async def apart(work: Callable[[], T]) -> T:
    """Do long work in a thread that the end of the process does not wait for, as it does for asyncio's own."""
    loop = asyncio.get_running_loop()
    outcome: concurrent.futures.Future[T] = concurrent.futures.Future()
    outcome.set_running_or_notify_cancel()  # whoever waits may be cancelled; the work goes on, for nobody

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is awaited
            outcome.set_exception(error)

    threading.Thread(target=run, name="reading", daemon=True).start()
    return await asyncio.wrap_future(outcome, loop=loop)


_SWITCHING = threading.Lock()
"""Held where the collector is looked at and stopped: between the two another thread that wakes it would be undone."""


@contextmanager
def uncollected() -> Generator[None]:
    """Let Python's garbage collector rest while many objects are made that refer to each other in no circle.

    It would pass them, and all notes that were just read, again and again, to find none that it could throw away.
    Of several threads that let it rest at once, the one that stopped it wakes it.
    """
    with _SWITCHING:
        working = gc.isenabled()
        gc.disable()
    try:
        yield
    finally:
        if working:
            with _SWITCHING:
                gc.enable()
