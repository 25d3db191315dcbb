"""The reply to a body of facts: sent from a file, so that a million errors need no memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from anyio import to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service.load_desk import ERRORS

BYTES_A_PART = 1 << 16
BEFORE_ERRORS, AFTER_ERRORS = b"[", b"]}"


class LoadResponse(Response):
    """JSON made of a head and of the errors in a file, which is closed afterwards.

    Parameters
    ----------
    head : bytes
        The object up to its list of errors.
    errors : binary file
        JSON objects with commas between.
    """

    def __init__(self, head: bytes, errors: BinaryIO) -> None:
        super().__init__(media_type="application/json")
        self._before = head + ERRORS + BEFORE_ERRORS
        self._errors = errors
        length = len(self._before) + errors.seek(0, io.SEEK_END) + len(AFTER_ERRORS)
        self.headers["content-length"] = str(length)
        errors.seek(0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it; who has gone meanwhile gets nothing, and what was loaded stays."""
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            parts = self._parts()
            while part := await to_thread.run_sync(next, parts, b""):
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._errors.close()

    def _parts(self) -> Iterator[bytes]:
        yield self._before
        while part := self._errors.read(BYTES_A_PART):
            yield part
        yield AFTER_ERRORS
