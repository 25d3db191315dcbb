"""How days are written, and when their order can't be told."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.importing.day_cells import day_reader
from ledger.importing.drafting.day_writing import DayLook, look_at_days

DAYS = [date(2023, 1, 2) + timedelta(days=37 * number) for number in range(20)]


def look(texts: list[str]) -> DayLook | None:
    return look_at_days(Counter(texts), len(texts))


@pytest.mark.parametrize(
    "written",
    [
        "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日",
        "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%y", "%m-%d-%y",
        "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M:%S",
    ],
)  # fmt: skip
def test_the_format_that_days_are_written_in_reads_them_back(written: str) -> None:
    found = look([f"{day:{written}}" for day in DAYS])

    assert found is not None
    assert (found.formats, found.order_open) == ((written,), False)
    assert (found.first.date(), found.last.date()) == (DAYS[0], DAYS[-1])


@pytest.mark.parametrize(
    ("texts", "formats"),
    [
        (["2024/3/1", "2024/11/25"], ("%Y/%m/%d",)),
        (["2024年3月1日", "2024年11月25日"], ("%Y年%m月%d日",)),
        (["1.3.2024", "25.11.2024"], ("%d.%m.%Y",)),
        (["2024-03-01"] * 1 + ["2024/03/02"] * 1, ("%Y-%m-%d", "%Y/%m/%d")),
    ],
)
def test_days_without_zeros_and_in_two_formats(texts: list[str], formats: tuple[str, ...]) -> None:
    found = look(texts)

    assert found is not None
    assert set(found.formats) == set(formats)


@pytest.mark.parametrize(
    ("texts", "span"),
    [
        (["2018-09", "2018-10"], "month"),
        (["09/2018", "10/2018"], "month"),
        (["201809", "201812"], "month"),
        (["2024年3月", "2024年12月"], "month"),
        (["2024-03-01 09:30:00", "2024-03-02 00:00:00"], "instant"),
        (["2024-03-01T09:30:00Z", "2024-03-02T09:30:00+08:00"], "instant"),
        (["2024-03-01 09:30:00.123456", "2024-03-02 09:30:00.5"], "instant"),
    ],
)
def test_months_and_instants_are_told_from_days(texts: list[str], span: str) -> None:
    found = look(texts)

    assert found is not None
    assert found.span == span


def test_midnight_in_every_cell_means_days() -> None:
    found = look(["2024-03-01 00:00:00", "2024-03-02 00:00:00"])

    assert found is not None
    assert found.midnight


def test_an_order_that_nothing_tells_is_open() -> None:
    found = look(["03/04/2024", "05/06/2024", "07/07/2024"])

    assert found is not None
    assert found.order_open
    assert (found.formats, found.month_first) == (("%d/%m/%Y",), ("%m/%d/%Y",))


@pytest.mark.parametrize(
    ("texts", "formats"),
    [
        (["03/04/2024", "25/06/2024"], ("%d/%m/%Y",)),
        (["03/04/2024", "06/25/2024"], ("%m/%d/%Y",)),
    ],
)
def test_one_day_above_12_tells_the_order(texts: list[str], formats: tuple[str, ...]) -> None:
    found = look(texts)

    assert found is not None
    assert (found.formats, found.order_open) == (formats, False)


@pytest.mark.parametrize(
    "texts",
    [
        ["25/06/2024", "06/25/2024"],  # both orders
        ["0000-00-00", "0000-00-00"],
        ["20241340", "20249999"],
        ["43329", "43330"],
        ["1.5", "2.5"],
        ["2024-13-01", "2024-14-01"],
        ["0001-01-01", "9999-12-31"],  # beyond what the ledger takes
        ["05-Mar-2024", "06-Mar-2024"],
    ],
)
def test_what_is_no_day_of_one_order_is_none(texts: list[str]) -> None:
    assert look(texts) is None


def test_a_few_wrong_days_leave_the_column_what_it_is() -> None:
    found = look([f"{day:%d/%m/%Y}" for day in DAYS] + ["30/02/2024"])

    assert found is not None
    assert found.share == pytest.approx(20 / 21)


@given(
    st.lists(st.dates(date(1990, 1, 1), date(2090, 12, 31)), min_size=1, max_size=20),
    st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%Y%m%d", "%d.%m.%Y"]),
)
def test_the_importer_reads_every_day_back_or_the_order_is_said_to_be_open(
    days: list[date], written: str
) -> None:
    texts = [f"{day:{written}}" for day in days]
    found = look(texts)

    assert found is not None
    read = day_reader(found.formats)
    assert found.order_open or [read(text) for text in texts] == days
