"""Who calls, and what a call may use: the one dependency that routes take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from ledger.principals import OWNER, Principal
from service.composition import Composition
from service.turnstile import Turnstile


@dataclass(frozen=True)
class Visit:
    """What a route has at hand: the caller, the parts of the service, the turnstile to the desk."""

    principal: Principal
    composition: Composition
    turnstile: Turnstile


async def caller() -> Principal:
    """The caller and its tenant: the owner of the one book, until callers have keys."""
    return OWNER


async def visit(request: Request, principal: Annotated[Principal, Depends(caller)]) -> Visit:
    """Put together what a route needs."""
    state = request.app.state
    return Visit(principal, state.composition, state.turnstile)


AVisit = Annotated[Visit, Depends(visit)]
"""Type of the argument by which a route asks for a `Visit`."""
