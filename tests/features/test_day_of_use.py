"""The first day of use is `Cut` turned round: the first day whose history sees a fact."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.views import first_day_of_use
from ledger.clocks import Cut, day_of, from_day_number, from_micros, to_day_number, to_micros, zone
from tests.features.plain_claims import first_day

ZONES = (
    "UTC",
    "Asia/Shanghai",
    "Asia/Kolkata",
    "America/Sao_Paulo",  # midnight doesn't exist on the first day of summer time, until 2018
    "America/St_Johns",  # until 2011 the clock goes back at 00:01, so a day begins twice
    "Atlantic/Azores",  # the clock goes back from 01:00: midnight comes twice
    "Asia/Beirut",
    "Pacific/Apia",  # has no 2011-12-30
    "Australia/Lord_Howe",  # half an hour of summer time
)
TURNS = {
    "America/Sao_Paulo": datetime(2018, 11, 4, 3, tzinfo=UTC),
    "America/St_Johns": datetime(2010, 11, 7, 2, 31, tzinfo=UTC),
    "Atlantic/Azores": datetime(2023, 10, 29, 1, tzinfo=UTC),
    "Pacific/Apia": datetime(2011, 12, 30, 10, tzinfo=UTC),
}
INSTANTS = st.integers(
    to_micros(datetime(1995, 1, 1, tzinfo=UTC)), to_micros(datetime(2037, 1, 1, tzinfo=UTC))
)


def day_of_use(instants: list[int], time_zone: str) -> list[Any]:
    column = pa.chunked_array([pa.array(instants, type=pa.int64())])
    return list(first_day_of_use(column, time_zone).to_pylist())


@given(st.sampled_from(ZONES), st.lists(INSTANTS, max_size=20))
def test_it_is_the_first_day_whose_history_ends_later(zone_name: str, instants: list[int]) -> None:
    assert day_of_use(instants, zone_name) == [first_day(each, zone_name) for each in instants]


@pytest.mark.parametrize("zone_name", TURNS)
@given(step=st.integers(-6 * 3_600, 6 * 3_600), less=st.sampled_from((0, 1)))
def test_it_holds_in_the_hours_about_a_turn_of_the_clock(
    zone_name: str, step: int, less: int
) -> None:
    at = to_micros(TURNS[zone_name]) + step * 1_000_000 - less

    assert day_of_use([at], zone_name) == [first_day(at, zone_name)]


@given(st.sampled_from(ZONES), INSTANTS, st.integers(-3 * 86_400, 3 * 86_400))
def test_no_score_uses_what_becomes_visible_after_it(zone_name: str, at: int, later: int) -> None:
    tz = zone(zone_name)
    as_of = from_micros(at) + timedelta(seconds=later)
    used = day_of_use([at], zone_name)[0] <= to_day_number(day_of(as_of, tz))

    assert used == (from_micros(at) < Cut.at(as_of, tz, 1).history_before)
    assert not (used and from_micros(at) > as_of)


def test_midnight_of_a_day_that_begins_at_one_belongs_to_the_day() -> None:
    first = to_micros(datetime(2018, 11, 4, 3, tzinfo=UTC))  # 01:00 in São Paulo
    day = to_day_number(datetime(2018, 11, 4, tzinfo=UTC).date())

    assert day_of_use([first - 1, first], "America/Sao_Paulo") == [day, day + 1]


def test_a_day_that_begins_twice_is_used_from_its_first_beginning() -> None:
    # 2010-11-07 begins at 02:30 UTC; a minute later it is 23:01 of the 6th again for an hour
    begins = to_micros(datetime(2010, 11, 7, 2, 30, tzinfo=UTC))
    day = to_day_number(datetime(2010, 11, 7, tzinfo=UTC).date())
    minutes = [begins - 1, begins, begins + 60_000_000, begins + 3_660_000_000]

    assert day_of_use(minutes, "America/St_Johns") == [day, day + 1, day + 1, day + 1]


def test_it_reads_an_empty_and_a_chunked_column() -> None:
    chunks = pa.chunked_array([pa.array([0], type=pa.int64()), pa.array([1], type=pa.int64())])

    assert first_day_of_use(chunks, "UTC").to_pylist() == [1, 1]
    assert day_of_use([], "UTC") == []
    assert first_day_of_use(chunks, "UTC").type == pa.int32()
    assert from_day_number(int(np.int32(1))).isoformat() == "1970-01-02"
