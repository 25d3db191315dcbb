"""Terms of one request, from risk and circumstances to the offer, against writing it as JSON.

What an offer costs beside its score. The design asks for 150 us at the median for a whole decision
without advice, of which rules take about 40 (``benchmarks.deciding`` has it all); microseconds of
the process stand among the sizes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from time import process_time
from typing import Annotated

import typer

from benchmarks.stage.side_by_side import Ratio, in_turns, tell
from features.circumstances.claim_seen import AskedClaim
from features.circumstances.cover_seen import Guarantor, Insured, Pledged, Turnover
from features.circumstances.party_seen import PairSeen, PartySeen, Used
from features.circumstances.request_seen import Circumstances
from lending.default_risk import Risk
from lending.limit import Lines
from lending.loss_rules import CAUSES
from lending.offer_amount import amount_of
from lending.offer_sheet import terms_sheet
from lending.offer_terms import terms_of
from lending.terms import load_terms
from models.event import Event

AS_OF = date(2026, 6, 1)
CALLS = 200
"""Calls of a step between two looks at the clock."""

FOR_TERMS = 110
"""Microseconds that a decision leaves to terms."""

LINES = Lines(500_000_000, 900_000_000, 300_000_000)
VALUE_P10 = 400_000_000
EVENT = Event(name="default", kind="default", days=90, en="it isn't repaid", zh="违约")
RISK = Risk(EVENT, 0.012, 0.0242, 180, buyer_pd_12m=0.004, causes=dict.fromkeys(CAUSES, 1 / 9))


def main(
    receivables: Annotated[int, typer.Option(min=1, help="receivables of the request")] = 5,
    rounds: Annotated[int, typer.Option(min=1)] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Measure one request with recourse, insurance, collateral, a guarantor; nine causes."""
    table = load_terms().table
    one, many = _request(receivables), _request(500)
    bare = replace(
        one, guarantees=(), insurances=(), collaterals=(), turnover=None, value_p10_minor=None
    )
    found = terms_of(RISK, one, table, LINES)
    answer = terms_sheet(found, table)
    assert found.acting.cover is not None
    assert found.amount.offered_minor == one.amount_requested_minor
    assert 0.0 < found.price.technical_rate < 0.2
    steps: dict[str, Callable[[], object]] = {
        "nothing": lambda: None,
        "json": lambda: json.dumps(answer),
        "amount": lambda: amount_of(one, table, LINES),
        "bare": lambda: terms_of(RISK, bare, table),
        "all": lambda: terms_of(RISK, one, table, LINES),
        "sheet": lambda: terms_sheet(found, table),
        "many": lambda: terms_of(RISK, many, table, LINES),
    }
    taken = in_turns({name: _often(step) for name, step in steps.items()}, rounds, process_time)
    us = {name: taken[name] / CALLS * 1e6 for name in steps}
    written = "writing them as JSON"
    ratios = [
        Ratio("terms of a request", written, us["all"] / us["json"]),
        Ratio("without any cover", written, us["bare"] / us["json"]),
        Ratio("amount and tenor alone", written, us["amount"] / us["json"]),
        Ratio("terms as plain values", written, us["sheet"] / us["json"]),
        Ratio("terms of a request", "an empty call", us["all"] / us["nothing"]),
        Ratio("500 receivables", f"{receivables}", us["many"] / us["all"]),
        Ratio(
            "terms of a request",
            f"{FOR_TERMS} us, what a decision leaves to them",
            us["all"] / FOR_TERMS,
            "1",
        ),
    ]
    sizes = {f"{name}_us": round(us[name]) for name in steps if name != "nothing"}
    tell("lending", {"receivables": receivables, **sizes}, ratios, as_json=as_json)


def _often(step: Callable[[], object]) -> Callable[[], None]:
    def repeated() -> None:
        for _ in range(CALLS):
            step()

    return repeated


def _request(count: int) -> Circumstances:
    claims = tuple(
        AskedClaim(
            ref=f"r-{at}",
            face_minor=100_000_000 // count,
            owed_minor=100_000_000 // count,
            due_on=AS_OF + timedelta(60 + at % 18),
            issued_on=AS_OF - timedelta(20),
            confirmation_level=at % 5,
            disputed_minor=1_000 * (at % 2),
        )
        for at in range(count)
    )
    return Circumstances(
        day=AS_OF,
        amount_requested_minor=80_000_000,
        product="factoring",
        recourse=True,
        notified=True,
        account="locked",
        claims=claims,
        supplier=PartySeen(annual_sales_minor=12_000_000_000, pd_12m=0.03),
        buyer=PartySeen(annual_sales_minor=30_000_000_000),
        pair=PairSeen(
            claims_known=40,
            dilution_share=0.02,
            peak_dilution_share=0.03,
            loss_share=0.01,
            delay_p75_days=12.0,
            open_minor=200_000_000,
            past_due_minor=10_000_000,
        ),
        used=Used(50_000_000, 100_000_000, 100_000_000, 30_000_000),
        guarantees=(Guarantor("g", "G", "government", 0.8, None, 0.01, 0.0005),),
        insurances=(Insured("i", 0.9, 0.1, 50_000_000),),
        collaterals=(Pledged("c", "inventory", 20_000_000, 0.3, AS_OF, perfected=True),),
        turnover=Turnover(1_200_000_000, 0.1, 0.2, 45.0, 75.0, 40.0, 10.0, 0.0, 100_000_000),
        value_p10_minor=VALUE_P10,
    )


if __name__ == "__main__":
    typer.run(main)
