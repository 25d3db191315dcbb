"""An event happens just when the accumulated intensity says, and as often as its chance says."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.arrays import Floats, Ints
from simulator.calendar import Calendar, calendar_of
from simulator.chances import window_parts
from simulator.intensities import NEVER, Intensities, accumulated

CALENDAR = calendar_of(14, date(2024, 3, 31))  # with a leap day
DAYS = np.arange(CALENDAR.begin, CALENDAR.end)

intensity_lists = st.lists(
    st.one_of(st.just(0.0), st.floats(0.0, 1e-3), st.floats(0.0, 5.0)),
    min_size=CALENDAR.all_months,
    max_size=CALENDAR.all_months,
)
world_days = st.integers(CALENDAR.begin - 40, CALENDAR.end + 40)


def one(intensity: list[float]) -> Intensities:
    return accumulated(CALENDAR, np.array([intensity]))


def nobody(count: int) -> Ints:
    return np.zeros(count, dtype=np.int64)


def by_hand(intensity: list[float], calendar: Calendar, after: int, until: int) -> float:
    """The intensity of each day after one, up to another, added up plainly."""
    total = 0.0
    for month, whole in enumerate(intensity):
        first, last = int(calendar.starts[month]), int(calendar.starts[month + 1])
        within = [day for day in range(first, last) if after < day <= until]
        total += whole * len(within) / (last - first)
    return total


@given(intensity_lists, world_days, world_days)
def test_the_chance_is_that_of_the_days_after_one_up_to_another(
    intensity: list[float], one_day: int, other_day: int
) -> None:
    after, until = sorted((one_day, other_day))

    chance = one(intensity).chance(nobody(1), np.array([after]), np.array([until]))

    expected = -np.expm1(-by_hand(intensity, CALENDAR, after, until))
    assert chance[0] == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(intensity_lists, world_days, st.integers(0, 400))
def test_parts_of_months_are_the_days_after_one_up_to_another(
    intensity: list[float], after: int, length: int
) -> None:
    after = int(np.clip(after, CALENDAR.begin, CALENDAR.end - 1))
    intensities = one(intensity)
    months = CALENDAR.all_months
    parts = window_parts(intensities, np.array([after]), np.array([after + length]), months)
    first = int(CALENDAR.month(np.array([after]))[0])

    total = sum(
        part * intensity[first + ahead]
        for ahead, part in enumerate(parts[0].tolist())
        if first + ahead < months
    )

    assert total == pytest.approx(by_hand(intensity, CALENDAR, after, after + length), abs=1e-9)


@given(intensity_lists, st.lists(st.floats(0.0, 20.0), min_size=1, max_size=20))
def test_an_event_is_on_the_day_that_the_accumulated_intensity_reaches_its_draw(
    intensity: list[float], drawn: list[float]
) -> None:
    intensities, draws = one(intensity), np.array(drawn)
    who = nobody(len(draws))

    days = intensities.days(who, draws)

    happens = days < NEVER
    total = intensities.sums[0, -1]
    assert (happens == (draws <= total)).all()
    slack = 1e-9 * (1 + total)
    on = np.where(happens, days, CALENDAR.begin)
    assert (intensities.through(who, on)[happens] >= draws[happens] - slack).all()
    assert (intensities.through(who, on - 1)[happens] <= draws[happens] + slack).all()


@pytest.mark.parametrize("day", [DAYS[0], DAYS[30], DAYS[31], DAYS[200], DAYS[-1]])
def test_an_event_belongs_to_its_own_day_and_to_no_other(day: int) -> None:
    """A draw in the middle of a day's share of the intensity: no rounding can move it."""
    intensities = accumulated(CALENDAR, np.full((1, CALENDAR.all_months), 0.7))
    before, through = (
        float(intensities.through(nobody(1), np.array([at]))[0]) for at in (day - 1, day)
    )

    found = intensities.days(nobody(1), np.array([(before + through) / 2]))

    assert found.tolist() == [day]
    within = intensities.chance(nobody(2), np.array([day - 1, day]), np.array([day, day + 1]))
    assert within[0] == pytest.approx(-np.expm1(before - through))


def test_every_day_can_be_the_day() -> None:
    intensities = accumulated(CALENDAR, np.full((1, CALENDAR.all_months), 0.5))
    who = nobody(len(DAYS))
    middle = (intensities.through(who, DAYS) + intensities.through(who, DAYS - 1)) / 2

    assert np.array_equal(intensities.days(who, middle), DAYS)


def test_nothing_happens_outside_the_world_nor_without_intensity() -> None:
    intensities = accumulated(CALENDAR, np.zeros((1, CALENDAR.all_months)))
    early, late = np.array([CALENDAR.begin - 99]), np.array([CALENDAR.end + 99])

    assert intensities.days(nobody(1), np.array([1e-12])).tolist() == [NEVER]
    assert intensities.chance(nobody(1), early, late).tolist() == [0.0]
    busy = accumulated(CALENDAR, np.ones((1, CALENDAR.all_months)))
    assert busy.chance(nobody(1), late, late + 10).tolist() == [0.0]
    assert busy.through(nobody(1), late).tolist() == [float(CALENDAR.all_months)]
    assert busy.chance(nobody(1), late, early).tolist() == [0.0]


def frequencies(intensities: Intensities, after: Ints, until: Ints, seed: int) -> Floats:
    """How often the event came within (after, until], of those to which it had not come yet."""
    rng = np.random.default_rng(seed)
    tries = 200_000
    found = np.empty(len(after))
    for entity, (low, high) in enumerate(zip(after, until, strict=True)):
        who = np.full(tries, entity)
        days = intensities.days(who, rng.exponential(size=tries))
        found[entity] = ((low < days) & (days <= high)).sum() / (days > low).sum()
    return found


def test_an_event_is_as_frequent_as_its_chance_among_those_still_without() -> None:
    rng = np.random.default_rng(3)
    count = 12
    intensities = accumulated(CALENDAR, rng.uniform(0.01, 0.2, (count, CALENDAR.all_months)))
    after = rng.choice(DAYS[:300], count)
    until = after + rng.integers(1, 270, count)

    chance = intensities.chance(np.arange(count), after, until)

    left = np.exp(-intensities.through(np.arange(count), after)) * 200_000
    error = np.sqrt(chance * (1 - chance) / left)
    assert (np.abs(frequencies(intensities, after, until, 4) - chance) <= 4 * error).all()
    assert chance.min() > 0.01


def test_a_draw_far_beyond_the_intensity_is_never() -> None:
    intensities = accumulated(CALENDAR, np.full((1, CALENDAR.all_months), 1e-17))

    assert intensities.days(nobody(1), np.array([30.0])).tolist() == [NEVER]
