"""The envelope of every answer: security headers, and no exception left without an answer."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.problems import problem_response
from service.refusals import NotFound, Unexpected
from service.tenant_rates import told_of

log = logging.getLogger("tricredit.service")

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""Headers of every answer that doesn't set its own."""


def nothing_there() -> NotFound:
    """What is said of an address that none of ours is."""
    return NotFound("there is nothing at this address", remedy="see /docs for what there is")


class Envelope:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str] = HEADERS) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; add the headers, and answer 500 where nobody has answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def sealed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in (*self._headers.items(), *told_of(scope)):
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, sealed)
        except Exception:
            log.exception("no answer to %s %s", scope["method"], scope["path"].encode())
            if started:
                raise
            fault = Unexpected("the service failed; nothing was decided", remedy="send it again")
            await problem_response(fault)(scope, receive, sealed)
