"""Hostile Parquet: bombs, damage, types that no cell can be made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.ledger.importing.hostile_case import GOOD, HEADER, Case

FILE = "f.parquet"
LONG = "x" * (1 << 20)


def _table(**changed: Any) -> pa.Table:
    """Three rows as they should be, but for some columns."""
    columns = {
        "id": ["1", "2", "3"],
        "name": ["Anna", "Bert", "Cleo"],
        "amount": pa.array([Decimal("1.50"), Decimal("2.50"), None], pa.decimal128(12, 2)),
        "day": [date(2024, 3, 1), None, date(2024, 3, 3)],
        **changed,
    }
    return pa.table(columns)


def table(
    title: str, refused: str = "", /, *, loaded: int = 3, rejected: Any = (), **changed: Any
) -> Case:
    """A file of three rows with some columns changed."""

    def make(path: Path) -> None:
        pq.write_table(_table(**changed), path)

    return Case(title, make, FILE, refused, 0 if refused else loaded, dict(rejected))


def _damaged(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        pq.write_table(_table(), path)
        path.write_bytes(change(path.read_bytes()))

    return make


def _many_rows(path: Path) -> None:
    """Sixty million rows of nulls in some kilobytes."""
    few = pa.nulls(60_000_000, pa.null())
    pq.write_table(pa.table({"id": few}), path, row_group_size=60_000_000)


def _one_word(path: Path) -> None:
    """Ten thousand rows of one text of a megabyte, which the file holds once."""
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 10_000, pa.int32()), [LONG])
    few = pa.DictionaryArray.from_arrays(pa.array([0] * 10_000, pa.int32()), ["1"])
    pq.write_table(pa.table({"id": few, "name": words, "amount": few, "day": few}), path)


def _repeated(path: Path) -> None:
    """Two million rows that are all the same."""
    few = pa.DictionaryArray.from_arrays(pa.array([0] * 2_000_000, pa.int32()), ["1"])
    pq.write_table(pa.table(dict.fromkeys(("id", "name", "amount", "day"), few)), path)


def _plain_pages(path: Path) -> None:
    """Two hundred megabytes of equal signs, packed."""
    schema = pa.schema([(name, pa.large_string()) for name in ("id", "name", "amount", "day")])
    with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=False) as writer:
        names = pa.array([LONG] * 200, pa.large_string())
        few = pa.array(["1"] * 200, pa.large_string())
        writer.write_table(pa.table([few, names, few, few], schema=schema))


def _wide(path: Path) -> None:
    pq.write_table(pa.table({f"c{number}": [1] for number in range(20_000)}), path)


def _bad_utf8(path: Path) -> None:
    names = pa.array([b"Anna", b"\xff\xfe", b"Cleo"]).view(pa.binary())
    text = pa.Array.from_buffers(pa.string(), 3, names.buffers())
    pq.write_table(_table(name=text), path)


def _nested(levels: int) -> pa.Array:
    kind: pa.DataType = pa.int8()
    for _ in range(levels):
        kind = pa.list_(kind)
    return pa.nulls(3, kind)


COLUMNAR: tuple[Case, ...] = (
    table("as it should be"),
    table("words by number", name=pa.array(["a", "b", "a"]).dictionary_encode()),
    Case("sixty million rows", _many_rows, FILE, "unreadable-file", heavy=True),
    Case("one long text ten thousand times", _one_word, FILE,
         rejected=dict.fromkeys(range(1, 10_001), "too-long")),
    Case("two million equal rows", _repeated, FILE, "unreadable-file"),
    Case("many megabytes of equal signs", _plain_pages, FILE, "unreadable-file", heavy=True),
    Case("twenty thousand columns", _wide, FILE, "wrong-header", heavy=True),
    table("a list for a text", "wrong-mapping", name=pa.array([["a"], [], None])),
    table("a record for a text", "wrong-mapping", name=pa.array([{"a": 1}, None, {"a": 2}])),
    table("lists in lists in lists", "wrong-mapping", name=_nested(20)),
    table("bytes for a text", "wrong-mapping", name=pa.array([b"a", b"b", b"c"])),
    table("a float for a key", "wrong-mapping", id=pa.array([1.0, 2.0, 3.0])),
    table("numbers that are none", amount=pa.array([float("nan"), float("inf"), 1e300]),
          loaded=0, rejected={1: "not-finite", 2: "not-finite", 3: "not-finite"}),
    table("a number of 76 digits", loaded=2, rejected={2: "not-finite"},
          amount=pa.array([Decimal(1), Decimal(10) ** 75, None], pa.decimal256(76, 0))),
    table("days beyond the calendar", "unreadable-file",
          day=pa.array([0, 2**31 - 1, 0], pa.int32()).cast(pa.date32())),
    table("days beyond the ledger", loaded=2, rejected={2: "not-a-date"},
          day=[date(2024, 3, 1), date(9999, 12, 31), None]),
    table("times beyond the calendar", "unreadable-file",
          day=pa.array([0, 2**62, 0], pa.int64()).cast(pa.timestamp("ms"))),
    table("a NUL and a long cell", name=["a\0b", LONG + "y", "Cleo"], loaded=1,
          rejected={1: "nul", 2: "too-long"}),
    table("words for no value stay text", id=["NA", "007", "nan"]),
    Case("texts that are no UTF-8", _bad_utf8, FILE, "unreadable-file"),
    Case("a name twice", lambda path: pq.write_table(
        pa.Table.from_arrays([pa.array(["1"])] * 2, ["id", "id"]), path), FILE, "wrong-header"),
    Case("no columns", lambda path: pq.write_table(pa.table({}), path), FILE, "wrong-header"),
    Case("nothing", lambda path: path.write_bytes(b""), FILE, "unreadable-file"),
    Case("a text", lambda path: path.write_bytes(HEADER + GOOD), FILE, "unreadable-file"),
    Case("only the mark", lambda path: path.write_bytes(b"PAR1PAR1"), FILE, "unreadable-file"),
    Case("cut in two", _damaged(lambda data: data[: len(data) // 2]), FILE, "unreadable-file"),
    Case("cut at its end", _damaged(lambda data: data[:-5]), FILE, "unreadable-file"),
    Case("a footer of four gigabytes", _damaged(lambda data: data[:-8] + b"\xff\xff\xff\x7fPAR1"),
         FILE, "unreadable-file"),
    Case("an encrypted footer", _damaged(lambda data: data[:-4] + b"PARE"), FILE,
         "unreadable-file"),
    Case("zeros for its pages", _damaged(lambda data: data[:4] + bytes(200) + data[204:]), FILE,
         "unreadable-file"),
    Case("Parquet that is called CSV", _damaged(lambda data: data), "f.csv", "unreadable-file"),
)  # fmt: skip
