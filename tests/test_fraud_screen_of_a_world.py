"""Planted frauds come first: among many in a small world; at 1 % alerts in a long run."""

from dataclasses import replace

import pytest

from benchmarks.frauds import ALERTS, LEAST_RECALL
from benchmarks.stage.alerts import NOT_YET, SEEN_BEFORE, caught
from benchmarks.stage.lent_world import LAST_DAY
from benchmarks.stage.screened_world import screened, screened_world
from lending.pack import load_pack
from simulator.fraud import FRAUDS
from simulator.scenario import read_scenario, size_of
from simulator.world import make_world

POLICY = load_pack().policy
FRESH = (101, 102, 103, 104)
"""Worlds that no point was set on."""


def test_of_equal_scores_at_the_edge_each_is_a_part_of_an_alert() -> None:
    frauds = ["circular", "none", "fictitious", "none", "none"]

    found = caught([0.9, 0.5, 0.5, 0.5, 0.1], frauds, 0.4)

    assert found.count == {"circular": 1, "fictitious": 1}
    assert found.caught == {"circular": 1.0, "fictitious": pytest.approx(1 / 3)}
    assert found.alerts == pytest.approx(2.0)
    assert found.precision == pytest.approx(2 / 3)
    assert found.recall("circular", "fictitious") == pytest.approx(2 / 3)


def test_every_kind_is_either_looked_for_or_told_as_not_seen_yet() -> None:
    assert {*SEEN_BEFORE, *NOT_YET} == set(FRAUDS) - {"none"}


def test_where_every_source_tells_most_frauds_come_first() -> None:
    scenario = replace(read_scenario("full_view"), fraud_log_odds=-3.0)
    world = make_world(scenario, size_of("small"), 3, LAST_DAY)

    every = screened(world, POLICY, days=365)

    frauds = [one.fraud for one in every]
    planted = sum(fraud != "none" for fraud in frauds)
    by_score = caught([one.score for one in every], frauds, planted / len(every))
    bare = caught([one.without_round for one in every], frauds, planted / len(every))
    by_chance = caught([0.0] * len(every), frauds, planted / len(every))
    assert by_score.recall(*SEEN_BEFORE) >= 0.6
    assert bare.recall(*SEEN_BEFORE) >= 0.4
    assert by_chance.recall(*SEEN_BEFORE) < 0.4


@pytest.mark.long
def test_one_in_a_hundred_requests_holds_most_of_the_frauds_that_leave_evidence() -> None:
    every = [
        one for seed in FRESH for one in screened_world("baseline", size_of("ci"), seed, POLICY)
    ]

    found = caught([one.score for one in every], [one.fraud for one in every], ALERTS)

    assert found.recall(*SEEN_BEFORE) >= LEAST_RECALL
    assert found.precision >= 0.25
