"""XLSX: every cell is what a person sees in it, or costs its row with a reason."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import Engine

from ledger.importing.cell_faults import CellError
from ledger.importing.file_formats import Formats
from ledger.importing.import_faults import UnreadableFile, WrongHeader
from ledger.importing.mapping import FileRule
from ledger.importing.workbook import open_workbook
from tests.ledger.importing.made_workbooks import (
    edit,
    sheet_xml,
    with_sheet,
    with_texts,
    write_workbook,
)
from tests.ledger.importing.small_bank import (
    MAPPING,
    added,
    empty_ledger,
    facts,
    faults,
    fill,
    load,
)

HEADER = ["a", "b"]


def read(path: Path, **formats: Any) -> list[tuple[int, list[Any]]]:
    """Line and cells, or the faults of cells, of each row."""
    with open_workbook(path, Formats(**formats)) as file:
        found = [
            (r.line, [c.fault if isinstance(c, CellError) else c for c in r.cells])
            for r in file.records(file.header)
        ]
        assert file.share_read() == 1.0
    return found


def one(path: Path, value: object, number_format: str | None = None) -> object:
    """What a cell of this value and format is read as."""
    formats = {} if number_format is None else {"A2": number_format}
    write_workbook(path, [HEADER, [value, "x"]], formats=formats)
    return read(path)[0][1][0]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Where a workbook will be."""
    return tmp_path / "f.xlsx"


def test_cells_are_what_a_person_sees(book: Path) -> None:
    moment = datetime(2024, 2, 29, 9, 30, 15)  # noqa: DTZ001 - a sheet knows no zones
    assert one(book, "007") == "007"
    assert one(book, " 1.234,50 ") == " 1.234,50 "
    assert one(book, 1234.5) == Decimal("1234.5")
    assert one(book, 0.1 + 0.2) == Decimal("0.3")
    assert one(book, 1234.5000000001) == Decimal("1234.5")
    assert one(book, 1000000.1 + 234.4 - 1000000) == Decimal("234.5")
    assert one(book, 100000000000.05) == Decimal("100000000000.05")
    assert one(book, 1234567.890123) == Decimal("1234567.890123")
    assert one(book, 1182.0) == 1182
    assert one(book, True) is True
    assert one(book, moment) == moment
    assert one(book, date(2024, 2, 29)) == datetime(2024, 2, 29)  # noqa: DTZ001
    assert one(book, 45351, "yyyy-mm-dd") == datetime(2024, 2, 29)  # noqa: DTZ001
    assert one(book, 117, "000000") == "000117"
    assert one(book, 117, "0") == 117
    assert one(book, "=1+1", "@") == "formula"
    assert one(book, "#N/A") == "error-value"
    assert one(book, 10.0**15) == "too-many-digits"
    assert one(book, 110101199003078515) == "too-many-digits"
    assert one(book, 999_999_999_999_999) == 999_999_999_999_999
    assert one(book, moment.time()) == "not-a-date"
    assert one(book, 10**9, "yyyy-mm-dd") == "error-value"


TITLE = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'


@settings(max_examples=5)
@given(st.lists(st.tuples(st.integers(-(10**14), 10**14), st.integers(0, 4)), min_size=20))
def test_numbers_lose_the_noise_of_floats_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[int, int]]
) -> None:
    exact = [Decimal(number).scaleb(-decimals) for number, decimals in said]
    rows = "".join(
        f'<row r="{line}"><c r="A{line}"><v>{float(number) * (1 + 2**-52)!r}</v></c></row>'
        for line, number in enumerate(exact, start=2)
    )
    path = with_sheet(tmp_path_factory.mktemp("book") / "f.xlsx", sheet_xml(TITLE + rows))
    assert [cells for _, cells in read(path)] == [[number] for number in exact]


def test_blank_rows_and_columns_are_no_rows_and_lines_are_those_of_the_sheet(book: Path) -> None:
    rows: list[list[Any]] = [
        ["a", "b", None, None],
        [None],
        ["x", 1, None, "note"],
        [" ", None],
        [],
        ["y", 2],
        [],
    ]
    write_workbook(book, rows, formats={"A9": "0.00", "H2": "0.00"})
    assert read(book) == [(3, ["x", 1]), (6, ["y", 2])]


def test_a_header_further_down_or_none_at_all(book: Path) -> None:
    write_workbook(book, [["Export of March"], [], HEADER, ["x", 1]])
    assert read(book, header_row=3) == [(4, ["x", 1])]
    write_workbook(book, [["x", 1], ["y", 2]])
    assert read(book, header=("a", "b")) == [(1, ["x", 1]), (2, ["y", 2])]
    with pytest.raises(ValidationError, match="not both"):
        Formats(header=("a",), header_row=2)


def test_columns_without_a_name_are_passed_over(book: Path) -> None:
    write_workbook(book, [["a", None, "b"], ["x", "hidden", 1]])
    assert read(book) == [(2, ["x", 1])]


@pytest.mark.parametrize(
    "header",
    [[], [None, " "], ["a", "b", " a"], ["a", "=B1"], ["a", "#REF!"]],
)
def test_headers_that_cannot_be_trusted(book: Path, header: list[str]) -> None:
    with pytest.raises(WrongHeader) as caught:
        read(write_workbook(book, [header, ["x", 1, 2]]))
    assert caught.value.remedy


def test_formulas_are_refused_unless_their_stored_results_are_accepted(book: Path) -> None:
    rows = (
        '<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c></row>'
        '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2"><v>5</v></c></row>'
        '<row r="3"><c r="A3"><f>1+1</f></c><c r="B3" t="str"><f>X()</f><v>x</v></c></row>'
        '<row r="4"><c r="A4"><f t="array" ref="A4">1+1</f><v>2</v></c>'
        '<c r="B4" t="e"><f>NA()</f><v>#N/A</v></c></row>'
    )
    with_sheet(book, sheet_xml(rows))
    assert read(book) == [
        (2, ["formula", 5]),
        (3, ["formula", "formula"]),
        (4, ["formula", "formula"]),
    ]
    assert read(book, formulas="cached") == [
        (2, [2, 5]),
        (3, ["formula", "x"]),
        (4, [2, "error-value"]),
    ]


def test_cells_under_a_merge_are_not_taken_for_blank(book: Path) -> None:
    rows: list[list[Any]] = [HEADER, ["x", 1], [None, 2], ["y", None], ["z", 3]]
    write_workbook(book, rows, merged=["A2:A3", "A4:B4"])
    assert read(book) == [
        (2, ["x", 1]),
        (3, ["merged-cells", 2]),
        (4, ["y", "merged-cells"]),
        (5, ["z", 3]),
    ]


def test_the_sheet_is_the_only_one_or_named(book: Path) -> None:
    write_workbook(book, [HEADER, ["x", 1]], others=["Notes"])
    assert read(book, sheet="Data") == [(2, ["x", 1])]
    for sheet in (None, "data"):
        with pytest.raises(UnreadableFile, match="'Data', 'Notes'") as caught:
            read(book, sheet=sheet)
        assert "format.sheet" in caught.value.remedy


def test_shared_texts_and_days_of_the_1904_calendar(book: Path) -> None:
    texts = b"<si><t>a</t></si><si><r><t>r</t></r><r><t>ich</t></r></si>"
    assert read(with_texts(book, [[0], [1]], texts)) == [(2, ["rich"])]
    write_workbook(book, [HEADER, [0, 1]], formats={"A2": "yyyy-mm-dd"})
    in_1904 = b'<workbookPr date1904="1"'
    edit(book, "xl/workbook.xml", lambda xml: re.sub(rb"<workbookPr\b", in_1904, xml))
    edit(
        book,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<v>0</v>", b"<v>43889</v>"),
    )
    assert read(book)[0][1][0] == datetime(2024, 2, 29)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("name", "container"),
    [("x.xlsx", "xlsx"), ("claims-*.XLSX", "xlsx"), ("x.csv", "csv"), ("x.pq", "parquet")],
)
def test_the_ending_tells_what_a_file_is(name: str, container: str) -> None:
    rule = {"columns": {"a": "text"}, "fact": [{"kind": "party", "fields": {}}]}
    assert FileRule.model_validate({"name": name, **rule}).container == container
    said = FileRule.model_validate({"name": "export.bin", "kind": container, **rule})
    assert said.container == container


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty ledger, on each store."""
    opened = empty_ledger(database_url)
    yield opened
    opened.dispose()


CLAIMS: list[list[Any]] = [
    ["Claims of March", None, None, None, None],
    ["buyer", "issued", "due", "amount", "paid"],
    ["001", date(2024, 1, 31), "2024-02-29", 12.3, None],
    ["002", date(2024, 2, 28), date(2024, 3, 31), None, date(2024, 2, 29)],
    [1, date(2024, 1, 31), date(2024, 2, 29), "=6+6", None],
    ["003", 45351, date(2024, 3, 31), 12.34, None],
    ["003", date(2024, 2, 29), date(2024, 3, 31), 12.345, None],
]


def test_a_workbook_gives_the_facts_that_text_gives(engine: Engine, tmp_path: Path) -> None:
    fill(tmp_path)
    load(engine, tmp_path)
    write_workbook(tmp_path / "claims.xlsx", CLAIMS, formats={"A5": "000"})
    text = MAPPING.replace('"claims.csv"', '"claims.xlsx"\nformat = { header_row = 2 }')
    report = load(engine, tmp_path, text)
    assert sum(added(report).values()) == 0
    assert faults(report) == [
        (5, "amount", "formula"),
        (6, "issued", "not-a-date"),
        (7, "amount", "amount-not-whole"),
    ]
    assert report.files[1].loaded == 2
    assert facts(engine, "receivable")[0]["face_minor"] == 1230
