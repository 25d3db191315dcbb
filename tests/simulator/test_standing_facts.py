"""Facts on standing and cover: the ledger takes them, and they tell no secret."""

from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ledger.checking import check_rows
from ledger.kinds import kind_of
from simulator.observation.view import View
from simulator.scenario import read_scenario, size_of
from simulator.world import make_world
from tests.simulator.told_worlds import (
    LAST_DAY,
    MIDNIGHT,
    facts,
    number,
    rows,
    supplier_places,
    told,
    view_of,
)


@pytest.mark.parametrize("size", ["demo", "ci"])
def test_the_ledger_takes_every_row(size: str) -> None:
    faults = [
        check_rows(kind_of(kind), table.to_pylist(), "CNY", MIDNIGHT).faults
        for kind, table in told(size).items()
    ]

    assert faults == [[] for _ in faults]


@pytest.mark.parametrize("size", ["demo", "ci"])
def test_a_key_names_one_fact_of_a_kind(size: str) -> None:
    assert [
        kind
        for kind, table in told(size).items()
        if pc.count_distinct(table["ref"]).as_py() != len(table)
    ] == []


@pytest.mark.parametrize("size", ["demo", "ci"])
def test_what_is_named_is_there(size: str) -> None:
    there = {kind: set(table["ref"].to_pylist()) for kind, table in told(size).items()}
    strays = {
        (kind, field)
        for kind, table in told(size).items()
        for field, named in kind_of(kind).names.items()
        if named != "receivable" and field in table.column_names
        if not set(table[field].to_pylist()) - {None} <= there[named]
    }

    assert strays == set()


@pytest.mark.parametrize("kind", ["guarantee", "insurance", "collateral_item"])
def test_a_claim_was_issued_before_it_is_covered(kind: str) -> None:
    world = view_of("ci").world
    invoices = world.chain.core.invoices
    named = [row for row in rows("ci", kind) if row["receivable"] is not None]

    assert named
    for row in named:
        place = int(row["receivable"].removeprefix("AR-")) - 1
        day = row.get("valid_from") or row["valued_on"]
        assert world.story.happened[place]
        assert invoices.issued[place] < number(day)


@pytest.mark.parametrize("size", ["demo", "ci"])
def test_nothing_is_known_before_it_happened_or_after_the_last_day_begins(size: str) -> None:
    for table in filter(len, told(size).values()):
        assert pc.all(pc.less_equal(table["happened_at"], table["known_at"])).as_py()
        assert pc.max(table["known_at"]).as_py() <= MIDNIGHT


def test_no_column_tells_what_is_latent() -> None:
    view = view_of("ci", "full_view")
    suppliers, place = view.world.chain.suppliers, supplier_places(view)
    latent = (suppliers.quality, suppliers.honesty, np.log(suppliers.chance_12m))
    telling = set()
    for kind in ("statement", "tax_return", "party_report", "bureau_summary"):
        table = told("ci", "full_view")[kind]
        who = np.array([place.get(key, -1) for key in table["party"].to_pylist()])
        for name in table.column_names:
            column = table[name]
            if pa.types.is_integer(column.type):
                values = np.array(pc.fill_null(column, 0).to_pylist(), dtype=float)[who >= 0]
                if values.std() > 0:
                    shapes = (values, np.log1p(np.abs(values)))
                    some = who[who >= 0]
                    found = [abs(np.corrcoef(x, t[some])[0, 1]) for x in shapes for t in latent]
                    telling |= {(kind, name)} if max(found) > 0.8 else set()

    assert telling == set()


def test_the_price_of_a_pledge_was_known_on_its_day() -> None:
    series: dict[str, list[tuple[datetime, int]]] = {}
    for row in rows("ci", "price_point"):
        series.setdefault(row["series"], []).append((row["known_at"], row["price_micro"]))
    pledged = [row for row in rows("ci", "collateral_item") if row["warehouse_receipt"] is not None]

    assert pledged
    for row in pledged:
        known = [price for at, price in series[row["price_series"]] if at <= row["known_at"]]
        value = row["quantity_milli"] / 1e3 * known[-1] / 1e4
        assert row["value_minor"] == pytest.approx(value, rel=1e-3)


def test_a_few_of_our_financings_are_covered() -> None:
    view = view_of("ci")
    ours = int((view.world.decisions.lender == 1).sum())
    of_request = {int(row["receivable"][3:]) - 1 for row in rows("ci", "guarantee")}
    covered = {int(one) for one in view.world.story.request[sorted(of_request)]}

    assert 0.03 < len(covered) / ours < 0.05
    assert all(view.world.decisions.lender[sorted(covered)] == 1)


def test_the_same_world_is_told_in_the_same_way() -> None:
    again = View(make_world(read_scenario("baseline"), size_of("demo"), 1, LAST_DAY))
    other = View(make_world(read_scenario("baseline"), size_of("demo"), 2, LAST_DAY))

    assert facts(again) == told("demo")
    assert facts(other)["rating"] != told("demo")["rating"]
