"""Rows of claims, payments, disputes and what lessens a claim."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Flags, Ints
from simulator.intensities import NEVER
from simulator.observation.documents import INVOICE, ON_PLATFORM
from simulator.observation.sources_asked import bank_told_until
from simulator.observation.view import (
    THEN,
    Sheets,
    View,
    days,
    hashes,
    joined,
    refs,
    texts,
    whole,
    words,
)
from simulator.story import NO_REQUEST

AT_BANK = 1
"""Data tier from which payments are seen."""

LATE_KNOWN_SHARE, LATE_KNOWN_DAYS = 0.03, 6
"""Share of payments that the bank tells of later than the next day, and how much later at most."""

MATCHED_SHARE = 0.6
"""Share of payments without a reference that a platform matches with their invoice."""

OTHER_ACCOUNT = 7_777
"""Added to a party's number for an account that nobody agreed on."""

CLAIM = "AR-"


def claims_seen(view: View, place: Ints) -> Flags:
    """Which claims are told: all of suppliers whose bank is seen, of the others those offered."""
    world = view.world
    seller = world.chain.core.seller[place]
    seen: Flags = (world.chain.suppliers.data_tier[seller] >= AT_BANK) | (
        world.story.request[place] != NO_REQUEST
    )
    return seen & ~world.chain.core.dilution.redone[place]


def claim_sheets(view: View, place: Ints) -> Sheets:
    """Yield receivables and the invoices that make them up; retentions are no part of them."""
    flow = view.world.chain.core
    at = place[claims_seen(view, place)]
    pair, issued = flow.invoices.pair[at], flow.invoices.issued[at]
    told = view.world.chain.suppliers.data_tier[flow.seller[at]] >= ON_PLATFORM
    ref = refs(CLAIM, at + 1)
    yield view.sheet(
        "receivable",
        {
            "ref": ref,
            "supplier": view.supplier(flow.pairs.supplier[pair]),
            "buyer": view.buyer(flow.pairs.buyer[pair]),
            "issued_on": days(issued),
            "due_on": days(flow.invoices.due[at]),
            "face_minor": whole(claim_minor(view, at)),
            "currency": "CNY",
            "contract": texts(refs("CT-", pair + 1), ~told),
        },
        issued,
        issued,
    )
    yield view.sheet(
        "receivable_invoice",
        {
            "ref": joined(ref, "/1"),
            "receivable": ref,
            "invoice": refs(INVOICE, at + 1),
            "amount_minor": whole(claim_minor(view, at)),
        },
        issued,
        issued + 1,
    )
    yield from _payments(view, at)
    yield from _troubles(view, at)


def claim_minor(view: View, place: Ints) -> Ints:
    """Amount of claims: the invoice without what is retained."""
    retained = view.world.chain.core.dilution.retained_minor[place]
    face = view.world.story.face_minor[place]
    return face - np.minimum(retained, face // 2)


def _payments(view: View, at: Ints) -> Sheets:
    """Payments of what is not lessened, and the credit note set off on the same day."""
    world = view.world
    flow, story = world.chain.core, world.story
    pair, paid = flow.invoices.pair[at], story.paid_on[at]
    supplier, buyer = flow.pairs.supplier[pair], flow.pairs.buyer[pair]
    claim = claim_minor(view, at)
    set_off = np.minimum(flow.dilution.noted_minor[at], claim - 1)
    known, told, silent, matched = _as_the_bank_tells(view, at)
    ref = refs("PY-", at + 1)
    parties = {
        "payer": view.buyer(buyer),
        "payee": view.supplier(supplier),
        "paid_on": days(paid),
        "currency": "CNY",
        "receivable": texts(refs(CLAIM, at + 1), silent),
    }
    account = view.buyers + supplier + OTHER_ACCOUNT * story.diverted[at]
    by_bank = {
        "ref": ref,
        **parties,
        "amount_minor": whole(claim - set_off),
        "channel": "bank",
        "payer_account_hash": hashes(buyer, world.seed),
        "payee_account_hash": hashes(account, world.seed),
    }
    yield view.sheet("payment", by_bank, paid, known, told)
    by_note = {
        "ref": joined(ref, "/set-off"),
        **parties,
        "amount_minor": whole(set_off),
        "channel": "offset",
    }
    yield view.sheet("payment", by_note, paid, known, told & (set_off > 0))
    allocation = {
        "ref": joined(ref, "/1"),
        "payment": ref,
        "invoice": refs(INVOICE, at + 1),
        "amount_minor": whole(claim - set_off),
        "method": "exact",
        "confidence_ppm": 900_000,
    }
    yield view.sheet("payment_allocation", allocation, paid, known, matched)


def _as_the_bank_tells(view: View, at: Ints) -> tuple[Ints, Flags, Flags, Flags]:
    """When each payment is known, whether at all, without a reference, and yet matched."""
    world = view.world
    story, scenario, count = world.story, world.scenario, len(at)
    chance = view.chance("payments", int(at[0]) if count else 0)
    supplier, paid = world.chain.core.seller[at], story.paid_on[at]
    late = np.where(chance.random(count) < LATE_KNOWN_SHARE, LATE_KNOWN_DAYS, 0)
    tier = world.chain.suppliers.data_tier[supplier]
    seen = (tier >= AT_BANK) & (paid < bank_told_until(view)[supplier])
    told = (paid < NEVER) & (seen | story.financed[at])
    silent = (chance.random(count) < scenario.reference_missing_share) & ~story.financed[at]
    matched = told & silent & (tier >= ON_PLATFORM) & (chance.random(count) < MATCHED_SHARE)
    return np.where(paid < NEVER, paid + 1 + late, NEVER), told, silent, matched


def _troubles(view: View, at: Ints) -> Sheets:
    """Disputes and credit notes of suppliers on a platform."""
    world = view.world
    flow, dilution = world.chain.core, world.chain.core.dilution
    pair = flow.invoices.pair[at]
    parties = {
        "supplier": view.supplier(flow.pairs.supplier[pair]),
        "buyer": view.buyer(flow.pairs.buyer[pair]),
        "invoice": refs(INVOICE, at + 1),
        "currency": "CNY",
    }
    seen = world.chain.suppliers.data_tier[flow.seller[at]] >= ON_PLATFORM
    noted = dilution.noted_on[at]
    yield view.sheet(
        "dilution_event",
        {
            "ref": refs("DI-", at + 1),
            **parties,
            "dilution": "credit_note",
            "noted_on": days(noted),
            "amount_minor": whole(np.maximum(dilution.noted_minor[at], 1)),
            "non_cash": True,
        },
        noted,
        noted + 1,
        seen & (noted > 0),
    )
    opened, away = _disputes(view, at)
    told = (seen | away) & (opened < NEVER)
    dispute = {
        "ref": refs("DP-", at + 1),
        **parties,
        "receivable": refs(CLAIM, at + 1),
        "opened_on": days(opened),
        "amount_minor": whole(claim_minor(view, at)),
        "reason": "quality",
    }
    yield view.sheet("dispute", dispute, opened, opened + 2, told)
    resolved = dilution.resolved_on[at]
    ends = {
        **dispute,
        "resolved_on": days(resolved, resolved == 0),
        "outcome": words(("supplier", "buyer", "compromise"), at % 3),
    }
    # the end of a dispute is a correction of it, and comes in a sheet of its own
    over = told & ~away & (resolved > 0)
    yield view.sheet("dispute" + THEN, ends, opened, np.maximum(resolved, opened) + 2, over)


def _disputes(view: View, at: Ints) -> tuple[Ints, Flags]:
    """Day of the dispute of each claim, and which claims were disputed away once financed."""
    world = view.world
    dilution, request = world.chain.core.dilution, world.story.request[at]
    asked = request != NO_REQUEST
    away = asked & world.endings.disputed[request] & world.story.financed[at]
    opened = np.where(dilution.disputed_on[at] > 0, dilution.disputed_on[at], NEVER)
    after = world.requests.day[request] + 10 + at % 20
    return np.where(away, after, opened), away


def upstream_payment_sheets(view: View, place: Ints) -> Sheets:
    """Yield the payments of tier 1 to tier 2, and of tier 2 to tier 3, where a bank tells them."""
    world = view.world
    flow = world.chain.upstream
    pair, paid = flow.invoices.pair[place], flow.planned[place]
    supplier, buyer = flow.pairs.supplier[pair], flow.pairs.buyer[pair]
    told = paid < world.chain.upstream_stop_day[pair]
    tier = world.chain.suppliers.data_tier
    told &= (tier[buyer] >= AT_BANK) & (paid < bank_told_until(view)[buyer])
    yield view.sheet(
        "payment",
        {
            "ref": refs("PU-", place + 1),
            "payer": view.supplier(buyer),
            "payee": view.supplier(supplier),
            "paid_on": days(paid),
            "currency": "CNY",
            "amount_minor": whole(flow.invoices.face_minor[place]),
            "channel": "bank",
            "payer_account_hash": hashes(view.buyers + buyer, world.seed),
        },
        paid,
        paid + 1,
        told,
    )
