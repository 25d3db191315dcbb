"""XLSX, read row by row; every cell becomes what a person sees in it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from ledger.importing.cell_faults import CellError
from ledger.importing.cells import Cell, plain_text
from ledger.importing.file_formats import Formats
from ledger.importing.import_faults import UnreadableFile, WrongHeader
from ledger.importing.opened_file import Record, Stored, trusted_header
from ledger.importing.workbook_cells import Merges, cell_of
from ledger.importing.workbook_scan import LAST_ROW, SAVE_AGAIN, Outline, scan

ROWS_A_BLOCK = 1_000
COLUMNS = 1_024
"""So many columns are looked at: a row of all 16,384 costs a millisecond, be it blank."""

Row = tuple[Any, ...]
"""openpyxl's cells of a row."""


class WorkbookFile:
    """An open sheet of a workbook (see ``OpenedFile``).

    Parameters
    ----------
    name : str
        Of the file.
    views : sequence of openpyxl's sheets
        The sheet with its formulas; and with their stored results where those are accepted.
    outline : Outline
        What was found in it before.
    formats : Formats
        Where its header is.
    """

    def __init__(self, name: str, views: Sequence[Any], outline: Outline, formats: Formats) -> None:
        self._name = name
        self._views = views
        self._outline = outline
        self._first = 1 if formats.header else (formats.header_row or 1) + 1
        self._row = 0
        self._columns: dict[str, int] = {}
        names = formats.header or self._names(self._first - 1)
        self._columns = {name: number for number, name in enumerate(names) if name}
        self.header = trusted_header([name for name in names if name], name)

    @property
    def stored(self) -> Mapping[str, Stored]:
        """Each cell is kept in its own way: the parsers look at it themselves."""
        return dict.fromkeys(self.header, "text")

    def records(self, columns: Sequence[str]) -> Iterator[Record]:
        """Yield the rows but blank ones, with the cells of these columns."""
        places = [self._columns[name] for name in columns]
        for cells in self._rows(self._first, places):
            if cells is not None:
                yield Record(self._row, cells)

    def share_read(self) -> float:
        """How many of the rows were read, from 0 to 1."""
        return min(self._row / self._outline.last_row, 1.0) if self._outline.last_row else 1.0

    def _names(self, row: int) -> list[str]:
        cells = next(self._rows(row, range(COLUMNS), row), None) or ()
        return [self._title(place, cell) for place, cell in enumerate(cells)]

    def _title(self, place: int, cell: Cell) -> str:
        if isinstance(cell, CellError) and cell.fault != "merged-cells":
            raise WrongHeader(
                f"{self._name}: the name of column {get_column_letter(place + 1)}: {cell.reason}",
                remedy="write a plain text there, or name the header's row by format.header_row",
            )
        return "" if cell is None or isinstance(cell, CellError) else plain_text(cell).strip()

    def _rows(
        self, first: int, places: Sequence[int], last: int = LAST_ROW
    ) -> Iterator[tuple[Cell, ...] | None]:
        """The cells of the rows from ``first`` on; None for a row that is blank, or left out."""
        width = max(self._columns.values(), default=COLUMNS - 1) + 1
        merges = Merges(self._outline.merged, places)
        rows = zip(
            *(view.iter_rows(min_row=first, max_row=last, max_col=width) for view in self._views),
            strict=True,
        )
        self._row = first - 1
        while block := self._block(rows, merges, places):
            for cells in block:
                self._row += 1
                yield cells

    def _block(
        self, rows: Iterator[tuple[Row, ...]], merges: Merges, places: Sequence[int]
    ) -> list[tuple[Cell, ...] | None]:
        with _guarded(f"{self._name}: can't be read beyond row {self._row:,}"):
            return [
                _cells(views, merges.over(number), places)
                for number, views in enumerate(islice(rows, ROWS_A_BLOCK), self._row + 1)
            ]


@contextmanager
def open_workbook(path: Path, formats: Formats) -> Iterator[WorkbookFile]:
    """Open a sheet of a workbook: the one named by ``formats.sheet``, or the only one.

    Raises
    ------
    UnreadableFile
        Where it is no .xlsx, is encrypted or damaged, unpacks to more than ``formats.max_bytes``,
        has no such sheet, or several and none is named.
    WrongHeader
        Where the header is missing or a name occurs twice.
    """
    outlines = scan(path, formats.max_bytes)
    with ExitStack() as stack:
        views = []
        for results in (False, True) if formats.formulas == "cached" else (False,):
            stream = stack.enter_context(path.open("rb"))
            with _guarded(f"{path.name}: can't be read as .xlsx"):
                book = openpyxl.load_workbook(
                    stream, read_only=True, data_only=results, keep_links=False
                )
            view = _sheet(path.name, book, formats.sheet)
            view.reset_dimensions()  # what a file claims: a million columns cost a word
            views.append(view)
        with _guarded(f"{path.name}: has no part for its sheet"):
            outline = outlines[views[0]._worksheet_path]
        yield WorkbookFile(path.name, views, outline, formats)


def sheet_names(path: Path, formats: Formats) -> list[str]:
    """The sheets of a workbook, in their order; raise `UnreadableFile` where it is none."""
    scan(path, formats.max_bytes)
    with path.open("rb") as stream, _guarded(f"{path.name}: can't be read as .xlsx"):
        book = openpyxl.load_workbook(stream, read_only=True, keep_links=False)
        return [sheet.title for sheet in book.worksheets]


def _sheet(file: str, book: Any, name: str | None) -> Any:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if name is None and len(sheets) == 1:
        return next(iter(sheets.values()))
    if name is None or name not in sheets:
        listed = ", ".join(repr(title) for title in sheets) or "none"
        asked = f"has no sheet {name!r}" if name is not None else "has several sheets"
        raise UnreadableFile(
            f"{file}: {asked}; its sheets are: {listed}",
            field="sheet",
            remedy="name one of them as format.sheet",
        )
    return sheets[name]


@contextmanager
def _guarded(message: str) -> Iterator[None]:
    """Turn whatever the parser meets in a damaged file into a fault; keep its warnings quiet."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except Exception as error:  # it raises KeyError, TypeError and others on a damaged file
            raise UnreadableFile(f"{message}: {type(error).__name__}", remedy=SAVE_AGAIN) from error


def _cells(
    views: tuple[Row, ...], hidden: Mapping[int, CellError], places: Sequence[int]
) -> tuple[Cell, ...] | None:
    if all(_is_blank(cell.value) for cell in views[0]):
        return None
    formulas, stored = views[0], views[-1] if len(views) > 1 else None
    return tuple(
        hidden.get(place) or cell_of(formulas[place], None if stored is None else stored[place])
        for place in places
    )


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
