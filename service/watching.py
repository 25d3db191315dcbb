"""The watch: looks every few seconds whether another model or policy is to serve."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from threading import Event, Thread

log = logging.getLogger("tricredit.service")


class Watch:
    """A thread that calls some looks, one after the other, every ``every_s`` seconds.

    Whatever a look raises is logged, and it is called again the next time.
    """

    def __init__(self, looks: Sequence[Callable[[], None]], every_s: float) -> None:
        self._looks = looks
        self._every_s = every_s
        self._ended = Event()
        self._thread = Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it; a look that has begun is waited for."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(self._every_s):
            for look in self._looks:
                try:
                    look()
                except Exception as error:
                    log.warning("the watch met %s: %.300s", type(error).__name__, error)
