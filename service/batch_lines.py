"""Lines of a body as they come: no more of it is kept than one line, however long it is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from starlette.types import Message, Receive

from ledger.idempotency import RequestKey, fingerprint
from service.conversation import Conversation
from service.refusals import BodyTooLarge, Gone, Refusal

MOST_LINES = 64
"""Lines that are scored together: so many are looked up by their keys (``scoring.gather.FEW``)."""

MOST_BYTES = 1 << 18
"""Bytes of lines that are scored together, unless one alone is longer."""

SPACE = b" \t\r"


class Line(NamedTuple):
    """One line that isn't blank.

    Attributes
    ----------
    number : int
        Its place in the body, from 1, blank lines counted.
    body : bytes
        What it asks: a body as of ``POST /score``; empty where there is a fault.
    fault : Refusal or None
        Why it can't be read.
    """

    number: int
    body: bytes
    fault: Refusal | None = None


def line_key(before: str | None, line: Line) -> RequestKey | None:
    """The key of a line. It has a space, as no caller's own key has."""
    if before is None:
        return None
    text = f"{before} {line.number}"
    return RequestKey(text, fingerprint("line", line.body.decode("latin-1")))


class LineCutter:
    """Cuts bytes into lines.

    Parameters
    ----------
    longest : int
        Bytes of a line; of a longer one nothing is kept.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._begun = bytearray()
        self._too_long = False
        self.number = 0

    def feed(self, part: bytes) -> Iterator[Line]:
        """The lines that end in a part; use them up before the next part is fed."""
        start = 0
        while (end := part.find(b"\n", start)) >= 0:
            self._keep(part[start:end])
            yield from self.end()
            start = end + 1
        self._keep(part[start:])

    def end(self) -> Iterator[Line]:
        """The line that was begun: a line ends here."""
        self.number += 1
        body, too_long = bytes(self._begun).strip(SPACE), self._too_long
        self._begun.clear()
        self._too_long = False
        if too_long:
            fault = BodyTooLarge(
                f"the line has more than {self._longest} bytes",
                remedy="ask in several smaller requests",
            )
            yield Line(self.number, b"", fault)
        elif body:
            yield Line(self.number, body)

    def _keep(self, part: bytes) -> None:
        self._too_long = self._too_long or len(self._begun) + len(part) > self._longest
        if self._too_long:
            self._begun.clear()
        else:
            self._begun += part


class Incoming:
    """The lines of a request whose body is coming in.

    Parameters
    ----------
    receive : Receive
        Of ASGI. It is called when there is no line left, and never ahead.
    longest : int
        Bytes of a line.
    most_lines, most_bytes : int
        Of the body. The first line beyond has a fault, and is the last one.

    Attributes
    ----------
    whole : bool
        Whether the end of the body was reached and all of it was read.
    """

    def __init__(
        self,
        receive: Receive,
        talk: Conversation,
        *,
        longest: int,
        most_lines: int,
        most_bytes: int,
    ) -> None:
        self._receive = receive
        self._talk = talk
        self._cutter = LineCutter(longest)
        self._most_lines = most_lines
        self._most_bytes = most_bytes
        self._lines: Iterator[Line] = iter(())
        self._given = 0
        self._bytes = 0
        self._ended = False
        self.whole = False

    async def group(self) -> list[Line]:
        """The next lines, as many as are there: it waits for one alone. None at the end.

        Raises
        ------
        Gone
            Where the caller closed the connection.
        """
        while True:
            if self._talk.gone:
                raise _gone()
            if self._talk.ending.is_set():
                self.whole = False
                return []
            if group := self._there():
                return group
            if self._ended:
                return []
            await self._more()

    def _there(self) -> list[Line]:
        group: list[Line] = []
        size = 0
        while len(group) < MOST_LINES and size < MOST_BYTES:
            line = next(self._lines, None)
            if line is None:
                break
            if self._given == self._most_lines:
                group.append(Line(line.number, b"", _too_many(self._most_lines)))
                self._stop()
                break
            self._given += 1
            size += len(line.body)
            group.append(line)
        return group

    async def _more(self) -> None:
        message = await self._message()
        if message is None:
            return
        if message["type"] == "http.disconnect":
            raise _gone()
        part = message.get("body", b"")
        self._bytes += len(part)
        if self._bytes > self._most_bytes:
            self._lines = iter([Line(self._cutter.number + 1, b"", _too_large(self._most_bytes))])
            self._ended = True
            return
        self._lines = self._cutter.feed(part)
        if not message.get("more_body", False):
            self._lines = chain(self._lines, self._cutter.end())
            self._ended = self.whole = True

    async def _message(self) -> Message | None:
        """What comes next; None where the service is about to end."""
        coming = asyncio.ensure_future(self._receive())
        ending = asyncio.ensure_future(self._talk.ending.wait())
        try:
            await asyncio.wait({coming, ending}, return_when=asyncio.FIRST_COMPLETED)
            return coming.result() if coming.done() else None
        finally:
            for one in (coming, ending):
                one.cancel()

    def _stop(self) -> None:
        self._lines = iter(())
        self._ended = True
        self.whole = False


def _gone() -> Gone:
    return Gone("the connection was closed before the body was complete")


def _too_many(most: int) -> Refusal:
    return BodyTooLarge(
        f"the body has more than {most} lines; this one and what follows isn't read",
        remedy="send the rest in another batch, or the whole as a job",
    )


def _too_large(most: int) -> Refusal:
    return BodyTooLarge(
        f"the body has more than {most} bytes; this line and what follows isn't read",
        remedy="send the rest in another batch, or the whole as a job",
    )
