import asyncio
from pathlib import Path

from digestbot.sources import watch


async def wait_for_change(folder: Path, write: Path) -> None:
    """Wait until the watcher tells of a note written while it watched."""
    stop = asyncio.Event()
    seen = watch(folder, stop)
    told = asyncio.ensure_future(anext(seen))
    while not told.done():
        # Written again until it is noticed: the watcher begins to listen at a moment that it does not tell.
        await asyncio.to_thread(write.parent.mkdir, parents=True, exist_ok=True)
        await asyncio.to_thread(write.write_text, f"# {asyncio.get_running_loop().time()}\n")
        await asyncio.wait({told}, timeout=0.1)
    stop.set()
    await told
    assert [_ async for _ in seen] == []


async def test_a_written_note_is_told(tmp_path: Path) -> None:
    await asyncio.wait_for(wait_for_change(tmp_path, tmp_path / "a.md"), 20)


async def test_a_folder_that_does_not_exist_yet_is_waited_for(tmp_path: Path) -> None:
    await asyncio.wait_for(wait_for_change(tmp_path / "notes", tmp_path / "notes" / "a.md"), 20)
