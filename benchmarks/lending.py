"""Terms of one request: loss, capital, price and limit, against writing the answer as JSON.

What an offer costs beside its score. The design asks for 150 us at the median for a whole decision
without advice; microseconds stand among the sizes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated, Any

import typer

from benchmarks.stage.side_by_side import Ratio, in_turns, tell
from lending.advance import Past, advance_rates, base_minor
from lending.capital import Capital, Debtor, Guarantor, capital_of, floored, maturity_years
from lending.eligible import Book, Receivable, eligible
from lending.limit import Limit, Line, Rooms, limit
from lending.loss import Exposure, Loss, expected_loss
from lending.loss_rules import CAUSES
from lending.price import Cover, Price, Priced, over_horizon, price
from lending.recovery import Collateral, Insurance, Security
from lending.regulatory import Eligible, foundation_lgd
from lending.tenor import tenor
from lending.terms import TermsTable, load_terms

AS_OF = date(2026, 6, 1)
PD_HORIZON = 0.012
CALLS = 200
"""Calls of a step between two looks at the clock."""


def main(
    receivables: Annotated[int, typer.Option(min=1, help="receivables of the request")] = 5,
    rounds: Annotated[int, typer.Option(min=1)] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Measure one request with recourse, insurance, collateral and a guarantor; nine causes."""
    terms = load_terms().table
    one, many = _request(receivables), _request(500)
    loss, capital = _loss(terms), _capital(terms)
    answer = _plain(_terms(one, terms))
    assert 0.0 < answer["price"]["technical_rate"] < 0.2
    assert answer["limit"]["amount_minor"] > 0
    steps: dict[str, Callable[[], object]] = {
        "nothing": lambda: None,
        "json": lambda: json.dumps(answer),
        "loss": lambda: _loss(terms),
        "capital": lambda: _capital(terms),
        "price": lambda: _price(loss, capital, terms),
        "limit": lambda: _limit(one, terms),
        "all": lambda: _terms(one, terms),
        "many": lambda: _terms(many, terms),
    }
    taken = in_turns({name: _often(step) for name, step in steps.items()}, rounds)
    us = {name: taken[name] / CALLS * 1e6 for name in steps}
    written = "writing the answer as JSON"
    ratios = [
        Ratio("terms of a request", written, us["all"] / us["json"]),
        *(
            Ratio(name, written, us[name] / us["json"])
            for name in ("loss", "capital", "price", "limit")
        ),
        Ratio("terms of a request", "an empty call", us["all"] / us["nothing"]),
        Ratio("500 receivables", f"{receivables}", us["many"] / us["all"]),
        Ratio("terms of a request", "150 us, what a decision may take", us["all"] / 150.0, "1"),
    ]
    sizes = {f"{name}_us": round(us[name]) for name in steps if name != "nothing"}
    tell("lending", {"receivables": receivables, **sizes}, ratios, as_json=as_json)


def _often(step: Callable[[], object]) -> Callable[[], None]:
    def repeated() -> None:
        for _ in range(CALLS):
            step()

    return repeated


def _request(count: int) -> list[Receivable]:
    return [
        Receivable(
            ref=f"r-{at}",
            face_minor=100_000_000 // count,
            due_on=AS_OF + timedelta(60 + at % 30),
            issued_on=AS_OF - timedelta(20),
            confirmation=at % 5,
            disputed_minor=1_000 * (at % 2),
        )
        for at in range(count)
    ]


def _terms(request: list[Receivable], terms: TermsTable) -> tuple[Loss, Capital, Price, Limit]:
    loss, capital = _loss(terms), _capital(terms)
    return loss, capital, _price(loss, capital, terms), _limit(request, terms)


def _loss(terms: TermsTable) -> Loss:
    return expected_loss(
        PD_HORIZON,
        Exposure(advance_minor=80_000_000, tenor_days=90, contract_rate=0.06),
        Security(
            face_minor=100_000_000,
            dilution_share=0.02,
            recourse_share=1.0,
            insurances=(Insurance("i", 0.9, 0.1, 50_000_000),),
            collaterals=(Collateral("c", 20_000_000, 0.3, 0.9),),
        ),
        dict.fromkeys(CAUSES, 1 / 9),
        terms.loss,
    )


def _capital(terms: TermsTable) -> Capital:
    rules = terms.capital
    pd_12m = floored(over_horizon(PD_HORIZON, 730), rules)
    years = maturity_years(90, self_liquidating=True, treatment=rules.maturity)
    held = [Eligible("other_physical", 20_000_000)]
    lgd = foundation_lgd(80_000_000, held, "senior", terms.regulatory_lgd)
    guarantor = Guarantor(0.8, Debtor(0.0005, 0.40, years), 0.40)
    return capital_of(Debtor(pd_12m, lgd, years, 12.0), guarantor, 0.01, rules)


def _price(loss: Loss, capital: Capital, terms: TermsTable) -> Price:
    asked = Priced(
        amount_minor=80_000_000,
        tenor_days=90,
        pd_horizon=PD_HORIZON,
        lgd_share=loss.given_default.lgd_share,
        capital_share=capital.total_share,
        dilution_minor=loss.dilution_minor,
        cover=Cover("g", 0.8, over_horizon(0.0005, 180), 0.01),
    )
    return price(asked, terms.price, terms.capital.capital_ratio)


def _limit(request: list[Receivable], terms: TermsTable) -> Limit:
    rules = terms.advance
    counted = eligible(request, Book(200_000_000, 10_000_000), AS_OF, rules)
    past = Past(0.02, 0.03, 0.01, 1.2, 1.2)
    rates = advance_rates(request, past, cash_control=2, fee_reserve=0.015, rules=rules)
    tenor([one.due_on for one in request if one.due_on], 12.0, AS_OF, terms.tenor)
    rooms = Rooms(
        base_minor=base_minor(request, counted, rates),
        buyer=Line(500_000_000, 100_000_000),
        group=Line(900_000_000, 100_000_000),
        single_name=Line(300_000_000, 50_000_000),
        need_minor=170_000_000,
        value_p10_minor=400_000_000,
        supplier_owes_minor=50_000_000,
    )
    return limit(rooms, terms.limit)


def _plain(found: tuple[Loss, Capital, Price, Limit]) -> dict[str, Any]:
    """What an answer would tell of them."""
    loss, capital, rate, most = found
    by_cause = loss.given_default.by_cause
    return {
        "loss": {
            "ead_minor": loss.ead_minor,
            "expected_minor": loss.expected_minor,
            "dilution_minor": loss.dilution_minor,
            "lgd_share": loss.given_default.lgd_share,
            "by_cause": {cause: one.shares for cause, one in by_cause.items()},
        },
        "capital": asdict(capital),
        "price": asdict(rate),
        "limit": {
            "amount_minor": most.amount_minor,
            "binding": most.binding,
            "terms_minor": dict(most.terms_minor),
            "left_out": most.left_out,
        },
    }


if __name__ == "__main__":
    typer.run(main)
