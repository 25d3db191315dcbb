"""Which keys the facts of a stretch of the ledger speak of: what rests on none of them still holds.

A fact changes what is seen of a request only where it can be reached from it: by the keys that the
request and the facts behind it name. Facts of a kind that is reached by other ways as well (a
series of prices, a cover) touch everything; they come seldom.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, func, select

from ledger.kinds import KINDS, Kind, table_of

MOST = 20_000
"""Facts looked at; a longer stretch touches everything."""

BY_KEYS = frozenset(
    """
    party party_profile party_report party_attribute source_coverage consent statement
    statement_line tax_return purchase_order purchase_order_line delivery acceptance invoice
    invoice_line invoice_status receivable receivable_invoice payment payment_allocation
    confirmation dispute financing_request requested_receivable financing repayment outcome
    business_value
    """.split()  # noqa: SIM905 - a list would be a page long
)
"""Kinds whose facts are reached by keys alone: those that they name, and their own."""

ALSO: Final = ("ref", "canonical_hash")
"""Keys of a fact beside those of the facts that it names."""


def keys_of(kind: Kind) -> tuple[str, ...]:
    """The columns of a kind that hold keys."""
    columns = table_of(kind.name).c
    return (*(name for name in ALSO if name in columns), *kind.names)


def touched_keys(
    connection: Connection, tenant: str, after_seq: int, through_seq: int
) -> frozenset[str] | None:
    """The keys in facts with ``after_seq < seq <= through_seq``; None where all is touched.

    Parameters
    ----------
    connection : Connection
        Of ``ledger.database.reading``.
    """
    if _facts_in(connection, tenant, after_seq, through_seq) > MOST:
        return None
    found: set[str] = set()
    for kind in KINDS:
        columns = table_of(kind.name).c
        asked = select(*(columns[name] for name in keys_of(kind))).where(
            columns.tenant == tenant, columns.seq > after_seq, columns.seq <= through_seq
        )
        rows = connection.execute(asked).all()
        if rows and kind.name not in BY_KEYS:
            return None
        found.update(key for row in rows for key in row if key is not None)
    return frozenset(found)


def _facts_in(connection: Connection, tenant: str, after_seq: int, through_seq: int) -> int:
    """Facts of the batches of a stretch; records of scores aren't among them."""
    batch = table_of("batch").c
    asked = select(func.sum(batch.last_seq - batch.first_seq + 1)).where(
        batch.tenant == tenant, batch.last_seq > after_seq, batch.first_seq <= through_seq
    )
    return connection.execute(asked).scalar_one() or 0
