"""What is asked: a request for a score, as the path takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import pyarrow as pa

from features.spine import REQUEST
from ledger.clocks import Cut, day_of, to_day_number, to_micros
from ledger.tenants import Book

MOST_RECEIVABLES = 500
"""A request asks for 1 to this many receivables."""


class Mode(StrEnum):
    """Why a score is asked for; only a decision is bound to the server's clock."""

    DECISION = "decision"
    WHAT_IF = "what_if"
    BACKTEST = "backtest"


@dataclass(frozen=True)
class Request:
    """One supplier asks for money against receivables on one buyer.

    Attributes
    ----------
    request_id : str
        The caller's own id.
    supplier, buyer : str
        Keys of parties of the ledger.
    receivables : tuple of str
        Keys of 1-500 receivables of the ledger.
    as_of : datetime
        The instant to score for, aware.
    amount_requested_minor : int or None
        Amount asked for in minor units of the book's currency; None where none is named.
    mode : Mode
    """

    request_id: str
    supplier: str
    buyer: str
    receivables: tuple[str, ...]
    as_of: datetime
    amount_requested_minor: int | None = None
    mode: Mode = Mode.DECISION

    def cut(self, book: Book, ledger_seq: int) -> Cut:
        """What this request may see of a book read up to ``ledger_seq``."""
        return Cut.at(self.as_of, book.tz, ledger_seq)


def request_table(requests: Sequence[Request], book: Book) -> pa.Table:
    """Requests as the spine wants them: schema `REQUEST` and ``live_through`` in microseconds."""
    columns = {
        "row_no": range(len(requests)),
        "supplier": [request.supplier for request in requests],
        "buyer": [request.buyer for request in requests],
        "day": [to_day_number(day_of(request.as_of, book.tz)) for request in requests],
        "live_through": [to_micros(request.as_of) for request in requests],
    }
    return pa.table(columns, schema=REQUEST.append(pa.field("live_through", pa.int64())))


def wanted_table(requests: Sequence[Request]) -> pa.Table:
    """The receivables of each request: ``row_no``, ``receivable``."""
    pairs = [(row, key) for row, request in enumerate(requests) for key in request.receivables]
    return pa.table(
        {"row_no": [row for row, _ in pairs], "receivable": [key for _, key in pairs]},
        schema=pa.schema([("row_no", pa.int64()), ("receivable", pa.string())]),
    )
