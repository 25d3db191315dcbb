"""Who pays small firms late: days, interest, and what isn't judged."""

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from lending.portfolio.portfolio_rules import load_portfolio_rules
from scoring.portfolio.book_views import LATE_KINDS
from scoring.portfolio.late_payers import LatePayers, late_payers
from tests.scoring.told_books import told, views_of

RULES = load_portfolio_rules().late_payment
DAY = date(2026, 6, 17)
KNOWN = date(2026, 6, 1)
ISSUED = date(2026, 1, 10)


def claim(ref: str, due: date, minor: int = 1_000_00, buyer: str = "big") -> dict[str, Any]:
    return {
        "ref": ref,
        "supplier": "small",
        "buyer": buyer,
        "issued_on": ISSUED,
        "due_on": due,
        "face_minor": minor,
        "currency": "CNY",
    }


def paid(ref: str, claimed: str | None, on: date, minor: int, buyer: str = "big") -> dict[str, Any]:
    return {
        "ref": ref,
        "payer": buyer,
        "payee": "small",
        "paid_on": on,
        "amount_minor": minor,
        "receivable": claimed,
        "currency": "CNY",
    }


def profile(party: str, size: str | None, owner: str | None = None) -> dict[str, Any]:
    return {"ref": f"{party}/1", "party": party, "size_class": size, "ownership": owner}


PROFILES = [
    profile("small", "small"),
    profile("big", "large"),
    profile("town", None, "public_body"),
    profile("peer", "medium"),
    profile("riddle", None),
]


def reported(claims: list[dict[str, Any]], payments: list[dict[str, Any]]) -> LatePayers:
    facts: dict[str, pa.Table] = {
        "party": told("party", [{"ref": row["party"]} for row in PROFILES], KNOWN),
        "party_profile": told("party_profile", PROFILES, KNOWN),
        "receivable": told("receivable", claims, KNOWN),
        "payment": told("payment", payments, KNOWN, 100),
    }
    with views_of(facts, LATE_KINDS, DAY) as views:
        return late_payers(views, DAY, "CNY", RULES)


def test_interest_runs_from_the_day_it_was_due_until_it_is_paid() -> None:
    open_due, paid_due = DAY - timedelta(40), DAY - timedelta(100)
    found = reported(
        [claim("A", open_due), claim("B", paid_due), claim("C", DAY - timedelta(50))],
        [
            paid("P1", "B", paid_due + timedelta(20), 1_000_00),
            paid("P2", "C", DAY - timedelta(51), 1_000_00),
        ],
    )

    (one,) = found.payers
    assert (one.buyer, one.payer, one.suppliers, one.claims) == ("big", "large", 1, 3)
    assert (one.unpaid, one.unpaid_minor, one.longest_days) == (1, 1_000_00, 40)
    assert one.interest_minor == 20_00  # 1,000.00 x 40 days x 0.05 %
    assert (one.paid_late, one.paid_interest_minor) == (1, 10_00)
    assert one.long_terms == 1  # A was to be paid after 118 days, B after 58
    assert one.evidence == ("receivable:A", "receivable:B")
    assert (found.bound, found.size_unknown, found.not_told) == (3, 0, 0)


def test_a_part_that_is_paid_bears_no_interest() -> None:
    due = DAY - timedelta(10)
    (one,) = reported([claim("A", due)], [paid("P", "A", due, 400_00)]).payers

    assert (one.unpaid_minor, one.interest_minor) == (600_00, 3_00)


def test_money_that_names_no_claim_pays_what_fell_due_first() -> None:
    found = reported(
        [claim("old", DAY - timedelta(90)), claim("new", DAY - timedelta(20))],
        [paid("P", None, DAY - timedelta(60), 1_200_00)],
    )

    (one,) = found.payers
    assert one.evidence == ("receivable:new",)
    assert one.unpaid_minor == 800_00


def test_a_public_body_is_late_sixty_days_after_delivery_whatever_was_agreed() -> None:
    due = ISSUED + timedelta(120)
    (one,) = reported(
        [claim("A", due, buyer="town")], [paid("P", None, KNOWN - timedelta(9), 1, buyer="town")]
    ).payers

    assert one.payer == "public"
    assert one.longest_days == (DAY - ISSUED).days - 60


@pytest.mark.parametrize(
    ("buyer", "payments", "counts"),
    [
        ("peer", True, (0, 0, 0)),  # one small firm owes another: the rule doesn't speak of it
        ("riddle", True, (0, 1, 0)),
        ("big", False, (0, 0, 1)),
    ],
)
def test_what_cant_be_judged_is_counted_apart(
    buyer: str, payments: bool, counts: tuple[int, int, int]
) -> None:
    said = [paid("P", None, KNOWN - timedelta(3), 1, buyer=buyer)] if payments else []
    found = reported([claim("A", DAY - timedelta(40), buyer=buyer)], said)

    assert found.payers == ()
    assert (found.bound, found.size_unknown, found.not_told) == counts


def test_what_is_known_on_the_day_itself_is_not_reported() -> None:
    facts = {
        "party": told("party", [{"ref": "big"}, {"ref": "small"}], KNOWN),
        "party_profile": told("party_profile", PROFILES[:2], KNOWN),
        "receivable": told("receivable", [claim("A", DAY - timedelta(40))], KNOWN),
        "payment": told("payment", [paid("P", "A", KNOWN, 1_000_00)], DAY, 100),
    }
    before = told("payment", [paid("Q", None, KNOWN, 1)], KNOWN, 50)
    facts["payment"] = pa.concat_tables([before, facts["payment"]])
    with views_of(facts, LATE_KINDS, DAY) as views:
        found = late_payers(views, DAY, "CNY", RULES)

    assert [one.unpaid for one in found.payers] == [1]
