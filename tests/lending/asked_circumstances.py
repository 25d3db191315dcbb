"""Strategies: circumstances of any kind, and faults of one receivable."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from features.circumstances.claim_seen import AskedClaim
from features.circumstances.cover_seen import Pledged
from features.circumstances.party_seen import PairSeen, PartySeen, Used
from features.circumstances.request_seen import Circumstances
from tests.lending.offers import DAY

unsure = st.sampled_from([None, True, False])
amounts = st.none() | st.integers(0, 10**12)
days = st.none() | st.integers(-900, 900).map(lambda ago: DAY + timedelta(ago))
records = st.sampled_from([None, (), ("bankruptcy",), ("bond_default", "lawsuit"), ("sanctions",)])
states = st.sampled_from(["in_force", "expired", "missing"])

claims = st.builds(
    AskedClaim,
    ref=st.just("I"),
    face_minor=amounts,
    owed_minor=amounts,
    due_on=days,
    settled=st.sampled_from([False, False, False, True]),
    of_others=st.sampled_from([False, False, False, True]),
    other_currency=st.sampled_from([False, False, False, True]),
    consented=unsure,
    disputed_minor=amounts,
    delivered=unsure,
    delivered_on=days,
    invoice_state=st.sampled_from([None, "valid", "void", "part_red"]),
    contract_signed_on=days,
    supplier_size=st.sampled_from([None, "micro", "large"]),
    buyer_size=st.sampled_from([None, "small", "large"]),
    buyer_public=unsure,
    payment_days=st.none() | st.integers(0, 200),
    pay_when_paid=unsure,
    assignment_prohibited=unsure,
    instrument=st.sampled_from(["receivable", "e_certificate", "bill"]),
    instrument_opened_on=days,
    instrument_days=st.none() | st.integers(0, 500),
    instrument_reviewed=unsure,
    earlier_overlap=st.sampled_from([None, "exact", "description", "floating", "none"]),
    registered=unsure,
    searched_on=days,
    financed_minor=st.sampled_from([0, 0, 10**6]),
    duplicate_of=st.sampled_from([(), (), ("J",)]),
)
parties = st.builds(
    PartySeen,
    ref=st.sampled_from(["a", "b"]),
    valid_id=unsure,
    status=st.sampled_from([None, "active", "revoked", "abnormal"]),
    person_linked=unsure,
    open_records=records,
    controller_records=records,
    unpaid_certificate=unsure,
    consents=st.dictionaries(st.sampled_from(["bureau", "tax", "personal"]), states),
)
pairs = st.builds(
    PairSeen,
    linked=unsure,
    link_disclosed=unsure,
    related_share=st.none() | st.floats(0, 1),
    claims_known=st.sampled_from([0, 2, 3, 100]),
)
items = st.builds(
    Pledged, ref=st.just("G"), kind=st.sampled_from(["inventory", "ip"]), valued_on=days,
    commodity=st.booleans(), insured=unsure,
)  # fmt: skip


def _numbered(about: Circumstances) -> Circumstances:
    numbered = (replace(claim, ref=f"I-{at}") for at, claim in enumerate(about.claims))
    return replace(about, claims=tuple(numbered))


circumstances: st.SearchStrategy[Circumstances] = st.builds(
    Circumstances,
    day=st.just(DAY),
    currency=st.sampled_from(["", "CNY"]),
    amount_requested_minor=st.none() | st.integers(1, 10**12),
    product=st.sampled_from([None, "factoring", "order_finance"]),
    tenor_days=st.none() | st.integers(1, 700),
    channel_collects=unsure,
    claims=st.lists(claims, max_size=3).map(tuple),
    supplier=parties,
    buyer=parties,
    pair=pairs,
    used=st.builds(Used, buyer_minor=st.integers(0, 2 * 10**6)),
    collaterals=st.lists(items, max_size=2).map(tuple),
    data_tier=st.integers(0, 3),
    fraud_score=st.none() | st.floats(0, 1),
    alerts=st.sampled_from([(), ("psi",)]),
).map(_numbered)

FAULTS: list[dict[str, Any]] = [
    {"settled": True},
    {"of_others": True},
    {"invoice_state": "void"},
    {"duplicate_of": ("J", "K")},
    {"earlier_overlap": "exact"},
    {"disputed_minor": 10**13},
    {"delivered": False},
    {"due_on": DAY - timedelta(200)},
    {"assignment_prohibited": True, "consented": False},
    {"financed_minor": 10**13},
    {"pay_when_paid": True},
]
"""What makes a receivable worse, whatever it was."""
