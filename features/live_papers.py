"""The papers behind a claim: contract, invoices, deliveries, the instrument that it is; live.

The contract is that of ``features.object.claim_title``, and so are the deliveries and the day from
which the law counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

from features.circumstances.claim_seen import InvoiceState
from features.live_rows import Row, Sight, latest
from ledger.clocks import from_day_number

WORTH_MOST_MINOR = 10**14

WORST: tuple[InvoiceState, ...] = (
    "valid",
    "part_red",
    "abnormal",
    "full_red",
    "void",
    "not_found",
)
"""States of an invoice, the worst last."""


@dataclass(frozen=True)
class Papers:
    """The invoices of a claim, and the contract they fall under.

    Attributes
    ----------
    links : tuple of rows
        Of ``receivable_invoice``.
    invoices : tuple of rows
        Those of them that are known, each once.
    contract : row or None
    """

    links: tuple[Row, ...]
    invoices: tuple[Row, ...]
    contract: Row | None

    @property
    def hashes(self) -> tuple[str, ...]:
        """Canonical hashes of the invoices."""
        return tuple(sorted({row["canonical_hash"] for row in self.invoices} - {None}))

    @property
    def orders(self) -> tuple[str, ...]:
        """Keys of the purchase orders that the invoices name."""
        return tuple(sorted({row["purchase_order"] for row in self.invoices} - {None}))


def papers_of(sight: Sight, claim: Row, supplier: str) -> Papers:
    """The papers of a claim; cites them."""
    links = sight.of("receivable_invoice", "receivable", claim["ref"])
    named = sorted({row["invoice"] for row in links})
    invoices = [row for row in (sight.one("invoice", ref) for ref in named) if row is not None]
    contract = _contract(sight, claim, invoices, supplier)
    sight.cite(*links, *invoices, contract)
    return Papers(tuple(links), tuple(invoices), contract)


def _contract(sight: Sight, claim: Row, invoices: Sequence[Row], supplier: str) -> Row | None:
    keys = [claim["contract"]]
    if keys[0] is None:
        orders = [sight.one("purchase_order", row["purchase_order"]) for row in invoices]
        keys = [
            row["contract"] or (order["contract"] if order else None)
            for row, order in zip(invoices, orders, strict=True)
        ]
    named = sorted(key for key in keys if key is not None)
    found = sight.one("contract", named[0]) if named else None
    return found if found is not None and found["supplier"] == supplier else None


def invoice_state(sight: Sight, papers: Papers, *, told: bool) -> InvoiceState | None:
    """The worst state of a claim's invoices; None where it names none.

    One that isn't known while invoices have been ``told`` is not found, and so is one of which the
    tax bureau said that there is none, or none with these data.
    """
    known = {row["ref"] for row in papers.invoices}
    states = [_state(sight, row) for row in papers.invoices]
    if told and any(row["invoice"] not in known for row in papers.links):
        states.append("not_found")
    return max(states, key=WORST.index, default=None)


def _state(sight: Sight, invoice: Row) -> InvoiceState:
    if invoice["verify_result"] in {"not_found", "differs"}:
        return "not_found"
    said = latest(sight.of("invoice_status", "invoice", invoice["ref"]))
    reds = [row for row in sight.of("invoice", "red_of", invoice["ref"]) if row["gross_minor"] < 0]
    sight.cite(said, *reds)
    states: list[InvoiceState] = ["valid" if said is None else said["status"]]
    if reds:
        taken = -sum(row["gross_minor"] for row in reds)
        states.append("full_red" if taken >= invoice["gross_minor"] else "part_red")
    return max(states, key=WORST.index)


def deliveries_of(sight: Sight, papers: Papers) -> list[Row]:
    """What was sent of the orders of a claim."""
    return [row for one in papers.orders for row in sight.of("delivery", "purchase_order", one)]


def delivery_seen(sight: Sight, papers: Papers, *, told: bool) -> dict[str, Any]:
    """Whether and when goods were delivered or accepted, and how well that is shown.

    ``told`` says that the buyers' platform has told: what it doesn't tell of an order is not there.
    """
    sent = deliveries_of(sight, papers)
    sight.cite(*sent)
    level = worth = 0
    days: list[int] = []
    for row in sent:
        accepted = sight.of("acceptance", "delivery", row["ref"])
        sight.cite(*accepted)
        weight = max(1, min(row["value_minor"] or 0, WORTH_MOST_MINOR))
        worth += weight
        level += weight * max((one["evidence_level"] for one in accepted), default=0)
        for one in accepted or [{"accepted_on": None, "deemed_accepted_on": None}]:
            taken = (one["accepted_on"], one["deemed_accepted_on"], row["received_on"])
            days += [day for day in taken if day is not None][:1]
    silent = bool(papers.orders) and told
    return {
        "delivered": True if days else (False if silent or sent else None),
        "delivered_on": from_day_number(max(days)) if days else None,
        "evidence_level": floor(level / worth) if worth else (0 if silent else None),
    }


def terms_seen(contract: Row | None, sizes: Mapping[str, str | None]) -> dict[str, Any]:
    """What the contract says, and the size classes at signing; of today where it tells none."""
    said: Mapping[str, Any] = contract if contract is not None else {}
    signed = said.get("signed_on")
    return {
        "contract_signed_on": None if signed is None else from_day_number(signed),
        "supplier_size": said.get("supplier_size") or sizes["supplier"],
        "buyer_size": said.get("buyer_size") or sizes["buyer"],
        "payment_days": said.get("payment_days"),
        "pay_when_paid": said.get("pay_when_paid"),
        "assignment_prohibited": said.get("assignment_prohibited"),
    }


def instrument_seen(sight: Sight, receivable: str, product: str | None) -> dict[str, Any]:
    """What the claim is: the certificate or bill that names it, else by the product asked for."""
    certificate = latest(
        row
        for row in sight.of("e_certificate", "receivable", receivable)
        if row["status"] != "cancelled"
    )
    bill = latest(sight.of("bill", "receivable", receivable))
    paper = certificate or bill
    sight.cite(paper)
    if paper is None:
        asked = {"e_certificate": "e_certificate", "bill_discount": "bill"}
        return {"instrument": asked.get(product or "", "receivable")}
    opened = paper["opened_on"] if certificate else paper["accepted_on"]
    return {
        "instrument": "e_certificate" if certificate else "bill",
        "instrument_opened_on": from_day_number(opened),
        "instrument_days": paper["due_on"] - opened,
    }
