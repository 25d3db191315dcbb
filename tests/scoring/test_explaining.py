"""A number is explained by the facts it could see, and by those without which it is another."""

from math import isnan

import pytest

from features.catalogue import BY_NAME
from ledger.clocks import from_micros, to_micros
from ledger.database import open_database
from scoring.explaining import UnknownFeature, explain, relation_named
from scoring.feature_sheet import facts_sheet, feature_sheet, told_facts, told_feature
from tests.scoring.asked import opened, some_requests
from tests.worlds import SmallWorld

FEATURE = "buyer_open_claims"


def test_it_names_what_it_could_see_and_what_moves_it(small_world: SmallWorld) -> None:
    (request,) = some_requests(small_world, 1, seed=3)

    engine = open_database(small_world.url)
    found = explain(engine, opened(engine), request, FEATURE, most=15)
    engine.dispose()

    by_kind = {
        kind: {row["ref"]: row for row in small_world.rows[kind]}
        for kind in ("receivable", "payment")
    }
    # what is seen is of the buyer or the supplier, and was known
    for ref in found.seen["receivable"]:
        row = by_kind["receivable"][ref]
        assert request.buyer == row["buyer"] or request.supplier == row["supplier"]
        assert row["known_at"] <= from_micros(to_micros(request.as_of))
    assert found.tried == 15
    # a count of open claims is moved by each open claim of the buyer, by one
    for mover in found.movers:
        if mover.kind == "receivable":
            assert by_kind["receivable"][mover.ref]["buyer"] == request.buyer
            assert mover.without == found.value - 1
        else:
            assert mover.without == found.value + 1
    assert "open claims" in str(told_feature(FEATURE, relation_named(FEATURE))["definition"])
    assert told_facts(found)["value"] == (None if isnan(found.value) else found.value)
    assert feature_sheet(FEATURE, relation_named(FEATURE)) is not None
    assert facts_sheet(FEATURE, found) is not None


def test_the_statement_shown_is_the_statement_run() -> None:
    for name in BY_NAME:
        told = told_feature(name, relation_named(name))
        assert name in told["sql"]
        assert told["stands_on"]


def test_an_unknown_feature_is_told_with_others_like_it() -> None:
    with pytest.raises(UnknownFeature) as raised:
        relation_named("open_claims")

    assert FEATURE in raised.value.remedy
