"""Table of shadow scores: what bundles that don't answer would have said of requests."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from ledger.facts import AwareInstant, Key, instant, key


class ShadowScore(SQLModel, table=True):
    """What a bundle that doesn't answer would have said of a recorded request; append-only.

    Attributes
    ----------
    number : int
        Position in the tenant's shadow scores, from 1 and without a gap. They have no ``seq``: the
        ledger and its records are the same with them as without.
    record : str
        Id of the score record that answered the request.
    bundle : str
        Id of the bundle.
    alias : str
        ``shadow`` or ``challenger``: what it held.
    pack : str
        Id of the policy pack, that of the record.
    code : str
        Version of the code (``scoring.code_version``).
    features : str
        JSON: features that the bundle saw and the record doesn't hold; null is missing.
    reply : str
        JSON: what it would have answered, as far as its own.
    previous : bytes
        ``digest`` of the tenant's shadow score before.
    digest : bytes
        SHA-256 over the header, that is all fields above (``ledger.audit.chain``).
    """

    __tablename__ = "shadow_score"
    __table_args__ = (
        UniqueConstraint("tenant", "record", "bundle"),
        Index("shadow_score_bundle", "tenant", "bundle", "number"),
    )

    tenant: Key = key(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    record: str = Field(max_length=36)
    bundle: Key = key()
    alias: str = Field(max_length=16)
    pack: Key = key()
    recorded_at: AwareInstant = instant()
    code: str = Field(max_length=64)
    features: str = Field(sa_type=Text)
    reply: str = Field(sa_type=Text)
    previous: bytes = Field(sa_type=LargeBinary)
    digest: bytes = Field(sa_type=LargeBinary)
