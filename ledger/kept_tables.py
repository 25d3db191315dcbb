"""Tables of what is kept of a day's history, and of what came late for it; all made anew."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, LargeBinary
from sqlmodel import Field, SQLModel

from ledger.facts import Key, key


class LateParty(SQLModel, table=True):
    """A party of whom a fact came late for a day whose history had been told; mutable.

    A mark can go once all that was kept before it is thrown away.

    Attributes
    ----------
    party : str
        Key of the party; ``*`` for all of them.
    seq : int
        Position of the last fact of the batch.
    """

    __tablename__ = "late_party"

    tenant: Key = key(primary_key=True)
    party: Key = key(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger)


class FeatureSnapshot(SQLModel, table=True):
    """Features of a party or a pair on a day, worked out and kept; mutable: it can be made anew.

    Attributes
    ----------
    entity, other : str
        Key of the supplier or buyer; of a pair the supplier and the buyer, else ``other`` is empty.
    day : int
        The day whose history it rests on, days since 1970-01-01.
    fingerprint : str
        Of the relation that yields them.
    through_seq : int
        The facts are those up to this ``seq``.
    numbers : bytes
        Little-endian float64, in the order of the relation's columns; NaN where missing.
    """

    __tablename__ = "feature_snapshot"
    __table_args__ = (Index("feature_snapshot_day", "tenant", "day"),)

    tenant: Key = key(primary_key=True)
    entity: Key = key(primary_key=True)
    other: str = Field(primary_key=True, max_length=128)
    day: int = Field(primary_key=True)
    fingerprint: str = Field(primary_key=True, max_length=16)
    through_seq: int = Field(sa_type=BigInteger)
    numbers: bytes = Field(sa_type=LargeBinary)
