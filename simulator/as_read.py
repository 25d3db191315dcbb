"""The facts of a world as the ledger's reader gives them, without a ledger in between.

For benchmarks and tests of large worlds: writing and reading back takes many times as long as
making the world. Every column that a feature may read is as if it had been written; ids and batches
aren't there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ledger.canonical import canonical_hash
from ledger.completing import FOR_EVERYBODY, MADE_OF
from ledger.kinds import KINDS
from ledger.reader import arrow_schema
from simulator.observation.observed import observed
from simulator.observation.view import THEN, Sheets
from simulator.world import World

TENANT = "default"


def facts_as_read(world: World, more: Sheets | None = None) -> dict[str, pa.Table]:
    """All that the ledger gets to see of a world, every kind a table of ``ledger.reader``.

    Parameters
    ----------
    more : iterator of (kind, table) or None
        Further facts, as of ``simulator.output.write_world``.

    Returns
    -------
    dict of kind to pyarrow.Table
        Of ``arrow_schema``, in the order of ``seq``; a kind without facts has a table without rows.
        A fact is visible from ``known_at`` on, as in a historical batch, and a correction is a
        second revision.
    """
    told: dict[str, list[pa.Table]] = {}
    for kind, table in (*observed(world), *(more or ())):
        told.setdefault(kind, []).append(table)
    head, facts = 0, {}
    for kind in (kind.name for kind in KINDS):
        first = _as_read(kind, told.get(kind, []), revision=0)
        then = _as_read(kind, told.get(kind + THEN, []), revision=1)
        whole = pa.concat_tables([first, then])
        facts[kind] = _numbered(whole, head)
        head += whole.num_rows
    facts["invoice"] = _hashed(facts["invoice"], facts["party"])
    return facts


def last_seq(facts: dict[str, pa.Table]) -> int:
    """Position of the last of the facts."""
    return sum(table.num_rows for table in facts.values())


def _as_read(kind: str, tables: list[pa.Table], *, revision: int) -> pa.Table:
    """Sheets of a kind as one table of the reader's schema."""
    schema = arrow_schema(kind)
    parts = [pa.table(_columns(table, schema, revision), schema=schema) for table in tables]
    return pa.concat_tables([schema.empty_table(), *parts]).combine_chunks()


def _columns(table: pa.Table, schema: pa.Schema, revision: int) -> dict[str, Any]:
    rows = table.num_rows
    known = _stored(table["known_at"], pa.int64())
    settled: dict[str, Any] = {
        "tenant": pa.repeat(pa.scalar(TENANT), rows),
        "revision": pa.repeat(pa.scalar(revision, pa.int64()), rows),
        "visible_at": known,
    }
    reported = {
        name: _stored(table[name], schema.field(name).type)
        for name in table.column_names
        if name in schema.names
    }
    absent = {name: pa.nulls(rows, schema.field(name).type) for name in schema.names}
    return {**absent, **reported, **settled}


def _stored(column: Any, wanted: pa.DataType) -> Any:
    """A column in the reader's type: instants are microseconds and days day numbers."""
    if pa.types.is_timestamp(column.type):
        return pc.cast(column, pa.timestamp("us", tz="UTC")).cast(pa.int64())
    return column.cast(wanted)


def _numbered(facts: pa.Table, head: int) -> pa.Table:
    place = facts.schema.get_field_index("seq")
    seq = pa.array(np.arange(head + 1, head + 1 + facts.num_rows), pa.int64())
    return facts.set_column(place, facts.schema.field("seq"), seq)


def _hashed(invoices: pa.Table, parties: pa.Table) -> pa.Table:
    """Invoices with the canonical hash that the ledger completes them by."""
    named = {
        row["ref"]: next((row[code] for code in FOR_EVERYBODY if row[code] is not None), row["ref"])
        for row in parties.select(["ref", *FOR_EVERYBODY]).to_pylist()
    }
    day = invoices.schema.get_field_index("issued_on")
    dated = invoices.set_column(day, "issued_on", invoices["issued_on"].cast(pa.date32()))
    hashes = [
        canonical_hash(**{**row, "seller": named[row["seller"]], "buyer": named[row["buyer"]]})
        for row in dated.select(MADE_OF).to_pylist()
    ]
    place = invoices.schema.get_field_index("canonical_hash")
    field = invoices.schema.field("canonical_hash")
    return invoices.set_column(place, field, pa.array(hashes, field.type))
