"""The application: parts, routes and the translation of errors, put together in one place."""

from __future__ import annotations

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.exceptions import HTTPException
from starlette.routing import Route

from ledger.faults import Fault
from service.batch_lane import BatchLane
from service.composition import Composition
from service.envelope import Envelope, nothing_there
from service.gate import Gate
from service.job_runner import Runner
from service.meter import Meter
from service.meter_state import State
from service.meters import Meters
from service.problems import problem_response
from service.refusals import MethodNotAllowed, Refusal
from service.routes import add_routes
from service.settings import Settings
from service.siblings import Siblings
from service.store_faults import store_fault
from service.tenant_rates import Rates
from service.turnstile import Turnstile

log = logging.getLogger("tricredit.service")


def create_app(settings: Settings, siblings: Siblings | None = None) -> FastAPI:
    """Make the application; its parts are loaded when it starts, not here.

    ``siblings`` is its place among several processes that serve one port; None where it is alone.

    Raises
    ------
    WrongRates
    """
    app = FastAPI(
        title="Tricredit",
        lifespan=_lifespan,
        openapi_url=None,  # ours has examples from the ledger: service.documentation
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.meters = Meters(siblings)
    app.state.rates = Rates(settings.rates, settings.tenant_rates)
    add_routes(app, counted=app.state.rates.any)
    app.add_middleware(Envelope)
    app.add_middleware(Meter, meters=app.state.meters)  # around it: a 500 counts too
    app.add_exception_handler(Fault, _on_fault)
    app.add_exception_handler(OperationalError, _on_store_fault)
    app.add_exception_handler(InterfaceError, _on_store_fault)
    app.add_exception_handler(HTTPException, _on_http_exception)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    composition = await to_thread.run_sync(Composition.load, settings, app.state.meters)
    app.state.composition = composition
    app.state.gate = Gate(settings, composition.ledger)
    app.state.turnstile = Turnstile(
        settings.scoring_slots, settings.scoring_queue, settings.scoring_wait_s
    )
    app.state.looking = Turnstile(
        settings.looking_slots, settings.looking_queue, settings.looking_wait_s
    )
    app.state.posting = Turnstile(
        settings.posting_slots, settings.posting_queue, settings.posting_wait_s
    )
    app.state.loading = Turnstile(
        settings.loading_slots, settings.loading_queue, settings.loading_wait_s
    )
    state = app.state
    desks = {
        "scoring": state.turnstile,
        "looking": state.looking,
        "posting": state.posting,
        "loading": state.loading,
    }
    state.meters.registry.register(State(composition, desks))
    state.meters.open()
    app.state.batches = BatchLane(settings.batch_streams, settings.batch_slots)
    app.state.jobs = Runner(composition)
    # what is there now stays: a collection that walks over all of it takes a third of a second
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        state.meters.close()
        await to_thread.run_sync(app.state.jobs.close)
        await to_thread.run_sync(composition.close)


async def _on_fault(_request: Request, fault: Exception) -> Response:
    if not isinstance(fault, Fault):
        raise fault
    response = problem_response(fault)
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("%s: %.300s", fault.code, fault.message)
    return response


async def _on_store_fault(_request: Request, error: Exception) -> Response:
    """A store that has gone away, is locked for too long or has no room left."""
    remedy = "send the request again after Retry-After seconds"
    return problem_response(store_fault(error, remedy))


async def _on_http_exception(request: Request, error: Exception) -> Response:
    """What the router says by itself: no such address, no such method."""
    if not isinstance(error, HTTPException):
        raise error
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    return problem_response(_refusal(error), headers)


def _methods(request: Request) -> set[str]:
    """The methods of an address: the router names those of its first route alone."""
    path = request.scope["path"]
    routes = (route for route in request.app.routes if isinstance(route, Route))
    return {
        method for route in routes if route.path_regex.match(path) for method in route.methods or ()
    }


def _refusal(error: HTTPException) -> Refusal:
    if error.status_code == HTTPStatus.NOT_FOUND:
        return nothing_there()
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return MethodNotAllowed("the address has no such method", remedy="see the Allow header")
    return Refusal("the request can't be answered", remedy="see /docs")
