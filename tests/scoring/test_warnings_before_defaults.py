"""Early warnings come a month before buyers default, and not of everybody."""

import pytest

from benchmarks.early_warnings import ANY, GATE, report
from benchmarks.stage.warned_world import warned_world
from lending.portfolio.portfolio_rules import load_portfolio_rules
from simulator.scenario import size_of

RULES = load_portfolio_rules().warnings
FRESH = 201
"""First seed of the worlds that no threshold was set on."""


def test_in_stress_half_of_the_defaults_of_buyers_are_warned_of() -> None:
    """One world of the many: its buyers default some twenty times."""
    worlds = [warned_world(size_of("ci"), FRESH, RULES)["buyer"]]

    found = report(worlds)[ANY]

    assert found["defaults"] >= 15
    assert found["before_default"] >= GATE
    assert found["before_default"] > found["others"]  # more than warning at random would
    assert found["lift"] > 1
    assert found["warned_share"] < 0.4


@pytest.mark.long
def test_over_a_dozen_worlds_warnings_precede_half_of_defaults_in_stress() -> None:
    worlds = [warned_world(size_of("ci"), seed, RULES)["buyer"] for seed in range(201, 213)]

    kinds = report(worlds)

    assert kinds[ANY]["before_default"] >= GATE
    assert kinds[ANY]["in_stress"] >= GATE
    assert kinds[ANY]["lift"] > 1.3
    for kind in ("grade_fall", "delay_trend", "bill_list"):
        assert kinds[kind]["before_default"] > kinds[kind]["others"]
