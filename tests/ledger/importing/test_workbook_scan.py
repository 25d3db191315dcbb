"""Workbooks that would fill memory or hide something are refused before a parser sees them."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.importing import workbook_scan
from ledger.importing.file_formats import Formats
from ledger.importing.import_faults import UnreadableFile
from ledger.importing.workbook import open_workbook
from tests.ledger.importing.made_workbooks import (
    SHEET,
    edit,
    sheet_xml,
    with_sheet,
    with_texts,
    write_workbook,
)

HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
MEGA = 1 << 20


def read(path: Path, formats: Formats | None = None) -> list[object]:
    with open_workbook(path, formats or Formats()) as file:
        return [list(record.cells) for record in file.records(file.header)]


def refused(path: Path, formats: Formats | None = None) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read(path, formats)
    assert caught.value.remedy
    return caught.value.message


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Where a workbook will be."""
    return tmp_path / "f.xlsx"


def test_a_claimed_dimension_costs_nothing(book: Path) -> None:
    rows = HEADER + '<row r="2"><c r="A2"><v>1</v></c></row>'
    with_sheet(book, sheet_xml(rows, dimension="A1:XFD1048576"))
    assert read(book) == [[1]]


def test_a_row_at_the_very_end_is_read(book: Path) -> None:
    rows = HEADER + '<row r="1048576"><c r="A1048576"><v>1</v></c><c r="XFD1048576"/></row>'
    assert read(with_sheet(book, sheet_xml(rows))) == [[1]]


def test_a_sheet_of_more_pieces_than_one_is_gone_through(book: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(2, 60_000))
    merge = '<mergeCells><mergeCell ref="A9:A10"/></mergeCells>'
    with_sheet(book, sheet_xml(HEADER + rows, after=merge))
    outline = workbook_scan.scan(book, 1 << 30)[SHEET]
    assert (outline.last_row, outline.merged) == (59_999, ["A9:A10"])
    assert len(read(book)) == 59_998


def test_columns_far_to_the_right_are_not_looked_at(book: Path) -> None:
    far = '<row r="1"><c r="A1" t="str"><v>a</v></c><c r="XFD1" t="str"><v>b</v></c></row>'
    with_sheet(book, sheet_xml(far + '<row r="2"><c r="XFD2"><v>1</v></c></row>'))
    with open_workbook(book, Formats()) as file:
        assert (file.header, list(file.records(["a"]))) == (("a",), [])


def bomb(size: int) -> Callable[[bytes], bytes]:
    return lambda _: sheet_xml(HEADER + '<row r="2"><c r="A2"><v>1</v></c></row>' + " " * size)


BAD_SHEETS: dict[str, str] = {
    "rows in rows": '<row r="2"><c/><row r="3"/></row>',
    "rows backwards": '<row r="3"/><row r="2"/>',
    "rows twice": '<row r="2"/><row r="2"/>',
    "a row beyond the last": '<row r="1048577"><c r="A1048577"/></row>',
    "a row far beyond the last, otherwise quoted": "<row r = '99999999999999'><c/></row>",
    "a row that is a fraction": '<row r="1e9"><c/></row>',
    "a row far beyond the last": '<row r="99999999999999"><c/></row>',
    "a row of a million cells": '<row r="2">' + "<c/>" * 1_000_001 + "</row>",
    "a text without end": '<row r="2"><c t="str"><v>' + "x" * (3 * MEGA) + "</v></c></row>",
    "a comment": "<!-- <row r='2'> -->",
    "a value that is no number": '<row r="2"><c r="A2"><v>x</v></c></row>',
    "a shared text that isn't there": '<row r="2"><c r="A2" t="s"><v>7</v></c></row>',
    "a cell of no column": '<row r="2"><c r="ZZZZ2"><v>1</v></c></row>',
    "a style that isn't there": '<row r="2"><c r="A2" s="99"><v>1</v></c></row>',
    "broken XML": '<row r="2"><c></row>',
}


@pytest.mark.parametrize("what", BAD_SHEETS)
def test_sheets_that_no_program_writes(book: Path, what: str) -> None:
    refused(with_sheet(book, sheet_xml(HEADER + BAD_SHEETS[what])))


@pytest.mark.parametrize(
    "start",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "ee">]>',
        b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd">',
    ],
)
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml"])
def test_entities_are_refused_in_every_part(book: Path, start: bytes, part: str) -> None:
    write_workbook(book, [["a"], [1]])
    edit(book, part, lambda xml: start + xml.partition(b"?>")[2] if b"?>" in xml else start + xml)
    assert "DOCTYPE" in refused(book)


def test_parts_in_another_encoding_are_refused(book: Path) -> None:
    text = sheet_xml(HEADER).decode().replace("UTF-8", "UTF-16")
    assert "no UTF-8" in refused(with_sheet(book, text.encode("utf-16")))


def test_a_small_file_that_unpacks_to_a_large_one(book: Path) -> None:
    write_workbook(book, [["a"], [1]])
    edit(book, SHEET, bomb(52 * MEGA))
    assert book.stat().st_size < 128 * 1024
    assert "times as many" in refused(book)


def test_a_small_file_that_unpacks_to_a_middling_one_is_no_bomb(book: Path) -> None:
    rows = "".join(
        f'<row r="{n}"><c t="str"><v>{"the same remark " * 3}</v></c></row>'
        for n in range(2, 40_000)
    )
    with_sheet(book, sheet_xml(HEADER + rows))
    with zipfile.ZipFile(book) as archive:
        part = archive.getinfo(SHEET)
    assert part.file_size > 20 * part.compress_size
    assert len(read(book)) == 39_998


def test_all_parts_together_are_bounded(book: Path) -> None:
    write_workbook(book, [["a"], [1]])
    assert "are allowed" in refused(book, Formats(max_bytes=1_000))


def test_a_part_that_is_larger_than_the_zip_says(book: Path) -> None:
    with_sheet(book, sheet_xml(HEADER + '<row r="2"/>' * 1))
    data = book.read_bytes()
    with zipfile.ZipFile(book) as archive:
        size = archive.getinfo(SHEET).file_size
    small = data.replace(size.to_bytes(4, "little"), (size - 60).to_bytes(4, "little"))
    assert small != data
    book.write_bytes(small)
    refused(book)


def test_shared_texts_are_bounded(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_scan, "MOST_TEXTS", 3)
    assert read(with_texts(book, [[0], [2]], b"<si><t>a</t></si><si/><si><t>c</t></si>")) == [["c"]]
    assert "different texts" in refused(with_texts(book, [[0]], b"<si><t>a</t></si>" * 4))
    assert "a text in a text" in refused(with_texts(book, [[0]], b"<si><si/><t>a</t></si>"))


def encrypted(path: Path) -> None:
    data = bytearray(write_workbook(path, [["a"], [1]]).read_bytes())
    begin = data.index(b"PK\x01\x02")
    data[begin + 8] |= 1
    path.write_bytes(data)


NO_WORKBOOKS: dict[str, Callable[[Path], object]] = {
    "text": lambda path: path.write_bytes(b"a,b\n1,2\n"),
    "nothing": lambda path: path.write_bytes(b""),
    "an old or locked workbook": lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600),
    "a locked part": encrypted,
    "a folder": lambda path: path.mkdir(),
    "another zip": lambda path: zipfile.ZipFile(path, "w").writestr("x.xml", "<x/>"),
    "half a workbook": lambda path: path.write_bytes(
        write_workbook(path, [["a"], [1]]).read_bytes()[:-400]
    ),
}


@pytest.mark.parametrize("what", NO_WORKBOOKS)
def test_what_is_no_workbook(book: Path, what: str) -> None:
    NO_WORKBOOKS[what](book)
    refused(book)
