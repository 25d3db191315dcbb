"""What is seen of a receivable of a request, field by field."""

from dataclasses import replace
from typing import Any

import pytest

from features.circumstances.claim_seen import Rival
from features.sources import State
from ledger.clocks import from_day_number, from_micros
from tests.features.small_ledgers import TODAY
from tests.features.worlds_of_facts import DAY, Row
from tests.scoring.made_circumstances import (
    BILLED,
    CLAIM,
    NOW,
    REQUEST,
    at,
    claim_of,
    invoice,
    lent,
    seen,
)


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([BILLED], "not_found"),  # named, and not among the invoices that were told
        ([BILLED, invoice()], "valid"),
        ([BILLED, invoice(verify_result="differs")], "not_found"),
        ([BILLED, invoice(), at("invoice_status", "s0", invoice="i0", status="void")], "void"),
        ([BILLED, invoice(), invoice(ref="x", red_of="i0", gross_minor=-9_999)], "part_red"),
        ([BILLED, invoice(), invoice(ref="x", red_of="i0", gross_minor=-10_000)], "full_red"),
        ([], None),
    ],
)
def test_the_worst_state_of_the_invoices_is_seen(
    rows: list[tuple[str, Row]], state: str | None
) -> None:
    assert claim_of(*rows, states=State.FOUND).invoice_state == state


def test_contract_delivery_and_sizes_are_those_of_the_law() -> None:
    sizes: Row = {"supplier_size": "small", "buyer_size": "large"}
    terms: Row = {"payment_days": 90, "pay_when_paid": True, "assignment_prohibited": True}
    contract = at("contract", "c0", supplier="s0", signed_on=TODAY - 99, **sizes, **terms)
    order = at("purchase_order", "p0", contract="c0", ordered_on=TODAY - 50)
    parts = [
        at(
            "delivery",
            f"d{n}",
            purchase_order="p0",
            despatched_on=TODAY - 40,
            received_on=TODAY - days,
            value_minor=worth,
        )
        for n, (days, worth) in enumerate([(20, 300), (25, 100)])
    ]
    taken = at("acceptance", "a0", delivery="d0", accepted_on=TODAY - 15, evidence_level=3)
    public = at("party", "b0", legal_form="public_body", uscc="91110000600037341L")

    found = seen(BILLED, invoice(purchase_order="p0"), order, contract, *parts, taken, public)

    (claim,) = found.claims
    assert claim.contract_signed_on == from_day_number(TODAY - 99)
    assert (claim.supplier_size, claim.buyer_size) == ("small", "large")
    assert (claim.payment_days, claim.pay_when_paid, claim.assignment_prohibited) == (
        90,
        True,
        True,
    )
    assert (claim.delivered, claim.delivered_on) == (True, from_day_number(TODAY - 15))
    assert claim.evidence_level == 2  # three quarters of the value at 3
    assert (claim.buyer_public, found.buyer.valid_id) == (True, True)
    today = at("party_profile", "y", party="s0", size_class="micro", operating_revenue_minor=7)
    assert claim_of(today).supplier_size == "micro"
    assert seen(today).supplier.annual_sales_minor == 7


@pytest.mark.parametrize(
    ("named", "overlap"),
    [
        ({"invoice_number": "n0"}, "exact"),
        ({"invoice_number": "n9"}, "none"),
        ({"contract_number": "k"}, "description"),
        ({"contract_number": "l"}, "none"),
        ({}, "floating"),
        ({"buyer": "b0"}, "floating"),
        ({"buyer": "b9"}, "none"),
        ({"ended_on": TODAY}, "none"),
    ],
)
def test_registrations_of_others_overlap_by_what_they_name(
    named: dict[str, Any], overlap: str
) -> None:
    contract = at("contract", "c0", supplier="s0", number="k", signed_on=TODAY - 99)
    other = {"debtor": "s0", "business": "factoring", "registered_at": NOW - 3 * DAY, **named}
    papers = (BILLED, invoice(contract="c0"), contract, at("registration", "g", **other))
    own = at(
        "registration", "mine", **{**other, "registered_at": NOW - 4 * DAY, "receivable": "r0"}
    )

    claim = claim_of(*papers, states=State.FOUND)

    assert (claim.earlier_overlap, claim.registered) == (overlap, False)
    later = claim_of(*papers, own, states=State.FOUND)
    assert later.earlier_overlap == "none"  # registered after one's own
    assert later.registered is ("ended_on" not in named)


def test_the_last_search_counts_for_the_claim_or_its_supplier() -> None:
    searches = [
        at("registry_search", "h0", 3, searched="s0", receivable="r0", overlap="description"),
        at("registry_search", "h1", 2, searched="s0"),
        at("registry_search", "h2", 1, searched="s0", receivable="r9", overlap="exact"),
    ]
    claim = claim_of(*searches)

    assert claim.searched_on == from_day_number(TODAY - 2)
    assert (claim.earlier_overlap, claim.registered) == ("description", False)


def test_invoices_financed_under_another_key_are_duplicates() -> None:
    twin, link = invoice(ref="i1"), at("receivable_invoice", "m1", receivable="r1", invoice="i1")
    offered = at("requested_receivable", "o1", financing_request="q0", receivable="r1")
    papers = (BILLED, invoice(), twin, link)

    assert claim_of(*papers, offered).duplicate_of == ()
    assert claim_of(*papers, offered, lent()).duplicate_of == ("r1",)
    assert claim_of(
        *papers, at("assignment", "a", receivable="r1", assigned_on=TODAY - 20)
    ).duplicate_of == ("r1",)
    part = [
        at("receivable_invoice", f"m{n}", receivable=f"r{n}", invoice=f"i{n}", amount_minor=5_000)
        for n in (0, 1)
    ]
    assert claim_of(*part, invoice(), twin, offered, lent()).duplicate_of == ()
    other = invoice(ref="i1", canonical_hash="h1")
    assert claim_of(BILLED, invoice(), other, link, offered, lent()).duplicate_of == ()


def test_certificates_and_bills_are_the_instruments() -> None:
    terms: Row = {"opened_on": TODAY - 10, "due_on": TODAY + 200, "receivable": "r0"}
    paper = claim_of(at("e_certificate", "z", **terms))
    bill = claim_of(at("bill", "z", receivable="r0", accepted_on=TODAY - 1, due_on=TODAY))
    asked = replace(REQUEST, product="bill_discount", instrument_reviewed=True)

    assert (paper.instrument, paper.instrument_days) == ("e_certificate", 210)
    assert paper.instrument_opened_on == from_day_number(TODAY - 10)
    assert (bill.instrument, bill.instrument_days) == ("bill", 1)
    assert (
        claim_of(at("e_certificate", "z", status="cancelled", **terms)).instrument == "receivable"
    )
    said = claim_of(request=asked)
    assert (said.instrument, said.instrument_days, said.instrument_reviewed) == ("bill", None, True)


def test_the_buyer_consents_by_acknowledging_or_confirming() -> None:
    def confirmed(level: int, **more: Any) -> tuple[str, Row]:
        return at("confirmation", "f", receivable="r0", level=level, **more)

    assert claim_of(at("assignment", "a", receivable="r0", acknowledged_on=TODAY)).consented
    assert claim_of(at("assignment", "a", receivable="r0")).consented is False
    assert claim_of(confirmed(0)).consented is False
    whole, part = claim_of(confirmed(2)), claim_of(confirmed(3, amount_minor=400))
    assert (whole.consented, whole.confirmed_minor) == (True, 10_000)
    assert (part.confirmation_level, part.confirmed_minor) == (3, 400)


def test_retention_and_what_the_supplier_owes_are_held_against_the_claims() -> None:
    """What is kept on the account falls on the claims in their order, on each up to its face."""
    contract = at("contract", "c0", supplier="s0", retention_ppm=50_000)
    event: Row = {"supplier": "s0", "buyer": "b0", "noted_on": TODAY}
    fine = at("dilution_event", "d0", **event, dilution="penalty", invoice="i0", amount_minor=70)
    account = at("dilution_event", "d1", **event, dilution="set_off", amount_minor=9_000)
    second = at("receivable", "r1", **CLAIM)
    back = {"ref": "i9", "seller": "b0", "buyer": "s0", "gross_minor": 2_000, "issued_on": TODAY}
    both = replace(REQUEST, receivables=("r1", "r0"))
    papers = (BILLED, invoice(contract="c0"), contract, fine, account, second)

    found = seen(*papers, invoice(**back, canonical_hash=None), request=both)

    assert [claim.contra_minor for claim in found.claims] == [10_000, 9_000 + 2_000 - 9_430]


def test_rights_of_others_are_seen_with_what_ranks_them() -> None:
    """Registrations that overlap, and an assignment of the same invoice under another key."""
    given: Row = {"debtor": "s0", "business": "factoring", "registered_at": NOW - 3 * DAY}
    rows = (
        BILLED,
        invoice(),
        at("registration", "g1", **given, invoice_number="n0", amount_minor=7),
        at("registration", "g2", **given, invoice_number="other"),
        at("registration", "mine", **{**given, "registered_at": NOW - DAY}, receivable="r0"),
        at("assignment", "a0", receivable="r0", assigned_on=TODAY - 4, notified_on=TODAY - 3),
        at("receivable", "r1", supplier="s0", buyer="b0", face_minor=9_000),
        at("receivable_invoice", "m1", receivable="r1", invoice="i0"),
        at("assignment", "a1", receivable="r1", assigned_on=TODAY - 9, notified_on=TODAY - 8),
        at("assignment", "a2", receivable="r1", assigned_on=TODAY - 7, notified_on=TODAY + 1),
    )

    claim = claim_of(*rows)

    assert claim.registered_at == from_micros(NOW - DAY)
    assert claim.notified_on == from_day_number(TODAY - 3)
    assert claim.rivals == (
        Rival("a1", notified_on=from_day_number(TODAY - 8), amount_minor=9_000),
        Rival("a2", amount_minor=9_000),
        Rival("g1", registered_at=from_micros(NOW - 3 * DAY), amount_minor=7),
    )
