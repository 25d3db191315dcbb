"""Limit: what binds it, what is left out; splitting and financing in part gain nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from math import nan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.advance import Past, advance_rates, base_minor
from lending.bounds import WrongTerms
from lending.eligible import Book, Receivable, eligible
from lending.limit import Limit, Line, Rooms, Term, Turnover, limit, working_capital_need
from lending.terms import AdvanceRules
from tests.lending.financings import TERMS, amounts, shares

RULES = TERMS.limit
DAY = date(2026, 6, 1)
CAPPED = TERMS.advance.model_copy(update={"concentration_share": Decimal("0.25")})

MOST = 1_000_000
to_most = st.integers(0, MOST)
to_more = st.integers(0, 4 * MOST)  # what may bind beside a few receivables, or not


@st.composite
def receivables(draw: st.DrawFn) -> Receivable:
    """Mostly eligible; with parts that don't count or are financed, of the face's own size."""
    face = draw(to_most)
    part = st.just(0) | st.integers(0, face)
    issued = DAY - timedelta(draw(st.integers(0, 130)))
    return Receivable(
        ref=str(draw(st.uuids())),
        face_minor=face,
        due_on=draw(st.none() | st.integers(-70, 300).map(lambda days: DAY + timedelta(days))),
        issued_on=issued,
        confirmation=draw(st.integers(0, 4)),
        related=draw(st.sampled_from([False, False, False, True])),
        disputed_minor=draw(part),
        contra_minor=draw(part),
        financed_minor=draw(part),
        face_financed_minor=draw(st.none() | st.integers(0, 2 * face)),
    )


books = st.builds(Book, to_more, st.just(0) | to_most, to_most, to_more)
pasts = st.none() | st.builds(
    Past, st.floats(0, 0.1), st.floats(0, 0.1), st.floats(0, 0.05), st.floats(0, 2), st.floats(0, 2)
)
lines = st.none() | st.builds(Line, to_more, to_most)
rooms = st.one_of(
    st.just(Rooms(0)),
    st.builds(Rooms, st.just(0), value_p10_minor=to_most),
    st.builds(
        Rooms, st.just(0), lines, lines, lines, st.none() | to_more, st.none() | to_more, to_most
    ),
)
rules = st.sampled_from([TERMS.advance, CAPPED])


def limit_of(
    request: Sequence[Receivable],
    book: Book,
    past: Past | None,
    rules: AdvanceRules,
    around: Rooms,
    *,
    uncovered_minor: int = 0,
) -> tuple[Limit, Book, Rooms]:
    """The limit of a request, and book and rooms after as much was lent on it."""
    counted = eligible(request, book, DAY, rules)
    rates = advance_rates(request, past, cash_control=2, fee_reserve=0.013, rules=rules)
    found = limit(
        replace(around, base_minor=base_minor(request, counted, rates, uncovered_minor)), RULES
    )
    lent = found.amount_minor
    used = {
        name: line and replace(line, used_minor=line.used_minor + lent)
        for name in ("buyer", "group", "single_name")
        for line in [getattr(around, name)]
    }
    need = around.need_minor
    return (
        found,
        replace(book, buyer_eligible_minor=book.buyer_eligible_minor + sum(counted.amounts_minor)),
        replace(
            around,
            **used,
            need_minor=None if need is None else max(0, need - lent),
            supplier_owes_minor=around.supplier_owes_minor + lent,
        ),
    )


@settings(max_examples=300)  # few requests have more than one term that may bind
@given(
    request=st.lists(receivables(), min_size=2, max_size=4),
    at=st.integers(1, 3),
    book=books,
    past=pasts,
    rules=rules,
    around=rooms,
    uncovered=st.just(0) | to_most,
)
def test_splitting_a_request_never_raises_what_is_lent(
    *,
    request: list[Receivable],
    at: int,
    book: Book,
    past: Past | None,
    rules: AdvanceRules,
    around: Rooms,
    uncovered: int,
) -> None:
    whole, _, _ = limit_of(request, book, past, rules, around, uncovered_minor=uncovered)
    first, then, left = limit_of(request[:at], book, past, rules, around, uncovered_minor=uncovered)
    second, _, _ = limit_of(request[at:], then, past, rules, left, uncovered_minor=uncovered)

    assert first.amount_minor + second.amount_minor <= whole.amount_minor


@given(one=receivables(), more=to_most, book=books, past=pasts, rules=rules, around=rooms)
def test_financing_part_of_a_receivable_never_raises_its_limit(
    *,
    one: Receivable,
    more: int,
    book: Book,
    past: Past | None,
    rules: AdvanceRules,
    around: Rooms,
) -> None:
    before, _, _ = limit_of([one], book, past, rules, around)
    financed = replace(one, financed_minor=one.financed_minor + more)
    after, _, _ = limit_of([financed], book, past, rules, around)

    assert after.amount_minor <= before.amount_minor
    assert (
        after.terms_minor[Term.RECEIVABLES] == max(0, before.terms_minor[Term.RECEIVABLES] - more)
        or before.terms_minor[Term.RECEIVABLES] == 0
    )


@given(one=receivables(), more=to_most, book=books, past=pasts, around=rooms)
def test_a_face_that_grows_after_financing_never_raises_the_limit(
    *, one: Receivable, more: int, book: Book, past: Past | None, around: Rooms
) -> None:
    financed = replace(one, face_financed_minor=one.face_minor)
    grown = replace(financed, face_minor=one.face_minor + more)
    before, _, _ = limit_of([financed], book, past, TERMS.advance, around)
    after, _, _ = limit_of([grown], book, past, TERMS.advance, around)

    assert after.amount_minor == before.amount_minor


@given(around=rooms, base=amounts)
def test_the_limit_is_the_least_term_that_is_known(around: Rooms, base: int) -> None:
    found = limit(replace(around, base_minor=base), RULES)

    assert found.amount_minor == min(found.terms_minor.values()) >= 0
    assert found.terms_minor[found.binding] == found.amount_minor
    assert found.terms_minor[Term.RECEIVABLES] == base
    assert {*found.terms_minor, *found.left_out} == set(Term)
    assert not set(found.terms_minor) & set(found.left_out)


EVERY = Rooms(
    base_minor=900,
    buyer=Line(1_000, 100),
    group=Line(2_000, 1_100),
    single_name=Line(900, 0),
    need_minor=900,
    value_p10_minor=2_401,
    supplier_owes_minor=300,
)


@pytest.mark.parametrize(
    ("term", "change"),
    [
        (Term.RECEIVABLES, {}),
        (Term.RECEIVABLES, {"base_minor": 7}),
        (Term.BUYER, {"buyer": Line(1_000, 993)}),
        (Term.GROUP, {"group": Line(5, 100)}),
        (Term.SINGLE_NAME, {"single_name": Line(899, 0)}),
        (Term.NEED, {"need_minor": 0}),
        (Term.VALUE, {"value_p10_minor": 2_399}),
        (Term.VALUE, {"supplier_owes_minor": 301}),
    ],
)
def test_what_binds_is_named(term: Term, change: dict[str, Any]) -> None:
    around = replace(EVERY, **change)
    found = limit(around, RULES)

    assert found.binding is term
    assert found.left_out == ()
    assert found.amount_minor == found.terms_minor[term]


def test_what_isn_t_known_is_left_out_and_told() -> None:
    found = limit(Rooms(base_minor=5, group=Line(9, 0)), RULES)

    assert (found.amount_minor, found.binding) == (5, Term.RECEIVABLES)
    assert found.left_out == (Term.BUYER, Term.SINGLE_NAME, Term.NEED, Term.VALUE)
    assert dict(found.terms_minor) == {Term.RECEIVABLES: 5, Term.GROUP: 9}


def test_value_is_lent_against_in_part_and_once() -> None:
    """Half of 2,401, rounded down, less 300 owed."""
    assert limit(EVERY, RULES).terms_minor[Term.VALUE] == 900


# --- working capital


BUSINESS = Turnover(
    revenue_minor=1_200_000_000,
    margin_share=0.10,
    growth_share=0.20,
    inventory_days=45,
    receivable_days=75,
    payable_days=40,
    prepaid_days=10,
    advanced_days=0,
    own_minor=100_000_000,
    loans_minor=50_000_000,
    other_minor=4_000_000,
)


def test_working_capital_by_hand() -> None:
    """12 m x .9 x 1.2 = 12.96 m, turned 360 / 90 = 4 times: 3.24 m, less 1.54 m."""
    assert working_capital_need(BUSINESS) == 170_000_000


@pytest.mark.parametrize("change", [{"payable_days": 130}, {"own_minor": 10**12}])
def test_who_is_paid_first_or_has_enough_needs_none(change: dict[str, Any]) -> None:
    assert working_capital_need(replace(BUSINESS, **change)) == 0


@given(part=shares, days=st.floats(0, 300), revenue=amounts)
def test_need_rises_with_days_and_revenue(part: float, days: float, revenue: int) -> None:
    less = replace(BUSINESS, inventory_days=days * part, revenue_minor=int(revenue * part))
    more = replace(BUSINESS, inventory_days=days, revenue_minor=revenue)

    assert working_capital_need(less) <= working_capital_need(more)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("line.limit_minor", lambda: Line(-1, 0)),
        ("line.used_minor", lambda: Line(1, -1)),
        ("base_minor", lambda: Rooms(-1)),
        ("need_minor", lambda: Rooms(1, need_minor=-1)),
        ("value_p10_minor", lambda: replace(EVERY, value_p10_minor=-1)),
        ("supplier_owes_minor", lambda: Rooms(1, supplier_owes_minor=-1)),
        ("revenue_minor", lambda: replace(BUSINESS, revenue_minor=-1)),
        ("margin_share", lambda: replace(BUSINESS, margin_share=1.1)),
        ("growth_share", lambda: replace(BUSINESS, growth_share=nan)),
        ("payable_days", lambda: replace(BUSINESS, payable_days=nan)),
        ("loans_minor", lambda: replace(BUSINESS, loans_minor=-1)),
    ],
)
def test_what_can_t_be_right_is_refused(field: str, wrong: Any) -> None:
    with pytest.raises(WrongTerms) as refused:
        wrong()
    assert refused.value.field == field
    assert refused.value.remedy
