"""Forecasts against oracles: a Gaussian solved at once, a relation simulated, a season planted."""

from dataclasses import replace

import numpy as np
import pytest

from lending.value_rules import ValueRules
from scoring.sales_forecast import _alive
from scoring.sales_index import sales_index, smoothed
from scoring.value_facts import Floats, TradeSeen
from scoring.value_inputs import outlooks, sector_numbers
from scoring.value_open import open_claims
from scoring.value_sql import MONTHS

RULES = ValueRules(paths=100)


def test_the_smoother_is_the_mean_of_the_gaussian_it_states() -> None:
    rng = np.random.default_rng(1)
    seen, noise = rng.normal(size=(2, 20)), rng.uniform(0.1, 2, (2, 20))
    apart = np.abs(np.subtract.outer(np.arange(20), np.arange(20)))
    covariance = 0.5**2 * 0.9**apart

    found = smoothed(seen, noise, 0.9, 0.5)

    for at in range(2):
        exact = covariance @ np.linalg.solve(covariance + np.diag(noise[at]), seen[at])
        assert np.allclose(found[at], exact, atol=1e-9)


def test_the_chance_that_a_silent_relation_lasts_is_that_of_its_law() -> None:
    """Relations of a Gamma rate that end at a rate: among the silent ones, how many last?"""
    rng = np.random.default_rng(2)
    count, silence, ends = 400_000, 4.0, 0.05
    rate = rng.gamma(3.0, 1 / 4.0, count)
    end = rng.exponential(1 / ends, count)
    silent = rng.random(count) < np.exp(-rate * np.minimum(end, silence))
    simulated = (end[silent] > silence).mean()

    one = np.ones(1)
    found = _alive(3.0 * one, 4.0 * one, silence * one, silence * one, ends)

    assert found[0] == pytest.approx(simulated, abs=0.005)


def test_the_longer_the_silence_and_the_livelier_the_pair_the_less_it_lasts() -> None:
    silences = np.linspace(0, 12, 25)
    lively = _alive(np.full(25, 30.0), np.full(25, 10.0), silences, silences, 0.01)
    rare = _alive(np.full(25, 3.0), np.full(25, 10.0), silences, silences, 0.01)

    assert (np.diff(lively) < 0).all()
    assert (np.diff(rare) < 0).all()
    assert (lively[1:] < rare[1:]).all()
    assert lively[0] == rare[0] == 1


def test_a_planted_season_and_hour_are_found() -> None:
    rng = np.random.default_rng(3)
    usual = np.full((2, MONTHS), 1e6)
    season = np.exp(0.3 * np.sin(2 * np.pi * np.arange(12) / 12))
    season /= np.exp(np.log(season).mean())
    hour = np.where(np.arange(MONTHS) < 6, 0.7, 1.0)
    truth = season[np.arange(MONTHS) % 12] * np.stack([hour, np.ones(MONTHS)])
    orders = np.full((2, MONTHS), 50_000.0)
    noisy = usual * truth * np.exp(rng.normal(0, np.sqrt(1.9 / orders)))

    found = sales_index(noisy, usual, orders, MONTHS, RULES)

    assert np.allclose(found.past * np.exp(np.log(truth).mean(axis=1))[:, None], truth, rtol=0.12)
    ahead = found.ahead(RULES.persistence)
    # of three years six months were bad: they are a part of what is usual, and a month on past it
    assert ahead[0, 0] / ahead[1, 0] == pytest.approx(0.7 ** (5 / 6 * 0.9), abs=0.03)
    assert ahead[0, -1] / ahead[1, -1] > 0.85  # a year on they are nearly as usual


def test_a_book_without_two_years_has_no_season() -> None:
    usual = np.full((1, MONTHS), 1e6)
    bumpy = usual * np.exp(np.sin(np.arange(MONTHS)))

    assert (sales_index(bumpy, usual, usual, 20, RULES).season == 1).all()
    assert (sales_index(bumpy, usual, usual, 0, RULES).past == 1).all()


def steady(pairs: int = 6, months: int = MONTHS, **changed: object) -> TradeSeen:
    """Suppliers of a buyer each: an order of 1,000 a month, paid after 60 days, two years known."""
    ones = np.ones(pairs)
    count = np.zeros((pairs, MONTHS))
    count[:, :months] = 1.0
    keys = tuple(f"s{at}" for at in range(pairs))
    plain = TradeSeen(
        day=20_000,
        suppliers=keys,
        buyers=("b",),
        supplier=np.arange(pairs),
        buyer=np.zeros(pairs, dtype=np.int64),
        count=count,
        gross=1_000 * count,
        first_days=months * 30.4375 * ones,
        last_days=10 * ones,
        loose=0 * ones,
        aged_count=20 * ones,
        aged=20_000 * ones,
        less=0 * ones,
        claimed_of=20_000 * ones,
        claimed=20_000 * ones,
        settled_count=18 * ones,
        settled_days=18 * 60 * ones,
        due_count=np.stack([18 * ones, 0 * ones], axis=1),
        open_pair=np.repeat(np.arange(pairs), 2),
        open_age=np.tile([40.0, 10.0], pairs),
        open_term=np.full(2 * pairs, 60.0),
        open_minor=np.full(2 * pairs, 1_000.0),
        open_unclaimed=np.zeros(2 * pairs, dtype=np.int64),
        late_days=np.array([0.0, 10.0]),
        late_count=np.array([90.0, 10.0]),
        sector=("x",) * pairs,
        size_class=(None,) * pairs,
        supplier_pd=np.full(pairs, np.nan),
        buyer_pd=np.full(1, np.nan),
        bought=0 * ones,
        sold=12_000 * ones,
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def test_steady_trade_goes_on_as_it_was() -> None:
    for outlook in outlooks(steady(), RULES):
        assert outlook.buyers == ("b",)
        assert outlook.monthly_minor.sum() == pytest.approx(12_000, rel=0.06)
        assert outlook.alive[0] > 0.97
        assert outlook.trading > 0.97
        assert outlook.open_minor[0] == 2_000
        assert outlook.lag_days[0] == 60
        assert outlook.margin_share == pytest.approx(1 - 0.65 - 0.2)
        assert (outlook.buyer_pd[0], outlook.supplier_pd) == (RULES.buyer_pd, RULES.supplier_pd)


def test_a_newcomer_is_drawn_to_its_sector() -> None:
    count = steady().count.copy()
    count[0] = 0.0
    count[0, 0] = 1.0  # one order, ten days ago
    gross = 1_000 * count
    gross[0] *= 9
    known = steady(count=count, gross=gross, first_days=np.array([10.0, *[1095.75] * 5]))

    first, *others = outlooks(known, RULES)

    amount = (9_000 + RULES.amount_weight * _mean(gross, count)) / (1 + RULES.amount_weight)
    assert 0.5 * 12 * amount < first.monthly_minor[0].sum() < 1.5 * 12 * amount
    assert first.spread[0] > 2 * others[0].spread[0]


def _mean(gross: Floats, count: Floats) -> float:
    return float(gross.sum() / count.sum())


def test_money_without_a_reference_pays_what_was_due_first() -> None:
    shares = np.ones(6)
    assert open_claims(steady(loose=np.full(6, 1_500.0)), shares).minor == pytest.approx(500.0)
    assert open_claims(steady(loose=np.full(6, 9_999.0)), shares).minor == pytest.approx(0.0)


def test_what_is_overdue_counts_by_how_late_claims_are_paid_that_are_paid() -> None:
    """One claim is late, the other isn't due; nine of ten are paid on the day, the tenth in ten."""
    every = np.ones(6)
    soon = open_claims(steady(open_age=np.tile([65.0, 10.0], 6)), every).minor[0]
    never = open_claims(steady(open_age=np.tile([120.0, 10.0], 6)), every).minor[0]

    assert 1_000 < soon < 2_000
    assert never == pytest.approx(1_000)


def test_silence_means_less_where_nothing_is_ever_heard() -> None:
    """Of the first three suppliers no payment is heard: what is overdue of theirs may be paid."""
    age = np.concatenate([np.tile([300.0, 65.0], 3), np.tile([10.0, 65.0], 3)])
    due = np.stack([np.array([1.0, 1, 1, 30, 30, 30]), np.zeros(6)], axis=1)
    found = open_claims(steady(open_age=age, due_count=due), np.ones(6)).minor

    assert 0 < found[0] < found[-1] - 1_000


def test_small_sectors_are_taken_together() -> None:
    assert sector_numbers(("a",) * 5 + ("b",) * 4 + ("",)).tolist() == [1] * 5 + [0] * 5
