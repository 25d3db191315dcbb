"""Independent work side by side: the same results, one progress, and one end."""

import signal
import threading
from functools import partial
from time import sleep

import lightgbm as lgb
import numpy as np
import pytest

from features.pipeline import Progress, silent
from models.trees import Matrix, Vector
from tests.worlds import NAMES, TREES
from training.at_once import ROUNDS, Task, at_once
from training.fitting import ADDITIVE, CROSS, FREE, Fitter, Flags, Shape, text

PATIENCE = 30.0
"""Seconds after which a test gives up waiting for another thread."""


def squared(number: int, tell: Progress) -> int:
    tell("squares", number, 9)
    return number * number


def squares(count: int) -> list[Task[int]]:
    return [partial(squared, number) for number in range(count)]


@pytest.mark.parametrize("threads", [1, 2, 3, 20])
def test_results_come_in_the_order_of_the_tasks(threads: int) -> None:
    assert at_once(squares(9), threads) == [number * number for number in range(9)]
    assert at_once(squares(1), threads) == [0]
    assert at_once(squares(0), threads) == []


def test_so_many_tasks_run_at_once() -> None:
    """Each waits until all three are there."""
    there = threading.Barrier(3, timeout=PATIENCE)

    found = at_once([lambda _tell: there.wait() >= 0] * 3, threads=3)

    assert found == [True] * 3


def test_the_caller_takes_the_first_and_its_helpers_the_last() -> None:
    there = threading.Barrier(2, timeout=PATIENCE)

    def thread(_tell: Progress) -> bool:
        there.wait()
        return threading.current_thread() is threading.main_thread()

    assert at_once([thread] * 2, threads=2) == [True, False]
    assert (
        at_once([lambda _tell: threading.current_thread()] * 3, threads=1)
        == [threading.main_thread()] * 3
    )


def test_rounds_of_all_that_run_are_added_up() -> None:
    told: list[tuple[str, int, int]] = []
    first, second = threading.Event(), threading.Event()

    def one(tell: Progress) -> None:
        tell(ROUNDS, 20, 100)
        first.set()
        assert second.wait(PATIENCE)

    def other(tell: Progress) -> None:
        assert first.wait(PATIENCE)
        tell(ROUNDS, 40, 200)
        second.set()

    at_once([one, other], 2, lambda *said: told.append(said))

    assert told == [(ROUNDS, 20, 100), (ROUNDS, 60, 300)]


def fails(_tell: Progress) -> None:
    raise ValueError("a task")


def goes_on(begun: threading.Event, tell: Progress) -> None:
    """Would never end by itself."""
    begun.set()
    while True:
        sleep(0.001)
        tell(ROUNDS, 0, 1)


@pytest.mark.parametrize("last", [False, True])
def test_a_task_that_fails_ends_the_others(*, last: bool) -> None:
    begun = threading.Event()

    def waits(tell: Progress) -> None:
        assert begun.wait(PATIENCE)
        fails(tell)

    tasks: list[Task[None]] = [partial(goes_on, begun), waits]

    with pytest.raises(ValueError, match="a task"):
        at_once(tasks if last else tasks[::-1], threads=2)


def test_an_index_error_of_a_task_is_no_end_of_the_tasks() -> None:
    def out_of_range(_tell: Progress) -> int:
        raise IndexError("of its own")

    for tasks in ([out_of_range, *squares(2)], [*squares(2), out_of_range]):
        with pytest.raises(IndexError, match="of its own"):
            at_once(tasks, threads=2)


class Interrupted(BaseException):
    """As ``training.ending`` raises it where the signal finds the program."""


def test_a_signal_ends_all_of_them() -> None:
    def interrupt(_number: int, _frame: object) -> None:
        raise Interrupted

    begun = [threading.Event(), threading.Event()]
    before = signal.signal(signal.SIGTERM, interrupt)

    def send() -> None:
        assert all(one.wait(PATIENCE) for one in begun)
        signal.raise_signal(signal.SIGTERM)

    sender = threading.Thread(target=send)
    sender.start()
    try:
        with pytest.raises(Interrupted):
            at_once([partial(goes_on, one) for one in begun], threads=2)
    finally:
        signal.signal(signal.SIGTERM, before)
        sender.join()
    assert not [one for one in threading.enumerate() if one.name.startswith("at-once")]


FITTER = Fitter(NAMES, TREES.model_copy(update={"least_rows_in_leaf": 60}), seed=1, threads=1)


@pytest.fixture(scope="module")
def learned() -> tuple[Matrix, Flags]:
    """Rows of which some values are missing, and some columns nearly always say the same."""
    generator = np.random.default_rng(5)
    rows = generator.normal(size=(3_000, len(NAMES)))
    event = rows[:, 0] + generator.normal(size=3_000) > 1.0
    rows[generator.random(rows.shape) < 0.2] = np.nan
    rows[:, 1::7] = np.where(generator.random(rows[:, 1::7].shape) < 0.013, 1.0, 0.0)
    return rows, event


def test_boosters_fitted_at_once_on_the_same_rows_are_those_fitted_one_by_one(
    learned: tuple[Matrix, Flags],
) -> None:
    """To the byte, whether they begin from raw scores or from the average."""
    binned = FITTER.binned(*learned)

    def fitted(shape: Shape, start: Vector | None, tell: Progress) -> str:
        return text(binned.fit(shape, 30, start, progress=tell))

    scores = np.linspace(-3.0, -2.0, 3_000)
    each = [(shape, start) for shape in (ADDITIVE, CROSS, FREE) for start in (None, scores)]
    fits: list[Task[str]] = [partial(fitted, *one) for one in each]

    alone = [plainly(learned, *one) for one in each]

    assert len(set(alone)) == len(alone)
    assert [fit(silent) for fit in fits] == alone
    assert at_once(fits, threads=3) == alone


def plainly(learned: tuple[Matrix, Flags], shape: Shape, start: Vector | None) -> str:
    """A booster on a data set of its own, as LightGBM's manual has it."""
    rows, event = learned
    names, quiet = list(NAMES), {"verbose": -1}
    data = lgb.Dataset(
        rows, event.astype(float), init_score=start, feature_name=names, params=quiet
    )
    booster = lgb.Booster(FITTER.parameters(shape, continued=start is not None), data)
    for _ in range(30):
        booster.update()
    return text(booster)
