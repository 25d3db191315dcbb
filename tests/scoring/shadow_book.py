"""A lender's book with accounts: a buyer's, a supplier's, of one rated, scant ones and old ones."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Engine

from features.subject import buyer_credit, supplier_record
from ledger.clocks import start_of_day, zone
from ledger.database import reading
from ledger.principals import OWNER
from ledger.reader import facts, last_seq
from ledger.tenants import book
from scoring.asking import Mode, Request
from scoring.gather import gather
from scoring.path import describe, with_sources
from tests.ledger.made_rows import Row
from tests.models.test_account_ratios import COMPANY

TZ = zone("America/Sao_Paulo")
NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
TODAY, DAY = date(2024, 6, 1), date(2024, 5, 20)
NEXT = timedelta(days=1)
RELATIONS = (buyer_credit.RELATION, supplier_record.RELATION)
FEATURES = [feature.name for relation in RELATIONS for feature in relation.features]
HEAD = ("total_assets", "total_liabilities", "equity")


def at(day: date) -> datetime:
    return start_of_day(day, TZ)


def year(party: str, end: int, amounts: dict[str, int], known: date) -> dict[str, list[Row]]:
    """A yearly statement that ends with a year, known on a day."""
    when = {"happened_at": at(date(end + 1, 1, 1)), "known_at": at(known)}
    ref = f"{party}/{end}"
    head = {
        "ref": ref,
        **when,
        "party": party,
        "period_start": date(end, 1, 1),
        "period_end": date(end + 1, 1, 1),
        "period_type": "year",
        "currency": "BRL",
        **{f"{name}_minor": amounts[name] for name in HEAD if name in amounts},
    }
    lines = [
        {"ref": f"{ref}/{name}", **when, "statement": ref, "concept": name, "amount_minor": amount}
        for name, amount in amounts.items()
        if name not in HEAD
    ]
    return {"statement": [head], "statement_line": lines}


THIS = {name: amount for name, amount in COMPANY.items() if not name.endswith("_before")}
LAST = THIS | {
    name.removesuffix("_before"): amount
    for name, amount in COMPANY.items()
    if name.endswith("_before")
}
LAST["total_liabilities"] = LAST["total_assets"] - LAST["equity"]
BAD = THIS | {"total_liabilities": 1_300, "equity": -300, "net_profit": -200, "ebit": -150}


def rating(party: str, acted: date, pd_ppm: int | None = 9_000) -> Row:
    own = {"ref": f"{party}-{acted}", "happened_at": at(acted), "known_at": at(acted)}
    of = {"party": party, "agency": "an agency", "scale": "its own", "grade": "A"}
    return {**own, **of, "acted_on": acted, "pd_12m_ppm": pd_ppm}


def a_book() -> dict[str, list[Row]]:
    """A buyer and a supplier with accounts, a rated one, one that tells little, an old one."""
    founded = {"happened_at": at(date(2020, 1, 1))}
    spring = date(2024, 4, 30)
    told_by = [
        year("b1", 2022, LAST, date(2023, 4, 30)),
        year("b1", 2023, THIS, spring),
        year("s1", 2023, BAD, spring),
        year("rated", 2023, THIS, spring),
        year("little", 2023, {"total_assets": 10, "total_liabilities": 6}, spring),
        year("old", 2021, THIS, date(2022, 4, 30)),
    ]
    return {
        "party": [{"ref": ref, **founded} for ref in ("b1", "s1", "rated", "little", "old", "b2")],
        "statement": [row for one in told_by for row in one["statement"]],
        "statement_line": [row for one in told_by for row in one["statement_line"]],
        "rating": [rating("rated", date(2024, 1, 10))],
        "receivable": [
            {
                "ref": "r",
                "happened_at": at(date(2024, 2, 1)),
                "supplier": "s1",
                "buyer": "b1",
                "issued_on": date(2024, 2, 1),
                "due_on": date(2024, 12, 1),
                "face_minor": 3_000,
                "currency": "BRL",
            }
        ],
    }


def ratings(engine: Engine, party: str) -> list[dict[str, Any]]:
    """The shadow ratings of a party, in the order in which they were written."""
    head = last_seq(engine, OWNER.tenant)
    every = facts(engine, OWNER.tenant, "rating", through_seq=head).to_pylist()
    return [row for row in every if (row["party"], row["agency"]) == (party, "shadow")]


def seen(engine: Engine, day: date) -> dict[str, float | None]:
    """The features of a request of that day, by the keys of its parties."""
    asked = Request("q", "s1", "b1", ("r",), at(day) + timedelta(hours=9), mode=Mode.BACKTEST)
    with reading(engine) as connection:
        own = book(connection, OWNER.tenant)
    gathered = gather(engine, own, own.last_seq, [asked], relations=with_sources(RELATIONS))
    values = describe(gathered, [asked], relations=RELATIONS).features.values[0]
    return {
        name: None if np.isnan(value) else float(value)
        for name, value in zip(FEATURES, values, strict=True)
    }
