"""Examples of the documentation page that work on the ledger as it is.

The story of `service.three_suppliers` comes first: its facts are loaded with the first Execute of
the page, and what follows names them. Other requests name a receivable of the ledger with its
parties: facts are never taken away, so it stays good. `fixed` gives the examples of no ledger at
all, for the frozen description.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from ledger.clocks import day_of, zone
from ledger.database import reading
from ledger.faults import Fault
from ledger.kinds import table_of
from ledger.principals import DEFAULT_TENANT, Principal
from ledger.tenants import Book, book
from service.composition import Composition
from service.prefilled_after import outcomes, what_ifs
from service.prefilled_facts import fact_bodies
from service.story_number import story_number
from service.three_suppliers import CASES, Story, story

LATEST = 200
"""Receivables looked at, from the last recorded on; the one due last is named."""

Example = dict[str, Any]


@dataclass(frozen=True)
class Prefilled:
    """Examples for OpenAPI.

    Attributes
    ----------
    history : dict
        Bodies of ``POST /facts`` by name.
    scores : dict
        Bodies of ``POST /score`` by name; the first is the default.
    facts : dict
        Bodies of ``POST /facts/party``, by content type and name.
    enterprise : str
        An enterprise to look up: the buyer of the good case.
    score : str or None
        Id of the last score on record; None where there is none.
    what_ifs, outcomes : dict
        Bodies of ``POST /what-if`` and ``POST /scores/{score_id}/outcomes``, by name.
    """

    history: dict[str, Example]
    scores: dict[str, Example]
    facts: dict[str, dict[str, Example]]
    enterprise: str
    score: str | None
    what_ifs: dict[str, Example]
    outcomes: dict[str, Example]


def prefilled(composition: Composition, principal: Principal, now: datetime) -> Prefilled:
    """Examples that work on the ledger as it is.

    A service that isn't ready has examples too: those of an empty book in CNY.
    """
    try:
        with reading(composition.ledger()) as connection:
            opened = book(connection, principal.tenant)
            claim = _claim(connection, principal.tenant)
            score = _last_score(connection, principal.tenant)
            told = story(opened, now, story_number(connection, opened, now))
    except Fault:
        opened, claim, score = _empty(principal.tenant), None, None
        told = story(opened, now, opened.last_seq)
    return _examples(opened, told, claim, score, now)


def _examples(
    opened: Book, told: Story, claim: RowMapping | None, score: str | None, now: datetime
) -> Prefilled:
    scores = _cases(told)
    if claim is not None:
        scores |= {
            "from_the_ledger": _from_the_ledger(opened, claim),
            "what_if": _what_if(claim, now),
            "advice": _advice(opened, claim, now),
        }
    scores["bring_along"] = _bring_along(opened, now)
    return Prefilled(
        _history(told),
        scores,
        fact_bodies(opened, now),
        told.buyer,
        score,
        what_ifs(told, score),
        outcomes(opened, now),
    )


def _empty(tenant: str) -> Book:
    return Book(tenant, zone("Asia/Shanghai"), "CNY", 0)


def fixed(now: datetime = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)) -> Prefilled:
    """The examples of an empty book, on one day the same each time."""
    opened = _empty(DEFAULT_TENANT)
    told = story(opened, now, opened.last_seq)
    return _examples(opened, told, None, "01a20ce5-0a27-74c0-ad82-bcf84ff9a24d", now)


def _claim(connection: Connection, tenant: str) -> RowMapping | None:
    table = table_of("receivable")
    latest = (  # ids sort by the moment they were made, and their index is there
        select(table).where(table.c.tenant == tenant).order_by(table.c.id.desc()).limit(LATEST)
    )
    rows = connection.execute(latest).mappings().all()
    return max(rows, key=lambda row: row["due_on"], default=None)


def _last_score(connection: Connection, tenant: str) -> str | None:
    table = table_of("score_record")
    last: str | None = connection.scalar(
        select(func.max(table.c.id)).where(table.c.tenant == tenant)
    )
    return last


def _history(told: Story) -> dict[str, Example]:
    return {
        "three_suppliers": {
            "summary": "1. Three suppliers and their trade / 三家供应商的交易历史",
            "value": told.facts,
        }
    }


def _cases(told: Story) -> dict[str, Example]:
    return {
        case.name: {
            "summary": f"2. {case.en} / {case.zh}",
            "description": f"{case.so_en} {case.so_zh}",
            "value": told.requests[case.name],
        }
        for case in CASES
    }


def _named(claim: RowMapping, request_id: str) -> dict[str, Any]:
    return {
        "request_id": request_id,
        "supplier": {"ref": claim["supplier"]},
        "buyer": {"ref": claim["buyer"]},
        "receivables": [{"ref": claim["ref"]}],
    }


def _from_the_ledger(opened: Book, claim: RowMapping) -> Example:
    value = _named(claim, "docs-1")
    if (claim["face_minor"] or 0) > 1:
        value |= {
            "amount_requested_minor": claim["face_minor"] // 2,
            "currency": opened.base_currency,
        }
    return {
        "summary": "A receivable of this ledger / 账本中的应收账款",
        "description": "Names facts of the ledger and asks for half of the face. Writes a record.",
        "value": value,
    }


def _advice(opened: Book, claim: RowMapping, now: datetime) -> Example:
    asked = _from_the_ledger(opened, claim)["value"]
    return {
        "summary": "What would help / 改进建议",
        "description": "Looks for changes under which the answer is better. Leaves no record.",
        "value": {
            **asked,
            "request_id": "docs-4",
            "advice": True,
            "mode": "what_if",
            "as_of": now.isoformat(timespec="seconds"),
        },
    }


def _what_if(claim: RowMapping, now: datetime) -> Example:
    return {
        "summary": "The same as of another instant / 按指定时点试算",
        "description": "Scores with what was known then. Leaves no record.",
        "value": {
            **_named(claim, "docs-3"),
            "mode": "what_if",
            "as_of": now.isoformat(timespec="seconds"),
        },
    }


def _bring_along(opened: Book, now: datetime) -> Example:
    today = day_of(now, opened.tz)
    receivable = {
        "ref": f"DEMO-{today:%Y%m%d}",
        "issued_on": today.isoformat(),
        "due_on": (today + timedelta(days=60)).isoformat(),
        "face_minor": 1_000_000,
        "currency": opened.base_currency,
    }
    return {
        "summary": "Everything brought along / 随申请登记全部要素",
        "description": "Writes a supplier, a buyer and a receivable as live facts, and a record.",
        "value": {
            "request_id": "docs-2",
            "supplier": {"ref": "DEMO-SUPPLIER", "name": "Demo Supplier 演示供应商"},
            "buyer": {"ref": "DEMO-BUYER", "name": "Demo Buyer 演示核心企业"},
            "receivables": [receivable],
            "amount_requested_minor": 600_000,
            "currency": opened.base_currency,
        },
    }
