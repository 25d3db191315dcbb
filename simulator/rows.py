"""From arrays to rows: what the ledger is told, with the clocks of each source.

The ledger holds what was known by the first instant of the world's last day: a payment is known on
the day after it (domain.md section 0), a monthly report on the 15th of the next month.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np

from ledger.clocks import from_day_number, start_of_day, zone
from simulator.arrays import Ints, first_day_of, stream
from simulator.company_reports import Reports
from simulator.lateness import Market
from simulator.names import FREE_MAIL, REGIONS, TRADES, names
from simulator.trade import Claims

TIME_ZONE = "Asia/Shanghai"
CURRENCY = "CNY"

SMALL_FROM, MEDIUM_FROM = -0.4, 0.7
"""ln(size) from which a supplier is small, and medium."""

OWN_MAIL_SHARES = {"micro": 0.3, "small": 0.6, "medium": 0.9, "large": 1.0}
"""Share of each size class with a mail domain of its own."""

Row = dict[str, Any]


def receivable_keys(count: int) -> tuple[str, ...]:
    """Keys of the receivables, in the order of their issue."""
    return tuple(f"AR-{number:06d}" for number in range(1, count + 1))


def party_keys(market: Market) -> list[str]:
    """Keys of the parties: core enterprises, smaller buyers, suppliers."""
    return [
        f"{role}-{number:02d}" for role, count in _counts(market) for number in range(1, count + 1)
    ]


def party_rows(market: Market, seed: int) -> list[Row]:
    """Rows of the parties, all registered before the world's first day."""
    named = names(_roles(market), _trades(market))
    return [
        {
            "ref": key,
            "name": name,
            "country": "CN",
            "person_linked": False,
            "onboarded_on": from_day_number(day),
            **_clocks(day, day),
        }
        for key, (name, _), day in zip(
            party_keys(market), named, _registered(market, seed), strict=True
        )
    ]


def profile_rows(market: Market, seed: int) -> list[Row]:
    """Rows of the profiles, one a party, told when it was registered."""
    rng = stream(seed, "profiles")
    keys = party_keys(market)
    named = names(_roles(market), _trades(market))
    sizes = _size_classes(market)
    regions = rng.integers(0, len(REGIONS), len(keys)).tolist()
    own_mail = rng.random(len(keys)) < [OWN_MAIL_SHARES[size] for size in sizes]
    return [
        {
            "ref": f"{key}/profile",
            "party": key,
            "industry": TRADES[trade][0],
            "size_class": sizes[place],
            "region": REGIONS[regions[place]][0],
            "phone_area": REGIONS[regions[place]][1],
            "mail_domain": named[place][1] if own_mail[place] else FREE_MAIL,
            **_clocks(day, day),
        }
        for place, (key, trade, day) in enumerate(
            zip(keys, _trades(market), _registered(market, seed), strict=True)
        )
    ]


def receivable_rows(market: Market, claims: Claims) -> list[Row]:
    """Rows of the receivables, known on the day of issue."""
    return [
        {
            "ref": key,
            "supplier": supplier,
            "buyer": buyer,
            "issued_on": from_day_number(issued),
            "due_on": from_day_number(due),
            "face_minor": face,
            "currency": CURRENCY,
            **_clocks(issued, issued),
        }
        for key, supplier, buyer, issued, due, face in _each(market, claims)
    ]


def payment_rows(market: Market, claims: Claims, days_late: Ints, last_day: int) -> list[Row]:
    """Rows of the payments known by the last day; the other receivables are open."""
    return [
        {
            "ref": key.replace("AR", "PAY"),
            "payer": buyer,
            "payee": supplier,
            "paid_on": from_day_number(due + late),
            "amount_minor": face,
            "currency": CURRENCY,
            "receivable": key,
            **_clocks(due + late, due + late + 1),
        }
        for (key, supplier, buyer, _, due, face), late in zip(
            _each(market, claims), days_late.tolist(), strict=True
        )
        if due + late < last_day
    ]


def report_rows(market: Market, reports: Reports, last_day: int) -> list[Row]:
    """Rows of the monthly reports known by the last day."""
    months = market.first_month + np.arange(market.scenario.months + 1)
    begins = first_day_of(months).tolist()
    known = [begin + 14 for begin in begins[1:]]
    return [
        {
            "ref": f"{key}/{from_day_number(begins[month]):%Y-%m}",
            "party": key,
            "period_start": from_day_number(begins[month]),
            "period_end": from_day_number(begins[month + 1]),
            "turnover_minor": int(reports.turnover_minor[place, month]),
            "currency": CURRENCY,
            "employees": int(reports.employees[place, month])
            if reports.headcount_given[place, month]
            else None,
            **_clocks(begins[month + 1], known[month]),
        }
        for place, key in enumerate(party_keys(market))
        for month in np.flatnonzero(reports.given[place]).tolist()
        if known[month] <= last_day
    ]


def _clocks(happened: int, known: int) -> dict[str, datetime]:
    return {"happened_at": _instant(happened), "known_at": _instant(known)}


def _instant(day: int) -> datetime:
    return start_of_day(from_day_number(day), zone(TIME_ZONE))


def _each(market: Market, claims: Claims) -> Iterator[tuple[str, str, str, int, int, int]]:
    """Key, supplier, buyer, issue, due date and face of each receivable."""
    parties = np.array(party_keys(market))
    return zip(
        receivable_keys(len(claims)),
        parties[len(market.buyers) + market.pairs.supplier[claims.pair]].tolist(),
        parties[market.pairs.buyer[claims.pair]].tolist(),
        claims.issued.tolist(),
        claims.due.tolist(),
        claims.face_minor.tolist(),
        strict=True,
    )


def _counts(market: Market) -> tuple[tuple[str, int], ...]:
    core = int(market.buyers.core.sum())
    return (
        ("core", core),
        ("buyer", len(market.buyers) - core),
        ("supplier", len(market.suppliers)),
    )


def _roles(market: Market) -> list[str]:
    return [role for role, count in _counts(market) for _ in range(count)]


def _trades(market: Market) -> list[int]:
    return [*market.buyers.trade.tolist(), *market.suppliers.trade.tolist()]


def _registered(market: Market, seed: int) -> list[int]:
    """Day on which each party was registered: two months to seven years before the world."""
    begin = int(first_day_of(np.array([market.first_month]))[0])
    parties = len(market.buyers) + len(market.suppliers)
    days: list[int] = (begin - stream(seed, "registration").integers(60, 2500, parties)).tolist()
    return days


def _size_classes(market: Market) -> list[str]:
    large = np.where(market.buyers.size > 0, "medium", "small")
    buyers = np.where(market.buyers.core, "large", large)
    classes = np.array(["micro", "small", "medium"])
    sellers = classes[np.digitize(market.suppliers.size, [SMALL_FROM, MEDIUM_FROM])]
    return [*buyers.tolist(), *sellers.tolist()]
