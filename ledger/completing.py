"""What the ledger adds to what a source leaves out: the canonical hash of an invoice.

The hash names both parties by what they are for everybody (``ledger.canonical``), which the row
doesn't hold. An invoice keeps the hash it was first given as long as what it says stays the same,
so that a party which gets its code later turns no invoice that is sent again into a correction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from ledger.canonical import canonical_hash
from ledger.checking import Checked
from ledger.faults import WrongKey
from ledger.revisions import current
from ledger.stored_form import reported_fields
from ledger.vault import is_ciphertext

FOR_EVERYBODY = ("uscc", "lei", "vat_id")
"""Fields of a party that name it for everybody, the best first."""

MADE_OF = ("seller", "buyer", "number", "issued_on", "gross_minor", "currency")
"""Fields of an invoice that its hash is made of."""


def completed(
    connection: Connection,
    tenant: str,
    invoices: Sequence[Checked],
    known: set[str],
    parties: Mapping[str, Mapping[str, Any]],
) -> list[Checked]:
    """Invoices with their canonical hash, where the source gives none and one can be made.

    Parameters
    ----------
    known : set of str
        Invoices that the ledger has already.
    parties : Mapping
        Values of the good parties of the batch, by ``ref``; they count before the ledger's.
    """
    lacking = [row for row in invoices if row.values["canonical_hash"] is None]
    if not lacking:
        return list(invoices)
    refs = known.intersection(row.values["ref"] for row in lacking)
    before = current(connection, "invoice", tenant, refs, *MADE_OF, "canonical_hash")
    fresh = [row for row in lacking if _kept(row, before) is None]
    named = {row.values[field] for row in fresh for field in ("seller", "buyer")}
    names = _names(connection, tenant, named, parties)
    return [
        row
        if row.values["canonical_hash"] is not None
        else _with_hash(row, _kept(row, before) or _made(row.values, names))
        for row in invoices
    ]


def _kept(row: Checked, before: Mapping[str, tuple[Any, ...]]) -> str | None:
    """The hash that an invoice has already, while what it is made of hasn't changed."""
    there = before.get(row.values["ref"])
    if there is None or there[:-1] != tuple(row.values[field] for field in MADE_OF):
        return None
    kept: str | None = there[-1]
    return kept


def _names(
    connection: Connection, tenant: str, refs: set[str], batch: Mapping[str, Mapping[str, Any]]
) -> dict[str, str]:
    """What each party is called for everybody; its ``ref`` where nothing else is known."""
    found = current(connection, "party", tenant, refs - batch.keys(), *FOR_EVERYBODY)
    for ref in refs & batch.keys():
        found[ref] = tuple(batch[ref][field] for field in FOR_EVERYBODY)
    return {
        ref: next((one for one in codes if one is not None and not is_ciphertext(one)), ref)
        for ref, codes in found.items()
    }


def _made(values: Mapping[str, Any], names: Mapping[str, str]) -> str | None:
    said = {field: values[field] for field in MADE_OF}
    parties = {field: names[values[field]] for field in ("seller", "buyer")}
    try:
        return canonical_hash(**{**said, **parties})
    except WrongKey:  # a number without letter or digit names no invoice
        return None


def _with_hash(row: Checked, made: str | None) -> Checked:
    if made is None:
        return row
    place = reported_fields("invoice").index("canonical_hash")
    stored = (*row.stored[:place], made, *row.stored[place + 1 :])
    values = {**row.values, "canonical_hash": made}
    return Checked(row.index, values, stored)
