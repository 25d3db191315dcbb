"""The table of overrides: what a person decided in place of a score; append-only."""

from __future__ import annotations

from sqlalchemy import BigInteger, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from ledger.facts import AwareInstant, Key, instant, key, minor


class ScoreOverride(SQLModel, table=True):
    """A person's departure from a recorded decision; a link of the audit chain, as the record is.

    Attributes
    ----------
    seq : int
        Position in the tenant's ledger, in commit order, shared with facts and records.
    score : str
        Id of the score record, which stays as it is.
    number : int
        Which override of that score it is, from 1: the last one holds.
    by : str
        The person who decides, by the lender's name of it.
    signed_by : str
        The caller that wrote it.
    before, decision : str
        What held until then, and what the person decides.
    amount_minor, rate_ppm, tenor_days : int or None
        What is offered, where money is; None of rate and tenor leave them as the score has them.
    valid_until : datetime or None
        So long it may be drawn; None where nothing is offered.
    reason : str
        Code of ``lending.override_reasons``.
    words : str
        Why, in the person's words; ciphertext where a party of the score is a natural person.
    about : str or None
        The party under whose key the words are encrypted.
    writer : str
        Name of the process that wrote it, and so of its chain.
    previous : bytes
        Head of the chain before.
    digest : bytes
        SHA-256 over all fields above (``ledger.audit.chain``): the new head.
    """

    __tablename__ = "score_override"
    __table_args__ = (
        UniqueConstraint("tenant", "seq"),
        UniqueConstraint("tenant", "score", "number"),
    )

    tenant: Key = key(primary_key=True)
    id: str = Field(primary_key=True, max_length=36)
    seq: int = Field(sa_type=BigInteger)
    recorded_at: AwareInstant = instant()
    signed_by: Key = key()
    score: str = Field(max_length=36)
    number: int
    by: Key = key()
    before: Key = Field(max_length=16)
    decision: Key = Field(max_length=16)
    amount_minor: int | None = minor(default=None, nullable=True)
    rate_ppm: int | None = None
    tenor_days: int | None = None
    valid_until: AwareInstant | None = instant(default=None, nullable=True)
    reason: Key = Field(max_length=32)
    words: str = Field(sa_type=Text)
    about: Key | None = key(default=None, nullable=True)
    writer: Key = key()
    previous: bytes = Field(sa_type=LargeBinary)
    digest: bytes = Field(sa_type=LargeBinary)
