"""Three clocks and one cut: what a score may see.

Every fact has ``happened_at`` (in the world), ``known_at`` (when the lender could first know it)
and ``recorded_at`` (when the ledger got it). The writer derives ``visible_at`` from the last two;
``Cut`` is the only type that says which facts may be used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ledger.faults import NaiveTime, UnknownTimeZone

Moment = TypeVar("Moment", datetime, int)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = date(1970, 1, 1).toordinal()
MICROSECOND = timedelta(microseconds=1)


def aware(instant: datetime, field: str = "") -> datetime:
    """Return ``instant`` in UTC; raise `NaiveTime` where it carries no offset."""
    if instant.utcoffset() is None:
        raise NaiveTime(
            f"{instant.isoformat()} has no offset and so names no instant",
            field=field,
            remedy="add the offset, for example 2026-03-01T09:30:00+08:00 or ...Z",
        )
    return instant.astimezone(UTC)


def to_micros(instant: datetime) -> int:
    """Microseconds from 1970-01-01T00:00Z to an aware instant."""
    return (aware(instant) - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """The instant ``micros`` microseconds after 1970-01-01T00:00Z, in UTC."""
    return EPOCH + micros * MICROSECOND


def to_day_number(day: date) -> int:
    """Days from 1970-01-01 to ``day``."""
    return day.toordinal() - EPOCH_DAY


def from_day_number(number: int) -> date:
    """The calendar day ``number`` days after 1970-01-01."""
    return date.fromordinal(number + EPOCH_DAY)


def zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name; raise `UnknownTimeZone` where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownTimeZone(
            f"{name!r} is not a time zone",
            field="time_zone",
            remedy="use an IANA name such as Asia/Shanghai or America/Sao_Paulo",
        ) from error


def day_of(instant: datetime, tz: ZoneInfo) -> date:
    """Calendar day of an aware instant in a time zone."""
    return aware(instant).astimezone(tz).date()


def start_of_day(day: date, tz: ZoneInfo) -> datetime:
    """First instant of a calendar day in a time zone, in UTC."""
    return datetime.combine(day, time.min, tzinfo=tz).astimezone(UTC)


def end_of_day(instant: datetime, tz: ZoneInfo) -> datetime:
    """Return the first instant of the day after that of ``instant`` in that zone, in UTC."""
    return start_of_day(day_of(instant, tz) + timedelta(days=1), tz)


def visible_at(known_at: Moment, recorded_at: Moment, *, historical: bool) -> Moment:
    """When a fact becomes usable; instants, or both as microseconds.

    A batch declared ``historical`` (onboarding, backfill) is usable from ``known_at`` on; any other
    fact not before the ledger had it.
    """
    return known_at if historical else max(known_at, recorded_at)


@dataclass(frozen=True)
class Cut:
    """What may be seen.

    Attributes
    ----------
    history_before : datetime
        History features see facts with ``visible_at < history_before``: the first instant of
        as_of's calendar day in the tenant's time zone.
    live_through : datetime
        Live features and circumstances see facts with ``visible_at <= live_through``.
    ledger_seq : int
        Both see ``seq <= ledger_seq`` only, so that a replay ignores what was recorded later,
        whatever clock it claims.
    """

    history_before: datetime
    live_through: datetime
    ledger_seq: int

    @classmethod
    def at(cls, as_of: datetime, tz: ZoneInfo, ledger_seq: int) -> Cut:
        """The cut of a score at ``as_of`` (aware) in a ledger read up to ``ledger_seq``."""
        live_through = aware(as_of, "as_of")
        return cls(start_of_day(day_of(live_through, tz), tz), live_through, ledger_seq)
