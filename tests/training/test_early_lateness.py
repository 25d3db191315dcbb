"""How late claims are paid by month: ripe ones alone, as known then, and what was usual."""

import numpy as np
import pytest

from models.event import Event
from tests.features.worlds_of_facts import DAY, Row, corrected, fact
from tests.training.lent_books import of
from tests.worlds import SmallWorld
from training.examples import labels
from training.monitor.early_lateness import (
    LATE_DAYS,
    Late,
    lateness_by_month,
    usual_lateness,
)
from training.monitor.spans import next_day_after

JUNE = next_day_after("2026-05")
"""First day of June 2026."""


def due(ref: str, day: int, term: int = 60) -> tuple[str, Row]:
    row = fact("receivable", ref, 1, (day - term) * DAY, supplier="s", buyer="b", face_minor=100)
    return "receivable", {**row, "issued_on": day - term, "due_on": day}


def paid(ref: str, day: int, known: int | None = None) -> tuple[str, Row]:
    row = fact("payment", f"p{ref}", 2, (day + 1 if known is None else known) * DAY, receivable=ref)
    return "payment", {**row, "paid_on": day, "amount_minor": 100, "payer": "b", "payee": "s"}


def june(*rows: tuple[str, Row]) -> dict[int, tuple[int, int]]:
    """Ripe and late claims of June by days."""
    found = lateness_by_month(of(*rows), ["2026-06"])["2026-06"]
    assert tuple(one.days for one in found) == LATE_DAYS
    return {one.days: (one.ripe, one.late) for one in found}


@pytest.mark.parametrize(
    ("after", "five", "thirty"),
    [(-3, 0, 0), (4, 0, 0), (5, 1, 0), (29, 1, 0), (30, 1, 1), (None, 1, 1)],
)
def test_a_claim_is_late_from_so_many_days_on_paid_or_not(
    after: int | None, five: int, thirty: int
) -> None:
    for days, late in ((5, five), (30, thirty)):
        on = JUNE - days + 10
        facts = [due("r", on)] + ([] if after is None else [paid("r", on + after)])

        assert june(*facts)[days] == (1, late)


@pytest.mark.parametrize("days", LATE_DAYS)
def test_a_claim_counts_in_the_one_month_in_which_its_lateness_is_settled(days: int) -> None:
    july = next_day_after("2026-06")
    edges = [(JUNE - days - 1, 0), (JUNE - days, 1), (july - days - 1, 1), (july - days, 0)]

    for on, ripe in edges:
        assert june(due("r", on))[days] == (ripe, ripe)


def test_what_is_told_after_the_month_counts_as_it_was_known_in_it() -> None:
    told_in_time, told_late = paid("r", JUNE, JUNE + 1), paid("r", JUNE, JUNE + 40)

    assert june(due("r", JUNE), told_in_time)[5] == (1, 0)
    assert june(due("r", JUNE), told_late)[5] == (1, 1)
    kind, row = due("r", JUNE)
    later = kind, corrected(row, (JUNE + 50) * DAY, due_on=JUNE - 90)
    assert june((kind, row), later)[5] == (1, 1)


def test_a_due_date_beyond_a_year_is_not_believed() -> None:
    assert june(due("r", JUNE, term=365))[5] == (1, 1)
    assert june(due("r", JUNE, term=366))[5] == (0, 0)


@pytest.mark.parametrize("days", LATE_DAYS)
def test_the_counts_are_those_of_labels_that_ripened_in_the_month(
    small_world: SmallWorld, days: int
) -> None:
    gathered, known = small_world.gathered, small_world.known
    event = Event(name="late", kind="late", days=days, en="late", zh="逾期")
    months = ["2026-02", "2026-03", "2026-04"]

    found = lateness_by_month(gathered, months)

    for month, before in zip(months, ["2026-01", *months], strict=False):
        then, sooner = (
            labels(gathered, known, event, next_day_after(one)) for one in (month, before)
        )
        fresh = then.ripe & ~sooner.ripe
        told = next(one for one in found[month] if one.days == days)
        assert (told.ripe, told.late) == (fresh.sum(), then.event[fresh].sum())
        assert 0 < told.late < told.ripe


@pytest.mark.parametrize("days", LATE_DAYS)
def test_the_year_before_is_the_sum_of_its_months(small_world: SmallWorld, days: int) -> None:
    months = [str(month) for month in np.arange("2025-05", "2026-06", dtype="datetime64[M]")]

    found = lateness_by_month(small_world.gathered, months)

    *year, last = (next(one for one in found[month] if one.days == days) for month in months)
    assert last.ripe_before == sum(one.ripe for one in year) > 0
    assert last.late_before == sum(one.late for one in year) > 0
    assert last.ratio == pytest.approx(
        last.late / last.ripe / (last.late_before / last.ripe_before)
    )


def test_a_book_younger_than_a_year_tells_of_no_year_before() -> None:
    every = [f"{year}-{month:02}" for year in (2025, 2026) for month in range(1, 13)]
    facts = [due(month, next_day_after(month)) for month in every if month >= "2025-06"]

    found = lateness_by_month(of(*facts), ["2026-06", "2026-07"])

    june_told, july_told = (one[0] for one in found.values())
    assert (june_told.ripe, june_told.ripe_before, june_told.share_before, june_told.ratio) == (
        1,
        0,
        None,
        None,
    )
    assert (july_told.ripe_before, july_told.late_before, july_told.ratio) == (12, 12, 1.0)


def test_what_was_usual_is_the_largest_ratio_of_months_with_enough_claims() -> None:
    months = {
        "2026-01": (Late(5, 100, 40, 1000, 400), Late(30, 10, 9, 900, 300)),
        "2026-02": (Late(5, 100, 60, 1000, 400), Late(30, 10, 9, 900, 300)),
        "2026-03": (Late(5, 49, 49, 1000, 400), Late(30, 10, 9, 900, 300)),
        "2026-04": (Late(5, 100, 90, 0, 0), Late(30, 10, 9, 900, 300)),
    }

    assert usual_lateness(months, 50) == {5: pytest.approx(1.5), 30: 1.0}
    assert usual_lateness({}, 50) == {5: 1.0, 30: 1.0}
    assert Late(5, 0, 0, 10, 5).ratio is None
    assert Late(5, 10, 5, 10, 0).ratio is None
