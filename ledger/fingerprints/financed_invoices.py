"""Which invoices a lender has financed, and which of its invoices others have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, FromClause, Select, func, select

from ledger.fingerprints.consortium_key import ConsortiumKey
from ledger.fingerprints.fingerprint_file import read_file
from ledger.kinds import table_of


@dataclass(frozen=True)
class Financed:
    """What financings of some days rest on.

    Attributes
    ----------
    financings : int
        Drawn on these days and not over.
    hashes : frozenset of str
        Canonical hashes of the invoices behind them.
    unnamed : int
        Financings of which no invoice is known: nobody can be told of them.
    """

    financings: int
    hashes: frozenset[str]
    unnamed: int


@dataclass(frozen=True)
class Hit:
    """An invoice of the book that others have financed.

    Attributes
    ----------
    invoice : str
        Its key in the book.
    case : str
        What the other lender knows it by.
    files : tuple of str
        Which files told it.
    """

    invoice: str
    case: str
    files: tuple[str, ...]


def financed_on(connection: Connection, tenant: str, first_day: date, last_day: date) -> Financed:
    """The invoices that the lender of a book has financed, drawn from one day to another.

    A financing is over once an outcome of it is known or its principal is repaid: its invoices are
    free for others then. Those of other lenders in the book aren't the lender's to tell.
    """
    lent = _now(tenant, "financing")
    asked = select(lent.c.ref, lent.c.financing_request, lent.c.amount_minor).where(
        lent.c.lender.is_(None), lent.c.drawn_on >= first_day, lent.c.drawn_on <= last_day
    )
    over = _over(connection, tenant)
    repaid = _repaid(connection, tenant)
    open_ = {
        row.ref: row.financing_request
        for row in connection.execute(asked)
        if row.ref not in over and repaid.get(row.ref, 0) < row.amount_minor
    }
    behind: dict[str, set[str]] = {}
    for row in connection.execute(_invoices(tenant)):
        behind.setdefault(row.financing_request, set()).add(row.canonical_hash)
    found = [behind.get(request, set()) for request in open_.values()]
    return Financed(len(open_), frozenset[str]().union(*found), sum(not hashes for hashes in found))


def hits(
    connection: Connection, tenant: str, key: ConsortiumKey, files: Sequence[Path]
) -> tuple[int, list[Hit]]:
    """How many invoices of a book have a hash, and those of them that are in files of others.

    Raises
    ------
    WrongFingerprints
        Where a file is none, or of another key: no file is looked at then.
    """
    told = {path.name: read_file(path, key)[1] for path in files}
    every = frozenset[str]().union(*told.values())
    asked, found = 0, []
    for ref, canonical_hash in _own(connection, tenant):
        asked += 1
        blinded = key.blinded(canonical_hash)
        if blinded in every:
            by = tuple(sorted(name for name, hashes in told.items() if blinded in hashes))
            found.append(Hit(ref, key.case(blinded), by))
    return asked, found


def _own(connection: Connection, tenant: str) -> Iterator[tuple[str, str]]:
    of = _now(tenant, "invoice").c
    asked = select(of.ref, of.canonical_hash).where(of.canonical_hash.is_not(None))
    for row in connection.execute(asked.order_by(of.ref)):
        yield row.ref, row.canonical_hash


def _invoices(tenant: str) -> Select[Any]:
    """Requests, and canonical hashes of the invoices behind what they offer."""
    offered, link = _now(tenant, "requested_receivable"), _now(tenant, "receivable_invoice")
    invoice = _now(tenant, "invoice")
    return (
        select(offered.c.financing_request, invoice.c.canonical_hash)
        .select_from(offered)
        .join(link, link.c.receivable == offered.c.receivable)
        .join(invoice, invoice.c.ref == link.c.invoice)
        .where(invoice.c.canonical_hash.is_not(None))
    )


def _over(connection: Connection, tenant: str) -> set[str]:
    return set(connection.scalars(select(_now(tenant, "outcome").c.financing)))


def _repaid(connection: Connection, tenant: str) -> dict[str, int]:
    """Principal repaid of each financing, interest aside."""
    of = _now(tenant, "repayment").c
    principal = of.amount_minor - func.coalesce(of.interest_minor, 0)
    asked = select(of.financing, func.sum(principal)).group_by(of.financing)
    return {ref: int(amount) for ref, amount in connection.execute(asked)}


def _now(tenant: str, kind: str) -> FromClause:
    """The facts of a kind as they were last told."""
    facts = table_of(kind).alias()
    last: Any = (
        select(facts.c.ref, func.max(facts.c.revision).label("last"))
        .where(facts.c.tenant == tenant)
        .group_by(facts.c.ref)
        .subquery()
    )
    told = table_of(kind).alias()
    return (
        select(told)
        .join(last, (told.c.ref == last.c.ref) & (told.c.revision == last.c.last))
        .where(told.c.tenant == tenant)
        .subquery()
    )
