"""The answer to a line of a batch, and the faults a line can meet."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass

from ledger.faults import Fault
from service.problems import problem
from service.refusals import Unexpected
from service.store_faults import STORE_FAILED, store_fault

log = logging.getLogger("tricredit.service")

AGAIN = "send the line again in a few seconds"


@dataclass(frozen=True)
class Answer:
    """The answer to a line.

    Attributes
    ----------
    number : int
        The line's.
    reply : bytes
        As recorded; empty where there is a fault.
    fault : Fault or None
    """

    number: int
    reply: bytes = b""
    fault: Fault | None = None

    @property
    def told(self) -> bytes:
        """The answer as a line of NDJSON."""
        name, value = b"reply", self.reply
        if self.fault is not None:
            said = problem(self.fault).model_dump()
            name, value = b"problem", json.dumps(said, ensure_ascii=False).encode()
        return b'{"line":%d,"%b":%b}\n' % (self.number, name, value)


@dataclass
class Tally:
    """How many lines were answered, and how."""

    replies: int = 0
    problems: int = 0

    def count(self, answer: Answer) -> None:
        """Count an answer."""
        if answer.fault is None:
            self.replies += 1
        else:
            self.problems += 1

    @property
    def lines(self) -> int:
        """Lines answered."""
        return self.replies + self.problems

    @property
    def told(self) -> bytes:
        """The last line of a whole answer."""
        return b'{"lines":%d,"replies":%d,"problems":%d}\n' % (
            self.lines,
            self.replies,
            self.problems,
        )


def fault_of(error: Exception) -> Fault:
    """What went wrong, for the caller; it is logged where it is no refusal."""
    if isinstance(error, Fault):
        return error
    if isinstance(error, STORE_FAILED):
        return store_fault(error, AGAIN)
    log.error("no answer to a line", exc_info=error)
    return Unexpected("the service failed; nothing was decided", remedy=AGAIN)
