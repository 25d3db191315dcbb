"""Rows as a sender writes them, in each form a report may have."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ledger.reports.reading import Form, read_report
from ledger.reports.row_shape import shape_of

FORMS: tuple[Form, ...] = ("json", "ndjson", "csv", "parquet")
ARROW = {
    "text": pa.string(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "day": pa.date32(),
    "instant": pa.timestamp("us", "UTC"),
}


def written(form: Form, kind: str, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows in a form; what a row doesn't have is missing."""
    if form == "json":
        return json.dumps([plain(row) for row in rows], ensure_ascii=False).encode()
    if form == "ndjson":
        lines = (json.dumps(plain(row), ensure_ascii=False) for row in rows)
        return "".join(f"{line}\n" for line in lines).encode()
    return as_csv(kind, rows) if form == "csv" else as_parquet(kind, rows)


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of JSON values."""
    return {
        name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()
    }


def as_csv(kind: str, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows as CSV with every field of the kind."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(shape_of(kind).types), lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {
                name: json.dumps(value) if isinstance(value, bool) else value
                for name, value in plain(row).items()
            }
        )
    return text.getvalue().encode()


def as_parquet(kind: str, rows: Sequence[Mapping[str, Any]], **options: Any) -> bytes:
    """Rows as Parquet with every field of the kind."""
    return parquet(columns_of(kind, rows), **options)


def columns_of(kind: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Rows as Arrow columns, with every field of the kind."""
    types = shape_of(kind).types
    return {
        name: pa.array([row.get(name) for row in rows], ARROW[form]) for name, form in types.items()
    }


def parquet(columns: Mapping[str, Any], **options: Any) -> bytes:
    """Columns as Parquet."""
    stream = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), stream, **options)
    return stream.getvalue()


def read(form: Form, body: bytes, kind: str = "party") -> Iterator[Any]:
    """The rows of a body, one by one."""
    for chunk in read_report(io.BytesIO(body), form, kind):
        yield from chunk
