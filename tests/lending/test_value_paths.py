"""A value by hand where nothing is left to chance, and laws of what each element takes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.commercial_value import Driver, Value, quantiles, value
from lending.value_paths import AS_IT_IS, Outlook, Without, draws_of, parts_on_paths
from lending.value_rules import ValueRules

FEW = ValueRules(paths=100)
SURE = replace(FEW, sway=0.0, discount_rate=0.0)


def outlook(buyers: int = 2, **changed: object) -> Outlook:
    """Buyers of 1,000 a month each, that never end, pay at once and have 500 open."""
    ones = np.ones(buyers)
    plain = Outlook(
        supplier="s",
        buyers=tuple(f"b{at}" for at in range(buyers)),
        past_minor=12_000 * ones,
        monthly_minor=np.full((buyers, 12), 1_000.0),
        spread=np.zeros(buyers),
        alive=ones,
        ends_a_month=np.zeros(buyers),
        kept_share=ones,
        lag_days=np.zeros(buyers),
        buyer_pd=np.zeros(buyers),
        open_minor=500 * ones,
        open_days=np.zeros(buyers),
        supplier_pd=0.0,
        trading=1.0,
        margin_share=0.25,
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def test_without_any_risk_a_value_is_the_sales_and_what_is_open() -> None:
    found = value(outlook(), SURE, 1)

    assert found.p50_minor == pytest.approx(25_000, rel=0.002)
    assert found.uncertainty == pytest.approx(0, abs=0.01)
    assert found.growth == pytest.approx(0)
    assert found.after_costs(found.p50_minor) == found.p50_minor // 4
    assert {driver: abs(take) <= 60 for driver, take in found.takes_minor.items()} == dict.fromkeys(
        Driver, True
    )


def test_dilution_takes_its_share_of_sales_and_delay_its_discount() -> None:
    half = value(outlook(kept_share=np.full(2, 0.5)), SURE, 1)
    assert half.p50_minor == pytest.approx(13_000, rel=0.002)
    assert half.takes_minor[Driver.DILUTION] == pytest.approx(12_000, rel=0.01)

    rate = replace(SURE, discount_rate=0.1)
    late = value(outlook(lag_days=np.full(2, 365.0), open_days=np.full(2, 365.0)), rate, 1)
    soon = value(outlook(), rate, 1)
    assert late.p50_minor == pytest.approx(soon.p50_minor / 1.1, rel=1e-3)
    assert late.takes_minor[Driver.DELAY] == pytest.approx(soon.p50_minor - late.p50_minor, abs=2)


def test_a_relation_that_has_ended_brings_what_is_open_only() -> None:
    found = value(outlook(alive=np.zeros(2)), SURE, 1)

    assert found.p50_minor == 1_000
    assert found.takes_minor[Driver.SURVIVAL] == pytest.approx(24_000, rel=0.01)


def test_a_supplier_that_has_stopped_collects_what_is_open() -> None:
    found = value(outlook(trading=0.0), SURE, 1)

    assert found.p50_minor == 1_000
    assert found.takes_minor[Driver.INTERRUPTION] == pytest.approx(24_000, rel=0.01)


def test_survival_and_defaults_are_those_that_are_stated() -> None:
    """By hand: an end at rate h leaves (1 - exp(-12 h)) / (12 h) of a year's sales on average."""
    many = replace(SURE, paths=20_000, rho=1e-9, lgd=1.0)
    nothing = np.zeros(1)
    one = outlook(1, ends_a_month=np.full(1, 0.1), open_minor=nothing)
    part = (1 - np.exp(-1.2)) / 1.2
    assert value(one, many, 1).mean_minor == pytest.approx(12_000 * part, rel=0.01)

    rate = -np.log(1 - 0.3)
    defaults = outlook(1, buyer_pd=np.full(1, 0.3), open_minor=nothing)
    assert value(defaults, many, 1).mean_minor == pytest.approx(
        12_000 * (1 - np.exp(-rate)) / rate, rel=0.01
    )
    # sales of the last 73 days, a fifth of a year, are unpaid at the default, and lost
    waits = replace(defaults, lag_days=np.full(1, 73.0))
    before = (1 - 0.3) * 1.0 + _paid_before_default(rate, 0.2)
    assert value(waits, many, 1).mean_minor == pytest.approx(12_000 * before, rel=0.015)


def _paid_before_default(rate: float, lag: float) -> float:
    """Share of the year's sales paid where a default comes within the year, times its chance."""
    when = (np.arange(100_000) + 0.5) / 100_000
    return float((rate * np.exp(-rate * when) * np.maximum(when - lag, 0)).mean()) - float(
        # a default after the year, within the lag, takes what is unpaid then
        _lost_after(rate, lag)
    )


def _lost_after(rate: float, lag: float) -> float:
    when = 1 + (np.arange(100_000) + 0.5) / 100_000 * lag
    return float((rate * np.exp(-rate * when) * (1 - (when - lag))).mean() * lag)


def test_one_factor_moves_all_buyers_and_independence_narrows() -> None:
    many = replace(FEW, paths=4_000, discount_rate=0.0)
    found = value(outlook(8), many, 1)
    alone = value(outlook(1), many, 1)

    # eight buyers under one factor are as unsure as one; were they independent, far less
    assert found.uncertainty == pytest.approx(alone.uncertainty, rel=0.1)
    assert found.takes_minor[Driver.CONCENTRATION] > 0.1 * found.p50_minor
    assert abs(alone.takes_minor[Driver.CONCENTRATION]) == 0
    # times are as likely better as worse than they are forecast
    assert alone.p50_minor == pytest.approx(12_500, rel=0.03)


def test_what_is_drawn_has_the_mean_that_is_expected() -> None:
    many = replace(SURE, paths=20_000)
    found = value(outlook(3, spread=np.full(3, 0.6)), many, 1)

    assert found.mean_minor == pytest.approx(3 * 12_500, rel=0.02)
    assert sum(part.mean_minor for part in found.buyers) == pytest.approx(
        found.mean_minor, abs=len(found.buyers)
    )


@st.composite
def outlooks(draw: st.DrawFn) -> Outlook:
    count = draw(st.integers(1, 4))

    def each(low: float, high: float) -> np.ndarray:
        some = st.lists(st.floats(low, high), min_size=count, max_size=count)
        return np.array(draw(some))

    monthly = each(0, 1e8)[:, None] * np.array(
        draw(st.lists(st.floats(0.1, 2), min_size=12, max_size=12))
    )
    return outlook(
        count,
        past_minor=each(0, 1e9),
        monthly_minor=monthly,
        spread=each(0, 3),
        alive=each(0, 1),
        ends_a_month=each(0, 0.5),
        kept_share=each(0, 1),
        lag_days=each(0, 400),
        buyer_pd=each(0, 1),
        open_minor=each(0, 1e9),
        open_days=each(0, 200),
        supplier_pd=draw(st.floats(0, 1)),
        trading=draw(st.floats(0, 1)),
    )


@given(outlooks(), st.integers(0, 2**63))
def test_every_element_only_takes_and_percentiles_are_in_order(one: Outlook, seed: int) -> None:
    found = value(one, FEW, seed)

    assert 0 <= found.p10_minor <= found.p50_minor <= found.p90_minor
    assert [
        driver
        for driver, take in found.takes_minor.items()
        if take < 0 and driver is not Driver.CONCENTRATION
    ] == []
    assert value(one, FEW, seed) == found


@given(outlooks(), st.integers(0, 2**63), st.integers(2, 50))
def test_ten_times_the_trade_is_ten_times_the_value(one: Outlook, seed: int, times: int) -> None:
    amounts = ("past_minor", "monthly_minor", "open_minor")
    larger = replace(one, **{name: times * getattr(one, name) for name in amounts})
    draws = draws_of(one, FEW, seed)
    small = parts_on_paths(one, FEW, draws, AS_IT_IS)
    large = parts_on_paths(larger, FEW, draws_of(larger, FEW, seed), AS_IT_IS)

    assert np.allclose(large, times * small, rtol=1e-9)


@given(outlooks(), st.integers(0, 2**63))
def test_on_no_path_is_less_collected_where_an_element_is_left_out(one: Outlook, seed: int) -> None:
    draws = draws_of(one, FEW, seed)
    as_it_is = parts_on_paths(one, FEW, draws, AS_IT_IS)

    for driver in set(Driver) - {Driver.CONCENTRATION}:
        without = parts_on_paths(one, FEW, draws, Without(**{driver.value: True}))
        assert (without >= as_it_is * (1 - 1e-12) - 1e-6).all(), driver


def test_a_value_names_its_quantiles() -> None:
    assert quantiles(np.arange(101.0)) == (10.0, 50.0, 90.0)
    assert isinstance(value(outlook(), FEW, 1), Value)
