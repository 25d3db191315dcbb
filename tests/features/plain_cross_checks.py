"""What tax returns, bank flows and lines of goods show beside the invoices, in plain Python."""

from collections import defaultdict
from math import log, sqrt

from tests.features.plain_requests import Plain, having
from tests.features.plain_trade import Trade, bounded, gross
from tests.features.source_theme import plain_supplier_sources
from tests.features.theme import Values
from tests.features.worlds_of_facts import Row


def _returns(asked: Plain) -> list[Row]:
    latest: dict[tuple[int, int], Row] = {}
    for row in asked.facts("tax_return"):
        period = (row["period_start"], row["period_end"])
        known = row["party"] == asked.supplier and row["taxable_sales_minor"] is not None
        if not known or row["tax"] != "vat" or not 0 <= asked.day - row["period_end"] <= 364:
            continue
        before = latest.get(period)
        when = (row["happened_at"], row["seq"])
        if before is None or when > (before["happened_at"], before["seq"]):
            latest[period] = row
    return list(latest.values())


def _against_returns(asked: Plain, trade: Trade) -> float | None:
    returns = _returns(asked)
    declared = sum(row["taxable_sales_minor"] for row in returns)
    invoiced = sum(
        one.net
        for row in returns
        for one in trade.sales
        if row["period_start"] <= one.issued_on < row["period_end"]
    )
    return abs(log(invoiced / declared)) if declared > 0 and invoiced > 0 else None


def _against_bank(asked: Plain, trade: Trade) -> float | None:
    due = [
        one
        for one in trade.unlimited
        if 0 <= asked.day - (one.issued_on + 60 if one.due_on is None else one.due_on) <= 364
    ]
    customers = {one.buyer for one in trade.sales}
    amounts: list[int | None] = [
        row["amount_minor"]
        for row in asked.facts("payment")
        if row["payee"] == asked.supplier
        and row["payer"] in customers
        and row["channel"] != "offset"
        and 0 <= asked.day - row["paid_on"] <= 364
    ]
    told = plain_supplier_sources(asked)["bank_state"] in {1, 2}
    known = having(amounts)
    if not told or len(known) < len(amounts) or gross(due) <= 0:
        return None
    return 1 - max(0.0, min(1.0, sum(known) / gross(due)))


def supplier_cross_checks(asked: Plain) -> Values:
    trade = Trade(asked)
    return {
        "supplier_invoices_vs_return": _against_returns(asked, trade),
        "supplier_invoices_vs_bank": _against_bank(asked, trade),
    }


def supplier_goods(asked: Plain) -> Values:
    trade = Trade(asked)
    sold: dict[str, int] = defaultdict(int)
    bought: dict[str, int] = defaultdict(int)
    for vector, invoices in ((sold, trade.sales), (bought, trade.purchases)):
        year = {one.ref for one in trade.year(invoices)}
        for row in asked.facts("invoice_line"):
            if row["invoice"] in year and row["goods_code"] is not None:
                vector[row["goods_code"][:5]] += row["net_minor"]
    a = {key: bounded(total) for key, total in sold.items()}
    b = {key: bounded(total) for key, total in bought.items()}
    both = sum(total * b.get(key, 0) for key, total in a.items())
    lengths = [sum(total * total for total in vector.values()) for vector in (a, b)]
    apart = 1 - min(1.0, both / (sqrt(lengths[0]) * sqrt(lengths[1]))) if all(lengths) else None
    return {"supplier_io_goods_mismatch": apart}
