"""Rules and decision of one request, and its whole offer, against writing what they rest on.

The design asks for 40 us for all rules of five receivables, and 150 us for rules, terms and
decision together; microseconds of the process stand among the sizes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, timedelta
from time import process_time
from typing import Annotated

import typer

from benchmarks.stage.side_by_side import Ratio, in_turns, tell
from features.circumstances.claim_seen import AskedClaim
from features.circumstances.cover_seen import Guarantor, Insured, Turnover
from features.circumstances.party_seen import PairSeen, PartySeen, Used
from features.circumstances.request_seen import Circumstances
from lending.decision import decide
from lending.offering import offered
from lending.pack import load_pack
from lending.policy.outcomes import Decision
from lending.rules import fired
from models.assessment import Assessment
from models.event import Event
from models.facility import facility
from models.interval import Interval

DAY = date(2026, 6, 1)
EVENT = Event(name="default", kind="default", days=90, en="it isn't repaid", zh="违约")
RISK = Assessment(0.012, -4.4, -4.0, {}, 627, {}, {}, {}, Interval(0.005, 0.03, 0.009, 0.016))
FOR_RULES = 40
"""Microseconds that the design leaves to rules."""

FOR_ALL = 150
"""And to rules, terms and decision, without advice."""

CALLS = 200
"""Calls of a step between two looks at the clock."""


def main(
    receivables: Annotated[int, typer.Option(min=1, help="receivables of the request")] = 5,
    rounds: Annotated[int, typer.Option(min=1)] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Measure a request of which all is known and nothing fires, and one of which little is."""
    cn, generic = load_pack("cn"), load_pack("generic")
    one, many, bare = _known(receivables), _known(500), _bare(receivables)
    recorded = asdict(one)
    lent, covered = _lent(one), _covered(_lent(one))
    risk = facility(EVENT, RISK.logit, 60)
    assert decide(RISK, EVENT, one, cn).decision is Decision.APPROVE
    assert len(fired(bare, cn.at_request)) > 10
    for asked in (lent, covered):
        assert offered(RISK, EVENT, risk, asked, generic).offer.decision is Decision.APPROVE
    steps: dict[str, Callable[[], object]] = {
        "nothing": lambda: None,
        "json": lambda: json.dumps(recorded, default=str),
        "cn": lambda: fired(one, cn.at_request),
        "generic": lambda: fired(one, generic.at_request),
        "decide": lambda: decide(RISK, EVENT, one, cn),
        "offered": lambda: offered(RISK, EVENT, risk, lent, generic),
        "covered": lambda: offered(RISK, EVENT, risk, covered, generic),
        "unknown": lambda: fired(bare, cn.at_request),
        "many": lambda: fired(many, cn.at_request),
    }
    taken = in_turns({name: _often(step) for name, step in steps.items()}, rounds, process_time)
    us = {name: taken[name] / CALLS * 1e6 for name in steps}
    written = "writing the circumstances as JSON"
    ratios = [
        Ratio("rules of cn", written, us["cn"] / us["json"]),
        Ratio("rules of generic", written, us["generic"] / us["json"]),
        Ratio("the whole decision", written, us["decide"] / us["json"]),
        Ratio("rules, terms and decision", written, us["offered"] / us["json"]),
        Ratio("the same with guarantee and insurance", written, us["covered"] / us["json"]),
        Ratio("rules of cn", "an empty call", us["cn"] / us["nothing"]),
        Ratio("where little is known", "where all is", us["unknown"] / us["cn"]),
        Ratio("500 receivables", f"{receivables}", us["many"] / us["cn"]),
        Ratio("rules of cn", f"{FOR_RULES} us", us["cn"] / FOR_RULES, "1"),
        Ratio("rules, terms and decision", f"{FOR_ALL} us", us["offered"] / FOR_ALL, "1"),
        Ratio(
            "the same with guarantee and insurance", f"{FOR_ALL} us", us["covered"] / FOR_ALL, "1"
        ),
    ]
    sizes = {f"{name}_us": round(us[name]) for name in steps if name != "nothing"}
    tell("deciding", {"receivables": receivables, **sizes}, ratios, as_json=as_json)


def _often(step: Callable[[], object]) -> Callable[[], None]:
    def repeated() -> None:
        for _ in range(CALLS):
            step()

    return repeated


def _known(count: int) -> Circumstances:
    """All is known, and no rule fires."""
    claims = tuple(
        AskedClaim(
            ref=f"r-{at}",
            face_minor=100_000_000 // count,
            owed_minor=100_000_000 // count,
            due_on=DAY + timedelta(40 + at % 18),
            consented=True,
            disputed_minor=0,
            delivered=True,
            invoice_state="valid",
            contract_signed_on=DAY - timedelta(90),
            supplier_size="small",
            buyer_size="large",
            buyer_public=False,
            payment_days=60,
            pay_when_paid=False,
            assignment_prohibited=False,
            earlier_overlap="none",
        )
        for at in range(count)
    )
    sound = PartySeen(
        valid_id=True,
        status="active",
        person_linked=False,
        open_records=(),
        controller_records=(),
        unpaid_certificate=False,
        consents={"bureau": "in_force", "tax": "in_force"},
    )
    return Circumstances(
        day=DAY,
        currency="CNY",
        amount_requested_minor=70_000_000,
        channel_collects=False,
        claims=claims,
        supplier=sound,
        buyer=sound,
        pair=PairSeen(linked=False, related_share=0.0, claims_known=40),
        data_tier=3,
    )


def _lent(known: Circumstances) -> Circumstances:
    """The same with all that its terms rest on."""
    return replace(
        known,
        product="factoring",
        recourse=True,
        notified=True,
        account="locked",
        supplier=replace(known.supplier, annual_sales_minor=12_000_000_000, pd_12m=0.03),
        buyer=replace(known.buyer, annual_sales_minor=30_000_000_000, pd_12m=0.004),
        pair=replace(
            known.pair,
            dilution_share=0.02,
            peak_dilution_share=0.03,
            loss_share=0.01,
            delay_p75_days=12.0,
            open_minor=200_000_000,
            past_due_minor=10_000_000,
        ),
        used=Used(50_000_000, 100_000_000, 100_000_000, 30_000_000),
        turnover=Turnover(1_200_000_000, 0.1, 0.2, 45.0, 75.0, 40.0, 10.0, 0.0, 100_000_000),
        value_p10_minor=400_000_000,
    )


def _covered(lent: Circumstances) -> Circumstances:
    """The same with a guarantor who may stand in, and an insurance."""
    return replace(
        lent,
        guarantees=(Guarantor("g", "G", "government", 0.8, None, 0.01, 0.0005),),
        insurances=(Insured("i", 0.9, 0.1, 50_000_000),),
    )


def _bare(count: int) -> Circumstances:
    """Faces and due dates alone."""
    claims = tuple(AskedClaim(f"r-{at}", 10_000, due_on=DAY) for at in range(count))
    return Circumstances(DAY, claims=claims, pair=PairSeen(claims_known=40))


if __name__ == "__main__":
    typer.run(main)
