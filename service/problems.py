"""Faults as problem details (RFC 9457): the one place where an error becomes HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from ledger.faults import Fault, RejectedRows
from ledger.reports.report_faults import ReportFault
from service.problem_examples import OCCURRENCES
from service.refusals import Flaw, Refusal, RowsRefused, TooManyRequests

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5
CHALLENGE = 'Bearer realm="tricredit"'
"""What 401 asks for (RFC 9110): an API key is taken as Bearer too."""

PASSING = (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.INSUFFICIENT_STORAGE)
"""Statuses of what may be otherwise after a while."""

STATUS: dict[str, HTTPStatus] = {
    # the request
    "refused": HTTPStatus.BAD_REQUEST,
    "bad-http": HTTPStatus.BAD_REQUEST,
    "caller-gone": HTTPStatus.BAD_REQUEST,
    "malformed-json": HTTPStatus.BAD_REQUEST,
    "wrong-idempotency-key": HTTPStatus.BAD_REQUEST,
    "not-found": HTTPStatus.NOT_FOUND,
    "unknown-record": HTTPStatus.NOT_FOUND,
    "unknown-kind": HTTPStatus.NOT_FOUND,
    "unknown-enterprise": HTTPStatus.NOT_FOUND,
    "unknown-bundle": HTTPStatus.NOT_FOUND,
    "unknown-policy": HTTPStatus.NOT_FOUND,
    "unknown-job": HTTPStatus.NOT_FOUND,
    "answers-removed": HTTPStatus.GONE,
    "unauthenticated": HTTPStatus.UNAUTHORIZED,
    "forbidden": HTTPStatus.FORBIDDEN,
    "own-score": HTTPStatus.FORBIDDEN,
    "length-required": HTTPStatus.LENGTH_REQUIRED,
    "unreadable-report": HTTPStatus.BAD_REQUEST,
    "method-not-allowed": HTTPStatus.METHOD_NOT_ALLOWED,
    "not-acceptable": HTTPStatus.NOT_ACCEPTABLE,
    "body-too-large": HTTPStatus(413),  # its name changes with Python 3.13
    "too-many-rows": HTTPStatus(413),
    "unsupported-media-type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "invalid-request": HTTPStatus(422),  # so has the name of this one
    "naive-time": HTTPStatus(422),
    "unknown-currency": HTTPStatus(422),
    "wrong-currency": HTTPStatus(422),
    "amount-not-whole": HTTPStatus(422),
    "unknown-party": HTTPStatus(422),
    "unknown-receivable": HTTPStatus(422),
    "receivable-of-others": HTTPStatus(422),
    "unknown-financing": HTTPStatus(422),
    "issued-in-future": HTTPStatus(422),
    "nothing-to-accept": HTTPStatus(422),
    "several-financings": HTTPStatus(422),
    "unsaid-of-request": HTTPStatus(422),
    "wrong-outcome-day": HTTPStatus(422),
    "wrong-key": HTTPStatus(422),
    "beyond-offer": HTTPStatus(422),
    "rejected-rows": HTTPStatus(422),
    "rows-refused": HTTPStatus(422),
    "wrong-columns": HTTPStatus(422),
    "wrong-parameter": HTTPStatus(422),
    "wrong-cursor": HTTPStatus(422),
    "key-reused": HTTPStatus(422),
    # the request is right, and the book says no
    "nothing-offered": HTTPStatus.CONFLICT,
    "offer-expired": HTTPStatus.CONFLICT,
    "overridden": HTTPStatus.CONFLICT,
    "rule-not-overridden": HTTPStatus.CONFLICT,
    "not-overridable": HTTPStatus.CONFLICT,
    "nothing-overridden": HTTPStatus.CONFLICT,
    "already-drawn": HTTPStatus.CONFLICT,
    "drawdown-blocked": HTTPStatus.CONFLICT,
    "nothing-left": HTTPStatus.CONFLICT,
    "face-exceeded": HTTPStatus.CONFLICT,
    "limit-exceeded": HTTPStatus.CONFLICT,
    "nothing-held": HTTPStatus.CONFLICT,
    "not-drawn": HTTPStatus.CONFLICT,
    "not-replayable": HTTPStatus.CONFLICT,
    "unknown-pack": HTTPStatus.CONFLICT,
    "not-repaid": HTTPStatus.CONFLICT,
    "financing-over": HTTPStatus.CONFLICT,
    # the service, for now
    "too-many-requests": HTTPStatus.TOO_MANY_REQUESTS,
    "no-room": HTTPStatus.INSUFFICIENT_STORAGE,
    "identity-unchecked": HTTPStatus.SERVICE_UNAVAILABLE,
    "issuer-unreachable": HTTPStatus.SERVICE_UNAVAILABLE,
    "busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "not-ready": HTTPStatus.SERVICE_UNAVAILABLE,
    "no-bundle": HTTPStatus.SERVICE_UNAVAILABLE,
    "bundle-refused": HTTPStatus.SERVICE_UNAVAILABLE,
    "wrong-key-file": HTTPStatus.SERVICE_UNAVAILABLE,
    "pack-refused": HTTPStatus.SERVICE_UNAVAILABLE,
    "database-unreachable": HTTPStatus.SERVICE_UNAVAILABLE,
    "wrong-database-url": HTTPStatus.SERVICE_UNAVAILABLE,
    "schema-behind": HTTPStatus.SERVICE_UNAVAILABLE,
    "unknown-tenant": HTTPStatus.SERVICE_UNAVAILABLE,
    "ledger-busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "ledger-closed": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Status of each code that a caller can meet; every other fault is ours, 500."""


class ProblemError(BaseModel):
    """One thing that is wrong."""

    model_config = ConfigDict(extra="forbid")

    pointer: str = Field(description="Where, as a JSON pointer (RFC 6901); empty: the whole body")
    fault: str = Field(description="What is wrong; never the value itself")
    remedy: str = Field(description="What would be right")


class ProblemHead(BaseModel):
    """What every problem says."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="`/problems/CODE`; CODE is stable", examples=["/problems/busy"])
    title: str = Field(description="What kind of problem it is; the same for each occurrence")
    status: int = Field(description="The HTTP status", examples=[422])
    detail: str = Field(description="What happened this time and what to do about it")


class Problem(ProblemHead):
    """Problem details (RFC 9457). Switch on `type`, show the rest.

    错误说明。
    """

    errors: list[ProblemError] = Field(description="Each thing that is wrong with the body")


class RowProblem(BaseModel):
    """One thing that is wrong, or odd, with a row."""

    model_config = ConfigDict(extra="forbid")

    line: int = Field(
        description="Where the row begins, from 1: the line of CSV (with the header) and NDJSON, "
        "the number of the row in a JSON array and in Parquet 行号"
    )
    field: str = Field(description="Name of the field; empty for the row as a whole")
    reason: str = Field(description="What is wrong; never a name or a free text of the row")


class RowsProblem(ProblemHead):
    """The problem `/problems/rows-refused`: rows that can't be right, and nothing was loaded.

    行数据有误，未载入任何内容。
    """

    kind: str = Field(description="Kind of the rows")
    rows: int = Field(description="Rows read 读取行数")
    rejected: int = Field(description="Of these the bad ones 错误行数")
    errors: list[RowProblem] = Field(description="The first 100 of what is wrong")


class ProblemKind(BaseModel):
    """One kind of problem.

    错误类型。
    """

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="`/problems/CODE`, also the address of this kind")
    code: str
    status: int = Field(description="The HTTP status")
    title: str = Field(description="What kind of problem it is")
    title_zh: str = Field(description="The same in Chinese 中文说明")


def problem(fault: Fault) -> Problem:
    """Put a fault into words for the caller.

    The message of a fault from below may hold what the caller sent, or an address of ours: it is
    for the log. The caller gets the kind of fault, the field and the remedy. Refusals and faults of
    reports are written for the caller.
    """
    errors = [
        ProblemError(pointer=flaw.pointer, fault=flaw.fault, remedy=flaw.remedy)
        for flaw in _flaws(fault)
    ]
    return Problem(**_head(fault), errors=errors)


def rows_problem(fault: RowsRefused) -> RowsProblem:
    """Tell which rows are wrong."""
    errors = [RowProblem(**error._asdict()) for error in fault.errors]
    return RowsProblem(
        **_head(fault), kind=fault.kind, rows=fault.rows, rejected=fault.rejected, errors=errors
    )


def problem_response(fault: Fault, headers: dict[str, str] | None = None) -> JSONResponse:
    """The answer to a request that met a fault; what may pass says when to come back, 401 how."""
    told = rows_problem(fault) if isinstance(fault, RowsRefused) else problem(fault)
    more = dict(headers or {})
    if isinstance(fault, TooManyRequests):
        more |= {"Retry-After": str(fault.wait_s), **fault.headers}
    elif told.status in PASSING:
        more["Retry-After"] = str(RETRY_AFTER_S)
    elif told.status == HTTPStatus.UNAUTHORIZED:
        more["WWW-Authenticate"] = CHALLENGE
    return JSONResponse(
        told.model_dump(), status_code=told.status, headers=more, media_type=MEDIA_TYPE
    )


def kind_of_problem(fault: type[Fault]) -> ProblemKind:
    """The line of the catalogue for a class of faults."""
    title = (fault.__doc__ or "").strip().splitlines()[0]
    status = STATUS.get(fault.code, HTTPStatus.INTERNAL_SERVER_ERROR)
    known = OCCURRENCES.get(fault.code, OCCURRENCES["unexpected"])
    return ProblemKind(
        type=f"/problems/{fault.code}",
        code=fault.code,
        status=status,
        title=title,
        title_zh=known.zh,
    )


def catalogue() -> list[ProblemKind]:
    """Every kind of problem a caller can meet, by code."""
    kinds = {fault.code: kind_of_problem(fault) for fault in Fault.catalogue()}
    return [kinds[code] for code in sorted({*STATUS, "unexpected"} & kinds.keys())]


def head_of(kind: ProblemKind, told: str, remedy: str) -> dict[str, Any]:
    """What every problem says: its kind, what happened and what to do about it."""
    detail = " ".join(filter(None, (_sentence(told), _sentence(remedy))))
    head = ProblemHead(type=kind.type, title=kind.title, status=kind.status, detail=detail)
    return head.model_dump()


def _head(fault: Fault) -> dict[str, Any]:
    kind = kind_of_problem(type(fault))
    told = fault.message if isinstance(fault, Refusal | ReportFault) else kind.title
    return head_of(kind, told, fault.remedy)


def _flaws(fault: Fault) -> Iterator[Flaw]:
    if isinstance(fault, Refusal):
        yield from fault.flaws
    elif isinstance(fault, RejectedRows):
        for row in fault.faults:
            where = f"{row.kind} {row.field}".strip()
            yield Flaw("", f"{where} can't be right", "compare it with the rules in the schema")
    elif fault.field.startswith("/"):
        yield Flaw(fault.field, kind_of_problem(type(fault)).title, fault.remedy)


def _sentence(text: str) -> str:
    if not text:
        return ""
    capital = text[0].upper() + text[1:]
    return capital if capital.endswith((".", "!", "?")) else f"{capital}."
