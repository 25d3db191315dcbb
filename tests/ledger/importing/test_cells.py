"""Cells become values exactly, or say why not; nothing is guessed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from ledger.importing.cells import CellError, cell_parser
from ledger.importing.column_types import BaseColumn, Column, Formats

GERMAN = Formats(decimal=",", thousands=".", dates=("%d.%m.%Y", "%d/%m/%y"), months=("%m/%Y",))
PLAIN = Formats()


def read(column: Any, cell: str | None, formats: Formats = PLAIN) -> Any:
    declared: BaseColumn = TypeAdapter(Column).validate_python(column)
    return cell_parser(declared, formats)(cell)


def fault(column: Any, cell: str, formats: Formats = PLAIN) -> str:
    with pytest.raises(CellError) as caught:
        read(column, cell, formats)
    return caught.value.fault


@pytest.mark.parametrize("text", ["007", "NA", "null", "nan", "1e5", "None", "-"])
def test_text_stays_as_it_is(text: str) -> None:
    assert read("text", f" {text}\t") == text


@pytest.mark.parametrize("column", ["text", "integer", "decimal", "date", "month"])
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
