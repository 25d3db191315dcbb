"""The texts of policy packs that decided: kept once, so that any decision can be taken again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Table, Text, insert, select
from sqlmodel import Field, SQLModel

from ledger.facts import AwareInstant, Key, instant, key
from ledger.faults import Fault


class UnknownPack(Fault):
    """A policy pack by which no score was recorded."""

    code = "unknown-pack"


class PackText(SQLModel, table=True):
    """A policy pack as it was written; append-only.

    Attributes
    ----------
    id : str
        Id of the pack, which ends in a digest of what it says.
    policy, terms : str
        The TOML of the pack, and of the terms that it names.
    """

    __tablename__ = "pack_text"

    tenant: Key = key(primary_key=True)
    id: str = Field(primary_key=True, max_length=128)
    policy: str = Field(sa_type=Text)
    terms: str = Field(sa_type=Text)
    recorded_at: AwareInstant = instant()


def keep_pack(  # noqa: PLR0917 - a row, column by column
    connection: Connection, tenant: str, id: str, policy: str, terms: str, recorded_at: datetime
) -> None:
    """Keep a pack's texts unless they are; under the lock of the book (``lock_book``)."""
    table = _table()
    known = select(table.c.id).where(table.c.tenant == tenant, table.c.id == id)
    if connection.execute(known).one_or_none() is None:
        row = PackText.model_validate(
            {
                "tenant": tenant,
                "id": id,
                "policy": policy,
                "terms": terms,
                "recorded_at": recorded_at,
            }
        )
        connection.execute(insert(table), row.model_dump())


def kept_pack(connection: Connection, tenant: str, id: str) -> tuple[str, str]:
    """The TOML of a pack and of its terms; raise `UnknownPack` where none is kept of that id."""
    table = _table()
    asked = select(table.c.policy, table.c.terms).where(table.c.tenant == tenant, table.c.id == id)
    # PostgreSQL can't even look for a NUL, and no id has one
    found = None if "\0" in id else connection.execute(asked).one_or_none()
    if found is None:
        raise UnknownPack(
            f"the texts of policy pack {id!r} were not kept",
            field="pack",
            remedy="they are kept since schema 0012, with the first decision by the pack",
        )
    policy, terms = found
    return policy, terms


def _table() -> Table:
    return SQLModel.metadata.tables[str(PackText.__tablename__)]


def packs_kept(connection: Connection, tenant: str) -> list[tuple[str, datetime]]:
    """Id of every pack that is kept and since when, the first one first."""
    table = _table()
    asked = select(table.c.id, table.c.recorded_at).where(table.c.tenant == tenant)
    found = connection.execute(asked.order_by(table.c.recorded_at, table.c.id))
    return [(id, at) for id, at in found]
