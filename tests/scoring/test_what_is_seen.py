"""What is seen of a request, field by field, from facts made for it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from features.at_hand import AtHand
from features.circumstances.claim_seen import AskedClaim
from features.circumstances.request_seen import Circumstances
from features.live import LiveView
from features.sources import ASKED, State
from ledger.clocks import from_day_number, from_micros, zone
from ledger.pending_holds import PendingHold
from scoring.asking import Request
from scoring.seen import asking_of
from tests.features.small_ledgers import TODAY
from tests.features.worlds_of_facts import DAY, Row, World, corrected, fact
from tests.scoring.seen_worlds import NOTHING

NOW = TODAY * DAY + 5 * 3_600_000_000
REQUEST = Request("q", "s0", "b0", ("r0",), from_micros(NOW))
CLAIM = {
    "supplier": "s0",
    "buyer": "b0",
    "issued_on": TODAY - 30,
    "due_on": TODAY + 30,
    "face_minor": 10_000,
}
Facts = dict[str, list[Row]]


def at(kind: str, ref: str, days: int = 10, **fields: Any) -> tuple[str, Row]:
    """A fact that was seen so many days ago."""
    return kind, fact(kind, ref, 1, NOW - days * DAY, **fields)


def seen(
    *more: tuple[str, Row],
    request: Request = REQUEST,
    states: State = State.NOT_CHECKED,
    pending: tuple[PendingHold, ...] = (),
    **claim: Any,
) -> Circumstances:
    """What is seen of a request about ``r0`` beside more facts."""
    facts: Facts = {"receivable": [at("receivable", "r0", **{**CLAIM, **claim})[1]]}
    for kind, row in more:
        facts.setdefault(kind, []).append(row)
    world = World("Asia/Shanghai", facts, (request,))
    told = AtHand({of: dict.fromkeys(ASKED, states) for of in ("supplier", "buyer")})
    view = LiveView(facts, pending, zone("Asia/Shanghai"))
    return view.circumstances(asking_of(request, world.book), NOTHING, told)


def claim_of(*more: tuple[str, Row], **other: Any) -> AskedClaim:
    return seen(*more, **other).claims[0]


INVOICE = {"seller": "s0", "buyer": "b0", "number": "n0", "gross_minor": 10_000}
BILLED = at("receivable_invoice", "m0", receivable="r0", invoice="i0")


def invoice(**other: Any) -> tuple[str, Row]:
    given = {**INVOICE, "issued_on": TODAY - 30, "canonical_hash": "h0", **other}
    return at("invoice", str(given.pop("ref", "i0")), **given)


def lent(ref: str = "f0", days: int = 5, **other: Any) -> tuple[str, Row]:
    given = {"financing_request": "q0", "supplier": "s0", "buyer": "b0", "amount_minor": 800}
    return at("financing", ref, days, **{**given, "drawn_on": TODAY - 5, **other})


OFFERED = at("requested_receivable", "o0", financing_request="q0", receivable="r0")


def test_with_a_claim_alone_nothing_else_is_known() -> None:
    plain = seen()

    (claim,) = plain.claims
    assert claim == AskedClaim(
        ref="r0",
        face_minor=10_000,
        owed_minor=10_000,
        issued_on=from_day_number(TODAY - 30),
        due_on=from_day_number(TODAY + 30),
    )
    assert plain.supplier == plain.buyer == replace(plain.buyer, valid_id=None, consents={})
    assert (plain.used.supplier_minor, plain.used.group_minor) == (0, 0)
    assert (plain.pair.linked, plain.turnover, plain.data_tier) == (None, None, 0)
    assert plain.evidence == ("receivable-r0-0",)


def test_sources_that_told_of_nothing_make_it_a_no() -> None:
    plain = seen(BILLED, invoice(purchase_order="p0"), states=State.NONE_FOUND)

    (claim,) = plain.claims
    assert (claim.confirmation_level, claim.consented, claim.disputed_minor) == (0, False, 0)
    assert (claim.delivered, claim.delivered_on, claim.evidence_level) == (False, None, 0)
    assert (claim.earlier_overlap, claim.registered, claim.contra_minor) == ("none", False, 0)
    assert (plain.buyer.open_records, plain.buyer.controller_records) == ((), ())
    assert (plain.pair.linked, plain.data_tier) == (False, 3)
    assert plain.supplier.consents == dict.fromkeys(
        ("bank", "bureau", "invoices", "platform", "tax"), "missing"
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
    sizes = {"supplier_size": "small", "buyer_size": "large"}
    terms = {"payment_days": 90, "pay_when_paid": True, "assignment_prohibited": True}
    contract = at("contract", "c0", supplier="s0", signed_on=TODAY - 99, **sizes, **terms)
    order = at("purchase_order", "p0", contract="c0")
    parts = [
        at("delivery", f"d{n}", purchase_order="p0", received_on=TODAY - days, value_minor=worth)
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


def test_what_is_lent_is_out_until_repaid_or_ended() -> None:
    back = at("repayment", "y0", 3, financing="f0", amount_minor=310, interest_minor=10)
    ended = at("outcome", "e0", 1, financing="f0")

    def out(*rows: tuple[str, Row]) -> tuple[int, int, int, int | None]:
        found = seen(OFFERED, *rows)
        (claim,) = found.claims
        used = found.used
        assert used.buyer_minor == used.group_minor
        return (
            claim.financed_minor,
            used.supplier_minor,
            used.buyer_minor,
            claim.face_financed_minor,
        )

    assert out(lent()) == (800, 800, 800, 10_000)
    assert out(lent(), back) == (500, 500, 500, 10_000)
    assert out(lent(), back, ended) == (0, 0, 0, None)
    assert out(lent(drawn_on=TODAY + 1)) == (0, 0, 0, None)
    assert out(lent(lender="g0")) == (800, 0, 0, 10_000)  # lent by another: not this book's
    moved = corrected(lent()[1], NOW - DAY, buyer="b9")
    assert out(lent(), ("financing", moved)) == (800, 800, 0, 10_000)


def test_a_financing_falls_on_its_claims_by_their_parts() -> None:
    other = at("receivable", "r1", **{**CLAIM, "face_minor": 30_000})
    also = at("requested_receivable", "o1", financing_request="q0", receivable="r1")

    assert claim_of(OFFERED, also, other, lent()).financed_minor == 200
    grown = corrected(at("receivable", "r0", **CLAIM)[1], NOW - DAY, face_minor=12_000)
    claim = claim_of(("receivable", grown), OFFERED, lent())
    assert (claim.face_minor, claim.face_financed_minor) == (12_000, 10_000)


def test_what_is_reserved_counts_while_it_is_held() -> None:
    def hold(buyer: str = "b0", since: int = -1, until: int = 1) -> PendingHold:
        return PendingHold(buyer, NOW + since, NOW + until, {"h0": 60, "h9": 40})

    def used(*pending: PendingHold) -> tuple[int, int, int]:
        found = seen(BILLED, invoice(), pending=pending)
        return (
            found.claims[0].financed_minor,
            found.used.supplier_minor,
            found.used.buyer_minor,
        )

    assert used(hold()) == (60, 60, 100)
    assert used(hold(), hold(since=0)) == (120, 120, 200)
    assert used(hold(since=1), hold(until=0)) == (0, 0, 0)
    assert used(hold(buyer="b9")) == (60, 0, 0)  # of the invoice, though on another buyer


def test_the_group_hangs_together_by_more_than_half() -> None:
    def owns(ref: str, one: str, other: str, **more: Any) -> tuple[str, Row]:
        given = {"relation": "shareholder", "share_ppm": 500_001, **more}
        return at("party_relation", ref, party=one, other=other, **given)

    sister = [owns("p0", "top", "b0"), owns("p1", "top", "b1", relation="ultimate_controller")]
    rows = [lent(), lent("f1", buyer="b1", supplier="s9"), lent("f2", buyer="b2", supplier="s9")]
    half = owns("p2", "top", "b2", share_ppm=500_000)
    gone = owns("p2", "top", "b2", valid_until=TODAY)

    assert seen(*rows, *sister).used.group_minor == 1_600
    assert seen(*rows, *sister, half).used.group_minor == 1_600
    assert seen(*rows, *sister, gone).used.group_minor == 1_600
    branch = owns("p2", "b2", "b0", relation="branch_of", share_ppm=None)
    assert seen(*rows, *sister, branch).used.group_minor == 2_400
    own = owns("p3", "s0", "b0", share_ppm=250_001)
    assert seen(own).pair.linked
    assert seen(owns("p3", "s0", "b0", share_ppm=250_000)).pair.linked is None
    assert seen(*sister, owns("p4", "top", "s0")).pair.linked


def test_records_count_while_they_are_open_and_against_the_party() -> None:
    def record(ref: str, party: str = "b0", **more: Any) -> tuple[str, Row]:
        given = {"adverse": "lawsuit", "opened_on": TODAY, **more}
        return at("adverse_record", ref, party=party, **given)

    assert seen(record("a", closed_on=TODAY)).buyer.open_records == ()
    assert seen(record("a", role="plaintiff")).buyer.open_records == ()
    both = seen(record("a"), record("b", adverse="sanctions"), record("c", "s0"))
    assert both.buyer.open_records == ("lawsuit", "sanctions")
    assert both.supplier.open_records == ("lawsuit",)

    held = at("party_relation", "p", party="top", other="b0", relation="ultimate_controller")
    check = {"party": "top", "source": "adverse_record", "result": "NONE_FOUND"}
    asked = at("source_coverage", "k", **check, checked_at=NOW - 400 * DAY)
    stale = at("source_coverage", "k", **check, checked_at=NOW - 401 * DAY)
    assert seen(held).buyer.controller_records is None
    assert seen(held, stale).buyer.controller_records is None
    assert seen(held, asked).buyer.controller_records == ()
    assert seen(held, record("a", "top")).buyer.controller_records == ("lawsuit",)


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, "in_force"),
        ({"expires_on": TODAY + 1}, "in_force"),
        ({"expires_on": TODAY}, "expired"),
        ({"withdrawn_on": TODAY}, "withdrawn"),
        ({"given_on": TODAY + 1}, "missing"),
        ({"purpose": "training"}, None),
    ],
)
def test_a_consent_has_a_state_by_scope(more: dict[str, Any], state: str | None) -> None:
    given = {"party": "s0", "scope": "tax", "purpose": "scoring", "given_on": TODAY, **more}

    consents = seen(at("consent", "c", **given)).supplier.consents

    assert consents == ({} if state is None else {"tax": state})
    person = seen(at("party", "s0", legal_form="sole")).supplier
    assert (person.person_linked, person.consents) == (True, {"personal": "missing"})


def test_invoices_financed_under_another_key_are_duplicates() -> None:
    twin, link = invoice(ref="i1"), at("receivable_invoice", "m1", receivable="r1", invoice="i1")
    offered = at("requested_receivable", "o1", financing_request="q0", receivable="r1")
    papers = (BILLED, invoice(), twin, link)

    assert claim_of(*papers, offered).duplicate_of == ()
    assert claim_of(*papers, offered, lent()).duplicate_of == ("r1",)
    assert claim_of(*papers, at("assignment", "a", receivable="r1")).duplicate_of == ("r1",)
    part = [
        at("receivable_invoice", f"m{n}", receivable=f"r{n}", invoice=f"i{n}", amount_minor=5_000)
        for n in (0, 1)
    ]
    assert claim_of(*part, invoice(), twin, offered, lent()).duplicate_of == ()
    other = invoice(ref="i1", canonical_hash="h1")
    assert claim_of(BILLED, invoice(), other, link, offered, lent()).duplicate_of == ()


def test_certificates_and_bills_are_the_instruments() -> None:
    terms = {"opened_on": TODAY - 10, "due_on": TODAY + 200, "receivable": "r0"}
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
    event = {"supplier": "s0", "buyer": "b0", "noted_on": TODAY}
    fine = at("dilution_event", "d0", **event, dilution="penalty", invoice="i0", amount_minor=70)
    account = at("dilution_event", "d1", **event, dilution="set_off", amount_minor=9_000)
    second = at("receivable", "r1", **CLAIM)
    back = {"ref": "i9", "seller": "b0", "buyer": "s0", "gross_minor": 2_000, "issued_on": TODAY}
    both = replace(REQUEST, receivables=("r1", "r0"))
    papers = (BILLED, invoice(contract="c0"), contract, fine, account, second)

    found = seen(*papers, invoice(**back, canonical_hash=None), request=both)

    assert [claim.contra_minor for claim in found.claims] == [10_000, 9_000 + 2_000 - 9_430]


def test_the_turnover_is_that_of_the_last_year_and_of_the_one_before() -> None:
    def year(ref: str, days: int, **lines: int) -> list[tuple[str, Row]]:
        head = at("statement", ref, party="s0", period_type="year", period_end=TODAY - days)
        return [
            head,
            *(
                at("statement_line", f"{ref}-{name}", statement=ref, concept=name, amount_minor=one)
                for name, one in lines.items()
            ),
        ]

    last = year("t1", 100, revenue=3_600, cost_of_goods_sold=1_800, inventory=200, ebit=360)
    before = year("t0", 465, revenue=3_000, inventory=100)
    found = seen(*last, *before)

    turnover = found.turnover
    assert turnover is not None
    assert (turnover.revenue_minor, turnover.margin_share) == (3_600, 0.1)
    assert turnover.growth_share == pytest.approx(0.2)
    assert turnover.inventory_days == 360 * 150 / 1_800
    assert (turnover.receivable_days, turnover.own_minor, turnover.loans_minor) == (
        None,
        None,
        None,
    )
    assert found.supplier.annual_sales_minor == 3_600
    assert seen(*year("t1", 730, revenue=1)).turnover is None
    assert seen(*year("t1", 100, ebit=1)).turnover is None


def test_other_lenders_are_what_the_bureau_tells_beyond_this_book() -> None:
    told = {"party": "s0", "outstanding_minor": 5_000, "reported_on": TODAY - 1}
    bureau = at("bureau_summary", "b", **told)

    assert seen(bureau).used.supplier_elsewhere_minor == 5_000
    assert seen(bureau, lent()).used.supplier_elsewhere_minor == 4_200
    late = at("bureau_summary", "b", **{**told, "reported_on": TODAY - 6})
    assert seen(late, lent()).used.supplier_elsewhere_minor == 5_000  # it wasn't lent yet
    assert seen(lent()).used.supplier_elsewhere_minor is None


def test_a_claim_that_history_has_not_yet_is_open_too() -> None:
    """History ends with the day before; what came today counts with the rest of the pair."""
    measured = {**NOTHING, "pair_open_minor": 500.0, "pair_past_due_minor": 100.0}
    told = AtHand({of: dict.fromkeys(ASKED, State.FOUND) for of in ("supplier", "buyer")})

    def pair_open(days: int) -> tuple[int, int]:
        rows = {"receivable": [at("receivable", "r0", days, **CLAIM)[1]]}
        view = LiveView(rows, (), zone("Asia/Shanghai"))
        asking = asking_of(REQUEST, World("Asia/Shanghai", rows, ()).book)
        pair = view.circumstances(asking, measured, told).pair
        return pair.open_minor, pair.past_due_minor

    assert pair_open(0) == (10_500, 100)
    assert pair_open(1) == (500, 100)


def test_what_the_request_says_is_repeated() -> None:
    said = {"channel_collects": True, "link_disclosed": False, "instrument_reviewed": True}
    asked = replace(
        REQUEST, amount_requested_minor=7, product="factoring", account="locked", **said
    )

    found = seen(request=asked)

    assert (found.amount_requested_minor, found.product, found.account) == (
        7,
        "factoring",
        "locked",
    )
    assert (found.channel_collects, found.pair.link_disclosed) == (True, False)
    assert found.day == from_day_number(TODAY)
    later = replace(asked, as_of=asked.as_of + timedelta(days=1))
    assert seen(request=later).day == from_day_number(TODAY + 1)
