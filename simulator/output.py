"""Writing a world: into a ledger, or into a folder in the ledger's own Parquet form.

Either way each row passes the ledger's checks. What only the world knows goes to ``oracle/`` beside
the facts, never among them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection, Engine

from ledger.checking import Rows, Verdict, check_batch
from ledger.clocks import start_of_day, zone
from ledger.database import writing
from ledger.faults import Fault, RejectedRows, RowFault
from ledger.loads import Load, Receipt
from ledger.principals import Principal
from ledger.reports.parquet_rows import WRITTEN_AS
from ledger.reports.reading import read_arrow
from ledger.reports.row_shape import shape_of
from ledger.reports.taking import check_chunk
from ledger.revisions import existing
from ledger.tenants import ensure_tenant
from simulator.observation.observed import observed
from simulator.observation.view import CURRENCY, THEN, TIME_ZONE, Sheets
from simulator.oracle import oracle_of, write_oracle
from simulator.world import World

SOURCE_SYSTEM = "simulator"

FACTS, CORRECTIONS, ORACLE, ABOUT = "facts", "corrections", "oracle", "world.json"
"""What a folder holds: the corrections are a batch of their own, to be loaded after the facts."""

Progress = Callable[[str, float], None]
"""Told what is being done, and which part of it is over, 0 to 1."""

ROWS_AN_INVOICE = 5.5
"""Rows of facts for each invoice, about: for the progress."""


CORRECTED = ("dispute",)
"""Kinds of which a world has corrections."""


class FolderTaken(Fault):
    """The folder to write to is there already."""

    code = "folder-taken"


@dataclass(frozen=True)
class Written:
    """What a folder got.

    Attributes
    ----------
    folder : Path
    rows : dict
        Rows by kind of fact.
    """

    folder: Path
    rows: dict[str, int]


def write_folder(world: World, folder: Path, *, progress: Progress) -> Written:
    """Write facts and oracle of a world as Parquet files; the folder appears when it is whole.

    Raises
    ------
    FolderTaken
        Where the folder is there.
    RejectedRows
        Where a row fails the ledger's checks: then the simulator is wrong.
    """
    if folder.exists():
        raise FolderTaken(
            f"{folder} is there already", field="out", remedy="name a new folder, or remove it"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as making:
        whole = Path(making) / folder.name
        for part in (FACTS, CORRECTIONS):
            (whole / part).mkdir(parents=True)
        rows = _write_facts(world, whole, progress)
        write_oracle(oracle_of(world), whole / ORACLE)
        _write_about(world, rows, whole / ABOUT)
        whole.rename(folder)
    progress("done", 1.0)
    return Written(folder, rows)


def _write_about(world: World, rows: dict[str, int], path: Path) -> None:
    about = {
        "scenario": asdict(world.scenario),
        "size": asdict(world.size),
        "seed": world.seed,
        "last_day": world.last_day.isoformat(),
        "rows": rows,
    }
    path.write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_world(
    world: World,
    engine: Engine,
    principal: Principal,
    recorded_at: datetime,
    *,
    progress: Progress = lambda _what, _share: None,
    more: Sheets | None = None,
) -> list[Receipt]:
    """Append the facts of a world as two historical batches, the second with its corrections.

    Writing it again changes nothing.

    Parameters
    ----------
    engine : Engine
        Of a database with current tables (``ledger.database.migrate``). The book of the
        principal's tenant is opened unless it is there.
    recorded_at : datetime
        Now, aware; not before the world's last day begins in Shanghai.
    more : iterator of (kind, table) or None
        Further facts.

    Raises
    ------
    RejectedRows
        Where the last day is after ``recorded_at``, or the book holds what contradicts a row.
    TenantConflict
        Where the book is there with another time zone or currency.
    """
    gauge = _Gauge(world, progress)
    with writing(engine) as connection:
        ensure_tenant(connection, principal.tenant, TIME_ZONE, CURRENCY)
        start = partial(
            Load,
            connection,
            principal,
            source_system=SOURCE_SYSTEM,
            historical=True,
            recorded_at=recorded_at,
        )
        first, corrections = start(), []
        for kind, table in chain(observed(world), more or ()):
            if kind.endswith(THEN):
                corrections.append((kind.removesuffix(THEN), table))
            else:
                _add(first, kind, _not_yet_told(connection, principal.tenant, kind, table))
                gauge.tell(kind, table.num_rows)
        receipts = [first.close()]
        second = start()
        for kind, table in corrections:
            _add(second, kind, table)
        receipts.append(second.close())
    progress("done", 1.0)
    return receipts


def _add(load: Load, kind: str, table: pa.Table) -> None:
    for chunk in read_arrow(table.to_reader(), kind):
        faults = load.add({kind: [row.values for row in chunk]})
        if faults:
            raise RejectedRows(faults)


def _not_yet_told(connection: Connection, tenant: str, kind: str, table: pa.Table) -> pa.Table:
    """The rows whose ``ref`` the ledger doesn't have: else a row would undo its own correction."""
    if kind not in CORRECTED:
        return table
    known = existing(connection, kind, tenant, set(table["ref"].to_pylist()))
    return table.filter(pc.invert(pc.is_in(table["ref"], pa.array(sorted(known), pa.string()))))


def _write_facts(world: World, folder: Path, progress: Progress) -> dict[str, int]:
    """Check and write all facts: a file for each kind."""
    now = start_of_day(world.last_day, zone(TIME_ZONE))
    check = partial(check_batch, base_currency=CURRENCY, recorded_at=now)
    rows: dict[str, int] = {}
    gauge = _Gauge(world, progress)
    with ExitStack() as stack:
        writers: dict[str, pq.ParquetWriter] = {}
        for told, table in observed(world):
            kind = told.removesuffix(THEN)
            whole = _whole(kind, table)
            _check(kind, whole, check)
            if told not in writers:
                path = folder / (CORRECTIONS if told.endswith(THEN) else FACTS) / f"{kind}.parquet"
                writer = pq.ParquetWriter(path, whole.schema, compression="zstd")
                writers[told] = stack.enter_context(writer)
            writers[told].write_table(whole)
            rows[told] = rows.get(told, 0) + table.num_rows
            gauge.tell(kind, table.num_rows)
    return rows


def _check(kind: str, table: pa.Table, check: Callable[[Rows], dict[str, Verdict]]) -> None:
    for chunk in read_arrow(table.to_reader(), kind):
        found = check_chunk(kind, chunk, check)
        faults = [fault for verdict in found.verdicts.values() for fault in verdict.faults]
        faults += [
            RowFault(kind, row.line - 1, trouble.field, trouble.reason)
            for row in chunk
            for trouble in row.troubles
        ]
        if faults:
            raise RejectedRows(faults)


def _whole(kind: str, table: pa.Table) -> pa.Table:
    """The table with every field of its kind: one schema for all tables of a file."""
    shape = shape_of(kind)
    columns = {}
    for name, type_ in shape.types.items():
        arrow = _ARROW[WRITTEN_AS[type_]]
        if name in table.column_names:
            columns[name] = table[name].cast(arrow)
        else:
            columns[name] = pa.nulls(table.num_rows, arrow)
    return pa.table(columns)


_ARROW = {
    "string": pa.string(),
    "int64": pa.int64(),
    "bool": pa.bool_(),
    "date32": pa.date32(),
    "timestamp[us, tz=UTC]": pa.timestamp("us", tz="UTC"),
}


class _Gauge:
    """Tells how far the writing is."""

    def __init__(self, world: World, progress: Progress) -> None:
        core, upstream = world.chain.core.invoices, world.chain.upstream.invoices
        self._expected = ROWS_AN_INVOICE * (len(core) + len(upstream) / 2) + 1
        self._done = 0
        self._progress = progress

    def tell(self, kind: str, rows: int) -> None:
        """Note that so many rows were written."""
        self._done += rows
        self._progress(kind, min(self._done / self._expected, 0.99))
