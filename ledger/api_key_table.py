"""The table of API keys: who may call the service, for which lender, and until when."""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field, SQLModel

from ledger.facts import AwareInstant, Key, instant, key


class ApiKey(SQLModel, table=True):
    """A key of a caller; mutable: it is revoked in place, and never removed.

    Attributes
    ----------
    id : str
        Its public part, unique among all tenants: 16 hexadecimal digits.
    tenant : str
        The lender whose book it opens.
    name : str
        Who signs what is written with it. Two keys may share a name, while one replaces the other.
    roles : str
        Roles of ``ledger.principals``, joined by spaces, in the order of the alphabet.
    digest : bytes
        HMAC-SHA-256 of the secret part under the pepper (``ledger.api_keys``); no secret.
    expires_at : datetime or None
        From then on it opens nothing; None holds until it is revoked.
    revoked_at, revoked_by : datetime, str
        None while it holds.
    """

    __tablename__ = "api_key"
    __table_args__ = (Index("api_key_tenant", "tenant"),)

    id: str = Field(primary_key=True, max_length=16)
    tenant: Key = key()
    name: Key = key()
    roles: str = Field(max_length=64)
    digest: bytes = Field(sa_type=LargeBinary)
    created_at: AwareInstant = instant()
    created_by: Key = key()
    expires_at: AwareInstant | None = instant(default=None, nullable=True)
    revoked_at: AwareInstant | None = instant(default=None, nullable=True)
    revoked_by: Key | None = key(default=None, nullable=True)
