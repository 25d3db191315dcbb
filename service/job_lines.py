"""The lines of a file of requests: NDJSON as batches have it, CSV or Parquet with a column a field.

A row becomes a body as of ``POST /score``, so that there is one way to read a request. Columns are
those that ``tricredit score FILE`` takes: parties and receivables are named by their keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO, Literal

from ledger.importing.field_types import FieldType
from ledger.reports.csv_rows import rows_of_csv
from ledger.reports.parquet_rows import rows_of_parquet
from ledger.reports.read_rows import ReadRow
from ledger.reports.reading import Form
from ledger.reports.report_faults import TooManyRows
from ledger.reports.row_shape import RowShape
from ledger.reports.text_start import past_the_mark
from scoring.asking import Mode
from scoring.request_files import SEPARATOR
from service.batch_lines import Line, LineCutter
from service.refusals import Flaw, InvalidRequest

JobForm = Literal["ndjson", "csv", "parquet"]
PART = 1 << 16

COLUMNS: dict[str, FieldType] = {
    "request_id": "text",
    "supplier": "text",
    "buyer": "text",
    "receivables": "text",
    "as_of": "instant",
    "amount_requested_minor": "integer",
    "currency": "text",
    "product": "text",
    "tenor_days": "integer",
    "recourse": "boolean",
    "notified": "boolean",
    "account": "text",
    "channel_collects": "boolean",
    "link_disclosed": "boolean",
    "instrument_reviewed": "boolean",
    "advice": "boolean",
}
SHAPE = RowShape("a request", COLUMNS, ("request_id", "supplier", "buyer", "receivables"))


def job_form(form: Form) -> JobForm | None:
    """The form of a file of requests; None where a job takes no such file."""
    return None if form == "json" else form


def lines_of(
    file: BinaryIO, form: JobForm, *, currency: str, longest: int, most: int
) -> Iterator[Line]:
    """Yield the lines of a file, good and bad, in memory that doesn't grow with their number.

    Parameters
    ----------
    file : binary file
        At its beginning, with a descriptor.
    currency : str
        The book's: that of an amount in a row that names none.
    longest : int
        Bytes of a line of NDJSON.
    most : int
        Lines of the file.

    Raises
    ------
    UnreadableReport, WrongColumns, TooManyRows
        Where the file can't be read, or not beyond the lines yielded.
    """
    lines = (
        _lines_of_json(file, longest)
        if form == "ndjson"
        else (_line_of(row, currency) for row in _rows(file, form, most))
    )
    for count, line in enumerate(lines, start=1):
        if count > most:
            raise TooManyRows(
                f"there are more than {most} requests", remedy="send them as several jobs"
            )
        yield line


def _lines_of_json(file: BinaryIO, longest: int) -> Iterator[Line]:
    cutter, stream = LineCutter(longest), past_the_mark(file)
    while part := stream.read(PART):
        yield from cutter.feed(part)
    yield from cutter.end()


def _rows(file: BinaryIO, form: JobForm, most: int) -> Iterator[ReadRow]:
    return rows_of_csv(file, SHAPE) if form == "csv" else rows_of_parquet(file, SHAPE, most)


def _line_of(row: ReadRow, currency: str) -> Line:
    if row.troubles:
        flaws = [
            Flaw(f"/{field}" if field else "", *_fault_and_remedy(reason))
            for field, reason in row.troubles
        ]
        fault = InvalidRequest("the row can't be read", remedy="see errors", flaws=flaws)
        return Line(row.line, b"", fault)
    body = json.dumps(_body(row.values, currency), ensure_ascii=False)
    return Line(row.line, body.encode(errors="surrogatepass"))  # the reader of requests refuses it


def _fault_and_remedy(reason: str) -> tuple[str, str]:
    fault, _, remedy = reason.partition("; ")
    return fault, remedy or "give what the column asks for"


def _body(values: dict[str, Any], currency: str) -> dict[str, Any]:
    """A body as of ``POST /score``; what is missing in the row is missing in it."""
    body = dict(values)
    for role in ("supplier", "buyer"):
        if role in values:
            body[role] = {"ref": values[role]}
    if "receivables" in values:
        body["receivables"] = [{"ref": ref} for ref in values["receivables"].split(SEPARATOR)]
    if isinstance(as_of := values.get("as_of"), datetime):
        body |= {"as_of": as_of.isoformat(), "mode": Mode.BACKTEST.value}
    if "amount_requested_minor" in values:
        body.setdefault("currency", currency)
    return body
