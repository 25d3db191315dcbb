"""The SME index against plain sums over the rows of a world, and what it hides."""

from collections import defaultdict
from datetime import date

import pytest

from ledger.clocks import start_of_day
from lending.portfolio.portfolio_rules import IndexRules
from scoring.portfolio.book_views import INDEX_KINDS
from scoring.portfolio.sme_index import SmeIndex, sme_index
from tests.scoring.told_books import views_of
from tests.worlds import LAST_DAY, SmallWorld

ALL_TOLD = IndexRules(months=6, least_firms=1, top_share=1.0)


def index_of(small_world: SmallWorld, rules: IndexRules) -> SmeIndex:
    with views_of(small_world.gathered.facts, INDEX_KINDS, LAST_DAY) as views:
        return sme_index(views, LAST_DAY, "CNY", rules)


@pytest.fixture(scope="module")
def told(small_world: SmallWorld) -> SmeIndex:
    return index_of(small_world, ALL_TOLD)


def test_orders_and_price_are_plain_sums(told: SmeIndex, small_world: SmallWorld) -> None:
    rows, tz = small_world.rows, small_world.gathered.book.tz
    midnight = start_of_day(LAST_DAY, tz)
    of = {row["party"]: (row["industry"], row["region"]) for row in rows["party_profile"]}
    small = {row["party"] for row in rows["party_profile"] if row["size_class"] != "large"}
    orders: dict[tuple[date, str, str], int] = defaultdict(int)
    for row in rows["purchase_order"]:
        if row["known_at"] < midnight and row["supplier"] in small:
            orders[row["ordered_on"].replace(day=1), *of[row["supplier"]]] += row["amount_minor"]
    lent: dict[date, list[tuple[int, int]]] = defaultdict(list)
    for row in rows["financing"]:
        if row["known_at"] < midnight and row["supplier"] in small:
            month = row["drawn_on"].replace(day=1)
            lent[month].append((row["rate_ppm"], row["amount_minor"]))

    assert told.months == tuple(date(2025 + (m > 12), (m - 1) % 12 + 1, 1) for m in range(12, 18))
    for month in told.months:
        for (when, sector, region), minor in orders.items():
            if when == month:
                assert told.at("orders", month, sector, region) == minor
        whole = sum(minor for (when, _, _), minor in orders.items() if when == month)
        assert told.at("orders", month) == (whole or None)
        weight = sum(minor for _, minor in lent[month])
        rate = sum(ppm * minor for ppm, minor in lent[month]) / 1e6 / weight if weight else None
        assert told.at("price", month) == pytest.approx(rate)
    assert sum(bool(lent[month]) for month in told.months) > 1


def test_lateness_and_collection_lie_where_they_can(told: SmeIndex) -> None:
    for cell in told.cells:
        assert cell.value is not None
        assert cell.value >= 0
        if cell.measure == "late_share":
            assert cell.value <= 1


def test_a_small_world_tells_nothing_of_single_firms(
    told: SmeIndex, small_world: SmallWorld
) -> None:
    strict = index_of(small_world, IndexRules(months=6, least_firms=10, top_share=0.5))

    assert [vars(cell) | {"value": 0} for cell in strict.cells] == [
        vars(cell) | {"value": 0} for cell in told.cells
    ]
    for cell in strict.cells:
        if cell.value is not None:  # 18 suppliers: only totals can be told
            assert cell.value == told.at(cell.measure, cell.month, cell.sector, cell.region)
            assert cell.sector is None or cell.region is None
    assert any(cell.value is None for cell in strict.cells)
    assert strict.as_json()["hidden"] == sum(cell.value is None for cell in strict.cells)
