"""Tables of the model registry: which bundles are known, how the aliases moved, who signed what."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from ledger.facts import AwareInstant, Key, Words, instant, key


class RegisteredBundle(SQLModel, table=True):
    """A model bundle that may be used; append-only.

    Attributes
    ----------
    id : str
        Name of the bundle, which ends in a digest of its content.
    name : str
        Name of the model: bundles of one name are versions of it.
    version : int
        Number of the version, larger than that of every bundle of the name registered before.
    trained_through : datetime
        The training cut; not before that of a bundle of the name registered before.
    manifest : bytes
        SHA-256 of the manifest as signed.
    signing_key : str
        Id of the key that signed it.
    gates : str
        ``passed``, ``failed`` or ``untested``: what its validation says of it.
    validation : bytes or None
        The validation as it was signed; None where it was never tested.
    """

    __tablename__ = "registered_bundle"
    __table_args__ = (UniqueConstraint("tenant", "name", "version"),)

    tenant: Key = key(primary_key=True)
    id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=64)
    version: int = Field(sa_type=BigInteger)
    trained_through: AwareInstant = instant()
    manifest: bytes = Field(sa_type=LargeBinary)
    signing_key: str = Field(max_length=16)
    gates: str = Field(max_length=16, sa_column_kwargs={"server_default": "untested"})
    validation: bytes | None = Field(default=None, sa_type=LargeBinary)
    recorded_at: AwareInstant = instant()
    signed_by: Key = key()


class AliasMove(SQLModel, table=True):
    """An alias given to another bundle; append-only: the last move says who holds it now.

    Attributes
    ----------
    alias : str
        ``champion``, ``challenger`` or ``shadow``.
    number : int
        Which move of the alias it is, from 1 and without a gap.
    act : str
        ``promote`` or ``roll-back``.
    before : str or None
        Id of the bundle that held it; None where none did.
    after : str
        Id of the bundle that holds it from then on.
    reason : str
        Why, in the words of who moved it.
    """

    __tablename__ = "alias_move"

    tenant: Key = key(primary_key=True)
    alias: str = Field(primary_key=True, max_length=16)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    act: str = Field(max_length=16)
    before: str | None = Field(default=None, max_length=64)
    after: str = Field(max_length=64)
    reason: Words = Field(max_length=300)
    recorded_at: AwareInstant = instant()
    signed_by: Key = key()


class RegistryStep(SQLModel, table=True):
    """A step of the registry as somebody signed it; append-only.

    Attributes
    ----------
    number : int
        Which step of the tenant it is, from 1 and without a gap.
    act : str
        ``register``, ``promote``, ``roll-back`` or ``retire``.
    bundle : str
        Id of the bundle that it is about.
    statement : bytes
        What was signed (``ledger.registry_steps.Statement``), in canonical JSON (RFC 8785).
    signature : bytes
        Ed25519 over the statement.
    signing_key : str
        Id of the key that signed.
    """

    __tablename__ = "registry_step"
    __table_args__ = (Index("registry_step_bundle", "tenant", "bundle", "act"),)

    tenant: Key = key(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    act: str = Field(max_length=16)
    bundle: str = Field(max_length=64)
    statement: bytes = Field(sa_type=LargeBinary)
    signature: bytes = Field(sa_type=LargeBinary)
    signing_key: str = Field(max_length=16)
    recorded_at: AwareInstant = instant()
