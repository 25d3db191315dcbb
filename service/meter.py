"""The meter: how many requests, of which address, with which status, and how long they took."""

from __future__ import annotations

from http import HTTPStatus
from time import perf_counter

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.meters import Meters

NO_ROUTE = "other"
"""Label of every address that is none: what callers try out must not become labels."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Meter:
    """ASGI middleware around the whole application; some microseconds a request."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app = app
        self._meters = meters
        self._at_hand: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and count what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = int(HTTPStatus.INTERNAL_SERVER_ERROR)

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        begun = perf_counter()
        try:
            await self._app(scope, receive, noted)
        finally:
            counter, seconds = self._children(scope, status)
            counter.inc()
            seconds.observe(perf_counter() - begun)

    def _children(self, scope: Scope, status: int) -> tuple[Counter, Histogram]:
        route = scope.get("route")
        path = NO_ROUTE if route is None else route.path
        method = scope["method"] if scope["method"] in METHODS else NO_ROUTE
        key = (method, path, status)
        found = self._at_hand.get(key)
        if found is None:
            found = self._at_hand[key] = (
                self._meters.requests.labels(method, path, str(status)),
                self._meters.seconds.labels(method, path),
            )
        return found
