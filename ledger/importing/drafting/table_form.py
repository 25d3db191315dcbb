"""How a table lies in its file: encoding, separators, sheet, header."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from ledger.importing.cells import Cell
from ledger.importing.drafting.decisions import Decisions, one_of, yes_or_no
from ledger.importing.drafting.file_head import Head
from ledger.importing.drafting.header_line import find_header, is_value
from ledger.importing.drafting.separators import find_separators
from ledger.importing.drafting.sureness import Guess
from ledger.importing.drafting.synonyms import synonyms
from ledger.importing.drafting.text_encoding import detect
from ledger.importing.file_formats import Formats
from ledger.importing.import_faults import WrongHeader
from ledger.importing.opened_file import MOST_COLUMNS, Record
from ledger.importing.source_files import OPEN
from ledger.importing.workbook import sheet_names

LOOKED_AT = 50
"""Rows by which a header is told from a row."""

WIDEST = 256
"""Columns of a sheet in which its header is looked for."""

TITLES = 20
"""Rows of a sheet that may stand above its header."""


@dataclass
class TableForm:
    """How a table lies in its file.

    Attributes
    ----------
    formats : Formats
        How it is read.
    seen : list
        What was found out on the way: a word for it, and the guess.
    """

    formats: Formats = field(default_factory=Formats)
    seen: list[tuple[str, Guess[str]]] = field(default_factory=list)

    def note(self, what: str, guess: Guess[str]) -> None:
        """Take down what was seen."""
        self.seen.append((what, guess))


def find_form(path: Path, head: Head, decisions: Decisions) -> TableForm:
    """How the table of a file lies in it.

    Raises
    ------
    UnreadableFile, WrongHeader
        Where the file is damaged, or its first line can't be its header.
    """
    form = TableForm()
    if head.container == "csv":
        _of_text(path, head, decisions, form)
    elif head.container == "xlsx":
        _of_workbook(path, decisions, form)
    return form


def _of_text(path: Path, head: Head, decisions: Decisions, form: TableForm) -> None:
    encoding = detect(head.text)
    form.note("encoding", encoding)
    found = find_separators(head.lines(encoding.value))
    separators = found.value
    form.note("separators", Guess(separators.delimiter, found.sure, found.why))
    form.formats = Formats(
        encoding=encoding.value, delimiter=separators.delimiter, quote=separators.quote
    )
    if separators.fields > MOST_COLUMNS:
        raise WrongHeader(
            f"{path.name}: has more than {MOST_COLUMNS:,} columns",
            remedy="export the columns that are needed",
        )
    names = _numbered(separators.fields)
    with OPEN["csv"](path, form.formats.model_copy(update={"header": names})) as file:
        records = list(islice(file.records(file.header), LOOKED_AT + 1))
    if not records:
        return
    _refuse_titles(path.name, records)
    rows = [record.cells for record in records if record.wrong is None]
    if records[0].wrong is None and not _has_header(rows, decisions, form):
        form.formats = form.formats.model_copy(update={"header": names})


def _refuse_titles(name: str, records: Sequence[Record]) -> None:
    """The importer takes the first line for the header: nothing else may stand there."""
    first = records[0]
    if first.wrong is None or not first.wrong.fault.endswith("-fields"):
        return
    if any(record.wrong is None for record in records[1:]):
        below = next(record.line for record in records if record.wrong is None)
        raise WrongHeader(
            f"{name}: line {first.line} is no header: {first.wrong.reason.split(',')[0]}, "
            f"other lines (the first is line {below}) have another number",
            remedy="take out what stands above the names of the columns; every line must have as "
            "many fields as they are",
        )


def _has_header(rows: Sequence[Sequence[Cell]], decisions: Decisions, form: TableForm) -> bool:
    guess = find_header(rows[0], rows[1:], lambda text: bool(synonyms().named(text)))
    has = guess.value
    if guess.sure == "guess":
        text = "Does the first row hold the names of the columns?"
        has = decisions.settle(yes_or_no("header", text, guess.why, default="yes")) == "yes"
    form.note("header", Guess("yes" if has else "no", guess.sure, guess.why))
    return has


def _of_workbook(path: Path, decisions: Decisions, form: TableForm) -> None:
    sheets = sheet_names(path, form.formats)
    chosen = sheets[0] if sheets else ""
    if len(sheets) > 1:
        question = one_of("sheet", "Which sheet?", sheets, f"the first of {len(sheets)}")
        chosen = decisions.settle(question)
        form.formats = form.formats.model_copy(update={"sheet": chosen})
    form.note("sheet", Guess(chosen, "sure" if len(sheets) == 1 else "guess", f"of {len(sheets)}"))
    wide = form.formats.model_copy(update={"header": _numbered(WIDEST)})
    with OPEN["xlsx"](path, wide) as file:
        records = list(islice(file.records(file.header), LOOKED_AT))
    row = _header_row(records)
    if row > 1:
        form.formats = form.formats.model_copy(update={"header_row": row})
        form.note("header", Guess(f"row {row}", "likely", "the rows above it are less filled"))


def _header_row(records: Sequence[Record]) -> int:
    """The first row that is as full as most rows are, and holds words."""
    filled = {
        record.line: [cell for cell in record.cells if cell is not None and cell != ""]
        for record in records
    }
    if not filled:
        return 1
    usual = Counter(map(len, filled.values())).most_common(1)[0][0]
    for line, cells in list(filled.items())[:TITLES]:
        words = sum(not is_value(cell) for cell in cells)
        if len(cells) >= max(2, usual) and words > len(cells) / 2:
            return line
    return next(iter(filled))


def _numbered(columns: int) -> tuple[str, ...]:
    return tuple(f"column {number}" for number in range(1, columns + 1))
