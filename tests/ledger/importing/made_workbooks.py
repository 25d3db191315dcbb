"""Workbooks as spreadsheet programs write them, and as nobody should."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def write_workbook(
    path: Path,
    rows: Iterable[Sequence[Any]],
    *,
    formats: Mapping[str, str] | None = None,
    merged: Sequence[str] = (),
    others: Sequence[str] = (),
) -> Path:
    """A workbook with one sheet of these rows, and further empty sheets."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Data"
    for row in rows:
        sheet.append(row)
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    for ref in merged:
        sheet.merge_cells(ref)
    for name in others:
        book.create_sheet(name)
    book.save(path)
    return path


def edit(path: Path, part: str, change: Callable[[bytes], bytes], *, new: bool = False) -> Path:
    """Change one part of a workbook, or add it."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    assert new or part in parts
    parts[part] = change(parts.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def sheet_xml(rows: str, *, dimension: str = "A1:B2", after: str = "") -> bytes:
    """The XML of a sheet, from that of its rows."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}">'
        f'<dimension ref="{dimension}"/><sheetData>{rows}</sheetData>{after}</worksheet>'
    ).encode()


def with_sheet(path: Path, xml: bytes) -> Path:
    """A workbook whose one sheet is this XML."""
    return edit(write_workbook(path, [["a", "b"], [1, 2]]), SHEET, lambda _: xml)


def with_texts(path: Path, rows: Sequence[Sequence[int]], texts: bytes) -> Path:
    """A workbook of shared texts, as Excel writes them: each cell is the number of a text."""
    cells = "".join(
        f'<row r="{no}">' + "".join(f'<c t="s"><v>{one}</v></c>' for one in row) + "</row>"
        for no, row in enumerate(rows, start=1)
    )
    with_sheet(path, sheet_xml(cells))
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'"/></Types>'
    edit(path, "[Content_Types].xml", lambda xml: xml.replace(b"</Types>", override))
    body = f'<sst xmlns="{MAIN}">'.encode() + texts + b"</sst>"
    return edit(path, TEXTS, lambda _: body, new=True)
