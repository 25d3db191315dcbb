"""Statements, returns and reports add up, come when they are due, and follow what was sold."""

from datetime import UTC, date
from typing import get_args

import numpy as np
import pytest

from ledger.doubts import warnings
from ledger.entities.standing import Concept
from simulator.intensities import NEVER
from tests.simulator.told_worlds import (
    core_keys,
    lines_by_statement,
    rows,
    supplier_places,
    view_of,
)


def test_statements_balance_and_their_lines_add_up() -> None:
    lines = lines_by_statement("ci")

    for row in rows("ci", "statement"):
        line, assets = lines[row["ref"]], row["total_assets_minor"]
        assert assets == row["total_liabilities_minor"] + row["equity_minor"]
        assert assets == line["current_assets"] + line["fixed_assets"]
        assert line["current_assets"] == sum(
            line[name]
            for name in ("cash", "receivables", "prepayments", "other_receivables", "inventory")
        )
        assert (
            row["total_liabilities_minor"] == line["current_liabilities"] + line["long_term_debt"]
        )
        costs = ("cost_of_goods_sold", "taxes_and_surcharges", "selling_and_administration")
        spent = sum(line[name] for name in (*costs, "research_and_development"))
        assert line["ebit"] == line["revenue"] - spent
        assert 0 <= line["restricted_cash"] <= line["cash"]
        assert set(line) < set(get_args(Concept))
        assert warnings("statement", row) == []


def test_statements_come_in_the_spring_after() -> None:
    cores = set(core_keys(view_of("ci")))

    for row in rows("ci", "statement"):
        day = date(row["period_end"].year, 4, 30) if row["party"] in cores else None
        known = row["known_at"].astimezone(UTC).date().toordinal() + 1
        assert known == (day or date(row["period_end"].year, 5, 31)).toordinal()
    years = {row["period_end"].year for row in rows("ci", "statement") if row["party"] in cores}
    assert years == {2023, 2024, 2025, 2026}


def test_a_years_revenue_is_what_the_tax_office_was_told_of() -> None:
    declared: dict[tuple[str, int], int] = {}
    for row in rows("demo", "tax_return", "full_view"):
        key = row["party"], row["period_start"].year
        declared[key] = declared.get(key, 0) + row["taxable_sales_minor"]
    compared = 0
    for ref, line in lines_by_statement("demo", "full_view").items():
        party, year = ref.split("/")[0], int(ref.split("/")[2])
        sold = declared.get((party, year), 0)
        if year == 2025 and sold > 1e8:  # the world begins in the middle of 2024
            compared += 1
            assert line["revenue"] == pytest.approx(sold, rel=1e-6)
    assert compared > 40


def test_suppliers_of_poor_quality_flatter_their_profit() -> None:
    view = view_of("ci", "full_view")
    suppliers, place = view.world.chain.suppliers, supplier_places(view)
    above: dict[bool, list[float]] = {True: [], False: []}
    for ref, line in lines_by_statement("ci", "full_view").items():
        one = place.get(ref.split("/")[0])
        if one is not None:
            poor = bool(suppliers.quality[one] < 0)
            above[poor].append(line["ebit"] / line["revenue"] - suppliers.margin[one])

    assert np.mean(above[False]) == pytest.approx(0, abs=0.002)
    assert np.mean(above[True]) > 0.004


def test_tax_returns_follow_what_is_really_sold() -> None:
    view = view_of("demo", "full_view")
    chain, story = view.world.chain, view.world.story
    flow, place = chain.core, supplier_places(view)
    real = story.happened & ~story.nothing_behind
    net = flow.invoices.face_minor / (1 + flow.invoices.tax_ppm / 1e6)
    declared = np.zeros(chain.suppliers.first)
    for row in rows("demo", "tax_return", "full_view"):
        if place[row["party"]] < chain.suppliers.first:
            declared[place[row["party"]]] += row["taxable_sales_minor"]
    until = chain.calendar.starts[chain.calendar.months - 1]
    counted = real & (flow.invoices.issued < until)
    sold = np.bincount(flow.seller[counted], net[counted], chain.suppliers.first)
    alive = chain.ruin_day[: chain.suppliers.first] >= until

    # credit notes take a little off, customers outside this world add more
    assert np.all(declared[alive] > 0.9 * sold[alive])
    assert np.corrcoef(declared[alive], sold[alive])[0, 1] > 0.9


def test_some_reports_are_missing_and_some_parties_never_report() -> None:
    view = view_of("ci")
    suppliers, place = view.world.chain.suppliers, supplier_places(view)
    reports = rows("ci", "party_report")
    reporting = {row["party"] for row in reports}
    alive = view.world.chain.ruin_day == NEVER
    asked = [key for key, one in place.items() if suppliers.data_tier[one] >= 1 and alive[one]]
    given = [sum(row["party"] == key for row in reports) for key in asked[:60] if key in reporting]

    assert not {key for key, one in place.items() if suppliers.data_tier[one] == 0} & reporting
    assert 0.85 < len(reporting & set(asked)) / len(asked) < 0.95
    assert 0.9 < np.mean(given) / 47 < 0.97
    assert 0.08 < np.mean([row["employees"] is None for row in reports]) < 0.12
