"""What is seen of a request beside its receivables, field by field."""

from dataclasses import replace
from datetime import timedelta
from math import nan
from typing import Any

import pytest

from features.at_hand import AtHand
from features.circumstances.claim_seen import AskedClaim
from features.live import LiveView
from features.sources import ASKED, State
from ledger.clocks import from_day_number, zone
from ledger.pending_holds import PendingHold
from scoring.seen import asking_of
from tests.features.small_ledgers import TODAY
from tests.features.worlds_of_facts import DAY, Row, World, corrected
from tests.scoring.made_circumstances import (
    BILLED,
    CLAIM,
    NOW,
    OFFERED,
    REQUEST,
    at,
    claim_of,
    invoice,
    lent,
    seen,
)
from tests.scoring.seen_worlds import NOTHING


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
    assert plain.supplier == replace(plain.buyer, ref="s0", valid_id=None, consents={})
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
    def hold(
        buyer: str = "b0", supplier: str = "s0", since: int = -1, until: int = 1
    ) -> PendingHold:
        parts = {"h0": 60, "h9": 40}
        return PendingHold(buyer, supplier, "a score", NOW + since, NOW + until, parts)

    def used(*pending: PendingHold) -> tuple[int, int, int]:
        found = seen(BILLED, invoice(), pending=pending)
        return (
            found.claims[0].financed_minor,
            found.used.supplier_minor,
            found.used.buyer_minor,
        )

    assert used(hold()) == (60, 100, 100)
    assert used(hold(), hold(since=0)) == (120, 200, 200)
    assert used(hold(since=1), hold(until=0)) == (0, 0, 0)
    assert used(hold(buyer="b9")) == (60, 100, 0)  # of the invoice, though on another buyer
    assert used(hold(supplier="s9")) == (60, 0, 100)


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
    check: Row = {"party": "top", "source": "adverse_record", "result": "NONE_FOUND"}
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
    told: Row = {"party": "s0", "outstanding_minor": 5_000, "reported_on": TODAY - 1}
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


def test_payments_that_name_no_claim_pay_the_oldest_claims() -> None:
    owed = {**NOTHING, "pair_open_minor": 500.0, "pair_past_due_minor": 100.0}
    told = AtHand({of: dict.fromkeys(ASKED, State.FOUND) for of in ("supplier", "buyer")})
    asking = asking_of(REQUEST, World("Asia/Shanghai", {}, ()).book)

    def pair(unnamed: float) -> tuple[int, int]:
        view = LiveView({}, (), zone("Asia/Shanghai"))
        found = view.circumstances(asking, {**owed, "pair_unnamed_minor": unnamed}, told).pair
        return found.open_minor, found.past_due_minor

    assert pair(nan) == (500, 100)
    assert pair(70.0) == (430, 30)
    assert pair(300.0) == (200, 0)
    assert pair(900.0) == (0, 0)


def test_what_the_request_says_is_repeated() -> None:
    said: Row = {"channel_collects": True, "link_disclosed": False, "instrument_reviewed": True}
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
