"""Who calls, and what a call may do: the one dependency that routes take."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Request

from ledger.acting import act_for
from ledger.principals import Principal, Role
from service.batch_lane import BatchLane
from service.composition import Composition
from service.gate import Gate
from service.job_runner import Runner
from service.turnstile import Turnstile

Act = Literal[
    "score",
    "draw",
    "override",
    "tell outcomes",
    "read scores",
    "replay",
    "load facts",
    "read facts",
    "read models",
    "read policies",
    "watch",
]
"""What a route lets a caller do."""

MAY: Mapping[Act, tuple[Role, ...]] = {
    "score": ("scorer",),
    "draw": ("scorer",),
    "override": ("approver",),
    "tell outcomes": ("scorer", "analyst"),
    "read scores": ("scorer", "analyst", "approver", "auditor"),
    "replay": ("analyst", "auditor"),
    "load facts": ("analyst",),
    "read facts": ("analyst", "auditor"),
    "read models": ("analyst", "approver", "auditor"),
    "read policies": ("scorer", "analyst", "approver", "auditor"),
    "watch": ("analyst", "approver", "auditor"),
}
"""The roles of which a caller needs one. No role includes another: admin keeps keys and tenants,
and approver signs what it has seen of scores; neither sees a lender's facts for that."""


@dataclass(frozen=True)
class Visit:
    """What a route has at hand.

    Attributes
    ----------
    principal : Principal
        The caller.
    composition : Composition
        The parts of the service.
    turnstile, looking, posting, loading : Turnstile
        Before the desk where scores are made, before the one where enterprises are looked up,
        before the one where a few facts are taken, and before the one where many are loaded: none
        takes the place of another.
    batches : BatchLane
        How batches of scores get along, beside all these.
    jobs : Runner
        Who works on large files.
    """

    principal: Principal
    composition: Composition
    turnstile: Turnstile
    looking: Turnstile
    posting: Turnstile
    loading: Turnstile
    batches: BatchLane
    jobs: Runner


async def caller(request: Request) -> Principal:
    """The caller and its tenant, by the key or token of the request; raises as `Gate.admit`."""
    gate: Gate = request.app.state.gate
    principal = await gate.admit(request)
    act_for(principal.tenant)
    return principal


async def perhaps_caller(request: Request) -> Principal | None:
    """The same, and None where a guarded service is shown nothing: for what is open to all."""
    gate: Gate = request.app.state.gate
    principal = await gate.perhaps(request)
    if principal is not None:
        act_for(principal.tenant)
    return principal


@dataclass(frozen=True)
class Look:
    """What a route has at hand that is open to everyone.

    Attributes
    ----------
    principal : Principal or None
        The caller; None of one who has shown nothing, and to whom nothing of a book is told.
    composition : Composition
        The parts of the service.
    """

    principal: Principal | None
    composition: Composition


async def look(
    request: Request, principal: Annotated[Principal | None, Depends(perhaps_caller)]
) -> Look:
    """Put together what an open route needs."""
    return Look(principal, request.app.state.composition)


ALook = Annotated[Look, Depends(look)]
"""Type of the argument by which a route asks for a `Look`."""


async def visit(request: Request, principal: Annotated[Principal, Depends(caller)]) -> Visit:
    """Put together what a route needs."""
    state = request.app.state
    turnstiles = state.turnstile, state.looking, state.posting, state.loading
    return Visit(principal, state.composition, *turnstiles, state.batches, state.jobs)


AVisit = Annotated[Visit, Depends(visit)]
"""Type of the argument by which a route asks for a `Visit`."""


def allowing(act: Act) -> Callable[[Principal], Awaitable[None]]:
    """A dependency that raises `Forbidden` unless the caller has a role for an act."""

    async def allow(principal: Annotated[Principal, Depends(caller)]) -> None:
        if principal.roles.isdisjoint(MAY[act]):
            principal.require(MAY[act][0])

    return allow
