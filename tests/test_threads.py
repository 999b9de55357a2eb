import asyncio
import gc
import threading

import pytest

from digestbot.threads import in_thread, uncollected


async def test_whoever_is_cancelled_waits_for_the_end_of_the_work() -> None:
    began, go_on, done = threading.Event(), threading.Event(), list[str]()

    def work() -> None:
        began.set()
        go_on.wait(5)
        done.append("done")
        raise OSError("told to nobody")

    asking = asyncio.create_task(in_thread(work))
    await asyncio.to_thread(began.wait, 5)
    asking.cancel()
    asyncio.get_running_loop().call_later(0.05, go_on.set)
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert done == ["done"]


def test_the_garbage_collector_works_again_after_an_error() -> None:
    def fail() -> None:
        with uncollected():
            assert not gc.isenabled()
            raise LookupError("nothing there")

    with pytest.raises(LookupError):
        fail()
    assert gc.isenabled()


def test_a_garbage_collector_at_rest_is_not_woken() -> None:
    with uncollected():
        with uncollected():
            pass
        assert not gc.isenabled()


def test_the_garbage_collector_works_again_after_several_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    first, other, stop = threading.Event(), threading.Event(), gc.disable

    def stop_late() -> None:  # so late that the first thread could have woken the collector since it was looked at
        if threading.current_thread() is late:
            other.set()
            first.wait(0.1)
        stop()

    def rest() -> None:
        with uncollected():
            pass

    monkeypatch.setattr(gc, "disable", stop_late)
    late = threading.Thread(target=rest)
    with uncollected():
        late.start()
        other.wait(5)
    first.set()
    late.join()
    assert gc.isenabled()
