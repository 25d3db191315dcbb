"""An ordinary financing for the tests of terms, and strategies around it."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from lending.eligible import Receivable
from lending.loss import Exposure
from lending.loss_rules import CAUSES, Cause
from lending.recovery import Collateral, Guarantee, Insurance, Security
from lending.terms import TermsTable, load_terms

AS_OF = date(2026, 6, 1)
TERMS: TermsTable = load_terms().table
NEVER_FLOORED = TERMS.loss.model_copy(update={"floor_share": 0.0, "workout_share": 0.0})
EVEN: dict[Cause, float] = dict.fromkeys(CAUSES, 1 / 9)
CLEAN = Receivable("r", 1_000, AS_OF + timedelta(60), AS_OF - timedelta(30), confirmation=2)

shares = st.floats(0, 1)
amounts = st.integers(0, 10**9)


def exposure(**other: Any) -> Exposure:
    good: dict[str, Any] = {"advance_minor": 80_000_000, "tenor_days": 90, "contract_rate": 0.06}
    return Exposure(**{**good, **other})


def security(**other: Any) -> Security:
    good: dict[str, Any] = {"face_minor": 100_000_000, "dilution_share": 0.02}
    return Security(**{**good, **other})


guarantees = st.builds(
    Guarantee,
    ref=st.just("g"),
    covered_share=shares,
    cap_minor=st.none() | amounts,
    default_share=shares,
    pays_share=shares,
)
insurances = st.builds(
    Insurance,
    ref=st.just("i"),
    insured_share=shares,
    deductible_share=shares,
    limit_minor=st.none() | amounts,
)
collaterals = st.builds(
    Collateral,
    ref=st.just("c"),
    value_minor=amounts,
    haircut_share=shares,
    perfection_share=shares,
)
securities = st.builds(
    Security,
    face_minor=amounts,
    dilution_share=shares,
    reserve_minor=amounts,
    recourse_share=shares,
    guarantees=guarantees.map(lambda one: (one,)) | st.just(()),
    insurances=insurances.map(lambda one: (one,)) | st.just(()),
    collaterals=collaterals.map(lambda one: (one,)) | st.just(()),
)
exposures = st.builds(
    Exposure,
    advance_minor=st.integers(1, 10**9),
    tenor_days=st.integers(1, 720),
    contract_rate=st.floats(0, 0.3),
    undrawn_minor=amounts,
    cancellable=st.booleans(),
)
weights = st.lists(st.integers(0, 20), min_size=9, max_size=9).filter(any)
mixtures = weights.map(
    lambda parts: {c: w / sum(parts) for c, w in zip(CAUSES, parts, strict=True)}
)


def plain_lgd(cause: Cause, ead: int, behind: Security, rate: float) -> float:
    """The waterfall once more, as one list of promises, each cut to what is left."""
    rates = TERMS.loss.causes[cause]
    left, back = Fraction(ead), Fraction(0)

    def pays(promise: Fraction) -> None:
        nonlocal left, back
        paid = min(promise, left)
        left, back = left - paid, back + paid

    pays(behind.face_minor * (1 - Fraction(behind.dilution_share)) * Fraction(rates.buyer_share))
    owed = left
    pays(Fraction(behind.reserve_minor))
    pays(Fraction(behind.recourse_share) * owed * Fraction(rates.supplier_share))
    for one in behind.guarantees:
        base = left if one.cap_minor is None else min(left, Fraction(one.cap_minor))
        alive = (1 - Fraction(one.default_share)) * Fraction(one.pays_share)
        pays(Fraction(one.covered_share) * base * alive)
    if cause not in {"DISPUTE", "FRAUD_FICTITIOUS", "FRAUD_DOUBLE", "FRAUD_CIRCULAR"}:
        for policy in behind.insurances:
            base = left if policy.limit_minor is None else min(left, Fraction(policy.limit_minor))
            pays(Fraction(policy.insured_share) * (1 - Fraction(policy.deductible_share)) * base)
    for thing in behind.collaterals:
        worth = thing.value_minor * (1 - Fraction(thing.haircut_share))
        pays(worth * Fraction(thing.perfection_share))
    kept: float = (1 + rate) ** (rates.recover_days / 365)
    lost = 1 - float(back / ead) / kept + 0.05
    return min(1.0, max(0.10, lost))
