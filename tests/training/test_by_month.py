"""Months and segments by hand, and the Gini that should stay."""

from datetime import date

import numpy as np
import pytest

from ledger.clocks import to_day_number
from training.validation.by_month import Month, by_month, stable_gini
from training.validation.segments import by_segment


def month(name: str, gini: float) -> Month:
    return Month(name, 100, 10, 0.1, 0.1, (gini + 1) / 2, 0.02)


def test_rows_fall_into_the_month_of_their_day() -> None:
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 2, 27)]
    day = np.array([to_day_number(one) for one in days])
    event = np.array([True, False, True, False])

    january, february = by_month(day, event, np.array([0.5, 0.1, 0.4, 0.1]))

    assert (january.month, january.n, january.events, january.auc) == ("2026-01", 1, 1, None)
    assert (february.month, february.n) == ("2026-02", 3)
    assert february.expected == pytest.approx(0.2)
    assert february.auc == 1


def test_a_gini_that_stays_is_its_own_mean() -> None:
    months = tuple(month(name, 0.5) for name in ("2026-01", "2026-02", "2026-03", "2026-04"))

    assert stable_gini(months) == pytest.approx(0.5)
    assert stable_gini(months[:2]) is None


def test_a_gini_that_falls_is_worth_less_than_one_that_rises() -> None:
    names = ("2026-01", "2026-02", "2026-03")
    falls = tuple(month(name, gini) for name, gini in zip(names, (0.6, 0.5, 0.4), strict=True))
    rises = tuple(month(name, gini) for name, gini in zip(names, (0.4, 0.5, 0.6), strict=True))

    a_week = 0.2 / ((31 + 28) / 7)
    assert stable_gini(falls) == pytest.approx(0.5 - 88 * a_week, abs=0.02)
    assert stable_gini(rises) == pytest.approx(0.5, abs=0.002)


def test_segments_are_told_the_largest_first_and_the_unknown_last() -> None:
    event = np.arange(100) % 4 == 0
    chance = np.where(event, 0.6, 0.1)
    values = ["small"] * 30 + ["micro"] * 60 + [None] * 10

    found = by_segment("size", values, event, chance, cut=0.5)

    assert [one.value for one in found] == ["micro", "small", "unknown"]
    micro, small, unknown = found
    assert (micro.n, micro.events, micro.auc) == (60, 15, 1)
    assert micro.below_share == 0.75
    assert small.auc is None  # fewer than ten events
    assert unknown.observed_low < unknown.observed < unknown.observed_high
