"""Work beside the calls: it goes on after a failure, and ends before what it uses is closed."""

from __future__ import annotations

import asyncio
import threading

from ordertwin_server.repeating import repeated


def test_the_block_ends_when_work_that_has_begun_is_done() -> None:
    begun, may_end, done = threading.Event(), threading.Event(), []

    def work() -> None:
        begun.set()
        may_end.wait(20)
        done.append("done")

    async def leave_while_it_works() -> None:
        async with asyncio.timeout(20), repeated(work, 0.01):
            await asyncio.to_thread(begun.wait, 20)
            asyncio.get_running_loop().call_later(0.05, may_end.set)

    asyncio.run(leave_while_it_works())
    assert done == ["done"]


def test_work_that_failed_is_tried_again() -> None:
    tries = 0

    def work() -> None:
        nonlocal tries
        tries += 1
        raise ValueError("not this time")

    async def wait_for_three() -> None:
        async with asyncio.timeout(20), repeated(work, 3600.0, first_after=0.0):
            while tries < 1:
                await asyncio.sleep(0.01)
        async with asyncio.timeout(20), repeated(work, 0.01):
            while tries < 3:
                await asyncio.sleep(0.01)

    asyncio.run(wait_for_three())


def test_work_every_no_seconds_is_never_done() -> None:
    done: list[str] = []

    async def stay_a_while() -> None:
        async with repeated(lambda: done.append("done"), 0.0, first_after=0.0):
            await asyncio.sleep(0.05)

    asyncio.run(stay_a_while())
    assert not done
