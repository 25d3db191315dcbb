"""What a route is, and what several of them can answer with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse

from service.access import Act

UNAVAILABLE = ("database-unreachable", "schema-behind", "unknown-tenant", "no-bundle")
UNWRITTEN = ("ledger-busy", "ledger-closed", "no-room")
READING = ("forbidden", "not-acceptable", "database-unreachable", "schema-behind", "unexpected")

GUARDED = ("unauthenticated", "forbidden", "identity-unchecked", "issuer-unreachable")
"""What the gate and the roles answer, before any route with an act."""


@dataclass(frozen=True)
class Route:
    """An address, its method and who answers.

    Attributes
    ----------
    tag : str
        Group in the documentation; empty leaves the route out of it.
    gives : type or None
        Body of the answer, as documented.
    problems : tuple of str
        Codes of the problems it can answer with.
    extra : dict
        What else OpenAPI says of it.
    act : Act or None
        What the caller must have a role for (`access.MAY`); None is open to everyone.
    form : type
        How the answer is written, as documented.
    status : int
        That of a success.
    """

    method: str
    path: str
    handler: Callable[..., Any]
    summary: str = ""
    tag: str = ""
    gives: Any = None
    problems: tuple[str, ...] = ()
    extra: dict[str, Any] | None = None
    act: Act | None = None
    form: type[Response] = JSONResponse
    status: int = HTTPStatus.OK
