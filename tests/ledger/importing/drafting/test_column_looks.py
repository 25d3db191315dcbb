"""What a column holds, by its cells."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ledger.importing.cell_faults import CellError
from ledger.importing.cells import Cell
from ledger.importing.drafting.column_looks import ColumnLook, look_at
from ledger.importing.opened_file import Stored


def look(*cells: Cell, stored: Stored = "text") -> ColumnLook:
    return look_at("x", stored, cells)


@pytest.mark.parametrize(
    ("cells", "holds"),
    [
        (("1", "2", "3"), "integer"),
        (("1", "2.5", "3"), "decimal"),
        (("1,234.50", "2.00"), "decimal"),
        (("001", "002", "010"), "text"),  # leading zeros
        (("0", "10", "20"), "integer"),
        (("2024-03-01", "2024-03-02"), "date"),
        (("2024-03", "2024-04"), "month"),
        (("2024-03-01 09:00:00", "2024-03-02 10:00:00"), "instant"),
        (("yes", "no", "yes"), "boolean"),
        (("是", "否"), "boolean"),
        (("X", "", "X"), "boolean"),
        (("0", "1", "1"), "integer"),
        (("A", "B", "A", "B"), "words"),
        (("Anna", "Bert", "Cleo"), "text"),
        (("", "", None), "nothing"),
        ((), "nothing"),
        ((1, 2, None), "integer"),
        ((Decimal("1.5"), 2), "decimal"),
        ((date(2024, 3, 1), None), "date"),
        ((datetime(2024, 3, 1), datetime(2024, 3, 2)), "date"),  # noqa: DTZ001
        ((datetime(2024, 3, 1, 9, tzinfo=UTC),), "instant"),
        ((True, False), "boolean"),
    ],
)
def test_what_a_column_holds(cells: tuple[Cell, ...], holds: str) -> None:
    assert look(*cells).holds == holds


def test_a_column_that_cannot_be_read_says_so() -> None:
    assert look(None, stored="other").holds == "other"


def test_words_for_no_value_are_told_apart_and_change_nothing_else() -> None:
    found = look("1.5", "NA", "2.5", "", "n/a", "NA")

    assert (found.holds, found.missing, found.blank) == ("decimal", {"NA": 2, "n/a": 1}, 1)


def test_a_column_of_dashes_holds_dashes() -> None:
    assert look("-", "-", "/").missing == {}


@pytest.mark.parametrize(
    ("cells", "unique"),
    [
        (("a", "b"), True),
        (("a", "a"), False),
        (("a", ""), False),
        (("a", "NA"), False),
        (("a",), False),
    ],
)
def test_a_key_is_in_every_row_and_nowhere_twice(cells: tuple[str, ...], unique: bool) -> None:
    assert look(*cells).unique is unique


def test_cells_that_cannot_be_read_are_counted_by_fault() -> None:
    formula = CellError("formula", "a formula")

    found = look("1", formula, "2", formula)

    assert (found.holds, found.broken, found.blank) == ("integer", {"formula": 2}, 0)


def test_a_very_long_cell_is_text_and_costs_nothing() -> None:
    assert look("1" * 500_000, "2").holds == "text"
    assert look("1-" * 250_000, "1/" * 250_000).holds == "text"


def test_few_wrong_cells_leave_a_column_of_numbers_what_it_is() -> None:
    numbers = [f"{number}.5" for number in range(40)]

    assert look(*numbers, "oops").holds == "decimal"
    assert look(*numbers[:10], "oops").holds == "text"
