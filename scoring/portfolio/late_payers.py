"""Large firms and public bodies that pay small firms late, with the interest that the law gives.

As far as payments are told: a pair of which none ever was is counted apart, and money that names no
claim pays what fell due first. The report informs; nobody is told to waive or to claim anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import duckdb

from ledger.clocks import from_day_number
from lending.portfolio.late_payment import (
    Payer,
    Terms,
    bound,
    legal_term,
    statutory_interest,
)
from lending.portfolio.portfolio_rules import LatePaymentRules
from scoring.portfolio.book_views import rows_of
from scoring.portfolio.late_payers_sql import CLAIMS
from scoring.portfolio.owed_sql import OWED

YEAR_DAYS = 365
SHOWN = 10
"""Claims named of each buyer, at most."""


@dataclass(frozen=True)
class LateClaim:
    """A claim that is late, or was paid late.

    Attributes
    ----------
    receivable, supplier, buyer : str
    payer : Payer
    due_on : date
        By the law.
    paid_on : date or None
        None while it is unpaid.
    days : int
        Late, up to the day of the report.
    minor : int
        What is or was late.
    interest_minor : int
        Statutory, not compounded.
    excess_days : int
        By which the agreed term passes that of the law.
    """

    receivable: str
    supplier: str
    buyer: str
    payer: Payer
    due_on: date
    paid_on: date | None
    days: int
    minor: int
    interest_minor: int
    excess_days: int


@dataclass(frozen=True)
class LatePayer:
    """A buyer that is late, or was within a year.

    Attributes
    ----------
    buyer : str
    payer : Payer
    suppliers : int
        Small firms that it is or was late towards.
    claims : int
        Its claims that the law binds and that fell due within a year, or are late.
    unpaid, paid_late : int
        Late and unpaid; paid late within a year.
    unpaid_minor, paid_late_minor : int
    longest_days : int
        Of those unpaid; 0 where none is.
    interest_minor, paid_interest_minor : int
        On what is unpaid, and on what was paid late.
    long_terms : int
        Late claims whose agreed term passes that of the law.
    evidence : tuple of str
        The dearest unpaid claims, else those paid late.
    """

    buyer: str
    payer: Payer
    suppliers: int
    claims: int
    unpaid: int
    paid_late: int
    unpaid_minor: int
    paid_late_minor: int
    longest_days: int
    interest_minor: int
    paid_interest_minor: int
    long_terms: int
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class LatePayers:
    """The report of a day.

    Attributes
    ----------
    day : date
    currency : str
    payers : tuple of LatePayer
        Those who owe most interest on what is unpaid first.
    bound : int
        Claims that the law binds, of those that fell due within a year or are late.
    size_unknown : int
        Claims of which it can't be told whether the law binds.
    not_told : int
        Claims that it binds, of pairs of which no payment was ever told: not judged.
    """

    day: date
    currency: str
    payers: tuple[LatePayer, ...]
    bound: int
    size_unknown: int
    not_told: int

    def as_json(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {**asdict(self), "day": self.day.isoformat()}


def late_payers(
    connection: duckdb.DuckDBPyConnection, day: date, currency: str, rules: LatePaymentRules
) -> LatePayers:
    """Report on the only day of ``cut``, with the views of `book_views.LATE_KINDS`."""
    late: list[LateClaim] = []
    claims: dict[str, int] = defaultdict(int)
    unknown = not_told = 0
    connection.execute(OWED)
    for row in rows_of(connection, CLAIMS):
        payer = bound(row["supplier_size"], row["buyer_size"], public=row["public"])
        if payer is None:
            unknown += _cant_be_told(row)
        elif not row["payments_told"]:
            not_told += 1
        else:
            one = _late(row, payer, day, rules)
            claims[row["buyer"]] += one is not None or _fell_due(row, day)
            late += [one] if one is not None else []
    by_buyer: dict[str, list[LateClaim]] = defaultdict(list)
    for one in late:
        by_buyer[one.buyer].append(one)
    payers = [_payer(buyer, some, claims[buyer]) for buyer, some in by_buyer.items()]
    return LatePayers(
        day,
        currency,
        tuple(sorted(payers, key=lambda one: (-one.interest_minor, -one.unpaid, one.buyer))),
        sum(claims.values()),
        unknown,
        not_told,
    )


def _cant_be_told(row: Mapping[str, Any]) -> bool:
    """Whether a size is missing that would decide."""
    if row["supplier_size"] is None:
        return bool(row["public"]) or row["buyer_size"] in {None, "large"}
    return row["buyer_size"] is None and not row["public"] and row["supplier_size"] != "large"


def _fell_due(row: Mapping[str, Any], day: date) -> bool:
    return 0 < (day - from_day_number(row["due_on"])).days <= YEAR_DAYS


def _late(
    row: Mapping[str, Any], payer: Payer, day: date, rules: LatePaymentRules
) -> LateClaim | None:
    days = {
        name: None if row[name] is None else from_day_number(row[name])
        for name in ("issued_on", "due_on", "legal_due_on", "signed_on", "delivered_on")
    }
    issued, due = from_day_number(row["issued_on"]), from_day_number(row["due_on"])
    signed, delivered = days["signed_on"] or issued, days["delivered_on"] or issued
    term = legal_term(Terms(payer, signed, delivered, due, days["legal_due_on"]), rules)
    if term is None:
        return None
    paid = None if row["settled_on"] is None else from_day_number(row["settled_on"])
    if paid is not None and not 0 <= (day - paid).days <= YEAR_DAYS:
        return None
    minor = int(row["left_minor"]) if paid is None else row["face_minor"] or 0
    late_days = ((paid or day) - term.due_on).days
    if late_days <= 0 or minor <= 0:
        return None
    interest = statutory_interest(minor, late_days, term.daily_rate)
    return LateClaim(
        row["receivable"],
        row["supplier"],
        row["buyer"],
        payer,
        term.due_on,
        paid,
        late_days,
        minor,
        interest,
        term.excess_days,
    )


def _payer(buyer: str, late: Iterable[LateClaim], claims: int) -> LatePayer:
    every = sorted(late, key=lambda one: (one.paid_on is not None, -one.interest_minor))
    unpaid = [one for one in every if one.paid_on is None]
    paid = [one for one in every if one.paid_on is not None]
    return LatePayer(
        buyer=buyer,
        payer=every[0].payer,
        suppliers=len({one.supplier for one in every}),
        claims=claims,
        unpaid=len(unpaid),
        paid_late=len(paid),
        unpaid_minor=sum(one.minor for one in unpaid),
        paid_late_minor=sum(one.minor for one in paid),
        longest_days=max((one.days for one in unpaid), default=0),
        interest_minor=sum(one.interest_minor for one in unpaid),
        paid_interest_minor=sum(one.interest_minor for one in paid),
        long_terms=sum(one.excess_days > 0 for one in every),
        evidence=tuple(f"receivable:{one.receivable}" for one in every[:SHOWN]),
    )
