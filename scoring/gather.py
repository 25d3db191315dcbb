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

Where = Mapping[str, Sequence[str]]

FEW = 64
"""Up to this many requests are read by the keys of their parties; more read the whole book once."""


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
    named = requests if requests is not None and len(requests) <= FEW else None

    def read(kind: str, where: Where | None) -> pa.Table:
        return read_facts(engine, book.tenant, kind, through_seq=ledger_seq, where=where)

    claims = read("receivable", None if named is None else _claims_of(named))
    others = {} if named is None else _facts_of(named, claims)
    facts = {kind: read(kind, others.get(kind)) for kind in kinds if kind != "receivable"}
    return Gathered(book, ledger_seq, {"receivable": claims, **facts})


def _claims_of(requests: Sequence[Request]) -> Where:
    """Every claim on the buyers, every claim of the suppliers, and those asked for."""
    return {
        "buyer": sorted({request.buyer for request in requests}),
        "supplier": sorted({request.supplier for request in requests}),
        "ref": sorted({key for request in requests for key in request.receivables}),
    }


def _facts_of(requests: Sequence[Request], claims: pa.Table) -> dict[str, Where]:
    """What belongs to these claims: all that settles them, and who the buyers in them are."""
    parties = sorted({party for request in requests for party in (request.supplier, request.buyer)})
    return {
        "party": {"ref": parties},
        "party_report": {"party": parties},
        "party_profile": {"party": sorted({*parties, *claims["buyer"].to_pylist()})},
        "payment": {"receivable": sorted(set(claims["ref"].to_pylist()))},
    }
