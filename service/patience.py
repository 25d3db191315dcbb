"""Limited patience: a connection that sends slowly, too much head or nothing at all is closed.

uvicorn has a timeout between requests, but none while one comes in. Here a whole request, head and
body, must be there within ``timeout_keep_alive`` seconds after the connection or its first byte.
A body that comes at `LEAST_BYTES_PER_S` gets as long again, and again: a large one may take its
time, a slow one may not. Who waits for an answer to what it has sent isn't slow (``conversation``).
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from service.conversation import EXTENSION, Conversation
from service.envelope import HEADERS
from service.problems import problem_response
from service.refusals import BadHttp

LARGEST_HEAD = 64 * 1024
"""Bytes of request line and headers; httptools itself has no limit."""

LEAST_BYTES_PER_S = 16 * 1024
"""Rate at which a body must come that takes longer than a head may."""


class PatientProtocol(HttpToolsProtocol):
    """HTTP/1.1 with a deadline for every request."""

    _deadline: asyncio.TimerHandle | None = None
    _in_head = True
    _head_bytes = 0
    _talk: Conversation
    _body_bytes = 0
    """Of the body that comes in, since its deadline was last moved."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._talk = Conversation(transport)
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline."""
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, unless the head has grown too large."""
        self._arm()
        self._head_bytes += len(data) if self._in_head else 0
        if self._head_bytes > LARGEST_HEAD + len(data):
            self.send_400_response("")
            return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """A new head begins."""
        self._in_head = True
        super().on_message_begin()
        cast(dict[str, Any], self.scope)["extensions"] = {EXTENSION: self._talk}

    def on_headers_complete(self) -> None:
        """The head is there; a body may follow."""
        self._in_head, self._head_bytes, self._body_bytes = False, 0, 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Some of the body is there."""
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is there in full: from now on it waits for us."""
        self._disarm()
        self._in_head, self._head_bytes = True, 0
        super().on_message_complete()

    def shutdown(self) -> None:
        """The service ends: what is being answered may finish, and a stream comes to its end."""
        self._talk.ending.set()
        super().shutdown()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words are not told
        """Answer bytes that are no request, as a problem like any other."""
        response = problem_response(
            BadHttp("the bytes sent are no HTTP/1.1 request", remedy="use an HTTP client")
        )
        lines = [f"HTTP/1.1 {HTTPStatus.BAD_REQUEST} Bad Request"]
        lines += [f"{name.decode()}: {value.decode()}" for name, value in response.raw_headers]
        lines += [f"{name}: {value}" for name, value in HEADERS.items()]
        head = "\r\n".join([*lines, "Connection: close", "", ""])
        self.transport.write(head.encode() + bytes(response.body))
        self.transport.close()

    def _arm(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.timeout_keep_alive, self._out_of_patience)

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _out_of_patience(self) -> None:
        self._deadline = None
        if self._answering() or self._progressing():
            self._arm()
        elif not self.transport.is_closing():
            self.transport.close()

    def _progressing(self) -> bool:
        """Whether a body has come fast enough since it was last asked, or waits for us."""
        came, self._body_bytes = self._body_bytes, 0
        if self._in_head:
            return False
        if self.flow.read_paused or self._talk.owing or self.cycle.body:
            return True  # what has come isn't taken yet, or isn't answered
        return came >= LEAST_BYTES_PER_S * self.timeout_keep_alive

    def _answering(self) -> bool:
        """Whether an earlier request of this connection is being answered: it must not be cut."""
        cycle: RequestResponseCycle | None = self.cycle  # None before the first head is there
        if cycle is None:
            return False
        return bool(self.pipeline) or not (cycle.response_complete or cycle.more_body)
