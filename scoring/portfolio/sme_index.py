"""The SME index: orders, collection, lateness and price of small firms, by sector and region.

A cell is told only where enough firms make it up and none of them has most of it, and where no
total less other cells would tell it (`lending.portfolio.cell_suppression`). A sector or region that
isn't told is a cell of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb

from lending.portfolio.cell_suppression import ALL, Place, Weights, hidden
from lending.portfolio.portfolio_rules import IndexRules
from scoring.portfolio.book_views import rows_of
from scoring.portfolio.owed_sql import OWED
from scoring.portfolio.sme_index_sql import MEASURES, measured

UNKNOWN = ""
"""The name of a sector or region that isn't told."""


@dataclass(frozen=True)
class IndexCell:
    """One measure of one month.

    Attributes
    ----------
    month : date
        Its first day.
    measure : str
        A name of `MEASURES`.
    sector, region : str or None
        None is all of them, empty is not told.
    value : float or None
        Orders in minor units, days, or a share; None where it mustn't be told.
    """

    month: date
    measure: str
    sector: str | None
    region: str | None
    value: float | None


@dataclass(frozen=True)
class SmeIndex:
    """The index on a day.

    Attributes
    ----------
    day : date
    currency : str
    least_firms : int
    top_share : float
    cells : tuple of IndexCell
        By measure, month, sector and region.
    """

    day: date
    currency: str
    least_firms: int
    top_share: float
    cells: tuple[IndexCell, ...]

    @property
    def months(self) -> tuple[date, ...]:
        """Those of which there are cells, in order."""
        return tuple(sorted({cell.month for cell in self.cells}))

    def at(
        self, measure: str, month: date, sector: str | None = ALL, region: str | None = ALL
    ) -> float | None:
        """The value of a cell; None where it is hidden, or there is none."""
        return self._values.get((measure, month, sector, region))

    @property
    def _values(self) -> dict[tuple[str, date, str | None, str | None], float | None]:
        return {
            (cell.measure, cell.month, cell.sector, cell.region): cell.value for cell in self.cells
        }

    def as_json(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            "day": self.day.isoformat(),
            "currency": self.currency,
            "least_firms": self.least_firms,
            "top_share": self.top_share,
            "hidden": sum(cell.value is None for cell in self.cells),
            "cells": [
                {
                    "month": cell.month.isoformat()[:7],
                    "measure": cell.measure,
                    "sector": cell.sector,
                    "region": cell.region,
                    "value": cell.value,
                }
                for cell in self.cells
            ],
        }


def sme_index(
    connection: duckdb.DuckDBPyConnection, day: date, currency: str, rules: IndexRules
) -> SmeIndex:
    """The index of the complete months before the only day of ``cut``.

    The session must have the views of `scoring.portfolio.book_views.INDEX_KINDS`.
    """
    cells: list[IndexCell] = []
    connection.execute(OWED)
    for measure in MEASURES:
        of_month: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
        for row in rows_of(connection, measured(measure), months=rules.months):
            of_month[row["month"]].append(row)
        for ago in sorted(of_month, reverse=True):
            cells += _month_cells(measure, _month(day, ago), of_month[ago], rules)
    return SmeIndex(day, currency, rules.least_firms, rules.top_share, tuple(cells))


def _month(day: date, ago: int) -> date:
    """The first day of the month so many months before that of a day."""
    first = day.replace(day=1)
    for _ in range(ago):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def _month_cells(
    measure: str, month: date, rows: Iterable[Mapping[str, Any]], rules: IndexRules
) -> list[IndexCell]:
    """Cells and totals of one measure in one month, the hidden ones without a value."""
    sums: dict[Place, float] = defaultdict(float)
    weights: dict[Place, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows:
        sector, region = row["sector"] or UNKNOWN, row["region"] or UNKNOWN
        for place in ((sector, region), (sector, ALL), (ALL, region), (ALL, ALL)):
            sums[place] += row["x"]
            weights[place][row["firm"]] += row["weight"]
    made = {place: _weights(of_firm) for place, of_firm in weights.items()}
    out = hidden(made, rules)
    return [
        IndexCell(
            month,
            measure,
            *place,
            None if place in out else _value(measure, sums[place], made[place].weight),
        )
        for place in sorted(sums, key=_order)
    ]


def _weights(of_firm: Mapping[str, float]) -> Weights:
    whole = sum(of_firm.values())
    return Weights(len(of_firm), whole, max(of_firm.values()) / whole)


def _value(measure: str, x: float, weight: float) -> float:
    return x if measure == "orders" else x / weight


def _order(place: Place) -> tuple[bool, str, bool, str]:
    """Totals first."""
    sector, region = place
    return sector is not ALL, sector or "", region is not ALL, region or ""
