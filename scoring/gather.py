"""Which facts a set of requests needs, read from the ledger as Arrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
from sqlalchemy import Engine

from features.pipeline import kinds_read
from ledger.reader import facts as read_facts
from ledger.tenants import Book
from scoring.asking import Request

FEW = 64
"""Up to this many requests are read by the keys of their parties; more read the whole book once."""

PARTY_COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "party": (("ref", "buyer"), ("ref", "supplier")),
    "party_profile": (("party", "buyer"), ("party", "supplier")),
    "party_report": (("party", "buyer"), ("party", "supplier")),
    "receivable": (("buyer", "buyer"), ("supplier", "supplier"), ("ref", "receivable")),
    "payment": (("payer", "buyer"), ("payee", "supplier"), ("receivable", "receivable")),
}
"""For each kind: the columns by which it is read, and what they are compared with."""


@dataclass(frozen=True)
class Gathered:
    """Facts at hand.

    Attributes
    ----------
    book : Book
        The tenant's book.
    ledger_seq : int
        The facts are those recorded up to it.
    facts : mapping of kind to pyarrow.Table
        As `ledger.reader` gives them.
    """

    book: Book
    ledger_seq: int
    facts: Mapping[str, pa.Table]


def gather(
    engine: Engine, book: Book, ledger_seq: int, requests: Sequence[Request] | None = None
) -> Gathered:
    """Read what the requests need; the whole book where they are many or not named."""
    kinds = sorted({*kinds_read(), "party", "receivable", "payment"})
    keys = None if requests is None or len(requests) > FEW else _keys(requests)
    facts = {
        kind: read_facts(
            engine, book.tenant, kind, through_seq=ledger_seq, where=_where(kind, keys)
        )
        for kind in kinds
    }
    return Gathered(book, ledger_seq, facts)


def _keys(requests: Sequence[Request]) -> dict[str, list[str]]:
    return {
        "buyer": sorted({request.buyer for request in requests}),
        "supplier": sorted({request.supplier for request in requests}),
        "receivable": sorted({key for request in requests for key in request.receivables}),
    }


def _where(kind: str, keys: Mapping[str, list[str]] | None) -> dict[str, list[str]] | None:
    if keys is None:
        return None
    where: dict[str, list[str]] = {}
    for column, by in PARTY_COLUMNS[kind]:
        where[column] = sorted({*where.get(column, ()), *keys[by]})
    return where
