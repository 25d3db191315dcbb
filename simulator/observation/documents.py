"""Rows of what is agreed, ordered, delivered and invoiced."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulator.arrays import Flags, Ints
from simulator.intensities import NEVER
from simulator.observation.companies import SIZE_CLASSES, size_classes
from simulator.observation.view import Sheets, View, days, flags, joined, refs, whole, words

ON_PLATFORM = 2
"""Data tier from which orders, deliveries and confirmations are seen (domain.md section 1.5)."""

RED_DAYS = 10
"""A mistake is taken back and invoiced anew within so many days."""

RED_FLUSH_DAYS = 12
"""A fraudster cancels the invoice so long after it was financed."""

UPLOAD_DAYS = np.array([0.70, 0.85, 0.95, 1.0])
"""Shares of acceptances uploaded within one, three, ten and thirty days: often dated back."""

INVOICE, RED_NOTE, REDONE = "IN-", "IN-R", "IN-A"


def contract_sheets(view: View) -> Sheets:
    """Yield the frame contracts of pairs that trade on a platform."""
    chain = view.world.chain
    pairs = chain.core.pairs
    chance, count = view.chance("contracts"), len(pairs)
    begins = chain.calendar.starts[np.minimum(pairs.from_month, chain.calendar.all_months)]
    signed = begins - chance.integers(5, 60, count)
    sizes = size_classes(view)
    yield view.sheet(
        "contract",
        {
            "ref": refs("CT-", np.arange(1, count + 1)),
            "supplier": view.supplier(pairs.supplier),
            "buyer": view.buyer(pairs.buyer),
            "number": refs("HT", np.arange(1, count + 1)),
            "signed_on": days(signed),
            "supplier_size": words(SIZE_CLASSES, sizes[view.buyers + pairs.supplier]),
            "buyer_size": words(SIZE_CLASSES, sizes[pairs.buyer]),
            "payment_trigger": "invoice",
            "payment_days": whole(pairs.term_days),
            "assignment_prohibited": flags(chance.random(count) < 0.05),
            "setoff_allowed": flags(chance.random(count) < 0.40),
            "noncash": words(("none", "bill", "e_certificate"), chance.choice(3, count)),
        },
        signed,
        signed + 1,
        chain.suppliers.data_tier[pairs.supplier] >= ON_PLATFORM,
    )


def platform_sheets(view: View, place: Ints, shard: int) -> Sheets:
    """Yield orders, deliveries and acceptances of invoices that have something behind them.

    Parameters
    ----------
    place : int array
        Places of invoices in the core flow.
    """
    world, flow = view.world, view.world.chain.core
    seen = world.chain.suppliers.data_tier[flow.seller[place]] >= ON_PLATFORM
    at = place[seen & ~world.story.nothing_behind[place]]
    chance, pair = view.chance("platform", shard), flow.invoices.pair[at]
    parties = {
        "supplier": view.supplier(flow.pairs.supplier[pair]),
        "buyer": view.buyer(flow.pairs.buyer[pair]),
    }
    amount = flow.invoices.face_minor[at]
    ordered = flow.invoices.ordered[at]
    yield view.sheet(
        "purchase_order",
        {
            "ref": refs("PO-", at + 1),
            **parties,
            "contract": refs("CT-", pair + 1),
            "number": refs("DD", at + 1),
            "ordered_on": days(ordered),
            "amount_minor": whole(amount),
            "currency": "CNY",
        },
        ordered,
        ordered + 1,
    )
    yield from _deliveries(view, at, parties, chance)


def _deliveries(
    view: View, at: Ints, parties: dict[str, pa.Array], chance: np.random.Generator
) -> Sheets:
    """One to three deliveries an order; each is accepted when the last one is."""
    invoices = view.world.chain.core.invoices
    parts = chance.choice([1, 2, 3], len(at), p=[0.6, 0.3, 0.1])
    row = np.repeat(np.arange(len(at)), parts)
    number = np.arange(len(row)) - np.repeat(np.cumsum(parts) - parts, parts)
    order, last = at[row], number == parts[row] - 1
    ordered, arrived = invoices.ordered[order], invoices.delivered[order]
    way = chance.integers(0, 4, len(row))
    earlier = np.floor(chance.random(len(row)) * (arrived - ordered)).astype(np.int64)
    received = np.where(last, arrived, arrived - earlier)
    sent = np.maximum(received - way, ordered)
    value = invoices.face_minor[order] // parts[row]
    ref = joined(refs("DL-", order + 1), refs("-", number + 1, 1))
    yield view.sheet(
        "delivery",
        {
            "ref": ref,
            **{name: keys.take(pa.array(row)) for name, keys in parties.items()},
            "purchase_order": refs("PO-", order + 1),
            "number": refs("FH", np.arange(1, len(row) + 1)),
            "despatched_on": days(sent),
            "received_on": days(received),
            "value_minor": whole(value),
            "currency": "CNY",
        },
        received,
        received + 1,
    )
    accepted = invoices.accepted[order]
    delay = np.array([1, 3, 10, 30])[np.searchsorted(UPLOAD_DAYS, chance.random(len(row)))]
    levels = chance.choice([1, 2, 3], len(row), p=[0.4, 0.4, 0.2])
    yield view.sheet(
        "acceptance",
        {
            "ref": joined(ref, "/A"),
            "delivery": ref,
            "accepted_on": days(accepted),
            "evidence_level": whole(levels),
        },
        accepted,
        accepted + delay,
        chance.random(len(row)) < 0.95,
    )


def invoice_sheets(view: View, place: Ints) -> Sheets:
    """Yield the invoices on core enterprises, with red notes and what becomes of them."""
    flow, story = view.world.chain.core, view.world.story
    pair = flow.invoices.pair[place]
    seller = view.supplier(flow.pairs.supplier[pair])
    buyer = view.buyer(flow.pairs.buyer[pair])
    face, rate = story.face_minor[place], flow.invoices.tax_ppm[place]
    issued, due = flow.invoices.issued[place], flow.invoices.due[place]
    ref = refs(INVOICE, place + 1)
    parties = {"seller": seller, "buyer": buyer, "kind": "e_vat_special", "currency": "CNY"}
    yield view.sheet(
        "invoice",
        {
            "ref": ref,
            **parties,
            "number": invoice_numbers(place),
            "issued_on": days(issued),
            "due_on": days(due),
            **amounts(face, rate),
        },
        issued,
        issued + 1,
    )
    day, minor, reason = _red(view, place)
    noted = day < NEVER
    yield view.sheet(
        "invoice",
        {
            "ref": refs(RED_NOTE, place + 1),
            **parties,
            "number": refs("252", place + 1, 17),
            "issued_on": days(day),
            **amounts(-minor, rate),
            "red_of": ref,
            "red_reason": words(("wrong_invoice", "goods_returned", "allowance"), reason),
        },
        day,
        day + 1,
        noted,
    )
    yield view.sheet(
        "invoice_status",
        {
            "ref": joined(ref, "/red"),
            "invoice": ref,
            "status": words(("part_red", "full_red"), (minor >= face).astype(np.int64)),
        },
        day,
        day + 1,
        noted,
    )
    redone = flow.dilution.redone[place]
    yield view.sheet(
        "invoice",
        {
            "ref": refs(REDONE, place + 1),
            **parties,
            "number": refs("253", place + 1, 17),
            "issued_on": days(day),
            "due_on": days(due),
            **amounts(face, rate),
        },
        day,
        day + 1,
        redone & noted,
    )


def _red(view: View, place: Ints) -> tuple[Ints, Ints, Ints]:
    """Day and amount of the red note of each invoice, and place of its reason."""
    flow, story = view.world.chain.core, view.world.story
    dilution, issued = flow.dilution, flow.invoices.issued[place]
    face = story.face_minor[place]
    day = np.where(dilution.noted_on[place] > 0, dilution.noted_on[place], NEVER)
    minor = np.minimum(dilution.noted_minor[place], face)
    redone = dilution.redone[place]
    day = np.where(redone, issued + 1 + place % RED_DAYS, day)
    flushed = story.red_flushed[place]
    drawn = view.world.requests.day[story.request[place]]
    day = np.where(flushed, drawn + RED_FLUSH_DAYS, day)
    whole_face = redone | flushed
    reason = np.where(redone, 0, np.where(flushed, 1, 2))
    return day, np.where(whole_face, face, minor), reason


def upstream_sheets(view: View, place: Ints) -> Sheets:
    """Yield what tiers 2 and 3 invoice: all that is seen of their trade, with its payment."""
    flow = view.world.chain.upstream
    pair = flow.invoices.pair[place]
    seller = view.supplier(flow.pairs.supplier[pair])
    buyer = view.supplier(flow.pairs.buyer[pair])
    issued = flow.invoices.issued[place]
    yield view.sheet(
        "invoice",
        {
            "ref": refs("IU-", place + 1),
            "seller": seller,
            "buyer": buyer,
            "kind": "e_vat_special",
            "currency": "CNY",
            "number": refs("254", place + 1, 17),
            "issued_on": days(issued),
            "due_on": days(flow.invoices.due[place]),
            **amounts(flow.invoices.face_minor[place], flow.invoices.tax_ppm[place]),
        },
        issued,
        issued + 1,
    )


def invoice_numbers(place: Ints) -> pa.Array:
    """Twenty digits, as 数电票 have."""
    return refs("251", place + 1, 17)


def amounts(gross: Ints, rate_ppm: Ints) -> dict[str, pa.Array]:
    """Net, tax and gross of amounts with tax."""
    net = np.rint(gross / (1 + rate_ppm / 1e6)).astype(np.int64)
    return {"net_minor": whole(net), "tax_minor": whole(gross - net), "gross_minor": whole(gross)}


def happened_upstream(view: View) -> Flags:
    """Which invoices of tiers 2 and 3 were issued before their supplier failed."""
    flow = view.world.chain.upstream
    happened: Flags = flow.invoices.issued <= view.world.chain.ruin_day[flow.seller]
    return happened
