"""A world is the same for the same seed, true to its own oracle, and hard enough to be worth it."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from simulator.lateness import LATE_DAYS
from simulator.regimes import REGIMES
from simulator.scenario import read_scenario
from simulator.world import World, make_world

LAST_DAY = date(2026, 6, 17)
SEEDS = (1, 2, 3)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@cache
def world_of(seed: int, scenario: str = "ci") -> World:
    return make_world(read_scenario(scenario), seed, LAST_DAY)


def everything(world: World) -> Mapping[str, Any]:
    return {**world.rows, "oracle": world.oracle.table().to_pydict(), "showcase": world.showcase}


def late(world: World) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return world.oracle.days_late >= LATE_DAYS


@pytest.fixture(params=SEEDS)
def world(request: pytest.FixtureRequest) -> World:
    return world_of(request.param)


def test_the_same_seed_makes_the_same_world() -> None:
    again = make_world(read_scenario("ci"), 1, LAST_DAY)

    assert everything(again) == everything(world_of(1))


def test_another_seed_makes_another_world() -> None:
    first, second = everything(world_of(1)), everything(world_of(2))

    assert all(first[kind] != second[kind] for kind in first)


def test_a_world_may_end_in_any_year() -> None:
    later = make_world(read_scenario("ci"), 1, LAST_DAY.replace(year=2027))

    assert len(later.oracle.receivables) == pytest.approx(len(world_of(1).oracle.receivables), 0.05)


@pytest.mark.parametrize(("scenario", "size"), [("ci", 3_000), ("demo", 12_000)])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_scenario_has_the_size_it_says(scenario: str, size: int, seed: int) -> None:
    assert len(world_of(seed, scenario).rows["receivable"]) == pytest.approx(size, rel=0.1)


def test_nothing_happens_or_is_known_after_the_last_day_begins(world: World) -> None:
    begin = datetime.combine(LAST_DAY, time.min, SHANGHAI)

    for rows in world.rows.values():
        assert all(row["happened_at"] <= row["known_at"] <= begin for row in rows)


def test_each_source_has_its_latency(world: World) -> None:
    def local(instant: datetime) -> date:
        return instant.astimezone(SHANGHAI).date()

    for claim in world.rows["receivable"]:
        assert local(claim["happened_at"]) == local(claim["known_at"]) == claim["issued_on"]
    for payment in world.rows["payment"]:
        assert local(payment["happened_at"]) == payment["paid_on"]
        assert local(payment["known_at"]) == payment["paid_on"] + timedelta(days=1)
    for report in world.rows["party_report"]:
        assert local(report["known_at"]) == report["period_end"].replace(day=15)


def test_a_payment_settles_its_receivable_when_the_oracle_says(world: World) -> None:
    claims = {row["ref"]: row for row in world.rows["receivable"]}
    days = dict(zip(world.oracle.receivables, world.oracle.days_late.tolist(), strict=True))
    paid = {row["receivable"]: row for row in world.rows["payment"]}

    assert list(days) == list(claims)
    for ref, claim in claims.items():
        paid_on = claim["due_on"] + timedelta(days=days[ref])
        assert (ref in paid) == (paid_on < LAST_DAY)
        if ref in paid:
            payment = paid[ref]
            assert (payment["paid_on"], payment["amount_minor"]) == (paid_on, claim["face_minor"])
            assert (payment["payer"], payment["payee"]) == (claim["buyer"], claim["supplier"])


def test_some_reports_are_missing_but_most_are_there(world: World) -> None:
    scenario = read_scenario("ci")
    full = len(world.rows["party"]) * scenario.months
    headcounts = [row["employees"] for row in world.rows["party_report"]]

    assert 0.6 < len(headcounts) / full < 0.95
    assert 0.85 < sum(count is not None for count in headcounts) / len(headcounts) < 0.95


def test_all_names_differ_and_say_that_they_are_invented(world: World) -> None:
    names = [row["name"] for row in world.rows["party"]]
    domains = {row["mail_domain"] for row in world.rows["party_profile"]}

    assert len(set(names)) == len(names)
    assert all(name.endswith("（虚构）") for name in names)
    assert all(domain.endswith(".example") for domain in domains)


@pytest.mark.parametrize("scenario", ["ci", "demo"])
@pytest.mark.parametrize("seed", SEEDS)
def test_between_15_and_45_in_a_hundred_are_late(scenario: str, seed: int) -> None:
    assert 0.15 <= late(world_of(seed, scenario)).mean() <= 0.45


@pytest.mark.parametrize("scenario", ["ci", "demo"])
@pytest.mark.parametrize("seed", SEEDS)
def test_as_many_are_late_in_each_regime_as_the_oracle_says(scenario: str, seed: int) -> None:
    world = world_of(seed, scenario)
    oracle, hits = world.oracle, late(world)

    for regime in range(len(REGIMES)):
        here = oracle.regime == regime
        chances = oracle.when_due[here]
        sd = np.sqrt((chances * (1 - chances)).sum())  # of a sum of independent draws
        assert abs(hits[here].sum() - chances.sum()) <= 3.5 * sd, REGIMES[regime]


@pytest.mark.parametrize("seed", SEEDS)
def test_as_many_are_late_in_each_decile_of_the_oracle(seed: int) -> None:
    world = world_of(seed, "demo")
    chances, hits = world.oracle.when_due, late(world)

    for tenth in np.array_split(np.argsort(chances), 10):
        sd = np.sqrt((chances[tenth] * (1 - chances[tenth])).sum())
        assert abs(hits[tenth].sum() - chances[tenth].sum()) <= 3.5 * sd


def test_what_is_known_at_issue_averages_what_is_known_when_due() -> None:
    """Over many worlds: within one, all claims on a buyer share the path of its regime."""
    differences = [
        (world_of(seed).oracle.when_due - world_of(seed).oracle.at_issue).mean()
        for seed in range(60)
    ]

    error = np.std(differences) / np.sqrt(len(differences))
    assert abs(np.mean(differences)) <= 3.5 * error
    assert error < 0.003


def test_worse_regimes_are_later(world: World) -> None:
    chances = world.oracle.when_due
    means = [chances[world.oracle.regime == place].mean() for place in range(len(REGIMES))]

    assert means == sorted(means)


def past_late_rate(world: World) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Share of late payments of the buyer known before each receivable, slowly and plainly."""
    number = {ref: place for place, ref in enumerate(world.oracle.receivables)}
    claims = world.rows["receivable"]
    payments = world.rows["payment"]
    buyers = np.array([claims[number[row["receivable"]]]["buyer"] for row in payments])
    known = np.array([row["known_at"].timestamp() for row in payments])
    hits = late(world)[[number[row["receivable"]] for row in payments]]
    rates = []
    for claim in claims:
        seen = (buyers == claim["buyer"]) & (known < claim["known_at"].timestamp())
        rates.append((hits[seen].sum() + 3) / (seen.sum() + 10))
    return np.array(rates)


def test_the_past_late_rate_says_something_and_the_oracle_much_more(world: World) -> None:
    second_half = slice(len(world.oracle.receivables) // 2, None)
    hits = late(world)[second_half]

    simple = roc_auc_score(hits, past_late_rate(world)[second_half])
    best = roc_auc_score(hits, world.oracle.at_issue[second_half])

    assert simple > 0.57
    assert best > simple + 0.06
    assert 0.74 < best < 0.88


@pytest.mark.parametrize("scenario", ["ci", "demo"])
@pytest.mark.parametrize("seed", range(1, 9))
def test_the_showcase_goes_from_good_to_bad(scenario: str, seed: int) -> None:
    world = world_of(seed, scenario)
    claims = {row["ref"]: row for row in world.rows["receivable"]}
    chance = dict(zip(world.oracle.receivables, world.oracle.at_issue, strict=True))
    shown = [claims[item.receivable] for item in world.showcase]
    good, doubtful, bad = (chance[claim["ref"]] for claim in shown)

    assert good < 0.12
    assert 0.3 < doubtful < 0.6
    assert bad > 0.8
    assert len({claim["buyer"] for claim in shown}) == 3
    assert len({claim["face_minor"] for claim in shown}) == 3
    assert all(claim["issued_on"] == LAST_DAY for claim in shown)
    assert not {claim["ref"] for claim in shown} & {r["receivable"] for r in world.rows["payment"]}
    assert [item.title_en.split(":")[0] for item in world.showcase] == ["Good", "Doubtful", "Bad"]
