"""Invoices of a lender's whole book in any number, made in columns, with a request a supplier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.stage.vat_invoices import DAY, Facts, columns_of
from features.pipeline import kinds_read
from features.spine import ASKED, REQUEST, Spine
from ledger.reader import arrow_schema

INVOICES_A_SUPPLIER = 50
INVOICES_A_BUYER = 5_000
CUSTOMERS = 8
"""Buyers of a supplier, the first of them the largest."""

LAST_DAY = 20_600
DAYS = 900
TIME_ZONE = "UTC"
VOID_EVERY = 50


@dataclass(frozen=True)
class InvoiceWorld:
    """Facts, and one request for each supplier at the end of them."""

    facts: Facts
    spine: Spine


def invoice_world(invoices: int) -> InvoiceWorld:
    """So many invoices: 50 a supplier, 5,000 a buyer, over 900 days; one in 50 made void."""
    dice = np.random.default_rng(7)
    suppliers = max(1, invoices // INVOICES_A_SUPPLIER)
    buyers = max(CUSTOMERS, invoices // INVOICES_A_BUYER)
    seller = dice.integers(0, suppliers, invoices)
    buyer = (seller * 7 + dice.geometric(0.4, invoices).clip(1, CUSTOMERS)) % buyers
    day = LAST_DAY - dice.integers(1, DAYS, invoices)
    gross = np.exp(dice.normal(13, 1.2, invoices)).astype("int64")
    gross[::40] *= -1
    facts = {
        **{kind: arrow_schema(kind).empty_table() for kind in kinds_read()},
        "invoice": columns_of(
            "invoice",
            ref=_named("I", np.arange(invoices)),
            seq=np.arange(invoices),
            revision=np.zeros(invoices, dtype="int64"),
            happened_at=day * DAY,
            visible_at=(day + 1) * DAY,
            seller=_named("S", seller),
            buyer=_named("B", buyer),
            issued_on=day,
            net_minor=gross - gross // 9,
            tax_minor=gross // 9,
            gross_minor=gross,
        ),
        "invoice_status": _voids(day),
    }
    return InvoiceWorld(facts, _spine(suppliers, buyers))


def _voids(day: Any) -> pa.Table:
    void = np.arange(0, len(day), VOID_EVERY)
    at = (day[void] + 20) * DAY
    return columns_of(
        "invoice_status",
        ref=_named("V", void),
        seq=len(day) + void,
        revision=np.zeros(len(void), dtype="int64"),
        happened_at=at,
        visible_at=at,
        invoice=_named("I", void),
        status=pa.array(["void"] * len(void)),
    )


def _named(letter: str, numbers: Any) -> pa.Array:
    return pa.array(np.char.add(letter, numbers.astype("U8")))


def _spine(suppliers: int, buyers: int) -> Spine:
    number = np.arange(suppliers)
    own = {
        "row_no": pa.array(number),
        "supplier": _named("S", number),
        "buyer": _named("B", (number * 7 + 1) % buyers),
        "day": pa.array(np.full(suppliers, LAST_DAY, dtype="int32")),
        "live_through": pa.array(np.full(suppliers, LAST_DAY * DAY)),
    }
    arrays = [own.get(field.name, pa.nulls(suppliers, type=field.type)) for field in REQUEST]
    return Spine(pa.table(arrays, schema=REQUEST), ASKED.empty_table())
