"""Route of batches: lines in, answers out, both while the other is going on."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import partial

import anyio
from fastapi import Request, Response
from starlette.types import Receive, Scope, Send

from service.access import AVisit, Visit
from service.batch_lines import Incoming, Line, line_key
from service.conversation import Conversation, conversation_of
from service.intake import require_accepted
from service.line_answer import Answer, Tally
from service.line_desk import answer_lines
from service.refusals import Gone, UnsupportedMediaType, WrongIdempotencyKey
from service.request_key import HEADER, request_key
from service.upload import form_of_body

log = logging.getLogger("tricredit.service")

NDJSON = "application/x-ndjson"
LONGEST_KEY = 110
"""Characters of the key of a batch: the number of a line is put behind it."""

A_LINE = "send application/x-ndjson: on each line a request as of POST /score, without compression"


async def post_batch(request: Request, visit: AVisit) -> Response:
    """Score requests, one a line, and answer each in order while more come in.

    批量评分（NDJSON 流）。

    Each line is a body as of `POST /score` and is decided and recorded as one; facts that a line
    brings along are there for the lines after it. Answers come in the order of the lines, while
    lines come in: read them while you send, for a caller that doesn't read isn't scored on. A line
    at fault is answered with its problem and spoils no other. The last line counts all; where it is
    missing the answer is torn. With `Idempotency-Key` each line is idempotent under the key and its
    number, so that a batch that broke off is sent again as it was.
    """
    require_accepted(request.headers.get("accept"), NDJSON, "application/json")
    if form_of_body(request.headers) != "ndjson":
        raise UnsupportedMediaType("the body is of another kind", remedy=A_LINE)
    return BatchResponse(visit, _batch_key(request))


class _Stalled(Exception):
    """The caller takes no more."""


class BatchResponse(Response):
    """The answers to the lines of a body that comes in meanwhile."""

    media_type = NDJSON

    def __init__(self, visit: Visit, key: str | None) -> None:
        super().__init__()
        del self.headers["content-length"]
        self._visit = visit
        self._key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer line by line, as fast as they come and the answers are taken."""
        talk = conversation_of(scope)
        settings = self._visit.composition.settings
        incoming = Incoming(
            receive,
            talk,
            longest=settings.body_limit_bytes,
            most_lines=settings.batch_most_lines,
            most_bytes=settings.batch_limit_bytes,
        )
        outgoing = _Outgoing(send, self.raw_headers, settings.batch_stall_s)
        async with self._visit.batches.open():
            try:
                await self._answer(incoming, outgoing, talk)
            except _Stalled:
                log.warning("a batch was cut off: its answers were not read")
                await talk.cut()
            except Gone:
                pass  # what was recorded stays
            finally:
                talk.owing = False

    async def _answer(self, incoming: Incoming, out: _Outgoing, talk: Conversation) -> None:
        tally = Tally()
        while lines := await incoming.group():
            talk.owing = True
            for answer in await self._visit.batches.run(partial(self._score, lines)):
                tally.count(answer)
                await out.write(answer.told)
            talk.owing = False
        await out.end(tally.told if incoming.whole else b"")

    def _score(self, lines: list[Line]) -> list[Answer]:
        visit = self._visit
        key_of = partial(line_key, self._key)
        return answer_lines(visit.composition, visit.principal, lines, key_of, datetime.now(UTC))


class _Outgoing:
    """The way out: each part within some seconds, or `_Stalled`."""

    def __init__(self, send: Send, headers: list[tuple[bytes, bytes]], stall_s: float) -> None:
        self._send = send
        self._headers = headers
        self._stall_s = stall_s
        self._begun = False

    async def write(self, part: bytes, *, more: bool = True) -> None:
        """Send a part; the head goes before the first."""
        try:
            with anyio.fail_after(self._stall_s):
                if not self._begun:  # not earlier: a caller may wait to be told to go on
                    head = {"type": "http.response.start", "status": 200, "headers": self._headers}
                    await self._send(head)
                    self._begun = True
                await self._send({"type": "http.response.body", "body": part, "more_body": more})
        except TimeoutError:
            raise _Stalled from None

    async def end(self, part: bytes) -> None:
        """Send the last part."""
        await self.write(part, more=False)


def _batch_key(request: Request) -> str | None:
    key = request_key(request)
    if key is None:
        return None
    if len(key.text) > LONGEST_KEY:
        raise WrongIdempotencyKey(
            f"the key of a batch has more than {LONGEST_KEY} characters",
            remedy=f"send a shorter {HEADER}: the number of each line is put behind it",
        )
    return key.text
