"""Each sign is seen from the day after it is known, with its evidence, and nothing before."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest

from lending.portfolio.portfolio_rules import load_portfolio_rules
from scoring.portfolio.book_views import WARNING_KINDS
from scoring.portfolio.warning_signs import EarlyWarning, Sign, early_warnings
from tests.scoring.told_books import told, views_of, with_more
from tests.worlds import SmallWorld

RULES = load_portfolio_rules().warnings
KNOWN = date(2026, 3, 2)
NEXT = KNOWN + timedelta(1)
DRAWN, MATURES = date(2026, 1, 10), date(2026, 5, 10)

Facts = Mapping[str, pa.Table]
BOOK: Facts = {
    "financing_request": told(
        "financing_request",
        [{"ref": "RQ", "supplier": "s", "buyer": "b", "product": "factoring"}],
        date(2026, 1, 9),
    ),
    "requested_receivable": told(
        "requested_receivable",
        [{"ref": "RQ/1", "financing_request": "RQ", "receivable": "AR"}],
        date(2026, 1, 9),
    ),
    "receivable": told(
        "receivable",
        [
            {
                "ref": "AR",
                "supplier": "s",
                "buyer": "b",
                "issued_on": date(2026, 1, 2),
                "due_on": MATURES,
                "face_minor": 1_000,
                "currency": "CNY",
            }
        ],
        date(2026, 1, 2),
    ),
    "invoice": told(
        "invoice", [{"ref": "IN", "number": "777", "seller": "s", "buyer": "b"}], date(2026, 1, 2)
    ),
    "receivable_invoice": told(
        "receivable_invoice", [{"ref": "AR/1", "receivable": "AR", "invoice": "IN"}], DRAWN
    ),
    "financing": told(
        "financing",
        [
            {
                "ref": "FN",
                "financing_request": "RQ",
                "supplier": "s",
                "buyer": "b",
                "product": "factoring",
                "drawn_on": DRAWN,
                "matures_on": MATURES,
                "amount_minor": 800,
                "currency": "CNY",
            }
        ],
        DRAWN,
    ),
    "rating": told("rating", [], DRAWN),
    "adverse_record": told("adverse_record", [], DRAWN),
    "registration": told(
        "registration",
        [
            {
                "ref": "RG-own",
                "number": "1",
                "business": "factoring",
                "debtor": "s",
                "receivable": "AR",
                "registered_at": datetime(2026, 1, 11, tzinfo=UTC),
                "expires_on": date(2028, 1, 1),
            }
        ],
        date(2026, 1, 11),
    ),
    "party": told("party", [{"ref": "s"}, {"ref": "b"}], date(2025, 1, 1)),
}

RATED = {"party": "b", "agency": "house", "scale": "sixteen", "grade": "x"}
SIGNS: list[tuple[Sign, str, dict[str, Any], str, str]] = [
    (
        Sign.BILLS,
        "adverse_record",
        {"ref": "L", "party": "b", "adverse": "bill_overdue", "opened_on": KNOWN},
        "b",
        "adverse_record:L",
    ),
    (
        Sign.COMPANY,
        "adverse_record",
        {"ref": "K", "party": "s", "adverse": "key_person_change", "opened_on": KNOWN},
        "s",
        "adverse_record:K",
    ),
    (
        Sign.COMPANY,
        "party",
        {"ref": "b", "registration_status": "revoked", "revision": 1},
        "b",
        "party:b",
    ),
    (
        Sign.CLAIM,
        "registration",
        {
            "ref": "RG-other",
            "number": "2",
            "business": "pledge",
            "debtor": "s",
            "secured_name": "somebody",
            "invoice_number": "777",
            "registered_at": datetime(2026, 3, 1, tzinfo=UTC),
        },
        "s",
        "registration:RG-other",
    ),
    (
        Sign.LAPSE,
        "registration",
        {
            "ref": "RG-own",
            "number": "1",
            "business": "factoring",
            "debtor": "s",
            "receivable": "AR",
            "registered_at": datetime(2026, 1, 11, tzinfo=UTC),
            "ended_on": KNOWN,
            "revision": 1,
        },
        "s",
        "registration:RG-own",
    ),
]


def rated_down(facts: Facts) -> Facts:
    """An agency's grade falls from 5 to 7; another agency was always at 9."""
    better = {**RATED, "ref": "R1", "acted_on": date(2025, 9, 1), "pd_12m_ppm": 2_000}
    worse = {**RATED, "ref": "R2", "acted_on": KNOWN, "pd_12m_ppm": 4_500}
    other = {**RATED, "ref": "R0", "agency": "away", "scale": "a", "acted_on": date(2025, 8, 1)}
    known = with_more(facts, "rating", better, date(2025, 9, 1))
    known = with_more(known, "rating", {**other, "pd_12m_ppm": 12_000}, date(2025, 8, 1))
    return with_more(known, "rating", worse, KNOWN)


def warned(facts: Facts, *days: date) -> list[EarlyWarning]:
    with views_of(facts, WARNING_KINDS, *days) as views:
        return early_warnings(views, RULES)


def test_a_quiet_book_warns_of_nothing() -> None:
    assert warned(BOOK, KNOWN, NEXT, MATURES) == []


@pytest.mark.parametrize(("sign", "kind", "row", "party", "evidence"), SIGNS)
def test_a_sign_is_seen_from_the_day_after_it_is_known(
    sign: Sign, kind: str, row: dict[str, Any], party: str, evidence: str
) -> None:
    found = warned(with_more(BOOK, kind, row, KNOWN), KNOWN, NEXT)

    assert [(one.day, one.sign, one.party) for one in found] == [(NEXT, sign, party)]
    assert found[0].evidence == (evidence,)
    assert (found[0].exposure_minor, found[0].financings) == (800, 1)
    assert found[0].role == ("buyer" if party == "b" else "supplier")


def test_a_fall_of_the_grade_is_one_of_the_same_agency() -> None:
    found = warned(rated_down(BOOK), KNOWN, NEXT)

    assert [(one.day, one.sign, one.since) for one in found] == [(NEXT, Sign.GRADE, KNOWN)]
    assert found[0].evidence == ("rating:R2", "rating:R1")
    assert (found[0].figures["best_grade"], found[0].figures["grade"]) == (5, 7)


def test_a_warning_ends_when_it_is_old_or_the_money_is_back() -> None:
    listed = with_more(BOOK, SIGNS[0][1], SIGNS[0][2], KNOWN)
    late = KNOWN + timedelta(RULES.bill_list.within_days + 2)
    repaid = {"ref": "FN/1", "financing": "FN", "repaid_on": KNOWN, "amount_minor": 800}
    facts = {**listed, "repayment": told("repayment", [repaid], KNOWN)}

    assert warned(listed, late - timedelta(2)) != []
    assert warned(listed, late) == []
    assert warned(facts, NEXT) == []


def test_what_another_registers_after_us_without_naming_an_invoice_warns_of_nothing() -> None:
    vague = {**SIGNS[3][2], "invoice_number": None}
    before = {**vague, "registered_at": datetime(2026, 1, 10, tzinfo=UTC)}

    assert warned(with_more(BOOK, "registration", vague, KNOWN), NEXT) == []
    found = warned(with_more(BOOK, "registration", before, KNOWN), NEXT)
    assert [one.sign for one in found] == [Sign.CLAIM]  # ranks before ours, and comes to light now


def test_a_buyer_that_pays_later_than_it_did_is_warned_of() -> None:
    facts = dict(BOOK)
    claims: list[dict[str, Any]] = []
    payments: list[dict[str, Any]] = []
    for at in range(120):
        due = date(2025, 5, 1) + timedelta(2 * at)  # up to the end of 2025
        late = due >= date(2025, 11, 5) and at % 3 == 0
        ref = f"C{at}"
        claims.append(
            {
                "ref": ref,
                "supplier": "s",
                "buyer": "b",
                "issued_on": due - timedelta(60),
                "due_on": due,
                "face_minor": 100 + at,
                "currency": "CNY",
            }
        )
        payments.append(
            {
                "ref": f"P{at}",
                "payer": "b",
                "payee": "s",
                "paid_on": due + timedelta(45 if late else 3),
                "amount_minor": 100 + at,
                "receivable": ref,
                "currency": "CNY",
            }
        )
    old = date(2025, 1, 1)
    facts["receivable"] = pa.concat_tables(
        [BOOK["receivable"], told("receivable", claims, old, 100)]
    )
    facts["payment"] = told("payment", payments, old, 300)

    found = warned(facts, date(2026, 2, 1))

    assert [one.sign for one in found] == [Sign.DELAY]
    window = [one for one in claims if date(2025, 10, 4) <= one["due_on"] < date(2026, 1, 2)]
    paid_on = {one["receivable"]: one["paid_on"] for one in payments}
    unpaid = [one for one in window if paid_on[one["ref"]] > one["due_on"] + timedelta(30)]
    assert found[0].figures["claims"] == len(window)
    assert found[0].figures["late_share"] == pytest.approx(len(unpaid) / len(window))
    assert found[0].figures["late_share_before"] == 0.0
    dearest = sorted(unpaid, key=lambda one: -one["face_minor"])[:10]
    assert set(found[0].evidence) == {f"receivable:{one['ref']}" for one in dearest}


def test_many_days_at_once_say_what_each_says_alone(small_world: SmallWorld) -> None:
    days = [date(2025, 9, 1) + timedelta(90 * step) for step in range(3)]
    facts = small_world.gathered.facts

    together = warned(facts, *days)

    assert together == [one for day in days for one in warned(facts, day)]
    assert together  # the world isn't quiet
    for before, after in pairwise(together):
        assert (before.day, -before.exposure_minor) <= (after.day, -after.exposure_minor)
