"""An ordinary request as terms see it, and strategies around it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from features.circumstances.claim_seen import AskedClaim
from features.circumstances.cover_seen import Guarantor, Insured, Pledged, Turnover
from features.circumstances.party_seen import PairSeen, PartySeen, Used
from features.circumstances.request_seen import Circumstances
from lending.default_risk import Risk
from lending.limit import Lines
from lending.loss_rules import COLLATERALS, GUARANTEES
from models.event import Event
from models.facility import over_days

DAY = date(2026, 6, 1)
DEFAULT = Event(name="default", kind="default", days=90, en="it isn't repaid", zh="违约")
MOST = 1_000_000
to_most = st.integers(0, MOST)
to_more = st.integers(0, 4 * MOST)
unit = st.floats(0, 1)
maybe = st.none() | st.booleans()


def risk(pd_12m: float = 0.024, days: int = 180, **other: Any) -> Risk:
    """A constant hazard, told over so many days and over a year."""
    return Risk(DEFAULT, over_days(pd_12m, 365, days), pd_12m, days, **other)


def claim(**other: Any) -> AskedClaim:
    good: dict[str, Any] = {
        "ref": "c",
        "face_minor": 100_000_000,
        "issued_on": DAY - timedelta(20),
        "due_on": DAY + timedelta(78),
        "confirmation_level": 2,
        "disputed_minor": 0,
        "contra_minor": 0,
    }
    return AskedClaim(**{**good, **other})


def asked(**other: Any) -> Circumstances:
    """A purchase with recourse of a claim of a million yuan, of which eight in ten are asked."""
    good: dict[str, Any] = {
        "day": DAY,
        "amount_requested_minor": 80_000_000,
        "product": "factoring",
        "recourse": True,
        "notified": True,
        "account": "supervised",
        "claims": (claim(),),
        "pair": PairSeen(
            claims_known=40,
            dilution_share=0.01,
            peak_dilution_share=0.015,
            loss_share=0.005,
            delay_p75_days=12.0,
            open_minor=300_000_000,
        ),
    }
    return Circumstances(**{**good, **other})


@st.composite
def claims(draw: st.DrawFn) -> AskedClaim:
    """Mostly eligible; parts that don't count, or are financed, are of the face's own size."""
    face = draw(to_most)
    part = st.just(0) | st.integers(0, face)
    return AskedClaim(
        ref=str(draw(st.uuids())),
        face_minor=face,
        owed_minor=draw(st.none() | st.integers(0, face)),
        issued_on=DAY - timedelta(draw(st.integers(0, 130))),
        due_on=draw(st.none() | st.integers(-70, 300).map(lambda days: DAY + timedelta(days))),
        settled=draw(st.sampled_from([False, False, False, True])),
        confirmation_level=draw(st.none() | st.integers(0, 4)),
        confirmed_minor=draw(st.none() | st.integers(0, 2 * face)),
        disputed_minor=draw(st.none() | part),
        contra_minor=draw(st.none() | part),
        invoice_state=draw(st.sampled_from([None, "valid", "valid", "part_red", "void"])),
        financed_minor=draw(part),
        face_financed_minor=draw(st.none() | st.integers(0, 2 * face)),
    )


pairs = st.builds(
    PairSeen,
    linked=st.sampled_from([None, False, False, True]),
    claims_known=st.integers(0, 20),
    dilution_share=st.none() | st.floats(0, 0.2),
    peak_dilution_share=st.none() | st.floats(0, 0.2),
    loss_share=st.none() | st.floats(0, 0.1),
    delay_p75_days=st.none() | st.floats(-5, 60),
    open_minor=to_more,
    past_due_minor=st.just(0) | to_most,
)
used = st.builds(Used, to_most, to_most, to_most, st.none() | to_most)
turnovers = st.builds(
    Turnover,
    revenue_minor=to_more,
    margin_share=st.none() | st.floats(-2, 2),
    growth_share=st.none() | st.floats(-2, 20),
    inventory_days=st.none() | st.floats(0, 200),
    receivable_days=st.floats(0, 400),
    payable_days=st.floats(0, 200),
    own_minor=st.none() | st.integers(-MOST, MOST),
    loans_minor=st.none() | to_most,
)
guarantors = st.builds(
    Guarantor,
    ref=st.uuids().map(str),
    guarantor=st.just("G"),
    guarantee=st.sampled_from(GUARANTEES),
    covered_share=unit,
    cap_minor=st.none() | to_most,
    fee_rate=st.none() | st.floats(0, 0.03),
    pd_12m=st.none() | unit,
)
insured = st.builds(
    Insured,
    ref=st.uuids().map(str),
    insured_share=unit,
    deductible_share=unit,
    limit_minor=st.none() | to_most,
)
pledged = st.builds(
    Pledged,
    ref=st.uuids().map(str),
    kind=st.sampled_from(COLLATERALS),
    value_minor=st.none() | to_most,
    haircut_share=st.none() | unit,
    perfected=maybe,
    exclusive=maybe,
)
parties = st.builds(
    PartySeen, annual_sales_minor=st.none() | st.integers(0, 10**11), pd_12m=st.none() | unit
)


@st.composite
def requests(draw: st.DrawFn, *, least: int = 1) -> Circumstances:
    """Any request about which something can be said."""
    offered = draw(st.lists(claims(), min_size=least, max_size=4))
    return Circumstances(
        day=DAY,
        amount_requested_minor=draw(st.none() | st.integers(1, 3 * MOST)),
        product=draw(st.sampled_from([None, "factoring", "receivable_pledge", "order_finance"])),
        tenor_days=draw(st.none() | st.integers(0, 400)),
        recourse=draw(maybe),
        notified=draw(maybe),
        account=draw(st.sampled_from([None, "free", "supervised", "locked"])),
        claims=(*offered, claim(ref="sure", face_minor=1_000)),
        supplier=draw(parties),
        buyer=draw(parties),
        pair=draw(pairs),
        used=draw(used),
        guarantees=tuple(draw(st.lists(guarantors, max_size=2))),
        insurances=tuple(draw(st.lists(insured, max_size=1))),
        collaterals=tuple(draw(st.lists(pledged, max_size=2))),
        turnover=draw(st.none() | turnovers),
    )


lines = st.builds(Lines, st.none() | to_more, st.none() | to_more, st.none() | to_more)
values = st.none() | to_more


def lent(seen: Circumstances, minor: int) -> Circumstances:
    """What the ledger says of uses after so much was lent to the supplier on this buyer."""
    before = seen.used
    after = replace(
        before,
        supplier_minor=before.supplier_minor + minor,
        buyer_minor=before.buyer_minor + minor,
        group_minor=before.group_minor + minor,
    )
    return replace(seen, used=after)
