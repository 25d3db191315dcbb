"""A file and a rule for every kind of fact, made from its declaration, in each kind of file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ledger.importing.field_types import FieldType, field_type
from ledger.kinds import KINDS, Kind
from tests.ledger.importing.made_workbooks import write_workbook
from tests.ledger.made_rows import Row

SOURCE = """
[source]
name = "made"
time_zone = "America/Sao_Paulo"
currency = "BRL"
historical = true
"""

WAYS: Mapping[FieldType, tuple[str, str]] = {
    "text": ('"text"', "column"),
    "integer": ('"integer"', "column"),
    "boolean": ('{ type = "boolean", true = ["yes"], false = ["no"] }', "column"),
    "day": ('"date"', "day"),
    "instant": ('"instant"', "instant"),
    "money": ('"decimal"', "money"),
    "ppm": ('"decimal"', "percent"),
}
"""For each type of field, the column that holds it and the rule that takes it from there."""

NATIVE: Mapping[FieldType, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "day": pa.date32(),
    "instant": pa.timestamp("us", "UTC"),
    "money": pa.decimal128(20, 2),
    "ppm": pa.decimal128(20, 4),
}


def mapping_text(ending: str) -> str:
    """A mapping of one file for each kind, in their order."""
    return SOURCE + "".join(_rule(kind, ending) for kind in KINDS)


def _rule(kind: Kind, ending: str) -> str:
    types = types_of(kind)
    columns = "".join(f"{name} = {WAYS[types[name]][0]}\n" for name in types)
    fields = "".join(f'{name} = {{ {WAYS[types[name]][1]} = "{name}" }}\n' for name in types)
    return (
        f'[[file]]\nname = "{kind.name}{ending}"\n[file.columns]\n{columns}'
        f'[[file.fact]]\nkind = "{kind.name}"\n[file.fact.fields]\n{fields}'
    )


def types_of(kind: Kind) -> dict[str, FieldType]:
    return {name: field_type(kind.row, name) for name in kind.row.model_fields}


def _as_file(kind: Kind, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows with amounts in units of the currency and rates in percent."""
    scale = {"money": 2, "ppm": 4}
    return [
        {
            name: (
                Decimal(row[name]).scaleb(-scale[form])
                if form in scale and row.get(name) is not None
                else row.get(name)
            )
            for name, form in types_of(kind).items()
        }
        for row in rows
    ]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)


def write_csv(path: Path, kind: Kind, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(types_of(kind)))
        writer.writeheader()
        for row in _as_file(kind, rows):
            writer.writerow({name: _text(value) for name, value in row.items()})


def write_parquet(path: Path, kind: Kind, rows: Sequence[Row]) -> None:
    said = _as_file(kind, rows)
    types = types_of(kind)
    columns = {
        name: pa.array([row[name] for row in said], NATIVE[form]) for name, form in types.items()
    }
    pq.write_table(pa.table(columns), path)


def write_xlsx(path: Path, kind: Kind, rows: Sequence[Row]) -> None:
    """Numbers, days and booleans as such; instants as text, for a sheet knows no offsets."""
    cells = [
        [_text(value) if isinstance(value, datetime) else value for value in row.values()]
        for row in _as_file(kind, rows)
    ]
    write_workbook(path, [list(types_of(kind)), *cells])


WRITERS: Mapping[str, Callable[[Path, Kind, Sequence[Row]], None]] = {
    ".csv": write_csv,
    ".parquet": write_parquet,
    ".xlsx": write_xlsx,
}
"""How each kind of file is written, by its ending."""
