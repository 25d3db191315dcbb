"""Which story the page tells: the one that was loaded today, until something of it was drawn."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from ledger.clocks import day_of
from ledger.kinds import table_of
from ledger.tenants import Book
from service.three_suppliers import GOOD, PREFIX

LATEST = 200
"""Parties looked at, from the last recorded on: the index of ids is in that order."""


def story_number(connection: Connection, opened: Book, now: datetime) -> int:
    """The number of the story in a ledger that is still to be told, else the ledger's head.

    A page that is opened again goes on with what was loaded. On another day the dates are others,
    and of what was drawn nothing is left to draw: then it is told anew, of others.
    """
    party, financing = table_of("party").c, table_of("financing").c
    first, last = f"{PREFIX}-", f"-{GOOD.trade.supplier}"
    latest = select(party.ref, party.recorded_at).where(party.tenant == opened.tenant)
    rows = connection.execute(latest.order_by(party.id.desc()).limit(LATEST))
    good = (row for row in rows if row.ref.startswith(first) and row.ref.endswith(last))
    told = next(good, None)
    if told is None or day_of(told.recorded_at, opened.tz) != day_of(now, opened.tz):
        return opened.last_seq
    drawn = select(financing.id).where(
        financing.tenant == opened.tenant, financing.supplier == told.ref
    )
    number = told.ref.removeprefix(first).removesuffix(last)
    if not number.isdecimal() or connection.scalar(drawn.limit(1)) is not None:
        return opened.last_seq
    return int(number)
