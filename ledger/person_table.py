"""The table of keys of natural persons: what names them is encrypted under these."""

from __future__ import annotations

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from ledger.facts import AwareInstant, Key, instant, key


class PersonKey(SQLModel, table=True):
    """The key of a natural person, wrapped (``ledger.vault``); mutable: erasing takes it away.

    Attributes
    ----------
    person : str
        ``ref`` of the party.
    wrapped : bytes or None
        The key under the ledger's secret; None once it is erased.
    erased_at, erased_by : datetime, str
        When and by whom; None while the key is there.
    """

    __tablename__ = "person_key"

    tenant: Key = key(primary_key=True)
    person: Key = key(primary_key=True)
    wrapped: bytes | None = Field(default=None, sa_type=LargeBinary)
    erased_at: AwareInstant | None = instant(default=None, nullable=True)
    erased_by: Key | None = key(default=None, nullable=True)
