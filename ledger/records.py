"""Records of scores given: written once, read back as they were."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from ledger.audit.chain import MAIN, head_of, link, move_chain
from ledger.books import ScoreRecord
from ledger.facts import checked_key
from ledger.faults import UnknownRecord
from ledger.ids import new_id
from ledger.kinds import table_of
from ledger.principals import Principal
from ledger.tenants import lock_book, move_head


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
    """Append the record of a score and return it, with its ``seq`` and digest.

    Parameters
    ----------
    connection : Connection
        Of ``ledger.database.writing``; the caller's transaction commits the record.
    recorded_at, as_of, history_before : datetime
        Aware.
    request, features, circumstances, reply, provenance : str
        JSON, kept to the character.
    supplier : str or None
        Key of the party that asks: by it the records of a party are found.
    id : str or None
        A `ledger.ids.new_id` made earlier, for a reply that names its own record; None makes one.
    writer : str
        Name of this writing process: the audit chain that the record is a link of.

    Raises
    ------
    UnknownTenant
        Where the principal's tenant has no book.
    pydantic.ValidationError
        Where a value doesn't fit its column: a fault of the caller's code, not of its input.
    """
    seq = lock_book(connection, principal.tenant).last_seq + 1
    values = {
        "tenant": principal.tenant,
        "id": id or new_id(),
        "seq": seq,
        "recorded_at": recorded_at,
        "signed_by": principal.name,
        "bundle": bundle,
        "pack": pack,
        "as_of": as_of,
        "history_before": history_before,
        "cut_seq": cut_seq,
        "request": request,
        "features": features,
        "circumstances": circumstances,
        "reply": reply,
        "provenance": provenance,
        "supplier": supplier,
        "writer": checked_key(writer, "writer"),
        "previous": head_of(connection, principal.tenant, writer),
    }
    record = ScoreRecord.model_validate({**values, "digest": link("score_record", values)})
    connection.execute(insert(table_of("score_record")), record.model_dump())
    move_head(connection, principal.tenant, seq)
    move_chain(connection, principal.tenant, writer, last_seq=seq, digest=record.digest)
    return record


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
