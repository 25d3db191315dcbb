"""Coverage and consents say what was asked, tier by tier, and what came of it."""

from datetime import date, datetime

import numpy as np
import pytest

from simulator.intensities import NEVER
from simulator.observation.sources_asked import (
    CORE_SOURCES,
    SOURCES,
    bank_told_until,
)
from tests.simulator.told_worlds import core_keys, number, rows, supplier_places, view_of


@pytest.mark.parametrize("scenario", ["baseline", "missing_bank"])
def test_each_tier_says_which_sources_were_asked(scenario: str) -> None:
    view = view_of("ci", scenario)
    tier, place = view.world.chain.suppliers.data_tier, supplier_places(view)
    asked: dict[str, set[str]] = {}
    for row in rows("ci", "source_coverage", scenario):
        asked.setdefault(row["party"], set()).add(row["source"])
    for key, sources in asked.items():
        wanted = CORE_SOURCES if key not in place else sum(SOURCES[: tier[place[key]] + 1], ())
        assert sources == set(wanted)
    assert set(core_keys(view)) <= set(asked)


ASKED_KINDS = (
    "party_report",
    "party_relation",
    "statement",
    "tax_return",
    "bureau_summary",
    "rating",
    "adverse_record",
    "payment_disclosure",
)


def first_known(kind: str) -> dict[str, datetime]:
    first: dict[str, datetime] = {}
    for row in rows("ci", kind):
        for party in {row["party"], row.get("other", row["party"])}:
            first[party] = min(row["known_at"], first.get(party, row["known_at"]))
    return first


@pytest.mark.parametrize("kind", ASKED_KINDS)
def test_a_source_has_found_what_was_known_when_it_was_asked(kind: str) -> None:
    first = first_known(kind)
    checks = [row for row in rows("ci", "source_coverage") if row["source"] == kind]
    wrong = [
        row
        for row in checks
        if (row["result"] == "FOUND")
        != (row["party"] in first and first[row["party"]] <= row["checked_at"])
    ]

    assert checks
    # a report of the first month that is missing is found missing only later
    assert len(wrong) <= (0.06 * len(checks) if kind == "party_report" else 0)
    refused = {row["party"] for row in checks if row["result"] == "REFUSED"}
    assert not refused & set(first)


def test_banks_stop_telling_in_the_last_year_where_the_scenario_says_so() -> None:
    view = view_of("ci", "missing_bank")
    tier, until = view.world.chain.suppliers.data_tier, bank_told_until(view)
    stops = (until > 0) & (until < NEVER)
    stale = {
        row["party"]
        for row in rows("ci", "source_coverage", "missing_bank")
        if row["result"] == "STALE"
    }

    assert np.all((until == 0) == (tier == 0))
    assert 0.4 < stops[tier > 0].mean() < 0.6
    assert set(until[stops]) == {number(date(2025, 7, 1))}
    place = supplier_places(view)
    assert stale
    assert all(stops[place[key]] for key in stale)
    assert not np.any(
        (bank_told_until(view_of("ci")) > 0) & (bank_told_until(view_of("ci")) < NEVER)
    )


def test_suppliers_allow_what_their_tier_tells() -> None:
    view = view_of("ci")
    tier, place = view.world.chain.suppliers.data_tier, supplier_places(view)
    given = {(row["party"], row["scope"]) for row in rows("ci", "consent")}
    least = {"bank": 1, "bureau": 3, "tax": 3}

    assert given == {
        (key, scope) for key, one in place.items() for scope in least if tier[one] >= least[scope]
    }
