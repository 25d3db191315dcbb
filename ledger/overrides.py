"""Overrides of scores: written once, each a link of the audit chain, read back as they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from ledger.audit.chain import MAIN, head_of, link, move_chain
from ledger.facts import checked_key
from ledger.ids import new_id
from ledger.kinds import table_of
from ledger.override_table import ScoreOverride
from ledger.principals import Principal
from ledger.tenants import lock_book, move_head


@dataclass(frozen=True)
class Departure:
    """What a person decides in place of a score; its fields are those of `ScoreOverride`."""

    score: str
    by: str
    before: str
    decision: str
    reason: str
    words: str
    about: str | None = None
    amount_minor: int | None = None
    rate_ppm: int | None = None
    tenor_days: int | None = None
    valid_until: datetime | None = None


def append_override(
    connection: Connection,
    principal: Principal,
    departure: Departure,
    *,
    recorded_at: datetime,
    writer: str = MAIN,
) -> ScoreOverride:
    """Append an override and return it, with its number, ``seq`` and digest.

    Parameters
    ----------
    connection : Connection
        Of ``ledger.database.writing``; the caller's transaction commits it.
    recorded_at : datetime
        Aware.

    Raises
    ------
    UnknownTenant
        Where the principal's tenant has no book.
    """
    seq = lock_book(connection, principal.tenant).last_seq + 1
    last = last_override(connection, principal.tenant, departure.score)
    values = {
        "tenant": principal.tenant,
        "id": new_id(),
        "seq": seq,
        "recorded_at": recorded_at,
        "signed_by": principal.name,
        **vars(departure),
        "number": 1 if last is None else last.number + 1,
        "writer": checked_key(writer, "writer"),
        "previous": head_of(connection, principal.tenant, writer),
    }
    row = ScoreOverride.model_validate({**values, "digest": link("score_override", values)})
    connection.execute(insert(table_of("score_override")), row.model_dump())
    move_head(connection, principal.tenant, seq)
    move_chain(connection, principal.tenant, writer, last_seq=seq, digest=row.digest)
    return row


def overrides_of(connection: Connection, tenant: str, score: str) -> Sequence[ScoreOverride]:
    """Every override of a score, the first one first."""
    table = table_of("score_override")
    asked = select(table).where(table.c.tenant == tenant, table.c.score == score)
    rows = connection.execute(asked.order_by(table.c.number)).mappings()
    return [ScoreOverride.model_validate(dict(row)) for row in rows]


def last_override(connection: Connection, tenant: str, score: str) -> ScoreOverride | None:
    """The override of a score that holds; None where nobody has departed from it."""
    found = overrides_of(connection, tenant, score)
    return found[-1] if found else None
