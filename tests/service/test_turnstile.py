"""Few pieces of work run at once; who would wait long is turned away."""

import asyncio
import threading
import time

import pytest

from service.refusals import Busy
from service.turnstile import Turnstile


def test_no_more_run_than_there_are_slots() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def work() -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1
        return most

    async def crowd() -> None:
        turnstile = Turnstile(slots=2, queue=50, wait_s=5)
        await asyncio.gather(*(turnstile.run(work) for _ in range(20)))

    asyncio.run(crowd())

    assert most == 2


@pytest.mark.parametrize(("queue", "wait_s"), [(0, 5.0), (1, 0.05)])
def test_who_would_wait_long_is_turned_away(queue: int, wait_s: float) -> None:
    free = threading.Event()

    async def crowd() -> None:
        turnstile = Turnstile(slots=1, queue=queue, wait_s=wait_s)
        first = asyncio.create_task(turnstile.run(free.wait))
        await asyncio.sleep(0.01)
        try:
            with pytest.raises(Busy):
                await turnstile.run(free.wait)
        finally:
            free.set()
        assert await first

    asyncio.run(crowd())


def test_a_slot_is_free_again_after_a_failure() -> None:
    def fail() -> None:
        raise ValueError("broken")

    async def twice() -> None:
        turnstile = Turnstile(slots=1, queue=0, wait_s=0.05)
        for _ in range(2):
            with pytest.raises(ValueError, match="broken"):
                await turnstile.run(fail)

    asyncio.run(twice())


def test_there_are_seats_for_those_who_run_and_those_who_wait() -> None:
    async def crowd() -> None:
        turnstile = Turnstile(slots=1, queue=1, wait_s=5)
        for _ in range(2):  # seats are free again afterwards
            async with turnstile.seat(), turnstile.seat():
                with pytest.raises(Busy):
                    await turnstile.seat().__aenter__()

    asyncio.run(crowd())
