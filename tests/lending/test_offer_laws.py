"""Laws of the whole path of terms: what no request, cover or way of asking may gain."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.circumstances.claim_seen import AskedClaim
from features.circumstances.request_seen import Circumstances
from lending.limit import Lines
from lending.offer_amount import amount_of
from lending.offer_terms import OfferTerms, terms_of
from tests.lending.asked_terms import (
    guarantors,
    insured,
    lent,
    lines,
    pledged,
    requests,
    risk,
    to_most,
    values,
)
from tests.lending.financings import TERMS

pds = st.floats(0, 0.999)
FLOORLESS = TERMS.model_copy(
    update={"loss": TERMS.loss.model_copy(update={"floor_share": 0.0, "workout_share": 0.0})}
)


def offered(seen: Circumstances, around: Lines, value_p10_minor: int | None) -> int:
    """The amount offered, which no probability of default moves."""
    worth = replace(seen, value_p10_minor=value_p10_minor)
    return amount_of(worth, TERMS, around).offered_minor


def before_fees(terms: OfferTerms) -> float:
    return terms.price.technical_rate - terms.price.fee_rate


@given(seen=requests(), low=pds, high=pds, around=lines, value=values)
def test_loss_and_price_rise_with_the_probability_and_the_amount_stays(
    *, seen: Circumstances, low: float, high: float, around: Lines, value: int | None
) -> None:
    """Capital falls from 27 % on: the price may too, where a guarantor pays for the loss."""
    low, high = sorted((low, high))
    worth = replace(seen, value_p10_minor=value)
    less = terms_of(risk(low), worth, TERMS, around)
    more = terms_of(risk(high), worth, TERMS, around)

    assert less.acting.loss.expected_minor <= more.acting.loss.expected_minor
    assert less.amount == more.amount
    if high <= 0.27 or not seen.guarantees:
        assert less.price.technical_rate <= more.price.technical_rate + 1e-12


@given(seen=requests(), low=st.floats(0, 0.27), high=st.floats(0, 0.27), own=st.booleans())
def test_capital_rises_with_the_probability_up_to_27_percent(
    *, seen: Circumstances, low: float, high: float, own: bool
) -> None:
    """Of the financing where the obligor's own isn't known, else of the obligor."""
    low, high = sorted((low, high))
    unrated = replace(
        seen, supplier=replace(seen.supplier, pd_12m=None), buyer=replace(seen.buyer, pd_12m=None)
    )
    parties: dict[str, Any] = {"buyer_pd_12m": low, "supplier_pd_12m": low} if own else {}
    less = terms_of(risk(0.01 if own else low, **parties), unrated, TERMS)
    parties = {"buyer_pd_12m": high, "supplier_pd_12m": high} if own else {}
    more = terms_of(risk(0.01 if own else high, **parties), unrated, TERMS)

    assert less.capital.total_share <= more.capital.total_share + 1e-12


MORE: dict[str, st.SearchStrategy[Any]] = {
    "guarantees": guarantors,
    "insurances": insured,
    "collaterals": pledged,
}


@given(seen=requests(), pd=pds, first=st.booleans(), data=st.data())
@pytest.mark.parametrize("kind", MORE)
@pytest.mark.parametrize("table", [TERMS, FLOORLESS], ids=["shipped", "floorless"])
def test_one_more_cover_never_raises_loss_capital_or_the_price_before_its_fee(
    *, table: Any, kind: str, seen: Circumstances, pd: float, first: bool, data: st.DataObject
) -> None:
    there = getattr(seen, kind)
    another = data.draw(MORE[kind])
    every: dict[str, Any] = {kind: (another, *there) if first else (*there, another)}
    less = terms_of(risk(pd), replace(seen, **every), table)
    more = terms_of(risk(pd), seen, table)

    assert less.acting.loss.expected_minor <= more.acting.loss.expected_minor
    assert less.capital.total_share <= more.capital.total_share + 1e-12
    assert before_fees(less) <= before_fees(more) + 1e-12
    assert less.amount == more.amount


@given(seen=requests(), pd=pds)
def test_a_guarantee_acts_once_in_the_price(seen: Circumstances, pd: float) -> None:
    acting = terms_of(risk(pd), seen, TERMS).acting
    in_waterfall = {one.ref for one in acting.security.guarantees}
    instead = set() if acting.cover is None else {acting.cover.ref}

    assert in_waterfall | instead == {one.ref for one in seen.guarantees}
    assert not in_waterfall & instead


@given(seen=requests(), more=to_most, at=st.integers(0, 4), around=lines, value=values)
def test_a_face_that_grows_after_financing_never_raises_the_limit(
    *, seen: Circumstances, more: int, at: int, around: Lines, value: int | None
) -> None:
    """Nor does the growth of the book, by which the past-due part looks smaller."""
    one = seen.claims[at % len(seen.claims)]
    owed = one.face_minor if one.owed_minor is None else one.owed_minor
    assert owed is not None
    before = replace(one, owed_minor=owed, face_financed_minor=owed)
    after = replace(before, face_minor=owed + more, owed_minor=owed + more)
    grown = replace(seen.pair, open_minor=seen.pair.open_minor + more)

    assert offered(
        replace(with_claim(seen, one, after), pair=grown, amount_requested_minor=None),
        around,
        value,
    ) <= offered(replace(with_claim(seen, one, before), amount_requested_minor=None), around, value)


@settings(max_examples=60)  # few requests have more than one term that may bind
@given(seen=requests(least=2), at=st.integers(1, 4), part=to_most, around=lines, value=values)
def test_a_request_that_is_split_gets_no_more_than_the_whole(
    *, seen: Circumstances, at: int, part: int, around: Lines, value: int | None
) -> None:
    """Each part asks for what it may have, or for its part of the amount."""
    at = min(at, len(seen.claims) - 1)
    amount = seen.amount_requested_minor
    parts = (None, None) if amount is None else (min(part, amount), amount - min(part, amount))
    whole = offered(seen, around, value)
    first = offered(
        replace(seen, claims=seen.claims[:at], amount_requested_minor=parts[0]), around, value
    )
    second = offered(
        replace(lent(seen, first), claims=seen.claims[at:], amount_requested_minor=parts[1]),
        around,
        value,
    )

    assert first + second <= whole


@settings(max_examples=60)  # few requests have more than one term that may bind
@given(seen=requests(), part=to_most, around=lines, value=values)
def test_asking_twice_for_the_same_claims_gets_no_more_than_asking_once(
    *, seen: Circumstances, part: int, around: Lines, value: int | None
) -> None:
    """What the first request got is financed on its claims, each up to what it carries."""
    seen = replace(seen, amount_requested_minor=None)
    whole = offered(seen, around, value)
    first = replace(seen, amount_requested_minor=max(1, part))
    got = amount_of(replace(first, value_p10_minor=value), TERMS, around)
    after = lent(seen, got.offered_minor)
    left, financed = got.offered_minor, []
    for one, counted, rate in zip(seen.claims, got.counted.amounts_minor, got.rates, strict=True):
        takes = min(left, max(0, int(counted * rate.share) - one.financed_minor))
        left -= takes
        financed.append(replace(one, financed_minor=one.financed_minor + takes))
    assert left == 0

    again = offered(replace(after, claims=tuple(financed)), around, value)
    assert got.offered_minor + again <= whole


@given(seen=requests(), around=lines, value=values)
def test_what_counts_and_what_does_not_add_up_and_the_offer_is_within_all_terms(
    *, seen: Circumstances, around: Lines, value: int | None
) -> None:
    found = amount_of(replace(seen, value_p10_minor=value), TERMS, around)
    left = sum(one.amount_minor for one in found.counted.ineligible)

    assert found.eligible_minor + left == sum(one.face_minor for one in found.claims)
    assert 0 <= found.offered_minor <= min(found.limit.terms_minor.values())
    assert found.offered_minor <= (seen.amount_requested_minor or found.limit.amount_minor)
    assert 0 <= found.tenor.days <= TERMS.tenor.most_days


def with_claim(seen: Circumstances, old: AskedClaim, new: AskedClaim) -> Circumstances:
    return replace(seen, claims=tuple(new if one is old else one for one in seen.claims))
