"""Instants, days and the cut between what may be seen and what may not."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import clocks
from ledger.faults import NaiveTime, UnknownTimeZone

# Sao Paulo and Santiago have skipped midnight, Apia a whole day, Lord Howe shifts by half an hour
ZONES = (
    "America/Sao_Paulo",
    "America/Santiago",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "UTC",
)
zones = st.sampled_from(ZONES).map(ZoneInfo)
instants = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware by the strategy
SECOND = timedelta(seconds=1)


@given(instants)
def test_an_instant_survives_microseconds(instant: datetime) -> None:
    assert clocks.from_micros(clocks.to_micros(instant)) == instant


@given(instants, zones)
def test_an_instant_is_the_same_number_in_every_zone(instant: datetime, tz: ZoneInfo) -> None:
    assert clocks.to_micros(instant.astimezone(tz)) == clocks.to_micros(instant)


@given(st.dates())
def test_a_day_survives_its_number(day: date) -> None:
    assert clocks.from_day_number(clocks.to_day_number(day)) == day


@given(instants, zones)
def test_a_day_starts_with_its_first_instant(instant: datetime, tz: ZoneInfo) -> None:
    start = clocks.start_of_day(clocks.day_of(instant, tz), tz)

    assert start <= instant
    assert clocks.day_of(start, tz) == clocks.day_of(instant, tz)
    assert clocks.day_of(start - clocks.MICROSECOND, tz) < clocks.day_of(instant, tz)


@pytest.mark.parametrize(
    ("day", "name", "start"),
    [
        (date(2018, 11, 4), "America/Sao_Paulo", datetime(2018, 11, 4, 3, tzinfo=UTC)),  # no 00:00
        (date(2018, 2, 18), "America/Sao_Paulo", datetime(2018, 2, 18, 3, tzinfo=UTC)),
        (date(2024, 9, 8), "America/Santiago", datetime(2024, 9, 8, 4, tzinfo=UTC)),  # no 00:00
    ],
)
def test_a_day_whose_midnight_is_skipped_or_doubled_starts_once(
    day: date, name: str, start: datetime
) -> None:
    assert clocks.start_of_day(day, ZoneInfo(name)) == start


@given(instants, zones)
def test_history_ends_where_the_day_of_the_score_begins(as_of: datetime, tz: ZoneInfo) -> None:
    cut = clocks.Cut.at(as_of, tz, 7)

    assert cut.history_before <= cut.live_through == as_of
    assert cut.ledger_seq == 7
    assert cut.history_before == clocks.Cut.at(cut.history_before, tz, 7).history_before


def test_a_time_without_offset_is_refused_and_named() -> None:
    with pytest.raises(NaiveTime, match="2024-01-01T00:00:00") as caught:
        clocks.aware(datetime(2024, 1, 1), "as_of")  # noqa: DTZ001 - that is the point

    assert caught.value.field == "as_of"


@pytest.mark.parametrize("name", ["Nowhere/Town", "", "../etc/passwd", "Asia", "a\x00b"])
def test_a_name_that_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownTimeZone):
        clocks.zone(name)


@given(instants, instants)
def test_a_fact_is_visible_when_known_or_when_the_ledger_had_it(
    known: datetime, recorded: datetime
) -> None:
    assert clocks.visible_at(known, recorded, historical=True) == known
    assert clocks.visible_at(known, recorded, historical=False) == max(known, recorded)
