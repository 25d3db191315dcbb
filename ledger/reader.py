"""Facts as Arrow tables: all of a kind for training, those of a few keys for one request.

Both ways give the same columns of the same types in the order of ``seq``, so that the SQL of a
feature can't tell them apart. Instants are int64 microseconds and days int32 day numbers.

The bulk way is ADBC on PostgreSQL but Python's own driver on SQLite: a second SQLite library in
the process destroys commits (``docs/decisions/0002-one-sqlite-library-in-the-process.md``).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from adbc_driver_postgresql import dbapi as adbc_postgresql
from psycopg import sql
from sqlalchemy import (
    Boolean,
    Connection,
    CursorResult,
    Engine,
    Integer,
    Select,
    String,
    Table,
    bindparam,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from ledger.acting import acting_tenant
from ledger.columns import Day
from ledger.database import reading
from ledger.faults import UnknownColumn
from ledger.kinds import kind_of, table_of
from ledger.tenants import book
from ledger.wall import SETTING, is_held

KEYS_BY_INDEX = 1_000
"""Keys up to which rows are looked up by index; with more, all are read and then filtered."""

ROWS_A_FETCH = 1_000
"""Rows made into columns at once: with so few, values are still near when they are turned."""


def last_seq(engine: Engine, tenant: str) -> int:
    """Position of the last committed fact or record; `UnknownTenant` where there is no book."""
    with reading(engine) as connection:
        return book(connection, tenant).last_seq


@cache
def arrow_schema(kind_name: str) -> pa.Schema:
    """Columns and types of the tables that `facts` returns; the digest is left out."""
    return pa.schema(
        [pa.field(name, arrow) for name, arrow, _ in _columns(kind_of(kind_name).name)]
    )


def facts(
    source: Engine | Connection,
    tenant: str,
    kind_name: str,
    *,
    through_seq: int,
    where: Mapping[str, Sequence[str]] | None = None,
    columns: Container[str] | None = None,
) -> pa.Table:
    """Read the facts of a kind, every revision of them.

    Parameters
    ----------
    source : Engine or Connection
        The ledger, or a connection of ``ledger.database.reading`` that reads several kinds.
    kind_name : str
        A name of ``ledger.kinds``.
    through_seq : int
        Facts with ``seq <= through_seq`` are read. Facts never change and ``seq`` follows commit
        order, so equal arguments give equal tables, whatever is written meanwhile.
    where : Mapping or None
        Text columns and keys: facts are read where *any* of the columns is among its keys, each
        with all its revisions: a correction may have moved a fact from or to other keys. None
        reads all; a mapping without keys reads none.
    columns : container of str or None
        What to read besides `ALWAYS_READ`; names that the kind hasn't don't matter. None reads all.

    Returns
    -------
    pyarrow.Table
        Of `arrow_schema`, or those columns of it, in the order of ``seq``. Unknown is null.

    Raises
    ------
    UnknownKind, UnknownColumn
        Where there is no such kind, or no such text column in it.
    """
    kind_of(kind_name)
    if isinstance(source, Engine):
        with reading(source) as connection:
            return facts(
                connection,
                tenant,
                kind_name,
                through_seq=through_seq,
                where=where,
                columns=columns,
            )
    schema = _schema_of(kind_name, columns)
    if where is None:
        return _all_facts(source, tenant, kind_name, through_seq, schema)
    _refuse_unknown_columns(kind_name, where)
    if sum(map(len, where.values())) > KEYS_BY_INDEX:
        every = _all_facts(source, tenant, kind_name, through_seq, arrow_schema(kind_name))
        return filtered(every, where).select(schema.names)
    return _keyed(source, kind_name, where, schema, tenant=tenant, through_seq=through_seq)


ALWAYS_READ = frozenset({"ref", "revision", "visible_at", "happened_at", "seq"})
"""What every reader of facts goes by."""


def _schema_of(kind_name: str, columns: Container[str] | None) -> pa.Schema:
    whole = arrow_schema(kind_name)
    if columns is None:
        return whole
    return pa.schema(
        [field for field in whole if field.name in ALWAYS_READ or field.name in columns]
    )


def stored_columns(kind_name: str) -> list[tuple[str, TypeEngine[Any]]]:
    """Name and type in the database of each column that `facts` reads."""
    return [(name, stored) for name, _, stored in _columns(kind_name)]


def _columns(kind_name: str) -> Iterator[tuple[str, pa.DataType, TypeEngine[Any]]]:
    """Name, Arrow type and type in the database of each column that is read."""
    for column in table_of(kind_name).columns:
        declared = column.type
        stored = declared.impl_instance if isinstance(declared, TypeDecorator) else declared
        if isinstance(declared, Day):
            yield column.name, pa.int32(), stored
        elif isinstance(stored, Boolean):
            yield column.name, pa.bool_(), stored
        elif isinstance(stored, String):
            yield column.name, pa.string(), stored
        elif isinstance(stored, Integer):
            yield column.name, pa.int64(), stored


def _selected(table: Table, schema: pa.Schema) -> Select[Any]:
    # as stored: an instant comes back as its microseconds, not as a datetime
    stored = dict(stored_columns(table.name))
    return select(*(type_coerce(table.c[name], stored[name]) for name in schema.names))


def _all_facts(
    connection: Connection, tenant: str, kind_name: str, through_seq: int, schema: pa.Schema
) -> pa.Table:
    if connection.dialect.name == "postgresql":
        return _through_adbc(connection, tenant, kind_name, through_seq, schema)
    columns = table_of(kind_name).c
    statement = _selected(table_of(kind_name), schema).where(
        columns.tenant == tenant, columns.seq <= through_seq
    )
    return _by_seq(_from_rows(connection.execute(statement), schema))


def _keyed(
    connection: Connection,
    kind_name: str,
    where: Mapping[str, Sequence[str]],
    schema: pa.Schema,
    **limits: str | int,
) -> pa.Table:
    given = {name: list(keys) for name, keys in where.items() if keys}
    if not given:
        return schema.empty_table()
    statement = _keyed_by(kind_name, tuple(given), tuple(schema.names))
    return _from_rows(connection.execute(statement, {**limits, **given}), schema)


@cache
def _keyed_by(kind_name: str, names: tuple[str, ...], read: tuple[str, ...]) -> Select[Any]:
    """The facts that match, by one branch a column, each on its own index; then their revisions.

    Made once for each kind and columns, for making it takes long.

    Not ``OR``: SQLite, without statistics, answers that by all facts of the tenant. Nor ``seq``
    alone, also to sort by: it would take that index, and so all facts of the tenant again.
    """
    columns = table_of(kind_name).c
    tenant, through = bindparam("tenant", type_=String()), bindparam("through_seq", type_=Integer())
    inside = table_of(kind_name).alias("matching").c
    matching = [
        select(inside.ref).where(
            inside.tenant == tenant,
            inside.seq + 0 <= through,
            inside[name].in_(bindparam(name, expanding=True)),
        )
        for name in names
    ]
    schema = pa.schema([arrow_schema(kind_name).field(name) for name in read])
    found = _selected(table_of(kind_name), schema).where(
        columns.tenant == tenant,
        columns.seq + 0 <= through,
        columns.ref.in_(union_all(*matching)),
    )
    return found.order_by(columns.seq + 0)


def _from_rows(found: CursorResult[Any], schema: pa.Schema) -> pa.Table:
    batches = []
    while rows := found.cursor.fetchmany(ROWS_A_FETCH):
        arrays = [
            pa.array(_as_stored(values, field.type), field.type)
            for values, field in zip(zip(*rows, strict=True), schema, strict=True)
        ]
        batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return pa.Table.from_batches(batches, schema=schema).combine_chunks()


def _as_stored(values: tuple[Any, ...], arrow: pa.DataType) -> Sequence[Any]:
    if arrow == pa.bool_():  # SQLite keeps 0 and 1
        return [None if value is None else bool(value) for value in values]
    return values


SHARED = "bulk"
"""Where a connection keeps that of the bulk driver, under `many_kinds`."""


@contextmanager
def many_kinds(connection: Connection) -> Iterator[None]:
    """Read kinds whole, through one connection of the bulk driver for all of them.

    Opening one takes longer than reading a small kind. On SQLite there is none.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    with _bulk(connection) as bulk:
        connection.info[SHARED] = bulk
        try:
            yield
        finally:
            del connection.info[SHARED]


def _through_adbc(
    connection: Connection, tenant: str, kind_name: str, through_seq: int, schema: pa.Schema
) -> pa.Table:
    query = sql.SQL("SELECT {} FROM {} WHERE tenant = {} AND seq <= {}").format(
        sql.SQL(", ").join(map(sql.Identifier, schema.names)),
        sql.Identifier(kind_name),
        sql.Literal(tenant),
        sql.Literal(through_seq),
    )
    with _bulk(connection) as bulk, bulk.cursor() as cursor:
        cursor.execute(query.as_string())
        return _by_seq(cursor.fetch_arrow_table().cast(schema))


@contextmanager
def _bulk(connection: Connection) -> Iterator[adbc_postgresql.Connection]:
    """The bulk driver's connection that is shared, or else one for this."""
    if SHARED in connection.info:
        yield connection.info[SHARED]
        return
    address = connection.engine.url.set(drivername="postgresql")
    with adbc_postgresql.connect(address.render_as_string(hide_password=False)) as bulk:
        if is_held(connection):
            named = sql.SQL("SELECT set_config({}, {}, false)").format(SETTING, acting_tenant())
            with bulk.cursor() as cursor:
                cursor.execute(named.as_string())
                cursor.fetchall()
        yield bulk


def _by_seq(table: pa.Table) -> pa.Table:
    return table.sort_by("seq")


def filtered(table: pa.Table, where: Mapping[str, Sequence[str]]) -> pa.Table:
    """What `facts` reads with ``where``, of a table that has all facts of a kind."""
    wanted = pc.scalar(False)
    for name, keys in where.items():
        wanted = wanted | pc.field(name).isin(pa.array(keys, pa.string()))
    matching = table.filter(wanted)["ref"].combine_chunks()
    return table.filter(pc.field("ref").isin(matching))


def _refuse_unknown_columns(kind_name: str, where: Mapping[str, Sequence[str]]) -> None:
    texts = [name for name, arrow, _ in _columns(kind_name) if arrow == pa.string()]
    for name in where:
        if name not in texts:
            raise UnknownColumn(
                f"{kind_name} has no text column {name!r}",
                field=name,
                remedy=f"use one of {', '.join(texts)}",
            )
