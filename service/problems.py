"""Faults as problem details (RFC 9457): the one place where an error becomes HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from ledger.faults import Fault, RejectedRows
from service.refusals import Flaw, Refusal

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5

STATUS: dict[str, HTTPStatus] = {
    # the request
    "refused": HTTPStatus.BAD_REQUEST,
    "bad-http": HTTPStatus.BAD_REQUEST,
    "caller-gone": HTTPStatus.BAD_REQUEST,
    "malformed-json": HTTPStatus.BAD_REQUEST,
    "wrong-idempotency-key": HTTPStatus.BAD_REQUEST,
    "not-found": HTTPStatus.NOT_FOUND,
    "unknown-record": HTTPStatus.NOT_FOUND,
    "method-not-allowed": HTTPStatus.METHOD_NOT_ALLOWED,
    "not-acceptable": HTTPStatus.NOT_ACCEPTABLE,
    "body-too-large": HTTPStatus(413),  # its name changes with Python 3.13
    "unsupported-media-type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "invalid-request": HTTPStatus(422),  # so has the name of this one
    "naive-time": HTTPStatus(422),
    "unknown-currency": HTTPStatus(422),
    "wrong-currency": HTTPStatus(422),
    "amount-not-whole": HTTPStatus(422),
    "unknown-party": HTTPStatus(422),
    "unknown-receivable": HTTPStatus(422),
    "receivable-of-others": HTTPStatus(422),
    "issued-in-future": HTTPStatus(422),
    "wrong-key": HTTPStatus(422),
    "rejected-rows": HTTPStatus(422),
    "key-reused": HTTPStatus(422),
    # the service, for now
    "busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "not-ready": HTTPStatus.SERVICE_UNAVAILABLE,
    "no-bundle": HTTPStatus.SERVICE_UNAVAILABLE,
    "bundle-refused": HTTPStatus.SERVICE_UNAVAILABLE,
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


class Problem(BaseModel):
    """Problem details (RFC 9457). Switch on `type`, show the rest.

    错误说明。
    """

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="`/problems/CODE`; CODE is stable", examples=["/problems/busy"])
    title: str = Field(description="What kind of problem it is; the same for each occurrence")
    status: int = Field(description="The HTTP status", examples=[422])
    detail: str = Field(description="What happened this time and what to do about it")
    errors: list[ProblemError] = Field(description="Each thing that is wrong with the body")


class ProblemKind(BaseModel):
    """One line of the catalogue."""

    model_config = ConfigDict(extra="forbid")

    type: str
    code: str
    status: int
    title: str


def problem(fault: Fault) -> Problem:
    """Put a fault into words for the caller.

    The message of a fault from below may hold what the caller sent, or an address of ours: it is
    for the log. The caller gets the kind of fault, the field and the remedy.
    """
    kind = kind_of_problem(type(fault))
    if isinstance(fault, Refusal):
        detail = " ".join(filter(None, (_sentence(fault.message), _sentence(fault.remedy))))
    else:
        detail = " ".join(filter(None, (kind.title, _sentence(fault.remedy))))
    errors = [
        ProblemError(pointer=flaw.pointer, fault=flaw.fault, remedy=flaw.remedy)
        for flaw in _flaws(fault)
    ]
    return Problem(
        type=kind.type, title=kind.title, status=kind.status, detail=detail, errors=errors
    )


def problem_response(fault: Fault, headers: dict[str, str] | None = None) -> JSONResponse:
    """The answer to a request that met a fault; 503 says when to come back."""
    told = problem(fault)
    more = dict(headers or {})
    if told.status == HTTPStatus.SERVICE_UNAVAILABLE:
        more["Retry-After"] = str(RETRY_AFTER_S)
    return JSONResponse(
        told.model_dump(), status_code=told.status, headers=more, media_type=MEDIA_TYPE
    )


def kind_of_problem(fault: type[Fault]) -> ProblemKind:
    """The line of the catalogue for a class of faults."""
    title = (fault.__doc__ or "").strip().splitlines()[0]
    status = STATUS.get(fault.code, HTTPStatus.INTERNAL_SERVER_ERROR)
    return ProblemKind(type=f"/problems/{fault.code}", code=fault.code, status=status, title=title)


def catalogue() -> list[ProblemKind]:
    """Every kind of problem a caller can meet, by code."""
    kinds = {fault.code: kind_of_problem(fault) for fault in Fault.catalogue()}
    return [kinds[code] for code in sorted({*STATUS, "unexpected"} & kinds.keys())]


def documented(*codes: str) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of the problems with these codes, one entry per status."""
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(STATUS.get(code, HTTPStatus.INTERNAL_SERVER_ERROR), []).append(code)
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {
            "description": ", ".join(f"`/problems/{code}`" for code in sorted(group)),
            "content": content,
        }
        for status, group in sorted(by_status.items())
    }


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
