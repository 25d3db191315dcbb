"""What came of a score, as facts: how its financing ended, or why there is none.

An outcome is the fact that training and monitoring learn from (`outcome`); where nothing was lent,
the fact of the request (`financing_request`) says why. Both are keyed by the score, so that another
report is a correction: a new revision, and never a second ending.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, or_, select

from ledger.books import ScoreRecord
from ledger.clocks import day_of, start_of_day
from ledger.faults import Fault
from ledger.kinds import kind_of, table_of
from ledger.loads import Receipt
from ledger.principals import Principal
from ledger.tenants import Book, lock_book
from ledger.writer import append
from scoring.drawing import AlreadyDrawn
from scoring.recorded import request_of
from scoring.request_facts import request_rows
from scoring.seen_json import seen_from_json
from scoring.standing_offer import matures_on

OutcomeName = Literal["repaid", "defaulted", "written_off", "not_drawn", "refused"]
OF_A_REQUEST: Mapping[str, str] = {"not_drawn": "withdrawn", "refused": "declined"}
"""Outcomes of a score on which nothing was lent, in the words of ``financing_request.decision``."""

Row = dict[str, Any]
Found = Mapping[Any, Any]
"""A row of the ledger's tables, by column."""


class NotDrawn(Fault):
    """A score on which nothing was lent: there is no financing that could end."""

    code = "not-drawn"


class SeveralFinancings(Fault):
    """A score with several financings, and an outcome that names none of them."""

    code = "several-financings"


class WrongOutcomeDay(Fault):
    """A day on which it can't have happened."""

    code = "wrong-outcome-day"


class UnsaidOfRequest(Fault):
    """A request of which neither the score nor the outcome says enough to keep it as a fact."""

    code = "unsaid-of-request"


@dataclass(frozen=True)
class Came:
    """What came of a score.

    Attributes
    ----------
    outcome : OutcomeName
    on : date
        Repaid, in default, written off, given up or refused.
    source : str
        Who says it.
    financing : str or None
        Which financing, where there are several.
    amount_minor : int or None
        Repaid; of a request what was asked for, where the score names none.
    payer : str or None
        With an amount repaid.
    late_days : int or None
        The worst days past due.
    cause : str or None
        Of a default.
    technical : bool or None
        A default that training leaves out.
    loss_minor, dilution_minor : int or None
    note : str or None
        Case number.
    product : str or None
        Of a request, where the score names none.
    """

    outcome: OutcomeName
    on: date
    source: str
    financing: str | None = None
    amount_minor: int | None = None
    payer: str | None = None
    late_days: int | None = None
    cause: str | None = None
    technical: bool | None = None
    loss_minor: int | None = None
    dilution_minor: int | None = None
    note: str | None = None
    product: str | None = None


def tell(
    connection: Connection, principal: Principal, record: ScoreRecord, came: Came, now: datetime
) -> Receipt:
    """Write what came of a score through the ledger's one door.

    Parameters
    ----------
    connection : Connection
        Of a unit of the committer, whose transaction commits it.
    now : datetime
        Aware.

    Raises
    ------
    NotDrawn, AlreadyDrawn, SeveralFinancings, UnsaidOfRequest, WrongOutcomeDay
    RejectedRows
    """
    book = lock_book(connection, principal.tenant)
    if came.on > day_of(now, book.tz):
        raise _wrong_day(f"{came.on} hasn't come yet", "give a day up to today")
    lent = financings_of(connection, book.tenant, record.id)
    if came.outcome in OF_A_REQUEST:
        rows = _of_request(connection, book, record, came, lent)
    else:
        rows = _of_financing(connection, book, came, _financing(record.id, lent, came))
    return append(
        connection,
        principal,
        rows,
        source_system=came.source,
        historical=False,
        recorded_at=now,
    )


def financings_of(connection: Connection, tenant: str, score: str) -> list[Found]:
    """The financings of a score as last told, by whomever, in the order of the ledger."""
    columns = table_of("financing").c
    asked = select(table_of("financing")).where(
        columns.tenant == tenant,
        or_(columns.ref == score, columns.financing_request == score),
    )
    rows = connection.execute(asked.order_by(columns.seq)).mappings()
    last: dict[str, Found] = {row["ref"]: row for row in rows}
    return list(last.values())


def outcomes_of(connection: Connection, tenant: str, financings: Iterable[str]) -> list[Found]:
    """Every revision of the outcomes of financings, in the order of the ledger."""
    columns = table_of("outcome").c
    asked = select(table_of("outcome")).where(
        columns.tenant == tenant, columns.financing.in_(list(financings))
    )
    return [*connection.execute(asked.order_by(columns.seq)).mappings()]


def requests_of(connection: Connection, tenant: str, score: str) -> list[Found]:
    """Every revision of the fact of the request under the key of a score."""
    columns = table_of("financing_request").c
    asked = select(table_of("financing_request")).where(
        columns.tenant == tenant, columns.ref == score
    )
    return [*connection.execute(asked.order_by(columns.seq)).mappings()]


def _financing(score: str, lent: Sequence[Found], came: Came) -> Found:
    named = [one for one in lent if came.financing in {None, one["ref"]}]
    if not named:
        raise NotDrawn(
            f"no financing of score {score} is known",
            field="/outcome" if came.financing is None else "/financing",
            remedy="draw it, or load the fact financing with the score's id as its "
            "financing_request; of what was never drawn tell not_drawn or refused",
        )
    if len(named) > 1:
        raise SeveralFinancings(
            f"score {score} has {len(named)} financings",
            field="/financing",
            remedy=f"name one of {', '.join(one['ref'] for one in named[:10])}",
        )
    return named[0]


def _of_financing(
    connection: Connection, book: Book, came: Came, lent: Found
) -> dict[str, list[Row]]:
    if came.on < lent["drawn_on"]:
        raise _wrong_day(
            f"{came.on} is before the money was paid out", f"give {lent['drawn_on']} or a later day"
        )
    before = outcomes_of(connection, book.tenant, [lent["ref"]])
    at = start_of_day(came.on, book.tz)
    ended: Row = {
        "ref": before[-1]["ref"] if before else lent["ref"],
        "happened_at": at,
        "financing": lent["ref"],
        "settled_on": came.on,
        "defaulted": came.outcome != "repaid",
        "cause": came.cause,
        "technical": came.technical,
        "past_maturity_days": max(0, (came.on - lent["matures_on"]).days),
        "dilution_minor": came.dilution_minor,
        "loss_minor": 0 if came.outcome == "repaid" else came.loss_minor,
        "worst_dpd_days": came.late_days,
        "note": came.note,
    }
    if came.amount_minor is None:
        return {"outcome": [ended]}
    repaid: Row = {
        "ref": f"{lent['ref']}/repaid",
        "happened_at": at,
        "financing": lent["ref"],
        "repaid_on": came.on,
        "amount_minor": came.amount_minor,
        "currency": book.base_currency,
        "payer": came.payer,
    }
    return {"repayment": [repaid], "outcome": [ended]}


def _of_request(
    connection: Connection,
    book: Book,
    record: ScoreRecord,
    came: Came,
    lent: Sequence[Found],
) -> dict[str, list[Row]]:
    """The request, as it is known or else as it was scored, with what became of it."""
    if lent:
        raise AlreadyDrawn(
            f"score {record.id} was drawn",
            field="/outcome",
            remedy="tell how the financing ended: repaid, defaulted or written_off",
        )
    decision = OF_A_REQUEST[came.outcome]
    if known := requests_of(connection, book.tenant, record.id):
        fields = kind_of("financing_request").row.model_fields
        last = {name: known[-1][name] for name in fields if name != "known_at"}
        return {"financing_request": [{**last, "decision": decision}]}
    seen = seen_from_json(record.circumstances)
    request = request_of(record, seen)
    product = request.product or came.product
    amount = request.amount_requested_minor or came.amount_minor
    for name, value in (("product", product), ("amount_minor", amount)):
        if value is None:
            raise UnsaidOfRequest(
                f"the score names no {name}",
                field=f"/{name}",
                remedy="give what was asked for: the fact of a request needs it",
            )
    asked_on = day_of(record.as_of, book.tz)
    ends = matures_on(json.loads(record.reply), seen, asked_on)
    terms = {
        "product": product,
        "amount_minor": amount,
        "tenor_days": max(0, (ends - asked_on).days),
        "decision": decision,
    }
    parts = dict.fromkeys(request.receivables)
    return request_rows(record.id, request, book.tz, book.base_currency, terms, parts)


def _wrong_day(message: str, remedy: str) -> WrongOutcomeDay:
    return WrongOutcomeDay(message, field="/on", remedy=remedy)
