"""Early warnings: what has changed for the worse about who must pay or who sold the claims.

Four kinds (domain.md section 3.11): a fall of the grade, later payments, the list of overdue bills,
a change in a registry. Each is dated, has its evidence, and what is out on the party.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import duckdb

from ledger.clocks import from_day_number
from lending.portfolio.buyer_delay import DelayTrend
from lending.portfolio.portfolio_rules import WarningRules
from models.scale import number_of
from scoring.portfolio.book_views import rows_of
from scoring.portfolio.open_book_sql import OPEN
from scoring.portfolio.warning_sql import (
    BILL_LISTS,
    COMPANY_CHANGES,
    DELAYS,
    EXPOSURES,
    GRADES,
    LAPSES,
    OTHERS_CLAIMS,
)

MILLION = 1_000_000


class Sign(StrEnum):
    """What has happened."""

    GRADE = "grade_fall"
    FINANCING = "financing_grade"
    DELAY = "delay_trend"
    BILLS = "bill_list"
    CLAIM = "registry_claim"
    LAPSE = "registry_lapse"
    COMPANY = "registry_company"


def kind_of(sign: Sign) -> str:
    """The kind of a sign: those of the registries are one."""
    return "registry_change" if sign in {Sign.CLAIM, Sign.LAPSE, Sign.COMPANY} else sign.value


@dataclass(frozen=True)
class EarlyWarning:
    """A sign about a party, on a day.

    Attributes
    ----------
    day : date
        What is known was visible before it.
    sign : Sign
    party : str
    role : str
        ``buyer``, ``supplier``, or ``both``: in which the party stands in what is open.
    since : date
        When what it rests on happened or became known last; of delays the day itself.
    figures : mapping of str to number
        What it was judged by.
    evidence : tuple of str
        Facts as ``kind:key``, some of them where they are many.
    exposure_minor : int
        Out on the party, on that day.
    financings : int
        How many of them.
    """

    day: date
    sign: Sign
    party: str
    role: str
    since: date
    figures: Mapping[str, float]
    evidence: tuple[str, ...]
    exposure_minor: int = 0
    financings: int = 0


@dataclass(frozen=True)
class _Exposed:
    role: str
    out_minor: int
    financings: int


def early_warnings(
    connection: duckdb.DuckDBPyConnection, rules: WarningRules
) -> list[EarlyWarning]:
    """All warnings about parties with money out, on each day of ``cut``.

    The session must have the views of `scoring.portfolio.book_views.WARNING_KINDS`. In the order of
    the days, then of what is out, the largest first.
    """
    connection.execute(OPEN)
    exposed: dict[tuple[int, str], list[_Exposed]] = {}
    for row in rows_of(connection, EXPOSURES):
        one = _Exposed(row["role"], int(row["out_minor"]), row["financings"])
        exposed.setdefault((row["day"], row["party"]), []).append(one)
    found = [
        _warning(sign, row, figures, evidence, exposed[row["day"], row["party"]])
        for sign, row, figures, evidence in _signs(connection, rules)
        if (row["day"], row["party"]) in exposed
    ]
    return in_order(found)


def in_order(found: Iterable[EarlyWarning]) -> list[EarlyWarning]:
    """By day, then what is out, the largest first."""
    return sorted(
        found, key=lambda one: (one.day, -one.exposure_minor, one.party, one.sign, one.evidence)
    )


def warnings_as_json(found: list[EarlyWarning], day: date, currency: str) -> dict[str, Any]:
    """Warnings as JSON values, amounts in minor units."""
    told = [
        {**asdict(one), "day": one.day.isoformat(), "since": one.since.isoformat()} for one in found
    ]
    return {"day": day.isoformat(), "currency": currency, "warnings": told}


_Told = tuple[Sign, Mapping[str, Any], Mapping[str, float], tuple[str, ...]]


def _signs(connection: duckdb.DuckDBPyConnection, rules: WarningRules) -> Iterator[_Told]:
    yield from _grades(connection, rules)
    yield from _delays(connection, rules)
    for row in rows_of(connection, BILL_LISTS, within_days=rules.bill_list.within_days):
        figures = {"listings": row["listings"], "persistent": row["persistent"]}
        yield Sign.BILLS, row, figures, _named("adverse_record", row)
    within = rules.registry.within_days
    for row in rows_of(connection, OTHERS_CLAIMS, within_days=within):
        yield Sign.CLAIM, row, {"registrations": row["claims"]}, _named("registration", row)
    for row in rows_of(connection, LAPSES):
        yield Sign.LAPSE, row, {"registrations": row["claims"]}, _named("registration", row)
    for row in rows_of(connection, COMPANY_CHANGES, within_days=within):
        yield Sign.COMPANY, row, {"changes": row["claims"]}, tuple(row["evidence"])


def _grades(connection: duckdb.DuckDBPyConnection, rules: WarningRules) -> Iterator[_Told]:
    for row in rows_of(connection, GRADES, within_days=rules.grade.within_days):
        now, best = (number_of(row[name] / MILLION) for name in ("pd_ppm", "best_ppm"))
        if now - best >= rules.grade.notches:
            figures = {"grade": now, "best_grade": best, "pd_12m": row["pd_ppm"] / MILLION}
            evidence = (f"rating:{row['ref']}", f"rating:{row['best_ref']}")
            yield Sign.GRADE, {**row, "known_from": row["since"]}, figures, evidence


def _delays(connection: duckdb.DuckDBPyConnection, rules: WarningRules) -> Iterator[_Told]:
    for row in rows_of(connection, DELAYS, **rules.delay.model_dump(exclude=_NO_SQL)):
        trend = DelayTrend(row["claims"], row["late"], row["claims_before"], row["late_before"])
        if trend.rises(rules.delay):
            figures = {
                "late_share": trend.share,
                "late_share_before": trend.share_before,
                "claims": trend.claims,
                "claims_before": trend.claims_before,
            }
            told = {**row, "known_from": row["day"]}
            yield Sign.DELAY, told, figures, _named("receivable", row)


_NO_SQL = {"rise_share", "least_z"}


def _named(kind: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"{kind}:{ref}" for ref in row["evidence"])


def _warning(
    sign: Sign,
    row: Mapping[str, Any],
    figures: Mapping[str, float],
    evidence: tuple[str, ...],
    exposed: list[_Exposed],
) -> EarlyWarning:
    return EarlyWarning(
        day=from_day_number(row["day"]),
        sign=sign,
        party=row["party"],
        role=exposed[0].role if len(exposed) == 1 else "both",
        since=from_day_number(row["known_from"]),
        figures=figures,
        evidence=evidence,
        exposure_minor=sum(one.out_minor for one in exposed),
        financings=sum(one.financings for one in exposed),
    )
