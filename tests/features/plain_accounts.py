"""What a party's accounts say, in slow plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

from tests.features.plain_requests import Plain, having, minus
from tests.features.theme import Values
from tests.features.worlds_of_facts import Row

FLOWS = {
    "revenue",
    "cost_of_goods_sold",
    "interest_expense",
    "ebit",
    "net_profit",
    "operating_cash_flow",
}


@dataclass(frozen=True)
class Months:
    """Twelve months: the head of the last statement, and a sum of lines by concept."""

    end: int
    head: Mapping[str, int | None]
    lines: Mapping[str, int | None]

    def sum(self, *concepts: str) -> int | None:
        """Of those told; None where none is."""
        told = having(self.lines.get(concept) for concept in concepts)
        return sum(told) if told else None


NOTHING = Months(0, {}, {})


def twelve_months(asked: Plain, party: str) -> tuple[Months, Months]:
    """The last twelve months of a party and those before; `NOTHING` where there are none."""
    last_told: dict[tuple[str, bool, int], Row] = {}
    for row in sorted(asked.facts("statement"), key=lambda row: int(row["seq"])):
        if row["party"] == party and row["period_type"] != "month":
            key = (row["period_type"], bool(row["consolidated"]), row["period_end"])
            last_told[key] = row
    whole = {}
    for kind, group, end in last_told:
        parts = [
            row
            for (other_kind, other_group, other_end), row in last_told.items()
            if (other_kind, other_group) == (kind, group)
            and other_end <= end
            and row["period_start"] >= end - 380
            and (kind != "year" or other_end == end)
        ]
        if 350 <= sum(row["period_end"] - row["period_start"] for row in parts) <= 380:
            whole[end, group, kind] = parts
    if not whole:
        return NOTHING, NOTHING
    end, group, kind = max(whole)
    now = _months(asked, end, whole[end, group, kind])
    near = [
        (-abs(end - 365 - other), other, other_kind)
        for other, other_group, other_kind in whole
        if other_group == group and 330 <= end - other <= 400
    ]
    if not near:
        return now, NOTHING
    _, other, other_kind = max(near)
    return now, _months(asked, other, whole[other, group, other_kind])


def _months(asked: Plain, end: int, parts: list[Row]) -> Months:
    (last,) = [row for row in parts if row["period_end"] == end]
    lines: dict[str, int | None] = {}
    told = asked.facts("statement_line")
    for concept in {row["concept"] for row in told}:
        of = [row for row in told if row["concept"] == concept]
        counted = parts if concept in FLOWS else [last]
        amounts = [
            [row["amount_minor"] for row in of if row["statement"] == part["ref"]]
            for part in counted
        ]
        lines[concept] = sum(map(sum, amounts)) if all(amounts) else None
    return Months(end, _head(last), lines)


def _head(row: Row) -> dict[str, int | None]:
    assets, owed, own = (
        row[name] for name in ("total_assets_minor", "total_liabilities_minor", "equity_minor")
    )
    if assets is None and None not in (owed, own):
        return {"assets": owed + own, "owed": owed, "own": own}
    if owed is None:
        return {"assets": assets, "owed": minus(assets, own), "own": own}
    return {
        "assets": assets,
        "owed": owed,
        "own": minus(assets, owed) if own is None else own,
    }


def over(one: float | None, other: float | None) -> float | None:
    """A quotient; missing where the divisor isn't above 0."""
    return None if one is None or other is None or other <= 0 else one / other


def within(value: float | None, least: float, most: float) -> float | None:
    return None if value is None else max(least, min(value, most))


def _times(factor: float, value: float | None) -> float | None:
    return None if value is None else factor * value


def _added(*values: float | None) -> float | None:
    told = having(values)
    return sum(told) if len(told) == len(values) else None


def _days_payable(months: Months) -> float | None:
    owed = months.sum("accounts_payable", "notes_payable")
    return over(_times(365, owed), months.sum("cost_of_goods_sold"))


def buyer_accounts(asked: Plain) -> Values:
    now, before = twelve_months(asked, asked.buyer)
    assets, owed, own = (now.head.get(name) for name in ("assets", "owed", "own"))
    assets_before = before.head.get("assets")
    current, due = now.sum("current_assets"), now.sum("current_liabilities")
    cash = minus(now.sum("cash"), now.sum("restricted_cash") or 0)
    short = now.sum("short_term_debt", "notes_payable", "current_part_of_long_term_debt")
    debt = now.sum("short_term_debt", "current_part_of_long_term_debt", "long_term_debt", "bonds")
    mean_assets = _times(0.5, _added(assets, assets_before))
    payables = now.sum("accounts_payable", "notes_payable")
    payables_before = before.sum("accounts_payable", "notes_payable")
    costs = now.sum("cost_of_goods_sold")
    usual = over(_times(182.5, _added(payables, payables_before)), costs)
    at_the_end = _days_payable(now)
    roa = over(now.sum("net_profit"), mean_assets)
    return {
        "buyer_zscore2": _added(
            _times(6.56, over(minus(current, due), assets)),
            _times(3.26, over(now.sum("retained_earnings"), assets)),
            _times(6.72, over(now.sum("ebit"), assets)),
            _times(1.05, over(own, owed)),
        ),
        "buyer_leverage": over(owed, assets),
        "buyer_cash_std": over(cash, short),
        "buyer_current_ratio": within(over(current, due), -1e99, 5),
        "buyer_ocf_debt": over(now.sum("operating_cash_flow"), debt),
        "buyer_icr": within(over(now.sum("ebit"), now.sum("interest_expense")), -5, 20),
        "buyer_roa": over(now.sum("net_profit"), assets) if roa is None else roa,
        "buyer_dpo": at_the_end if usual is None else usual,
        "buyer_dpo_chg": minus(at_the_end, _days_payable(before)),
        "buyer_size": log(assets / 100) if assets is not None and assets > 0 else None,
        "buyer_contingent": over(now.sum("external_guarantees"), own),
        "buyer_revenue_minor": now.sum("revenue"),
        "buyer_equity_minor": own,
        "buyer_accounts_payable_minor": now.sum("accounts_payable"),
        "buyer_payables_minor": payables,
        "buyer_sme_overdue_minor": now.sum("sme_payables_overdue"),
    }


def supplier_accounts(asked: Plain) -> Values:
    now, _ = twelve_months(asked, asked.supplier)
    interest = now.sum("interest_expense") or 0
    principal = now.sum("principal_due_12m")
    if principal is None:
        principal = now.sum("short_term_debt", "current_part_of_long_term_debt")
    liquid = minus(now.sum("current_assets"), now.sum("inventory") or 0)
    return {
        "supplier_leverage": over(now.head.get("owed"), now.head.get("assets")),
        "supplier_quick_ratio": within(over(liquid, now.sum("current_liabilities")), -1e99, 5),
        "supplier_ebit_margin": over(now.sum("ebit"), now.sum("revenue")),
        "supplier_dscr": over(
            _added(now.sum("operating_cash_flow"), interest), _added(principal, interest)
        ),
        "supplier_headcount_chg": _headcount(asked),
    }


def _headcount(asked: Plain) -> float | None:
    reports = [
        row
        for row in asked.facts("party_report")
        if row["party"] == asked.supplier and (row["employees"] or 0) > 0
    ]
    now = max(reports, key=lambda row: (row["period_end"], row["seq"]), default=None)
    if now is None or now["period_end"] <= asked.day - 365:
        return None
    far = {row["ref"]: abs(now["period_end"] - 365 - row["period_end"]) for row in reports}
    near = [row for row in reports if far[row["ref"]] <= 45]
    then = max(
        near, key=lambda row: (-far[row["ref"]], row["period_end"], row["seq"]), default=None
    )
    return None if then is None else log(now["employees"]) - log(then["employees"])
