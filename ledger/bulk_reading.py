"""Whole kinds of facts out of PostgreSQL, through ADBC: Arrow without a row in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
from adbc_driver_postgresql import dbapi as adbc_postgresql
from psycopg import sql
from sqlalchemy import Connection

from ledger.acting import acting_tenant
from ledger.faults import DatabaseUnreachable
from ledger.wall import SETTING, is_held

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


def through_adbc(
    connection: Connection, tenant: str, kind_name: str, through_seq: int, schema: pa.Schema
) -> pa.Table:
    """All facts of a kind through a position, in no order; raise `DatabaseUnreachable`."""
    query = sql.SQL("SELECT {} FROM {} WHERE tenant = {} AND seq <= {}").format(
        sql.SQL(", ").join(map(sql.Identifier, schema.names)),
        sql.Identifier(kind_name),
        sql.Literal(tenant),
        sql.Literal(through_seq),
    )
    with _bulk(connection) as bulk, bulk.cursor() as cursor:
        try:
            cursor.execute(query.as_string())
            found = cursor.fetch_arrow_table()
        except adbc_postgresql.OperationalError as error:
            raise _unreachable(connection) from error
        return found.cast(schema)


@contextmanager
def _bulk(connection: Connection) -> Iterator[adbc_postgresql.Connection]:
    """The bulk driver's connection that is shared, or else one for this."""
    if SHARED in connection.info:
        yield connection.info[SHARED]
        return
    address = connection.engine.url.set(drivername="postgresql")
    try:
        bulk = adbc_postgresql.connect(address.render_as_string(hide_password=False))
    except adbc_postgresql.Error as error:
        raise _unreachable(connection) from error
    with bulk:
        if is_held(connection):
            named = sql.SQL("SELECT set_config({}, {}, false)").format(SETTING, acting_tenant())
            with bulk.cursor() as cursor:
                cursor.execute(named.as_string())
                cursor.fetchall()
        yield bulk


def _unreachable(connection: Connection) -> DatabaseUnreachable:
    shown = connection.engine.url.render_as_string(hide_password=True)
    return DatabaseUnreachable(
        f"{shown} has gone away", field="db", remedy="check that the server runs"
    )
