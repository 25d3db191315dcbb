"""Requests in files: CSV, NDJSON or Parquet in, replies out as NDJSON or a CSV summary."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ledger.clocks import aware
from ledger.entities.finance import Product
from ledger.facts import Key
from ledger.faults import Fault, NaiveTime
from ledger.spreadsheet_cells import shown_only
from scoring.asking import MOST_RECEIVABLES, Mode, Request

SEPARATOR = ";"
SUMMARY = ("request_id", "decision", "probability", "points", "subject", "object", "data", "cross")


class WrongRequestFile(Fault):
    """A file of requests that can't be read; the field names the line."""

    code = "wrong-request-file"


class _Line(BaseModel):
    """One request as a line: receivables as a list, or as text separated by ``;``."""

    model_config = ConfigDict(extra="forbid")

    request_id: Key
    supplier: Key
    buyer: Key
    receivables: tuple[Key, ...] = Field(min_length=1, max_length=MOST_RECEIVABLES)
    as_of: datetime | None = None
    amount_requested_minor: int | None = Field(default=None, gt=0)
    product: Product | None = None
    tenor_days: int | None = Field(default=None, ge=1, le=3_650)
    recourse: bool | None = None
    notified: bool | None = None
    account: Literal["free", "supervised", "locked"] | None = None
    channel_collects: bool | None = None
    link_disclosed: bool | None = None
    instrument_reviewed: bool | None = None

    @field_validator("receivables", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return value.split(SEPARATOR) if isinstance(value, str) else value

    @field_validator("receivables")
    @classmethod
    def _once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        twice = [key for key in value if value.count(key) > 1]
        if twice:
            raise ValueError(f"{twice[0]!r} is named twice; its face would count twice")
        return value

    @field_validator("as_of")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        try:
            return None if value is None else aware(value)
        except NaiveTime as error:
            raise ValueError(error.message) from error


def read_requests(path: Path, now: datetime) -> list[Request]:
    """Read requests, by the file's ending: ``.csv``, ``.ndjson`` (``.jsonl``) or ``.parquet``.

    Parameters
    ----------
    now : datetime
        ``as_of`` of a line that gives none.

    Raises
    ------
    WrongRequestFile
        Where the file can't be read or a line isn't a request; names the line.
    """
    return [_request(line, values, now) for line, values in _lines(path)]


def _lines(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        if path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as stream:
                reader = csv.DictReader(stream, strict=True)
                for row in _csv_rows(reader):
                    given = {name: value for name, value in row.items() if value != ""}
                    yield reader.reader.line_num, given
        elif path.suffix in {".ndjson", ".jsonl"}:
            # not splitlines: U+2028 and its like may stand in a JSON string
            for at, text in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
                if text.strip():
                    yield at, _json_line(at, text)
        elif path.suffix == ".parquet":
            for at, row in enumerate(pq.read_table(path).to_pylist(), start=1):
                yield at, {name: value for name, value in row.items() if value is not None}
        else:
            raise ValueError("the ending must be .csv, .ndjson, .jsonl or .parquet")
    except (OSError, ValueError) as error:
        raise WrongRequestFile(
            f"{path} can't be read as requests: {error}",
            field=str(path),
            remedy="columns: request_id, supplier, buyer, receivables (separated by ;), and "
            "optionally as_of, amount_requested_minor, product, tenor_days, recourse, notified, "
            "account, channel_collects, link_disclosed and instrument_reviewed",
        ) from error


def _csv_rows(reader: csv.DictReader[str]) -> Iterator[dict[str, Any]]:
    try:
        yield from reader
    except csv.Error as error:
        raise ValueError(f"line {reader.reader.line_num}: {error}") from error


def _json_line(line: int, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"line {line} is not JSON ({error})") from error


def _request(line: int, values: Mapping[str, Any], now: datetime) -> Request:
    try:
        read = _Line.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise WrongRequestFile(
            f"line {line}, {where}: {first['msg']}",
            field=f"line {line}",
            remedy="correct the line; nothing was scored",
        ) from error
    return Request(
        **read.model_dump(exclude={"as_of"}),
        as_of=read.as_of or now,
        mode=Mode.BACKTEST if read.as_of else Mode.DECISION,
    )


def write_replies(path: Path, replies: Iterable[Mapping[str, Any]]) -> int:
    """Write replies, by the file's ending, and return how many: whole as NDJSON, a summary as CSV.

    Raises
    ------
    WrongRequestFile
        Where the ending is another.
    """
    if path.suffix not in {".ndjson", ".jsonl", ".csv"}:
        raise WrongRequestFile(
            f"{path} ends in {path.suffix!r}",
            field="out",
            remedy="name a file that ends in .ndjson or .csv",
        )
    # an older file of that name stays as it is until all replies are there
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("w", encoding="utf-8", newline="") as stream:
        if path.suffix == ".csv":
            writer = csv.writer(stream)
            writer.writerow(SUMMARY)
            written = sum(bool(writer.writerow(_summary(reply))) for reply in replies)
        else:
            written = sum(bool(stream.write(_json(reply) + "\n")) for reply in replies)
    unfinished.replace(path)
    return written


def _json(reply: Mapping[str, Any]) -> str:
    return json.dumps(reply, ensure_ascii=False, allow_nan=False)


def _summary(reply: Mapping[str, Any]) -> list[Any]:
    head = [shown_only(reply[name]) for name in SUMMARY[:4]]
    return [*head, *(reply["parts"][name] for name in SUMMARY[4:])]
