"""Whether an order stands behind an invoice, and orders of events that can't be; live.

An order is the one that the invoice names, or one of the same amount between the two, as in
``features.four_flows``. What can't be is as in ``time_violation`` (D07), an order long after its
invoice and goods before their order; and besides a contract long after the invoice, a delivery
accepted before it was sent, and money before the contract.
"""

from __future__ import annotations

from features.four_flows import IMPOSSIBLE_DAYS, MOST_AFTER, MOST_BEFORE
from features.live_papers import Papers
from features.live_rows import Row, Sight


def ordered(sight: Sight, invoice: Row) -> bool:
    """Whether an order stands behind an invoice."""
    if invoice["purchase_order"] is not None:
        return sight.one("purchase_order", invoice["purchase_order"]) is not None
    return any(
        row["supplier"] == invoice["seller"]
        and row["buyer"] == invoice["buyer"]
        and row["status"] != "cancelled"
        and -MOST_BEFORE <= row["ordered_on"] - invoice["issued_on"] <= MOST_AFTER
        for row in sight.of("purchase_order", "amount_minor", invoice["gross_minor"])
    )


def impossible(sight: Sight, claim: Row, papers: Papers) -> list[Row]:
    """The facts that can't have happened in their order; none where all can."""
    found: list[Row] = []
    for invoice in papers.invoices:
        order = sight.one("purchase_order", invoice["purchase_order"])
        if order is not None:
            if order["ordered_on"] > invoice["issued_on"] + IMPOSSIBLE_DAYS:
                found += [invoice, order]
            found += _deliveries(sight, order)
        signed = None if papers.contract is None else papers.contract["signed_on"]
        if signed is not None and signed > invoice["issued_on"] + IMPOSSIBLE_DAYS:
            found += [invoice, papers.contract]  # type: ignore[list-item]
    if papers.contract is not None:
        for payment in sight.of("payment", "receivable", claim["ref"]):
            if payment["paid_on"] < papers.contract["signed_on"]:
                found += [payment, papers.contract]
    return list({row["id"]: row for row in found}.values())


def _deliveries(sight: Sight, order: Row) -> list[Row]:
    """Deliveries of an order that came before it, or were accepted before they were sent."""
    found: list[Row] = []
    for sent in sight.of("delivery", "purchase_order", order["ref"]):
        if sent["received_on"] is not None and sent["received_on"] < order["ordered_on"]:
            found += [order, sent]
        for taken in sight.of("acceptance", "delivery", sent["ref"]):
            day = taken["accepted_on"]
            if day is not None and day < sent["despatched_on"]:
                found += [sent, taken]
    return found
