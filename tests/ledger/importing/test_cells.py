"""Cells become values exactly, or say why not; nothing is guessed."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from ledger.clocks import day_of
from ledger.importing.cell_faults import CellError
from ledger.importing.cells import Cell, cell_parser, plain_text
from ledger.importing.column_types import BaseColumn, Column
from ledger.importing.file_formats import Formats

GERMAN = Formats(decimal=",", thousands=".", dates=("%d.%m.%Y", "%d/%m/%y"), months=("%m/%Y",))
PLAIN = Formats()
SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def read(column: Any, cell: Cell, formats: Formats = PLAIN, tz: ZoneInfo = SAO_PAULO) -> Any:
    declared: BaseColumn = TypeAdapter(Column).validate_python(column)
    return cell_parser(declared, formats, tz)(cell)


def fault(column: Any, cell: Cell, formats: Formats = PLAIN, tz: ZoneInfo = SAO_PAULO) -> str:
    with pytest.raises(CellError) as caught:
        read(column, cell, formats, tz)
    return caught.value.fault


@pytest.mark.parametrize("text", ["007", "NA", "null", "nan", "1e5", "None", "-"])
def test_text_stays_as_it_is(text: str) -> None:
    assert read("text", f" {text}\t") == text


@pytest.mark.parametrize("column", ["text", "integer", "decimal", "date", "month", "instant"])
def test_only_listed_blanks_are_missing(column: str) -> None:
    assert read(column, "") is None
    assert read(column, None) is None
    assert read({"type": column, "blank": ["", "n/a"]}, " n/a ") is None
    assert read({"type": "text", "blank": ["-"]}, "") == ""


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1.234.567,89", "1234567.89"), ("1234,5", "1234.5"), ("-0,01", "-0.01"), ("12", "12")],
)
def test_decimal_comma(cell: str, value: str) -> None:
    assert read("decimal", cell, GERMAN) == Decimal(value)


@pytest.mark.parametrize(
    "cell", ["1,234.56", "1.23.456", "1.2345", "12,3,4", "1 000", "٣", "0x1F", "1_000"]
)
def test_a_number_of_another_writing_is_no_number(cell: str) -> None:
    assert fault("decimal", cell, GERMAN) == "not-a-number"


@pytest.mark.parametrize("cell", ["1e400", "NaN", "-inf", "Infinity", "1e9999", "1e18", "1e-300"])
def test_an_amount_must_be_finite(cell: str) -> None:
    assert fault("decimal", cell) == "not-finite"


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_decimals_are_exact_in_every_writing(number: Decimal) -> None:
    assert read("decimal", f"{number:f}") == number
    german = f"{number:,f}".translate(str.maketrans(",.", ".,"))
    assert read("decimal", german, GERMAN) == number


def test_integers_are_whole() -> None:
    assert read("integer", "141.0") == 141
    assert fault("integer", "141.5") == "not-whole"


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("29.02.2024", date(2024, 2, 29)),
        ("31.12.1999", date(1999, 12, 31)),
        ("1/3/24", date(2024, 3, 1)),
    ],
)
def test_days_in_the_formats_of_the_file(cell: str, day: date) -> None:
    assert read("date", cell, GERMAN) == day


@pytest.mark.parametrize(
    "cell", ["30.02.2024", "2024-02-28", "29.02.2023", "00.01.2024", "yesterday"]
)
def test_no_such_day(cell: str) -> None:
    assert fault("date", cell, GERMAN) == "not-a-date"


def test_a_month_is_its_first_day() -> None:
    assert read("month", "02/2024", GERMAN) == date(2024, 2, 1)
    assert read({"type": "month", "formats": ["%Y-%m-%d"]}, "2024-02-29") == date(2024, 2, 1)
    assert fault("month", "2024-13") == "not-a-month"


def test_a_time_of_day_is_dropped() -> None:
    column = {"type": "date", "formats": ["%Y-%m-%d %H:%M:%S"]}
    assert read(column, "2024-02-29 23:59:59") == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("cell", "instant"),
    [
        ("2024-03-01T09:30:00+08:00", datetime(2024, 3, 1, 1, 30, tzinfo=UTC)),
        ("2024-03-01 09:30:00.250-0300", datetime(2024, 3, 1, 12, 30, 0, 250_000, tzinfo=UTC)),
        ("2024-03-01T09:30:00Z", datetime(2024, 3, 1, 9, 30, tzinfo=UTC)),
        ("2024-03-01 09:30", datetime(2024, 3, 1, 12, 30, tzinfo=UTC)),
        ("2024-03-01T23:59:59.999999", datetime(2024, 3, 2, 2, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_an_instant_by_its_offset_or_by_the_clocks_of_the_source(
    cell: str, instant: datetime
) -> None:
    assert read("instant", cell) == instant
    assert read("instant", cell).tzinfo is UTC


def test_instants_in_the_formats_of_the_mapping() -> None:
    german = {"type": "instant", "formats": ["%d.%m.%Y %H:%M"]}
    assert read(german, "31.12.2023 22:15") == datetime(2024, 1, 1, 1, 15, tzinfo=UTC)
    assert fault(german, "2023-12-31 22:15") == "not-an-instant"


@pytest.mark.parametrize(
    "cell",
    [
        "2024-02-30 10:00",
        "2024-01-01 24:00",
        "2024-01-01 23:59:60",
        "2024-01-01",
        "0001-01-01 00:00",
    ],
)
def test_no_such_instant(cell: str) -> None:
    assert fault("instant", cell) == "not-an-instant"


@pytest.mark.parametrize(
    ("cell", "zone"),
    [
        ("2018-02-17 23:30", "America/Sao_Paulo"),  # put back at midnight: shown twice
        ("2018-11-04 00:30", "America/Sao_Paulo"),  # put forward at midnight: left out
        ("2024-03-31 02:00", "Europe/Berlin"),
        ("2024-10-27 02:59:59", "Europe/Berlin"),
        ("1991-04-14 02:30", "Asia/Shanghai"),
    ],
)
def test_a_time_that_clocks_never_or_twice_show_is_not_guessed(cell: str, zone: str) -> None:
    assert fault("instant", cell, tz=ZoneInfo(zone)) == "clock-change"
    seconds = cell if cell.count(":") == 2 else f"{cell}:00"
    assert read("instant", f"{seconds}+00:00", tz=ZoneInfo(zone)).tzinfo is UTC


HOURS = st.datetimes(datetime(2018, 1, 1), datetime(2019, 12, 31))  # noqa: DTZ001 - local times


@given(HOURS, st.integers(-14, 14))
def test_instants_are_exact_in_every_writing(local: datetime, hours: int) -> None:
    offset = timezone(timedelta(hours=hours))
    instant = local.replace(tzinfo=offset)
    assert read("instant", instant) == instant
    for blank in ("T", " "):
        assert read("instant", instant.isoformat(blank)) == instant


@given(st.integers(0, 2 * 366 * 24 * 4))
def test_an_instant_shown_by_a_clock_is_read_back_or_refused(quarters: int) -> None:
    instant = datetime(2018, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * quarters)
    shown = instant.astimezone(SAO_PAULO)
    text = shown.replace(tzinfo=None).isoformat(" ")
    if shown.replace(fold=0).utcoffset() == shown.replace(fold=1).utcoffset():
        assert read("instant", text) == instant
        assert day_of(read("instant", text), SAO_PAULO) == shown.date()
    else:
        assert fault("instant", text) == "clock-change"


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("text", 117, "117"),
        ("text", Decimal("12.50"), "12.5"),
        ("text", date(2024, 2, 29), "2024-02-29"),
        ("text", datetime(2024, 2, 29, 1), "2024-02-29T01:00:00"),  # noqa: DTZ001
        ("decimal", Decimal("0.1"), Decimal("0.1")),
        ("decimal", 7, Decimal(7)),
        ("integer", Decimal("141.0"), 141),
        ("date", datetime(2024, 2, 29, 23, 59), date(2024, 2, 29)),  # noqa: DTZ001
        ("month", date(2024, 2, 29), date(2024, 2, 1)),
        ("instant", datetime(2024, 2, 29, 9), datetime(2024, 2, 29, 12, tzinfo=UTC)),  # noqa: DTZ001
        ({"type": "boolean", "true": ["X"], "false": [""]}, True, True),
        ({"type": "boolean", "true": ["1"], "false": ["0"]}, 0, False),
        ({"type": "enum", "values": {"1": "small"}, "unknown": "reject"}, 1, "small"),
        ({"type": "date", "formats": ["%Y%m%d"]}, 20240229, date(2024, 2, 29)),
        ({"type": "integer", "blank": ["0"]}, 0, None),
    ],
)
def test_values_of_the_files_own_are_taken_as_they_are(column: Any, cell: Cell, value: Any) -> None:
    assert read(column, cell, GERMAN) == value


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("decimal", Decimal("nan"), "not-finite"),
        ("decimal", Decimal("1e400"), "not-finite"),
        ("decimal", True, "not-a-number"),
        ("integer", Decimal("141.5"), "not-whole"),
        ("date", 45292, "not-a-date"),
        ("instant", 45292, "not-an-instant"),
        ("text", CellError("formula", "a formula"), "formula"),
    ],
)
def test_values_of_the_files_own_that_cannot_be_right(
    column: Any, cell: Cell, expected: str
) -> None:
    assert fault(column, cell) == expected


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=6))
def test_a_number_is_written_in_one_way(number: Decimal) -> None:
    text = plain_text(number)
    assert Decimal(text) == number
    assert plain_text(Decimal(text)) == text
    assert {plain_text(number * Decimal(f"1.{'0' * places}")) for places in (1, 3)} == {text}


def test_words_by_a_table() -> None:
    values = {"type": "enum", "values": {"K": "small", "": "micro"}}
    assert read({**values, "unknown": "reject"}, "K") == "small"
    assert read({**values, "unknown": "reject"}, "") == "micro"
    assert read({**values, "unknown": "missing"}, "k") is None
    assert fault({**values, "unknown": "reject"}, "k") == "unknown-value"


def test_yes_and_no_by_listed_words() -> None:
    flag = {"type": "boolean", "true": ["X"], "false": [""]}
    assert [read(flag, cell) for cell in ("X", "", " ")] == [True, False, False]
    assert fault(flag, "x") == "unknown-value"


def test_yes_and_no_by_patterns() -> None:
    person = {"type": "boolean", "true_pattern": "Dr.*", "false_pattern": ".*(AG|GmbH)"}
    assert [read(person, cell) for cell in ("Dr. Keller", "Nordbau AG", "")] == [True, False, None]
    assert fault(person, "Weber") == fault(person, "Dr. Keller GmbH") == "unknown-value"
    assert read({**person, "unknown": "missing", "false": ["Weber"]}, "Weber") is False


def test_a_text_that_does_not_match_its_pattern() -> None:
    area = {"type": "text", "pattern": "[1-9][0-9]"}
    assert read({**area, "unknown": "missing"}, "(1") is None
    assert fault(area, "111") == "wrong-form"


def test_a_reason_never_repeats_text_and_little_of_the_rest() -> None:
    with pytest.raises(CellError) as caught:
        read({"type": "text", "pattern": "[0-9]+"}, "Anna Keller")
    assert "Anna" not in caught.value.reason
    with pytest.raises(CellError) as caught:
        read("date", "x" * 1_000)
    assert len(caught.value.reason) < 120
