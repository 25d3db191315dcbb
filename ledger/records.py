"""Records of scores given: written once, read back as they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, insert, select

from ledger.audit.chain import MAIN, head_of, link, move_chain
from ledger.books import ScoreRecord
from ledger.facts import checked_key
from ledger.faults import UnknownRecord
from ledger.ids import new_id
from ledger.kinds import table_of
from ledger.principals import Principal
from ledger.tenants import Book, lock_book, move_head


@dataclass(frozen=True)
class NewRecord:
    """A score to be put on record.

    Attributes
    ----------
    id : str
        A `ledger.ids.new_id`, which the reply may name.
    recorded_at, as_of, history_before : datetime
        Aware.
    cut_seq : int
        ``seq`` up to which the ledger was read.
    request, features, circumstances, reply, provenance : str
        JSON, kept to the character.
    supplier : str or None
        Key of the party that asks: by it the records of a party are found.
    seals : mapping of str to str
        ``ledger.audit.chain.sealed`` of some of these, where that is known already.
    """

    id: str
    recorded_at: datetime
    bundle: str
    pack: str
    as_of: datetime
    history_before: datetime
    cut_seq: int
    request: str
    features: str
    circumstances: str
    reply: str
    provenance: str | None = None
    supplier: str | None = None
    seals: Mapping[str, str] = field(default_factory=dict)


FIELDS = tuple(one.name for one in fields(NewRecord) if one.name != "seals")


def append_records(
    connection: Connection,
    signed: Sequence[tuple[Principal, NewRecord]],
    writer: str = MAIN,
    *,
    locked: Book | None = None,
) -> list[dict[str, Any]]:
    """Append records of scores of one tenant, in order, and return their rows.

    Parameters
    ----------
    connection : Connection
        Of ``ledger.database.writing``; the caller's transaction commits the records.
    signed : sequence of (Principal, NewRecord)
        Who asked, and what is recorded; not empty.
    writer : str
        Name of this writing process: the audit chain that the records are links of.
    locked : Book or None
        The tenant's book, where the caller has locked it and written nothing since.

    Raises
    ------
    UnknownTenant
        Where the tenant has no book.
    """
    tenant = signed[0][0].tenant
    seq = (locked or lock_book(connection, tenant)).last_seq
    head = head_of(connection, tenant, checked_key(writer, "writer"))
    rows = []
    for principal, new in signed:
        seq += 1
        row = {
            **{name: getattr(new, name) for name in FIELDS},
            "tenant": tenant,
            "seq": seq,
            "signed_by": principal.name,
            "writer": writer,
            "previous": head,
        }
        head = link("score_record", row, new.seals)
        rows.append({**row, "digest": head})
    connection.execute(_insert(), rows)
    move_head(connection, tenant, seq)
    move_chain(connection, tenant, writer, last_seq=seq, digest=head)
    return rows


@cache
def _insert() -> Insert:
    return insert(table_of("score_record"))


def append_record(
    connection: Connection,
    principal: Principal,
    *,
    recorded_at: datetime,
    bundle: str,
    pack: str,
    as_of: datetime,
    history_before: datetime,
    cut_seq: int,
    request: str,
    features: str,
    circumstances: str,
    reply: str,
    provenance: str | None = None,
    supplier: str | None = None,
    id: str | None = None,
    writer: str = MAIN,
) -> ScoreRecord:
    """Append one record, as `append_records` does; without an ``id`` it gets a new one."""
    new = NewRecord(
        id or new_id(),
        recorded_at,
        bundle,
        pack,
        as_of,
        history_before,
        cut_seq,
        request,
        features,
        circumstances,
        reply,
        provenance,
        supplier,
    )
    (row,) = append_records(connection, [(principal, new)], writer)
    return ScoreRecord.model_validate(row)


def records_of(
    connection: Connection, tenant: str, supplier: str, through: datetime, *, most: int
) -> list[tuple[str, str]]:
    """Id and reply of the last records of a supplier, the latest first.

    Parameters
    ----------
    through : datetime
        Aware: those recorded until then.
    """
    of = table_of("score_record").c
    asked = (
        select(of.id, of.reply)
        .where(of.tenant == tenant, of.supplier == supplier, of.recorded_at <= through)
        .order_by(of.seq.desc())
        .limit(most)
    )
    return [(row.id, row.reply) for row in connection.execute(asked)]


def read_record(connection: Connection, tenant: str, id: str) -> ScoreRecord:
    """Read a record of a tenant; raise `UnknownRecord` where it has none of that id."""
    table = table_of("score_record")
    asked = select(table).where(table.c.tenant == tenant, table.c.id == id)
    row = connection.execute(asked).mappings().one_or_none()
    if row is None:
        raise UnknownRecord(
            f"there is no score record {id!r}",
            field="id",
            remedy="use the id that the reply of the score names",
        )
    return ScoreRecord.model_validate(dict(row))
