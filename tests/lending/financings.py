"""An ordinary financing for the tests of terms, and strategies around it."""

from typing import Any

from hypothesis import strategies as st

from lending.loss import Exposure
from lending.recovery import Collateral, Guarantee, Insurance, Security
from lending.terms import CAUSES, TermsTable, load_terms

TERMS: TermsTable = load_terms().table
EVEN = dict.fromkeys(CAUSES, 1 / 9)

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
