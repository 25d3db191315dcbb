"""What rows can't say of the facts they name: asked of the ledger in bulk, never row by row.

Each check sees the rows of its kind, and the facts they name as they will be once the batch is
written: a row of the batch counts before what the ledger has under the same ``ref``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from ledger.revisions import current, refs_naming

LONGEST_AHEAD = timedelta(days=365)
"""A delivery may precede its order (orders are often written afterwards), but not by more."""

ROUNDING_MINOR = 1
"""Tolerance of comparisons of amounts, in minor units."""

Rows = Sequence[tuple[int, Mapping[str, Any]]]
"""Rows of one kind with their index in the batch."""

Wrong = tuple[int, str, str]
"""Index of a row, the field at fault and the reason."""


@dataclass(frozen=True)
class Known:
    """What is known of other facts: the ledger, and over it the good rows of the batch.

    Attributes
    ----------
    connection : Connection
        Open on the ledger.
    tenant : str
        Whose book.
    batch : Mapping
        Values of the good rows by kind and ``ref``.
    """

    connection: Connection
    tenant: str
    batch: Mapping[str, Mapping[str, Mapping[str, Any]]]

    def of(self, kind: str, refs: set[str], *fields: str) -> dict[str, tuple[Any, ...]]:
        """Some fields of each fact, in the form it will have."""
        here = self.batch.get(kind, {})
        found = current(self.connection, kind, self.tenant, refs - here.keys(), *fields)
        for ref in refs & here.keys():
            found[ref] = tuple(here[ref][field] for field in fields)
        return found


def early_deliveries(known: Known, rows: Rows) -> Iterator[Wrong]:
    """Deliveries sent more than a year before they were ordered."""
    orders = known.of("purchase_order", _named(rows, "purchase_order"), "ordered_on")
    for index, row in rows:
        if row["purchase_order"] is None:
            continue
        (ordered_on,) = orders[row["purchase_order"]]
        if row["despatched_on"] < ordered_on - LONGEST_AHEAD:
            yield (
                index,
                "despatched_on",
                f"despatched_on {row['despatched_on']} is more than a year before its order of "
                f"{ordered_on}; correct one of them, or name another order",
            )


def large_red_notes(known: Known, rows: Rows) -> Iterator[Wrong]:
    """Red notes that take back more than the invoice they correct."""
    invoices = known.of("invoice", _named(rows, "red_of"), "gross_minor")
    for index, row in rows:
        if row["red_of"] is None:
            continue
        (gross,) = invoices[row["red_of"]]
        if -row["gross_minor"] > gross + ROUNDING_MINOR:
            yield (
                index,
                "gross_minor",
                f"the red note takes back {-row['gross_minor']} of an invoice of {gross}",
            )


def wrong_allocations(known: Known, rows: Rows) -> Iterator[Wrong]:
    """Allocations to a stranger's invoice, and those that divide more than was paid."""
    payments = known.of("payment", _named(rows, "payment"), "payer", "channel", "amount_minor")
    invoices = known.of("invoice", _named(rows, "invoice"), "buyer")
    divided = _divided(known, rows, set(payments))
    for index, row in rows:
        payer, channel, amount = payments[row["payment"]]
        (buyer,) = invoices[row["invoice"]]
        if payer != buyer and channel != "third_party":
            yield (
                index,
                "invoice",
                f"{payer!r} paid and {buyer!r} is the buyer of invoice {row['invoice']!r}; where "
                "one pays for another, say so: channel third_party on the payment",
            )
        total = divided[row["payment"]]
        if amount is not None and total > amount + ROUNDING_MINOR:
            yield (
                index,
                "amount_minor",
                f"the allocations of payment {row['payment']!r} add up to {total}, it was {amount}",
            )


def _divided(known: Known, rows: Rows, payments: set[str]) -> dict[str, int]:
    """What is allocated of each payment once the batch is written."""
    total: defaultdict[str, int] = defaultdict(int)
    for _, row in rows:
        total[row["payment"]] += row["amount_minor"]
    kind, ours = "payment_allocation", {row["ref"] for _, row in rows}
    others = refs_naming(known.connection, kind, known.tenant, "payment", payments) - ours
    there = current(known.connection, kind, known.tenant, others, "payment", "amount_minor")
    for payment, amount in there.values():
        total[payment] += amount
    return total


def _named(rows: Rows, field: str) -> set[str]:
    return {row[field] for _, row in rows} - {None}


CONTRADICTIONS: dict[str, Callable[[Known, Rows], Iterator[Wrong]]] = {
    "delivery": early_deliveries,
    "invoice": large_red_notes,
    "payment_allocation": wrong_allocations,
}
"""The check of each kind that has one."""

COMPARED = frozenset({"purchase_order", "payment", "invoice"})
"""Kinds that a check looks up."""
