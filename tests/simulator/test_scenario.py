"""Scenario files are read strictly, and each does to the world what it says."""

from datetime import date

import numpy as np
import pytest

from ledger.clocks import to_day_number
from simulator.arrays import Floats
from simulator.chances import CAUSES
from simulator.fraud import NONE
from simulator.macro import STRESS_FACTOR
from simulator.names import TRADES
from simulator.scenario import (
    SIZES,
    Scenario,
    UnknownScenario,
    UnknownSize,
    WrongScenario,
    parse_scenario,
    read_scenario,
    scenario_names,
    size_of,
)
from simulator.world import World
from tests.simulator.known_worlds import world_of

NAMES = (
    "baseline",
    "buyer_concentration",
    "fraud_wave",
    "full_view",
    "missing_bank",
    "new_sector",
    "stress",
    "term_cut_2025",
)
OTHERS = tuple(name for name in NAMES if name != "baseline")
GOOD = """
about = "A world for tests"
stress_months = 4
stress_months_before_end = 6
stress_held_back_share = 0.5
new_sector_months = 0
term_cut = false
median_amount_yuan = 120000.0
log_amount_sd = 0.6
concentration = 0.5
cash_months = 2.5
stops_a_year = 0.04
fraud_log_odds = -7
fraud_wave_months = 0
fraud_wave_log_odds = 0.0
approved_share = 0.80
random_approval_share = 0.03
tier_shares = [0.25, 0.25, 0.35, 0.15]
missing_bank_share = 0.0
reference_missing_share = 0.30
mistyped_share = 0.02
vague_registration_share = 0.30
forged_confirmation_share = 0.003
complaint_share = 0.10
statement_share = 1
"""


# read strictly


def test_the_scenarios_are_listed_and_can_be_read() -> None:
    assert scenario_names() == NAMES
    assert all(isinstance(read_scenario(name), Scenario) for name in NAMES)


def test_an_unknown_scenario_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownScenario, match="'atlantis'") as caught:
        read_scenario("atlantis")

    assert caught.value.field == "scenario"
    assert caught.value.remedy == f"use one of {', '.join(NAMES)}"


@pytest.mark.parametrize("name", ["../scenarios/baseline", "baseline.toml", "", "__init__"])
def test_a_path_is_no_name(name: str) -> None:
    with pytest.raises(UnknownScenario):
        read_scenario(name)


def test_an_unknown_size_is_named_with_those_there_are() -> None:
    assert size_of("ci") is SIZES["ci"]

    with pytest.raises(UnknownSize, match="'huge'") as caught:
        size_of("huge")

    assert caught.value.field == "size"
    assert caught.value.remedy == f"use one of {', '.join(SIZES)}"


@pytest.mark.parametrize(
    ("line", "instead", "field"),
    [
        ("stress_months = 4", "stress_months = -1", "stress_months"),
        ("stress_months = 4", "stress_months = 61", "stress_months"),
        ("stress_months = 4", "stress_months = 4.0", "stress_months"),
        ("stress_months = 4", 'stress_months = "4"', "stress_months"),
        ("stress_months = 4", "stress_months = true", "stress_months"),
        ("stress_months = 4", "", "stress_months"),
        ("stress_months = 4", "stress_months = 4\nweather = 1", "weather"),
        ("term_cut = false", "term_cut = 'sometimes'", "term_cut"),
        ("stops_a_year = 0.04", "stops_a_year = 0.0", "stops_a_year"),
        ("log_amount_sd = 0.6", "log_amount_sd = nan", "log_amount_sd"),
        ("log_amount_sd = 0.6", "log_amount_sd = inf", "log_amount_sd"),
        ("fraud_log_odds = -7", "fraud_log_odds = 'few'", "fraud_log_odds"),
        ("concentration = 0.5", "concentration = 3.1", "concentration"),
        ("statement_share = 1", "statement_share = 1.1", "statement_share"),
        ("statement_share = 1", "statement_share = -0.1", "statement_share"),
        ("0.25, 0.25, 0.35, 0.15", "0.25, 0.25, 0.35, 0.16", "tier_shares"),
        ("0.25, 0.25, 0.35, 0.15", "0.25, 0.25, 0.35, 1.15", "tier_shares.3"),
        ("0.25, 0.25, 0.35, 0.15", "0.5, 0.25, 0.25", "tier_shares"),
    ],
)
def test_a_wrong_field_is_named(line: str, instead: str, field: str) -> None:
    assert parse_scenario(GOOD).stress_months == 4

    with pytest.raises(WrongScenario, match=field.split(".", maxsplit=1)[0]) as caught:
        parse_scenario(GOOD.replace(line, instead))

    assert (caught.value.field or "").split(".")[0] == field.split(".", maxsplit=1)[0]
    assert caught.value.remedy


def test_what_is_not_toml_is_refused() -> None:
    with pytest.raises(WrongScenario, match="not TOML"):
        parse_scenario("stress_months: 6")


def test_a_file_says_only_what_is_different_from_the_baseline() -> None:
    found = parse_scenario("about = 'Few terms'\nterm_cut = true", GOOD)

    assert (found.about, found.term_cut, found.stress_months) == ("Few terms", True, 4)


@pytest.mark.parametrize("name", OTHERS)
def test_every_scenario_is_another_than_the_baseline(name: str) -> None:
    same_words = {"about": read_scenario("baseline").about}

    assert read_scenario(name).about != same_words["about"]
    assert vars(read_scenario(name)) | same_words != vars(read_scenario("baseline"))


# each does what it says


def test_stress_is_four_months_of_crisis_in_the_last_half_year() -> None:
    usual, stress = world_of(1), world_of(1, scenario="stress")
    factor, months = stress.chain.macro.factor, stress.chain.calendar.months
    crisis = slice(months - 6, months - 2)

    assert (factor[crisis] == STRESS_FACTOR).all()
    outside = np.delete(factor, np.arange(months)[crisis])
    assert np.array_equal(outside, np.delete(usual.chain.macro.factor, np.arange(months)[crisis]))
    # the usual times of those months are good ones in one world and poor ones in the next
    worlds = [
        world_of(seed, scenario=name) for seed in (1, 2, 3) for name in ("stress", "baseline")
    ]
    chances = [mean_chance_in(world, crisis) for world in worlds]
    assert sum(chances[::2]) > 1.4 * sum(chances[1::2])


def mean_chance_in(world: World, months: slice) -> float:
    """Mean chance of default, fraud apart, of requests of these months."""
    month = world.chain.calendar.month(world.requests.day)
    within = (month >= months.start) & (month < months.stop)
    return float(np.delete(world.full, CAUSES.index("fraud"), axis=1)[within].sum(axis=1).mean())


def fraud_rates(world: World) -> Floats:
    """Share of fraudulent requests before the last half-year, and in it."""
    late = world.chain.calendar.month(world.requests.day) >= world.chain.calendar.months - 6
    fraud = world.fraud != NONE
    return np.array([fraud[~late].mean(), fraud[late].mean()])


def test_a_fraud_wave_comes_in_the_last_half_year() -> None:
    usual = np.mean([fraud_rates(world_of(seed)) for seed in (1, 2)], axis=0)
    wave = np.mean([fraud_rates(world_of(seed, scenario="fraud_wave")) for seed in (1, 2)], axis=0)

    assert wave[0] == pytest.approx(usual[0], rel=0.25)
    assert wave[1] > 3 * usual[1]


def test_a_new_sector_trades_in_the_last_nine_months_only() -> None:
    usual, new = world_of(1), world_of(1, scenario="new_sector")
    begin = new.chain.calendar.starts[new.chain.calendar.months - 9]

    assert first_order_of_last_trade(usual) < usual.chain.calendar.starts[2]
    assert begin <= first_order_of_last_trade(new) < begin + 31
    last = new.chain.suppliers.trade[new.chain.core.pairs.supplier[new.requests.pair]]
    assert 0 < (last == len(TRADES) - 1).sum() < 0.1 * len(last)


def first_order_of_last_trade(world: World) -> int:
    flow = world.chain.core
    last = world.chain.suppliers.trade[flow.seller] == len(TRADES) - 1
    return int(flow.invoices.ordered[last].min())


def long_terms(world: World) -> Floats:
    """Share of terms above 60 days before 2025-06-01, and from then on."""
    invoices = world.chain.core.invoices
    after = invoices.issued >= to_day_number(date(2025, 6, 1))
    long = invoices.due - invoices.issued > 60
    return np.array([long[~after].mean(), long[after].mean()])


def test_the_term_cut_halves_the_long_terms_from_june_2025_on() -> None:
    usual, cut = long_terms(world_of(1)), long_terms(world_of(1, scenario="term_cut_2025"))

    assert cut[0] == pytest.approx(usual[0], rel=0.02)
    assert cut[1] == pytest.approx(usual[1] / 2, rel=0.1)


def herfindahl(world: World) -> float:
    """Sum of the squared shares of buyers in what is sold to them."""
    flow = world.chain.core
    sold = np.bincount(flow.pairs.buyer[flow.invoices.pair], weights=flow.invoices.face_minor)
    return float(((sold / sold.sum()) ** 2).sum())


def test_a_few_buyers_take_nearly_all_where_they_are_concentrated() -> None:
    usual, concentrated = world_of(1), world_of(1, scenario="buyer_concentration")

    assert herfindahl(concentrated) > 1.5 * herfindahl(usual)


def test_of_a_full_view_nothing_is_hidden() -> None:
    assert (world_of(1, scenario="full_view").chain.suppliers.data_tier == 3).all()
    assert set(world_of(1).chain.suppliers.data_tier) == {0, 1, 2, 3}
