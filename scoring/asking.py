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
    MONITORING = "monitoring"


SAID = ("amount_requested_minor", "product", "tenor_days", "recourse", "notified", "account")
"""Fields of a request that are described as they are."""

SAID_OF_ITSELF = ("channel_collects", "link_disclosed", "instrument_reviewed")
"""Fields of a request that only rules look at: the ledger can't know them."""


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
    product, tenor_days, recourse, notified, account : optional
        What is asked, in the words of the fact ``financing_request``; None where nothing is said.
    channel_collects : bool or None
        The platform that brings the request collects funds or lends itself.
    link_disclosed : bool or None
        The request tells of a link of control between supplier and buyer.
    instrument_reviewed : bool or None
        That a certificate runs longer was found reasonable, and that is on file.
    financing : str or None
        Key of the financing that is looked at again (``scoring.in_life``); None for a new one.
    """

    request_id: str
    supplier: str
    buyer: str
    receivables: tuple[str, ...]
    as_of: datetime
    amount_requested_minor: int | None = None
    mode: Mode = Mode.DECISION
    product: str | None = None
    tenor_days: int | None = None
    recourse: bool | None = None
    notified: bool | None = None
    account: str | None = None
    channel_collects: bool | None = None
    link_disclosed: bool | None = None
    instrument_reviewed: bool | None = None
    financing: str | None = None

    def cut(self, book: Book, ledger_seq: int) -> Cut:
        """What this request may see of a book read up to ``ledger_seq``."""
        return Cut.at(self.as_of, book.tz, ledger_seq)


def request_table(requests: Sequence[Request], book: Book) -> pa.Table:
    """Requests as the spine wants them: schema `REQUEST`."""
    columns = {
        "row_no": range(len(requests)),
        "supplier": [request.supplier for request in requests],
        "buyer": [request.buyer for request in requests],
        "day": [to_day_number(day_of(request.as_of, book.tz)) for request in requests],
        "live_through": [to_micros(request.as_of) for request in requests],
        **{name: [getattr(request, name) for request in requests] for name in SAID},
    }
    return pa.table(columns, schema=REQUEST)


def wanted_table(requests: Sequence[Request]) -> pa.Table:
    """The receivables of each request: ``row_no``, ``receivable``."""
    pairs = [(row, key) for row, request in enumerate(requests) for key in request.receivables]
    return pa.table(
        {"row_no": [row for row, _ in pairs], "receivable": [key for _, key in pairs]},
        schema=pa.schema([("row_no", pa.int64()), ("receivable", pa.string())]),
    )
