"""Cells that hold days, months or instants; a time that a clock never or twice shows is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from ledger.facts import EARLIEST, LATEST
from ledger.importing.cell_faults import CellError, shown

REMEMBERED = 4096
"""Texts whose value is kept in memory: files say few of them many times."""

NAMED = 3
"""So many formats are named in a reason."""

Placing = Callable[[datetime], datetime]
"""Takes a time with or without offset, gives the instant in UTC; raises `CellError`."""

DAYS: Mapping[type, Callable[[Any], date]] = {date: lambda day: day, datetime: datetime.date}
"""How a day follows from what a file keeps as a day or as a time without offset."""

MONTHS: Mapping[type, Callable[[Any], date]] = {
    date: lambda day: day.replace(day=1),
    datetime: lambda day: day.date().replace(day=1),
}
"""The same for a month."""


def day_reader(formats: tuple[str, ...]) -> Callable[[str], date]:
    """The function that reads a day; a time of day is read and dropped."""
    return _reader(formats, "not-a-date", "day", datetime.date)


def month_reader(formats: tuple[str, ...]) -> Callable[[str], date]:
    """The function that reads a month, as its first day."""
    return _reader(formats, "not-a-month", "month", MONTHS[datetime])


def instant_reader(formats: tuple[str, ...], placed: Placing) -> Callable[[str], datetime]:
    """The function that reads an instant, in UTC."""
    return _reader(formats, "not-an-instant", "time", placed)


def _reader(
    formats: tuple[str, ...], fault: str, name: str, turn: Callable[[datetime], Any]
) -> Callable[[str], Any]:
    named = " or ".join(formats if len(formats) <= NAMED else (*formats[:NAMED], "the others"))

    @lru_cache(maxsize=REMEMBERED)
    def read(text: str) -> Any:
        for found in _found(text, formats):
            return turn(found)
        raise CellError(fault, f"{shown(text)} is no {name} as {named}")

    return read


def _found(text: str, formats: tuple[str, ...]) -> Iterator[datetime]:
    for pattern in formats:
        try:
            yield datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is the source's
        except ValueError:
            continue


def placing(tz: ZoneInfo) -> Placing:
    """The function that finds the instant of a time: by its offset, else by the clocks of ``tz``.

    Where clocks are put back they show an hour twice, where they are put forward they leave one
    out: which instant was meant by a time in such an hour isn't guessed.
    """

    def placed(said: datetime) -> datetime:
        if not EARLIEST <= said.date() <= LATEST:
            raise CellError("not-an-instant", f"the time is outside {EARLIEST} to {LATEST}")
        if said.tzinfo is not None:
            return said.astimezone(UTC)
        first, second = (said.replace(tzinfo=tz, fold=fold) for fold in (0, 1))
        before, after = first.utcoffset(), second.utcoffset()
        if before != after and before is not None and after is not None:
            happened = "left this time out" if before < after else "showed this time twice"
            raise CellError(
                "clock-change",
                f"the clocks of {tz.key} {happened}: {said.isoformat(' ')}; give it with an offset",
            )
        return first.astimezone(UTC)

    return placed
