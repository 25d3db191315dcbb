"""What counts and why the rest doesn't: each side of each threshold."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.bounds import WrongTerms
from lending.eligible import Book, Ineligible, Receivable, eligible
from tests.lending.financings import AS_OF as DAY
from tests.lending.financings import CLEAN, TERMS, amounts

RULES = TERMS.advance
NOTHING_ELSE = Book()


def days_ago(days: int) -> date:
    return DAY - timedelta(days)


@pytest.mark.parametrize(
    ("reason", "quiet", "out"),
    [
        (Ineligible.PAST_DUE, {"due_on": days_ago(60)}, {"due_on": days_ago(61)}),
        (
            Ineligible.AGED,
            {"due_on": None, "issued_on": days_ago(120)},
            {"due_on": None, "issued_on": days_ago(121)},
        ),
        (
            Ineligible.AGED,
            {"issued_on": days_ago(500)},  # a known due date counts, not the age
            {"due_on": None, "issued_on": None},
        ),
        (Ineligible.RELATED, {"related": False}, {"related": True}),
        (Ineligible.DISPUTED, {"disputed_minor": 0}, {"disputed_minor": 1_000}),
        (Ineligible.CONTRA, {"contra_minor": 0}, {"contra_minor": 2_000}),
        (Ineligible.GROWN, {"face_financed_minor": 1_000}, {"face_financed_minor": 0}),
    ],
)
def test_a_receivable_is_out_for_its_reason(
    reason: Ineligible, quiet: dict[str, Any], out: dict[str, Any]
) -> None:
    counts = eligible([replace(CLEAN, **quiet)], NOTHING_ELSE, DAY, RULES)
    doesn_t = eligible([replace(CLEAN, **out)], NOTHING_ELSE, DAY, RULES)

    assert (counts.amounts_minor, counts.ineligible) == ((1_000,), ())
    assert doesn_t.amounts_minor == (0,)
    assert [(left.reason, left.amount_minor) for left in doesn_t.ineligible] == [(reason, 1_000)]


def test_parts_of_a_receivable_are_out() -> None:
    mixed = replace(CLEAN, disputed_minor=300, contra_minor=100, face_financed_minor=950)
    found = eligible([mixed], NOTHING_ELSE, DAY, RULES)

    assert found.amounts_minor == (550,)
    assert [(left.reason.value, left.amount_minor) for left in found.ineligible] == [
        ("grown_after_financing", 50),
        ("disputed", 300),
        ("contra", 100),
    ]


@pytest.mark.parametrize(("confirmation", "amount"), [(2, 0), (3, 1_000), (4, 1_000)])
def test_confirmation_counts_where_it_is_required(confirmation: int, amount: int) -> None:
    strict = RULES.model_copy(update={"confirmation_required": True})
    one = replace(CLEAN, confirmation=confirmation)
    found = eligible([one], NOTHING_ELSE, DAY, strict)

    assert found.amounts_minor == (amount,)
    assert amount or found.ineligible[0].reason is Ineligible.UNCONFIRMED
    assert eligible([one], NOTHING_ELSE, DAY, RULES).amounts_minor == (1_000,)


@pytest.mark.parametrize(("past_due", "amount"), [(0, 1_000), (249, 1_000), (250, 0)])
def test_a_buyer_with_a_quarter_past_due_has_nothing_eligible(past_due: int, amount: int) -> None:
    book = Book(buyer_open_minor=1_000, buyer_past_due_minor=past_due)
    found = eligible([CLEAN], book, DAY, RULES)

    assert found.amounts_minor == (amount,)
    assert amount or found.ineligible[0].reason is Ineligible.CROSS_AGED


def test_one_buyer_is_no_more_than_its_part_of_the_pool() -> None:
    """A quarter of the pool is a third of the others: 1,000 of 3,000, of which 400 are there."""
    capped = RULES.model_copy(update={"concentration_share": Decimal("0.25")})
    book = Book(others_eligible_minor=3_000, buyer_eligible_minor=400)
    two = [replace(CLEAN, face_minor=500), replace(CLEAN, ref="s", face_minor=500)]
    found = eligible(two, book, DAY, capped)

    assert found.amounts_minor == (500, 100)
    assert [(left.ref, left.reason.value, left.amount_minor) for left in found.ineligible] == [
        ("s", "concentration", 400)
    ]
    pool = 400 + sum(found.amounts_minor) + 3_000
    assert (400 + sum(found.amounts_minor)) * 4 == pool


@given(
    face=amounts,
    disputed=amounts,
    contra=amounts,
    known=st.none() | amounts,
    due=st.integers(-90, 90),
)
def test_every_minor_unit_counts_or_has_a_reason(
    face: int, disputed: int, contra: int, known: int | None, due: int
) -> None:
    one = Receivable(
        "r",
        face,
        DAY + timedelta(due),
        None,
        disputed_minor=disputed,
        contra_minor=contra,
        face_financed_minor=known,
    )
    found = eligible([one], NOTHING_ELSE, DAY, RULES)

    assert sum(found.amounts_minor) + sum(left.amount_minor for left in found.ineligible) == face
    assert all(left.amount_minor > 0 for left in found.ineligible)


def test_a_receivable_is_named_once() -> None:
    with pytest.raises(WrongTerms, match="'r' twice"):
        eligible([CLEAN, CLEAN], NOTHING_ELSE, DAY, RULES)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("receivables.face_minor", {"face_minor": -1}),
        ("receivables.financed_minor", {"financed_minor": 0.5}),
        ("receivables.disputed_minor", {"disputed_minor": -1}),
    ],
)
def test_a_receivable_that_can_t_be_is_refused(field: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(WrongTerms) as refused:
        replace(CLEAN, **wrong)
    assert refused.value.field == field
    assert refused.value.remedy
