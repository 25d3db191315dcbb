"""The turnstile before a desk: little work at once, a short queue, the rest turned away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import anyio
from anyio import CapacityLimiter, to_thread

from service.refusals import Busy

Result = TypeVar("Result")


class Turnstile:
    """Runs blocking work in threads, at most ``slots`` at once.

    Parameters
    ----------
    slots : int
        Pieces of work that run at once.
    queue : int
        Pieces that may wait for a slot.
    wait_s : float
        Seconds that each may wait.

    Attributes
    ----------
    turned_away : int
        Pieces that found no place, or waited too long.
    """

    def __init__(self, slots: int, queue: int, wait_s: float) -> None:
        self._limiter = CapacityLimiter(slots)
        self._seats = CapacityLimiter(slots + queue)
        self._queue = queue
        self._wait_s = wait_s
        self.turned_away = 0

    @property
    def slots(self) -> int:
        """Pieces of work that run at once."""
        return int(self._limiter.total_tokens)

    @property
    def in_use(self) -> int:
        """Slots taken."""
        return self._limiter.borrowed_tokens

    @property
    def waiting(self) -> int:
        """Pieces that wait for a slot."""
        return self._limiter.statistics().tasks_waiting

    @asynccontextmanager
    async def seat(self) -> AsyncIterator[None]:
        """Keep a place while a large body comes in; raise `Busy` where none is left.

        There are as many as may run and wait: the files of bodies are no more than that.
        """
        ticket = object()
        try:
            self._seats.acquire_on_behalf_of_nowait(ticket)
        except anyio.WouldBlock:
            raise self._busy() from None
        try:
            yield
        finally:
            self._seats.release_on_behalf_of(ticket)

    async def run(self, work: Callable[[], Result]) -> Result:
        """Run ``work`` in a thread and return its result; raise `Busy` where it would wait long."""
        ticket = object()
        await self._admit(ticket)
        try:
            return await to_thread.run_sync(work)
        finally:
            self._limiter.release_on_behalf_of(ticket)

    async def _admit(self, ticket: object) -> None:
        taken = self._limiter.available_tokens == 0
        if taken and self._limiter.statistics().tasks_waiting >= self._queue:
            raise self._busy()
        try:
            with anyio.fail_after(self._wait_s):
                await self._limiter.acquire_on_behalf_of(ticket)
        except TimeoutError:
            raise self._busy() from None

    def _busy(self) -> Busy:
        self.turned_away += 1
        return Busy(
            "all slots are taken", remedy="send the request again after Retry-After seconds"
        )
