"""The books: tenants, heads of chains, batches, records of scores, keys and reservations."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from ledger.facts import AwareInstant, Currency, Key, instant, key, minor
from ledger.long_texts import LongText


class Tenant(SQLModel, table=True):
    """A lender's book and its head; mutable (``last_seq`` moves).

    Attributes
    ----------
    tenant : str
        Key of the lender.
    time_zone : str
        IANA name; a day of history starts at its midnight. Fixed once the book has facts.
    base_currency : str
        The currency of the book.
    last_seq : int
        ``seq`` of the last committed fact; locked by a writer until it has committed, so that seq
        follows commit order.
    told_day : int or None
        The last day whose history somebody may have kept (``ledger.late_facts``); None while nobody
        has.
    late_seq : int
        ``seq`` of the last fact that came late for a day told; 0 where none has.
    changes : int
        Batches and steps of reservations so far: all that a score could see moves it.
    """

    __tablename__ = "tenant"

    tenant: Key = key(primary_key=True)
    time_zone: str = Field(max_length=64)
    base_currency: Currency = Field(max_length=3)
    last_seq: int = Field(default=0, sa_type=BigInteger)
    told_day: int | None = None
    late_seq: int = Field(default=0, sa_type=BigInteger)
    changes: int = Field(default=0, sa_type=BigInteger)


class ChainHead(SQLModel, table=True):
    """Where the chain of a tenant and a writing process stands; mutable, moved under the lock.

    Attributes
    ----------
    writer : str
        Name of the writing process.
    last_seq : int
        ``seq`` of the last fact or record in this chain.
    digest : bytes
        Digest of its last batch or score record.
    """

    __tablename__ = "chain_head"

    tenant: Key = key(primary_key=True)
    writer: Key = key(primary_key=True)
    last_seq: int = Field(sa_type=BigInteger)
    digest: bytes = Field(sa_type=LargeBinary)


class Batch(SQLModel, table=True):
    """One commit of the writer: a header of the audit chain; append-only.

    Attributes
    ----------
    writer : str
        Name of the process that wrote it, and so of its chain.
    historical : bool
        True for onboarding and backfill: its facts are visible from ``known_at`` on.
    first_seq, last_seq : int
        The facts of this batch, both ends included.
    added, corrected, unchanged : int
        New facts, facts that supersede another, and rows that said nothing new.
    previous : bytes
        Head of the chain before: digest of the writer's last batch or record.
    last_seal : bytes
        ``seal`` of its last fact, which rests on those of all before it.
    digest : bytes
        SHA-256 over the header, that is all fields above (``ledger.audit.chain``): the new head.
    """

    __tablename__ = "batch"

    tenant: Key = key(primary_key=True)
    id: str = Field(primary_key=True, max_length=36)
    writer: Key = key()
    source_system: Key = key()
    signed_by: Key = key()
    historical: bool
    recorded_at: AwareInstant = instant()
    first_seq: int = Field(sa_type=BigInteger)
    last_seq: int = Field(sa_type=BigInteger)
    added: int
    corrected: int
    unchanged: int
    previous: bytes = Field(sa_type=LargeBinary)
    last_seal: bytes = Field(sa_type=LargeBinary)
    digest: bytes = Field(sa_type=LargeBinary)


class ScoreRecord(SQLModel, table=True):
    """A score as given: what went in, by what it was made, what came out; append-only.

    Attributes
    ----------
    seq : int
        Position in the tenant's ledger, in commit order, shared with the facts.
    bundle : str
        Id of the model bundle.
    pack : str
        Id of the policy pack.
    as_of, history_before : datetime
        The instant scored for and the end of the history used.
    cut_seq : int
        ``seq`` up to which the ledger was read.
    request, features, circumstances, reply : str
        JSON, as received, computed and answered.
    provenance : str or None
        JSON: code, states of the sources, bundles of parties; None in records of before.
    supplier : str or None
        Key of the party that asked; None in records of before.
    writer, previous, digest
        As of a batch: whose chain it is in, the head before, and the new one.
    """

    __tablename__ = "score_record"
    __table_args__ = (
        UniqueConstraint("tenant", "seq"),
        Index("score_record_supplier", "tenant", "supplier", "seq"),
        Index("score_record_recorded_at", "tenant", "recorded_at"),
    )

    tenant: Key = key(primary_key=True)
    id: str = Field(primary_key=True, max_length=36)
    seq: int = Field(sa_type=BigInteger)
    recorded_at: AwareInstant = instant()
    signed_by: Key = key()
    bundle: Key = key()
    pack: Key = key()
    as_of: AwareInstant = instant()
    history_before: AwareInstant = instant()
    cut_seq: int = Field(sa_type=BigInteger)
    request: str = Field(sa_type=LongText)
    features: str = Field(sa_type=LongText(often=True))
    circumstances: str = Field(sa_type=LongText(often=True))
    reply: str = Field(sa_type=LongText)
    provenance: str | None = Field(default=None, sa_type=Text)
    supplier: Key | None = key(default=None, nullable=True)
    writer: Key = key()
    previous: bytes = Field(sa_type=LargeBinary)
    digest: bytes = Field(sa_type=LargeBinary)


class IdempotencyKey(SQLModel, table=True):
    """A key that a caller gave a request, and what was answered; append-only.

    Attributes
    ----------
    fingerprint : bytes
        SHA-256 of what was asked (``ledger.idempotency.fingerprint``).
    reply : str or None
        What was answered; None where a score record holds it.
    record : str or None
        Id of that score record.
    """

    __tablename__ = "idempotency_key"

    tenant: Key = key(primary_key=True)
    key: Key = key(primary_key=True)
    fingerprint: bytes = Field(sa_type=LargeBinary)
    reply: str | None = Field(default=None, sa_type=LongText)
    record: str | None = Field(default=None, max_length=36)
    recorded_at: AwareInstant = instant()


class Reservation(SQLModel, table=True):
    """An amount held for a financing until an instant; append-only, its end is a row of its own.

    Attributes
    ----------
    score : str
        Id of the score that it is for.
    buyer : str
        Key of the party that owes the invoices.
    supplier : str or None
        Key of the party that gets the money; None in one of before suppliers were named.
    amount_minor : int
        What is held, of all its invoices together, in minor units of the book.
    buyer_limit_minor : int or None
        The ceiling of the buyer that it was held against; None where none was given.
    expires_at : datetime
        From then on it counts no more, unless drawn.
    """

    __tablename__ = "reservation"
    __table_args__ = (Index("reservation_score", "tenant", "score"),)

    tenant: Key = key(primary_key=True)
    id: str = Field(primary_key=True, max_length=36)
    score: Key = key()
    buyer: Key = key()
    supplier: Key | None = key(default=None, nullable=True)
    amount_minor: int = minor()
    buyer_limit_minor: int | None = minor(default=None, nullable=True)
    expires_at: AwareInstant = instant()
    recorded_at: AwareInstant = instant()
    signed_by: Key = key()


class ReservedInvoice(SQLModel, table=True):
    """What a reservation holds of one invoice; append-only.

    Attributes
    ----------
    canonical_hash : str
        The invoice, whoever names it (``ledger.canonical``).
    face_minor : int
        Its face, as said then: all that may be held of it.
    amount_minor : int
        What is held of it.
    """

    __tablename__ = "reserved_invoice"
    __table_args__ = (Index("reserved_invoice_canonical_hash", "tenant", "canonical_hash"),)

    tenant: Key = key(primary_key=True)
    reservation: str = Field(primary_key=True, max_length=36)
    canonical_hash: str = Field(primary_key=True, max_length=64)
    face_minor: int = minor()
    amount_minor: int = minor()
    recorded_at: AwareInstant = instant()


class ReservationStep(SQLModel, table=True):
    """What happened to a reservation: held, drawn (it lasts from now on), released; append-only.

    The steps of a buyer carry its sums, so that asking for them costs the same however long its
    history is.

    Attributes
    ----------
    step : str
        ``held``, ``drawn`` or ``released``; each at most once.
    buyer, supplier, expires_at
        Those of the reservation.
    number : int
        Which step of the buyer's reservations it is, from 1, in the order of the book's lock.
    pending_minor : int
        What it adds to the amounts that count until they expire: all at ``held``, less than
        nothing where that ends. Summed over the steps of all that is unexpired.
    lasting_minor : int
        What the buyer's drawn and unreleased reservations hold after it: a running total.
    ledger_seq : int
        ``seq`` of the book's last fact before it: a financing that is drawn by it comes after.
    """

    __tablename__ = "reservation_step"
    __table_args__ = (
        UniqueConstraint("tenant", "buyer", "number"),
        # with the amount, so that a sum over what is unexpired reads the index alone
        Index("reservation_step_pending", "tenant", "buyer", "expires_at", "pending_minor"),
        Index("reservation_step_supplier", "tenant", "supplier", "expires_at", "pending_minor"),
        Index("reservation_step_ledger_seq", "tenant", "ledger_seq"),
        Index("reservation_step_recorded_at", "tenant", "recorded_at"),
    )

    tenant: Key = key(primary_key=True)
    reservation: str = Field(primary_key=True, max_length=36)
    step: str = Field(primary_key=True, max_length=16)
    buyer: Key = key()
    supplier: Key | None = key(default=None, nullable=True)
    number: int = Field(sa_type=BigInteger)
    pending_minor: int = Field(sa_type=BigInteger)
    lasting_minor: int = minor()
    ledger_seq: int = Field(sa_type=BigInteger)
    expires_at: AwareInstant = instant()
    recorded_at: AwareInstant = instant()
    signed_by: Key = key()
