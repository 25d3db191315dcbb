"""Examples of the documentation page that work on the ledger as it is.

The first one is prefilled, and its Execute must give 200 whenever the service is ready. Where the
ledger has receivables it names one of them with its parties: facts are never taken away, so it
stays good, and nothing but the record of a score is written. An empty ledger has the example that
brings everything along: it names no fact at all, so it can't be wrong, but it writes facts whose
keys start with DEMO-.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from ledger.clocks import day_of, zone
from ledger.database import reading
from ledger.faults import Fault
from ledger.kinds import table_of
from ledger.principals import Principal
from ledger.tenants import Book, book
from service.composition import Composition
from service.prefilled_facts import PARTY, fact_bodies

LATEST = 200
"""Receivables looked at, from the last recorded on; the one due last is named."""

Example = dict[str, Any]


@dataclass(frozen=True)
class Prefilled:
    """Examples for OpenAPI.

    Attributes
    ----------
    scores : dict
        Bodies of ``POST /score`` by name; the first is the default.
    facts : dict
        Bodies of ``POST /facts/party``, by content type and name.
    enterprise : str
        An enterprise to look up: a buyer of the ledger, or that of the rows above.
    """

    scores: dict[str, Example]
    facts: dict[str, dict[str, Example]]
    enterprise: str


def prefilled(composition: Composition, principal: Principal, now: datetime) -> Prefilled:
    """Examples that work on the ledger as it is.

    A service that isn't ready has examples too: those of an empty book in CNY.
    """
    try:
        with reading(composition.ledger()) as connection:
            opened = book(connection, principal.tenant)
            claim = _claim(connection, principal.tenant)
    except Fault:
        opened, claim = Book(principal.tenant, zone("Asia/Shanghai"), "CNY", 0), None
    facts = fact_bodies(opened, now)
    along = {"bring_along": _bring_along(opened, now)}
    if claim is None:
        return Prefilled(along, facts, PARTY)
    scores = {
        "from_the_ledger": _from_the_ledger(opened, claim),
        **along,
        "what_if": _what_if(claim, now),
        "advice": _advice(opened, claim, now),
    }
    return Prefilled(scores, facts, claim["buyer"])


def _claim(connection: Connection, tenant: str) -> RowMapping | None:
    table = table_of("receivable")
    latest = (  # ids sort by the moment they were made, and their index is there
        select(table).where(table.c.tenant == tenant).order_by(table.c.id.desc()).limit(LATEST)
    )
    rows = connection.execute(latest).mappings().all()
    return max(rows, key=lambda row: row["due_on"], default=None)


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
