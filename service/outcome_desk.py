"""The desk where outcomes of scores are told and read. Blocking; runs in a thread."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from ledger.books import ScoreRecord
from ledger.database import reading
from ledger.principals import Principal
from ledger.records import read_record
from ledger.tenants import book
from scoring.brought import require_currency
from scoring.outcome_facts import OF_A_REQUEST, Found, financings_of, outcomes_of, requests_of, tell
from scoring.reply import as_text
from service.composition import Composition
from service.drawdown_desk import Errand
from service.outcome_bodies import OutcomeRequest

Json = dict[str, Any]
OF_AN_ENDING = (
    *("cause", "technical", "past_maturity_days", "loss_minor", "dilution_minor", "note"),
)


def report(errand: Errand, asked: OutcomeRequest) -> bytes:
    """Write down what came of a score; raises what ``scoring.outcome_facts.tell`` does.

    Raises
    ------
    UnknownRecord, WrongCurrency
    """
    if (before := errand.answered()) is not None:
        return before
    tenant = errand.principal.tenant
    with reading(errand.composition.ledger()) as connection:
        require_currency(book(connection, tenant), asked.currency, "/currency")
        record = read_record(connection, tenant, errand.score)

    def work(connection: Connection) -> Json:
        made = tell(connection, errand.principal, record, asked.came(), errand.now)
        counts = {"added": made.added, "corrected": made.corrected, "unchanged": made.unchanged}
        return {**_told(connection, tenant, record), **counts}

    return errand.done(work)


def what_came(composition: Composition, principal: Principal, score: str) -> bytes:
    """What came of a score, every report; raise `UnknownRecord` where there is no such score."""
    with reading(composition.ledger()) as connection:
        record = read_record(connection, principal.tenant, score)
        return as_text(_told(connection, principal.tenant, record)).encode()


def _told(connection: Connection, tenant: str, record: ScoreRecord) -> Json:
    lent = [one["ref"] for one in financings_of(connection, tenant, record.id)]
    every = [
        *_endings(outcomes_of(connection, tenant, lent)),
        *_requests(requests_of(connection, tenant, record.id)),
    ]
    return {
        "score_id": record.id,
        "scored": json.loads(record.reply)["decision"],
        "financings": lent,
        "outcomes": sorted(every, key=lambda one: int(one["ledger_seq"])),
    }


def _endings(rows: Sequence[Found]) -> Iterator[Json]:
    last = {row["ref"]: row["seq"] for row in rows}
    for row in rows:
        written_off = row["defaulted"] and row["loss_minor"] is not None
        ended = "defaulted" if row["defaulted"] else "repaid"
        yield {
            "outcome": "written_off" if written_off else ended,
            "on": _day(row["settled_on"]),
            "kind": "outcome",
            "financing": row["financing"],
            "late_days": row["worst_dpd_days"],
            **{name: row[name] for name in OF_AN_ENDING},
            **_ledger(row, superseded=last[row["ref"]] != row["seq"]),
        }


def _requests(rows: Sequence[Found]) -> Iterator[Json]:
    names = {decision: outcome for outcome, decision in OF_A_REQUEST.items()}
    for row in rows:
        if row["decision"] in names:
            yield {
                "outcome": names[row["decision"]],
                "on": None,
                "kind": "financing_request",
                "financing": None,
                "late_days": None,
                **dict.fromkeys(OF_AN_ENDING),
                **_ledger(row, superseded=row["seq"] != rows[-1]["seq"]),
            }


def _ledger(row: Found, *, superseded: bool) -> Json:
    return {
        "ref": row["ref"],
        "source": row["source_system"],
        "recorded_at": _iso(row["recorded_at"]),
        "revision": row["revision"],
        "superseded": superseded,
        "ledger_seq": row["seq"],
    }


def _day(day: date) -> str:
    return day.isoformat()


def _iso(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
