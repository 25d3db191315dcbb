"""A financing looked at again while it is open: the same path, without itself.

What is lent under it must not count against it: no claim is financed twice because it is financed
once. So its own row is seen as nobody's, by the rules and by the live features alike; all else
about the claim, the parties and the other financings is seen as of any request. History features
are those of the day: what its parties owe by then includes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from features.live_financed import Lent
from features.live_rows import LiveFacts
from ledger.clocks import day_of, to_day_number, to_micros
from ledger.faults import Fault
from ledger.keyed_rows import Row, keyed_rows
from ledger.reader import arrow_schema
from ledger.tenants import Book
from scoring.asking import Request

FINANCING = "financing"
NOBODY: Mapping[str, None] = {"supplier": None, "buyer": None, "financing_request": None}
"""What the row of the financing itself says instead: nothing is found by it."""


class UnknownFinancing(Fault):
    """A financing that the ledger doesn't have between these parties."""

    code = "unknown-financing"


class FinancingOver(Fault):
    """A financing that has ended: there is nothing left to watch."""

    code = "financing-over"


ENDS = frozenset(
    """
    amount_minor buyer drawn_on financing interest_minor lender matures_on product supplier
    """.split()  # noqa: SIM905 - as gather_seen has them
)
"""What of a financing, its repayments and its outcome is read."""


def open_amount(
    connection: Connection, book: Book, financing: str, at: datetime
) -> tuple[Mapping[str, Any] | None, int]:
    """A financing as it stands at an instant, None where it isn't known, and what isn't repaid."""
    keys = {"financing": "ref", "repayment": "financing", "outcome": "financing"}
    rows = {
        kind: keyed_rows(
            connection,
            book.tenant,
            kind,
            through_seq=book.last_seq,
            where={column: [financing]},
            within={},
            columns=ENDS,
        )
        for kind, column in keys.items()
    }
    facts, through = LiveFacts(rows), to_micros(at)
    found = facts["financing"].one(financing, through)
    return found, 0 if found is None else Lent(facts, (), book.tz.key).out(found, through)


def in_life(connection: Connection, book: Book, request: Request) -> Request:
    """A request for a financing that is open, as far as it left things unsaid.

    Its amount is what isn't repaid, interest aside, and its tenor what is left to maturity, a day
    at least. A request for none is returned as it is.

    Raises
    ------
    UnknownFinancing, FinancingOver
    """
    if request.financing is None:
        return request
    own, left = open_amount(connection, book, request.financing, request.as_of)
    if own is None or (own["supplier"], own["buyer"]) != (request.supplier, request.buyer):
        raise UnknownFinancing(
            f"there is no financing {request.financing!r} of {request.supplier!r} on "
            f"{request.buyer!r} by then",
            field="/financing",
            remedy="name one that is drawn: the id of the score that it was drawn on, or its ref",
        )
    if left == 0:
        raise FinancingOver(
            f"the financing {request.financing!r} is repaid or has an outcome by then",
            field="/financing",
            remedy="only what is open is watched; its outcome says how it ended",
        )
    days = own["matures_on"] - to_day_number(day_of(request.as_of, book.tz))
    amount, tenor = request.amount_requested_minor, request.tenor_days
    return replace(
        request,
        amount_requested_minor=left if amount is None else amount,
        tenor_days=max(1, days) if tenor is None else tenor,
        product=own["product"] if request.product is None else request.product,
    )


def instead_of_own(
    connection: Connection, book: Book, request: Request
) -> dict[str, Sequence[Row]]:
    """The financings of a request's parties as live features are to see them; none for others."""
    if request.financing is None:
        return {}
    every = frozenset(arrow_schema(FINANCING).names)
    rows = keyed_rows(
        connection,
        book.tenant,
        FINANCING,
        through_seq=book.last_seq,
        where={"supplier": [request.supplier], "ref": [request.financing]},
        within={"buyer": [request.buyer]},
        columns=every,
    )
    return {FINANCING: _without(rows, request.financing)}


def seen_without_own(facts: Mapping[str, list[Row]], request: Request) -> Mapping[str, list[Row]]:
    """Facts that circumstances rest on, the financing of the request seen as nobody's."""
    if request.financing is None:
        return facts
    return {**facts, FINANCING: _without(facts.get(FINANCING, ()), request.financing)}


def _without(rows: Sequence[Row], own: str) -> list[Row]:
    return [{**row, **NOBODY} if row["ref"] == own else row for row in rows]
