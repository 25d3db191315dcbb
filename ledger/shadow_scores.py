"""Shadow scores: written once beside the record that answered, and read back as they were.

They are a chain of their own: each rests on the one before, and none takes a ``seq``. So a ledger
with a shadow is to the byte what it would be without.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import rfc8785
from sqlalchemy import Connection, insert, select

from ledger.audit.chain import link
from ledger.kinds import table_of
from ledger.shadow_table import ShadowScore
from ledger.tenants import lock_book

NAME = str(ShadowScore.__tablename__)


@dataclass(frozen=True)
class Shadowed:
    """What a bundle would have said of a record; its fields are those of `ShadowScore`."""

    record: str
    bundle: str
    alias: str
    pack: str
    recorded_at: datetime
    code: str
    features: str
    reply: str


def append_shadows(connection: Connection, tenant: str, made: Sequence[Shadowed]) -> None:
    """Append shadow scores in their order; of ``ledger.database.writing``, which commits them.

    Raises
    ------
    UnknownTenant
    sqlalchemy.exc.IntegrityError
        Where the bundle has said something of the record before.
    """
    lock_book(connection, tenant)
    number, head = last_shadow(connection, tenant)
    rows = []
    for one in made:
        number += 1
        values = {"tenant": tenant, "number": number, **vars(one), "previous": head}
        head = link(NAME, values)
        rows.append(ShadowScore.model_validate({**values, "digest": head}).model_dump())
    if rows:
        connection.execute(insert(table_of(NAME)), rows)


def last_shadow(connection: Connection, tenant: str) -> tuple[int, bytes]:
    """Number and digest of the last shadow score; 0 and the digest before the first."""
    table = table_of(NAME)
    asked = (
        select(table.c.number, table.c.digest)
        .where(table.c.tenant == tenant)
        .order_by(table.c.number.desc())
        .limit(1)
    )
    found = connection.execute(asked).one_or_none()
    return (0, before_all(tenant)) if found is None else (found.number, found.digest)


def before_all(tenant: str) -> bytes:
    """What the first shadow score of a tenant follows."""
    return sha256(rfc8785.dumps({"format": "tricredit shadows 1", "tenant": tenant})).digest()


def shadows_of(connection: Connection, tenant: str, record: str) -> Sequence[ShadowScore]:
    """What each bundle would have said of a record, in the order in which it was written."""
    table = table_of(NAME)
    asked = (
        select(table)
        .where(table.c.tenant == tenant, table.c.record == record)
        .order_by(table.c.number)
    )
    return [_row(dict(row)) for row in connection.execute(asked).mappings()]


def every_shadow(connection: Connection, tenant: str) -> Generator[ShadowScore, None, None]:
    """All of a tenant, the first one first; a few at a time. Close it where you stop early."""
    table = table_of(NAME)
    asked = select(table).where(table.c.tenant == tenant).order_by(table.c.number)
    with connection.execute(asked, execution_options={"yield_per": 1_000}) as found:
        for row in found.mappings():
            yield _row(dict(row))


def _row(values: dict[str, Any]) -> ShadowScore:
    return ShadowScore(**values)
