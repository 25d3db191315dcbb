"""The way in: bytes to a request, or a refusal that names each field at fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from fastapi import Request
from pydantic import TypeAdapter, ValidationError
from starlette.requests import ClientDisconnect

from service.pointers import pointer
from service.refusals import (
    BodyTooLarge,
    Flaw,
    Gone,
    InvalidRequest,
    MalformedJson,
    NotAcceptable,
    UnsupportedMediaType,
)
from service.schemas import OWN, ScoreRequest
from service.strict_json import MOST_FLAWS, check_json

Asked = TypeVar("Asked")
READER = TypeAdapter(ScoreRequest)

REMEDIES = {
    "missing": "give this field",
    "extra_forbidden": "remove it: a request has no such field (see /docs)",
    "int_type": "give a whole number, not in quotes and without decimals",
    "int_from_float": "give a whole number, without decimals",
    "bool_type": "give true, false or null, not in quotes",
    "string_type": "give a text in quotes",
    "string_pattern_mismatch": "use the form that the schema in /docs shows",
    "date_type": "give a day as YYYY-MM-DD",
    "date_parsing": "give a day as YYYY-MM-DD",
    "too_long": "ask in several requests",
}
"""What would be right, by pydantic's type of error; for others its message says it."""

BODY = "A request is one JSON object in UTF-8, sent as application/json without compression."


async def read_body(request: Request, limit: int) -> bytes:
    """Read a JSON body of at most ``limit`` bytes; what is beyond is never kept.

    Raises
    ------
    UnsupportedMediaType, BodyTooLarge
    Gone
        Where the caller closed the connection, or was too slow and was cut off.
    """
    _require_json(request.headers)
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > 15 or int(declared) > limit):
        raise _too_large(limit)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise _too_large(limit)
    except ClientDisconnect as error:
        raise Gone("the connection was closed before the body was complete") from error
    return bytes(body)


def parse_request(body: bytes) -> tuple[ScoreRequest, str]:
    """The request in a body, and the body as text; raises what `parse_body` does."""
    return parse_body(READER, body), body.decode()


def parse_body(reader: TypeAdapter[Asked], body: bytes) -> Asked:
    """What a body asks, as its reader takes it.

    Raises
    ------
    MalformedJson
        Where the body is not one unambiguous JSON value.
    InvalidRequest
        Where it is not a request; names every field at fault, the first `MOST_FLAWS`.
    """
    text = check_json(body)
    try:
        return reader.validate_json(text)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    if any(one["type"] == "json_invalid" for one in found):
        raise MalformedJson("the body is not JSON", remedy=BODY)
    flaws = [_flaw(one) for one in found[:MOST_FLAWS]]
    raise InvalidRequest(
        f"{len(found)} field(s) of the request are wrong", remedy="see errors", flaws=flaws
    )


def require_json_accepted(accept: str | None) -> None:
    """Raise `NotAcceptable` where an Accept header names what we don't give, and no JSON."""
    require_accepted(accept, "application/json")


def require_accepted(accept: str | None, *kinds: str) -> None:
    """Raise `NotAcceptable` where an Accept header names none of these kinds."""
    if accept is None or not accept.strip():
        return
    if not any(_takes(one, kinds) for one in accept.lower().split(",")):
        what = "JSON" if kinds == ("application/json",) else "lines of JSON"
        raise NotAcceptable(f"answers are {what}", remedy=f"accept {kinds[0]}")


def _takes(media_range: str, kinds: Sequence[str]) -> bool:
    kind, *parameters = (part.strip() for part in media_range.split(";"))
    refused = any(part.replace(" ", "") in {"q=0", "q=0.0", "q=0.00"} for part in parameters)
    return not refused and kind in {"*/*", "application/*", *kinds}


def _require_json(headers: Mapping[str, str]) -> None:
    kind, *parameters = headers.get("content-type", "").lower().split(";")
    charsets = {part.strip().replace('"', "") for part in parameters} - {""}
    coding = headers.get("content-encoding", "identity").strip().lower()
    if kind.strip() != "application/json" or charsets - {"charset=utf-8"} or coding != "identity":
        raise UnsupportedMediaType("the body is of another kind", remedy=BODY)


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(
        f"the body has more than {limit} bytes", remedy="ask in several smaller requests"
    )


def _flaw(error: Mapping[str, Any]) -> Flaw:
    steps: tuple[str | int, ...] = error["loc"]
    if error["type"] == OWN:
        told = error["ctx"]
        return Flaw(pointer((*steps, *told["at"])), told["fault"], told["remedy"])
    return Flaw(
        pointer(steps), error["msg"], REMEDIES.get(error["type"], "give what the schema asks for")
    )
