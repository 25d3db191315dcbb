"""Independent pieces of work side by side, each on one thread, with one progress and one end.

LightGBM lets go of Python while it grows a tree, so that boosters fitted side by side take their
share of the processors each. Several threads in one booster wait for each other instead: on a busy
machine two of them cost four times the processor time of one, for the same trees.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import TypeVar

from features.pipeline import Progress, silent

ROUNDS = "rounds"
"""What a fit calls its progress, which is a part of the step that is told already."""

Found = TypeVar("Found")
Task = Callable[[Progress], Found]
"""A piece of work. It calls the function it is given often, and ends where that raises."""


class _Ended(Exception):
    """Another task failed, or the run is interrupted."""


@dataclass(frozen=True)
class _Together:
    """What tasks that run at once share: how far each is, and whether to end."""

    progress: Progress
    over: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)
    rounds: dict[int, tuple[int, int]] = field(default_factory=dict)

    def telling(self, at: int) -> Progress:
        """The progress of one task; of rounds those of all that run are told, added up."""

        def tell(what: str, done: int, steps: int) -> None:
            if self.over.is_set():
                raise _Ended
            with self.lock:
                if what != ROUNDS:
                    self.progress(what, done, steps)
                    return
                self.rounds[at] = done, steps
                each = self.rounds.values()
                self.progress(ROUNDS, sum(one for one, _ in each), sum(all_ for _, all_ in each))

        return tell

    def ended(self, at: int) -> None:
        """Count the rounds of a task no more."""
        with self.lock:
            self.rounds.pop(at, None)


def at_once(tasks: Sequence[Task[Found]], threads: int, progress: Progress = silent) -> list[Found]:
    """Run tasks that need nothing of each other, so many at once.

    Parameters
    ----------
    tasks : sequence of functions of a progress
        The calling thread works through them from the first on, and its helpers from the last. So
        what can't be interrupted between two calls of its progress comes first: a signal ends it
        there, for signals come to the calling thread.
    threads : int
        How many run at once. With one they run here, one after the other.

    Returns
    -------
    list
        What they returned, in their order.

    Raises
    ------
    Exception
        What a task raised; the others end at their next call of their progress.
    """
    helpers = min(threads, len(tasks)) - 1
    if helpers < 1:
        return [task(progress) for task in tasks]
    together, left = _Together(progress), deque(enumerate(tasks))
    found: dict[int, Found] = {}

    def work(take: Callable[[], tuple[int, Task[Found]]]) -> None:
        for at, task in _until_empty(take):
            try:
                found[at] = task(together.telling(at))
            except _Ended:
                return
            except BaseException:
                together.over.set()
                raise
            together.ended(at)

    with ThreadPoolExecutor(helpers, thread_name_prefix="at-once") as pool:
        try:
            others = [pool.submit(work, left.pop) for _ in range(helpers)]
            work(left.popleft)
            for other in others:
                other.result()
        finally:
            together.over.set()
    return [found[at] for at in range(len(tasks))]


def _until_empty(take: Callable[[], Found]) -> Iterator[Found]:
    """Take one after the other, each when it is asked for, until there is none."""
    while True:
        try:
            one = take()
        except IndexError:
            return
        yield one
