"""Hostile workbooks: bombs, damage, formulas, claims that aren't true."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.ledger.importing.hostile_case import GOOD, HEADER, Case
from tests.ledger.importing.made_workbooks import SHEET, edit, sheet_xml, write_workbook

FILE = "f.xlsx"
NAMES = ("id", "name", "amount", "day")
ROWS = (NAMES, ("1", "Anna", 1.5, "2024-03-01"), ("2", "Bert", 2.5, "2024-03-02"))


def _good(path: Path) -> None:
    write_workbook(path, ROWS)


def _changed(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """A workbook with another sheet."""

    def make(path: Path) -> None:
        _good(path)
        edit(path, SHEET, change)

    return make


def _damaged(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        _good(path)
        path.write_bytes(change(path.read_bytes()))

    return make


def _bomb(path: Path) -> None:
    """A sheet of 300 megabytes of blanks in some hundred kilobytes."""
    _good(path)
    blanks = b"<sheetData>" + b" " * (300 << 20)
    edit(path, SHEET, lambda data: data.replace(b"<sheetData>", blanks))


def _many_parts(path: Path) -> None:
    _good(path)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(11_000):
            archive.writestr(f"xl/junk{number}.xml", "")


def _climbing(path: Path) -> None:
    """Parts whose names lead out of any folder: nothing is ever unpacked to disk."""
    _good(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../../tmp/evil.xml", "<x/>")


def _cells(row: int, *values: str) -> str:
    cells = "".join(
        f'<c r="{"ABCD"[place]}{row}" t="inlineStr"><is><t>{value}</t></is></c>'
        for place, value in enumerate(values)
    )
    return f'<row r="{row}">{cells}</row>'


HEAD = _cells(1, *NAMES)

WORKBOOKS: tuple[Case, ...] = (
    Case("as it should be", _good, FILE, loaded=2),
    Case("a bomb of blanks", _bomb, FILE, "unreadable-file", heavy=True),
    Case("eleven thousand parts", _many_parts, FILE, "unreadable-file"),
    Case("a part that climbs out", _climbing, FILE, loaded=2),
    Case("cut in two", _damaged(lambda data: data[: len(data) // 2]), FILE, "unreadable-file"),
    Case("damaged inside", _damaged(lambda data: data[:300] + bytes(300) + data[600:]), FILE,
         "unreadable-file"),
    Case("a text", lambda path: path.write_bytes(HEADER + GOOD), FILE, "unreadable-file"),
    Case("of Excel 97", lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0" * 99), FILE,
         "unreadable-file"),
    Case("a workbook that is called CSV", _good, "f.csv", "unreadable-file"),
    Case("a claim of a million columns", _changed(lambda data: data.replace(
        b'<dimension ref="A1:D3"', b'<dimension ref="A1:XFD1048576"')), FILE, loaded=2),
    Case("a document type", _changed(lambda data: b'<!DOCTYPE x [<!ENTITY a "b">]>' + data), FILE,
         "unreadable-file"),
    Case("formulas", _changed(lambda _: sheet_xml(
        HEAD + _cells(2, "1", "Anna", "1.5", "2024-03-01")
        + '<row r="3"><c r="A3" t="inlineStr"><is><t>2</t></is></c><c r="B3"><f>1+1</f><v>2</v></c>'
        '<c r="C3"><v>1</v></c></row>')), FILE, loaded=1, rejected={3: "formula"}),
    Case("a text of a million signs", _changed(lambda _: sheet_xml(
        HEAD + _cells(2, "1", "x" * 1_100_000, "1.5", "2024-03-01"))), FILE,
         rejected={2: "ledger"}),
    Case("a row after the last", _changed(lambda _: sheet_xml(
        HEAD + '<row r="99999999"></row>')), FILE, "unreadable-file"),
    Case("a column after the last", _changed(lambda _: sheet_xml(
        HEAD + '<row r="2"><c r="ZZZZ2"><v>1</v></c></row>')), FILE, "unreadable-file"),
    Case("numbers that are none", _changed(lambda _: sheet_xml(
        HEAD + '<row r="2"><c r="A2" t="inlineStr"><is><t>1</t></is></c><c r="C2"><v>1e999</v></c>'
        '</row><row r="3"><c r="A3" t="inlineStr"><is><t>2</t></is></c><c r="C3" t="e"><v>#N/A</v>'
        "</c></row>")), FILE, loaded=0, rejected={2: "not-finite", 3: "error-value"}),
    Case("a name twice", lambda path: write_workbook(path, [("id", "id"), ("1", "2")]), FILE,
         "wrong-header"),
    Case("an empty sheet", lambda path: write_workbook(path, []), FILE, "wrong-header"),
    Case("several sheets", lambda path: write_workbook(path, ROWS, others=("more",)), FILE,
         "unreadable-file"),
)  # fmt: skip
