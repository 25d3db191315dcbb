"""What every fact carries: what a source reports, and what the ledger adds.

A kind of fact is two classes: a *row* (``...Row``: the fields a source reports, validated) and the
*table* of that row (``Fact`` added in front). Rows are validated before anything is written,
because a SQLModel table class doesn't validate on construction.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, StringConstraints, TypeAdapter, ValidationError
from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field, SQLModel

from ledger.clocks import aware
from ledger.columns import Day, Instant
from ledger.faults import UnknownCurrency, WrongKey
from ledger.money import LARGEST_MINOR, exponent

EARLIEST = date(1900, 1, 1)
LATEST = date(2199, 12, 31)


def _within_reach(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        raise ValueError(f"{day.isoformat()} is outside {EARLIEST} to {LATEST}")
    return day


def _instant(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError("a time needs an offset, for example 2026-03-01T09:30:00+08:00")
    _within_reach(value.date())
    return aware(value)


def _currency(code: str) -> str:
    try:
        exponent(code)
    except UnknownCurrency as error:  # only a ValueError is collected with the row's other errors
        raise ValueError(f"{error.message}; {error.remedy}") from error
    return code


Key = Annotated[
    str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]+$")
]
"""A key or short text: 1-128 characters, no control characters."""

Words = Annotated[
    str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")
]
"""A name or longer text: 1-300 characters, no control characters (PostgreSQL refuses NUL)."""

CalendarDay = Annotated[date, AfterValidator(_within_reach)]
"""A calendar day from 1900-01-01 to 2199-12-31."""

AwareInstant = Annotated[datetime, AfterValidator(_instant)]
"""An instant with an offset, kept in UTC."""

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), AfterValidator(_currency)]
"""An ISO 4217 code."""


_KEY: TypeAdapter[str] = TypeAdapter(Key)  # once: making it takes longer than using it


def checked_key(text: str, field: str) -> str:
    """Return ``text`` if it can be a `Key`; raise `WrongKey` naming ``field`` if it can't."""
    try:
        return _KEY.validate_python(text, strict=True)
    except ValidationError as error:
        raise WrongKey(
            f"{field} can't be a key: {error.errors()[0]['msg']}",
            field=field,
            remedy="use 1 to 128 characters, none of them a control character",
        ) from error


def key(**more: object) -> Key:
    """Declare a text column that holds a key."""
    return Field(max_length=128, **more)  # type: ignore[call-overload,no-any-return]


def day(**more: object) -> CalendarDay:
    """Declare a calendar-day column."""
    return Field(sa_type=Day, **more)  # type: ignore[call-overload,no-any-return]


def instant(**more: object) -> AwareInstant:
    """Declare an instant column."""
    return Field(sa_type=Instant, **more)  # type: ignore[call-overload,no-any-return]


def minor(**more: object) -> int:
    """Declare a column of money in whole minor units, not negative."""
    return Field(sa_type=BigInteger, ge=0, le=LARGEST_MINOR, **more)  # type: ignore[call-overload,no-any-return]


class Reported(SQLModel):
    """What a source says of any fact.

    Attributes
    ----------
    ref : str
        Key of the fact in the lender's book, one per kind and tenant. The same key with other
        content is a correction and supersedes.
    happened_at : datetime
        When it happened in the world.
    known_at : datetime or None
        When the lender could first know it; None lets the writer derive it by the latency of the
        source.
    """

    model_config = ConfigDict(extra="forbid")  # type: ignore[assignment]

    ref: Key = key()
    happened_at: AwareInstant = instant()
    known_at: AwareInstant | None = instant(default=None, nullable=True)


class Fact(SQLModel):
    """What the ledger adds to a reported row.

    Attributes
    ----------
    tenant, id : str
        Primary key: the lender, and a UUIDv7.
    seq : int
        Position in the tenant's ledger, in commit order, from 1.
    revision : int
        0 for the first report of a ``ref``, 1 for its first correction, and so on.
    supersedes : str or None
        ``id`` of the fact that this one corrects.
    source_system, batch : str
        Who said it, and in which batch it came.
    known_at, recorded_at, visible_at : datetime
        When the lender could know it, when the ledger got it, from when on it may be used.
    digest : bytes
        SHA-256 over what was reported (``audit.digests``): equal content is not written twice.
    seal : bytes
        SHA-256 over the seal before it and all that the row holds: a link of the audit chain.
    """

    tenant: Key = key(primary_key=True)
    id: str = Field(primary_key=True, max_length=36)
    seq: int = Field(sa_type=BigInteger)
    revision: int
    supersedes: str | None = Field(default=None, max_length=36)
    source_system: Key = key()
    batch: str = Field(max_length=36)
    known_at: AwareInstant = instant()
    recorded_at: AwareInstant = instant()
    visible_at: AwareInstant = instant()
    digest: bytes = Field(sa_type=LargeBinary)
    seal: bytes = Field(sa_type=LargeBinary)


def midnight(on: date) -> datetime:
    """The first instant of a day in UTC; for facts whose source knows only the day in UTC."""
    return datetime(on.year, on.month, on.day, tzinfo=UTC)
