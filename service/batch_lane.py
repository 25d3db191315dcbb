"""The lane of batches, beside the turnstiles: they never take the place of a single score."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import anyio
from anyio import CapacityLimiter, to_thread

from service.refusals import Busy

Result = TypeVar("Result")


class BatchLane:
    """How many batches are open at once, and how many groups of their lines are scored at once.

    Single scores have slots of their own: a batch never takes their place.
    """

    def __init__(self, streams: int, slots: int) -> None:
        self._streams = CapacityLimiter(streams)
        self._slots = CapacityLimiter(slots)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Have a batch open; raise `Busy` where there are too many."""
        ticket = object()
        try:
            self._streams.acquire_on_behalf_of_nowait(ticket)
        except anyio.WouldBlock:
            raise Busy(
                "too many batches are open", remedy="send it again after Retry-After seconds"
            ) from None
        try:
            yield
        finally:
            self._streams.release_on_behalf_of(ticket)

    async def run(self, work: Callable[[], Result]) -> Result:
        """Run ``work`` in a thread, after the groups that came before."""
        return await to_thread.run_sync(work, limiter=self._slots)
