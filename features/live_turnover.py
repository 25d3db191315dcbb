"""How a party's business turned over in its last year, by its yearly statements; live.

Of several statements that end on one day the company's own counts before the group's, for a company
is what is lent to. Days are those of a year of 360, as the need of working capital is worked out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from features.circumstances.cover_seen import Turnover
from features.live_rows import Row, Sight
from features.subject.twelve_months import FARTHEST_DAYS, NEAREST_DAYS

YEAR_DAYS = 360
OLDEST_DAYS = 730
"""Accounts that ended earlier say nothing of today's business."""

CONCEPTS = (
    "revenue",
    "cost_of_goods_sold",
    "ebit",
    "net_profit",
    "inventory",
    "receivables",
    "accounts_payable",
    "prepayments",
    "contract_liabilities",
    "current_assets",
    "current_liabilities",
    "short_term_debt",
)
"""Lines that are read."""


@dataclass(frozen=True)
class Years:
    """Lines of the last year and of the one before; empty where there is none.

    Attributes
    ----------
    last, before : mapping of concept to int
        In minor units; lines of one concept add up.
    """

    last: Mapping[str, int]
    before: Mapping[str, int]

    @property
    def sales_minor(self) -> int | None:
        """Revenue of the last year; None where it isn't told or below 0."""
        revenue = self.last.get("revenue")
        return revenue if revenue is not None and revenue >= 0 else None


def years_of(sight: Sight, party: str, day: int) -> Years:
    """The last two yearly statements of a party, as far as they are known."""
    every = [
        row
        for row in sight.of("statement", "party", party)
        if row["period_type"] == "year" and 0 <= day - row["period_end"] < OLDEST_DAYS
    ]
    last = max(every, key=_rank, default=None)
    if last is None:
        return Years({}, {})
    ago = last["period_end"] - FARTHEST_DAYS, last["period_end"] - NEAREST_DAYS
    earlier = [
        row
        for row in sight.of("statement", "party", party)
        if row["period_type"] == "year"
        and ago[0] <= row["period_end"] <= ago[1]
        and bool(row["consolidated"]) == bool(last["consolidated"])
    ]
    before = max(earlier, key=_rank, default=None)
    return Years(_lines(sight, last), {} if before is None else _lines(sight, before))


def _rank(row: Row) -> tuple[int, bool, int]:
    return row["period_end"], not row["consolidated"], row["seq"]


def _lines(sight: Sight, statement: Row) -> dict[str, int]:
    rows = sight.of("statement_line", "statement", statement["ref"])
    found: dict[str, int] = {}
    for row in rows:
        if row["concept"] in CONCEPTS:
            found[row["concept"]] = found.get(row["concept"], 0) + row["amount_minor"]
            sight.cite(statement, row)
    return found


def turnover_of(years: Years) -> Turnover | None:
    """The turnover of the last year; None where it has no revenue."""
    last, before = years.last, years.before
    revenue = last.get("revenue", 0)
    if revenue <= 0:
        return None
    costs = last.get("cost_of_goods_sold", 0)
    profit = last.get("ebit", last.get("net_profit"))
    earlier = before.get("revenue", 0)
    own = _less(last.get("current_assets"), last.get("current_liabilities"))
    return Turnover(
        revenue_minor=revenue,
        margin_share=None if profit is None else _between(profit / revenue, -1.0, 1.0),
        growth_share=_between(revenue / earlier - 1.0, -1.0, 10.0) if earlier > 0 else None,
        inventory_days=_days(years, "inventory", costs),
        receivable_days=_days(years, "receivables", revenue),
        payable_days=_days(years, "accounts_payable", costs),
        prepaid_days=_days(years, "prepayments", costs),
        advanced_days=_days(years, "contract_liabilities", revenue),
        own_minor=None if own is None else max(0, own),
        loans_minor=_at_least_0(last.get("short_term_debt")),
    )


def _days(years: Years, concept: str, flow: int) -> float | None:
    """Days that a balance stands, its mean over the year where both ends are known."""
    if concept not in years.last or flow <= 0:
        return None
    ends = [years.last[concept], *([years.before[concept]] if concept in years.before else [])]
    return YEAR_DAYS * (sum(ends) / len(ends)) / flow


def _less(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one - other


def _at_least_0(amount: int | None) -> int | None:
    return None if amount is None else max(0, amount)


def _between(value: float, least: float, most: float) -> float:
    return min(max(value, least), most)
