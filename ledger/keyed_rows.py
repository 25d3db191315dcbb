"""Facts of a few keys as plain rows: many small questions, each as quick as the store can be.

``ledger.reader.facts`` gives the same as Arrow; to set that up takes longer than to find a handful
of rows by an index.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection

from ledger.reader import ALWAYS_READ, arrow_schema

Row = dict[str, Any]
Keys = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Unless:
    """What ends a fact: another, that names it and was visible by an instant in its last revision.

    Attributes
    ----------
    kind, column : str
        The kind of what ends it, and the column that names it.
    visible_by : int
        In microseconds.
    """

    kind: str
    column: str
    visible_by: int


@cache
def read_columns(kind: str, columns: frozenset[str]) -> tuple[str, ...]:
    """The columns of a kind that are among some, and those that are always read."""
    names = arrow_schema(kind).names
    return tuple(name for name in names if name in ALWAYS_READ or name in columns)


def keyed_rows(
    connection: Connection,
    tenant: str,
    kind: str,
    *,
    through_seq: int,
    where: Keys,
    within: Keys,
    columns: frozenset[str],
    unless: Unless | None = None,
) -> list[Row]:
    """Read facts by their keys, each with all its revisions, in any order.

    Parameters
    ----------
    connection : Connection
        Of ``ledger.database.reading``; its driver is asked without what SQLAlchemy does around it.
    through_seq : int
        Facts with ``seq <= through_seq`` are read.
    where : mapping of text column to keys
        A fact is read where *any* of the columns is among its keys.
    within : mapping of text column to keys
        And where *all* of these are, which are looked at by no index.
    columns : frozenset of str
        What to read besides ``ledger.reader.ALWAYS_READ``.
    unless : Unless or None
        Facts that may be left out.
    """
    given = tuple(name for name, keys in where.items() if keys)
    if not given or not all(within.values()):
        return []
    sqlite = connection.dialect.name == "sqlite"
    names = read_columns(kind, columns)
    ending = None if unless is None else (unless.kind, unless.column)
    statement = _statement(kind, given, tuple(within), names, sqlite=sqlite, ending=ending)
    lists = {
        **{f"by_{name}": where[name] for name in given},
        **{f"in_{name}": keys for name, keys in within.items()},
    }
    told = {name: json.dumps(list(keys)) if sqlite else list(keys) for name, keys in lists.items()}
    before = None if unless is None else unless.visible_by
    values = {"tenant": tenant, "through": through_seq, "before": before, **told}
    cursor = connection.connection.cursor()
    try:
        cursor.execute(statement, values)
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    finally:
        cursor.close()
    for name in _flags(kind, names) if sqlite else ():  # SQLite keeps 0 and 1
        for row in rows:
            row[name] = None if row[name] is None else bool(row[name])
    return rows


@cache
def _flags(kind: str, names: tuple[str, ...]) -> tuple[str, ...]:
    schema = arrow_schema(kind)
    return tuple(name for name in names if schema.field(name).type == pa.bool_())


@cache
def _statement(
    kind: str,
    by: tuple[str, ...],
    within: tuple[str, ...],
    names: tuple[str, ...],
    *,
    sqlite: bool,
    ending: tuple[str, str] | None,
) -> str:
    """One branch a column, each on its own index; ``ledger.reader`` says why.

    Keys go as one value, so that the statement is the same for any number of them.
    """
    mark = ":{}" if sqlite else "%({})s"
    among = f"IN (SELECT value FROM json_each({mark}))" if sqlite else f"= ANY({mark})"  # noqa: S608
    tenant, through = mark.format("tenant"), mark.format("through")
    # with nothing put behind it, for its index mustn't be taken
    more = "".join(f" AND m.{name} || '' {among.format('in_' + name)}" for name in within)
    more += "" if ending is None else _unless(*ending, mark)
    branches = " UNION ALL ".join(
        f"SELECT m.ref FROM {kind} AS m WHERE m.tenant = {tenant} AND m.seq + 0 <= {through} "  # noqa: S608
        f"AND m.{name} {among.format('by_' + name)}{more}"
        for name in by
    )
    return (
        f"SELECT {', '.join(f'f.{name}' for name in names)} FROM {kind} AS f "  # noqa: S608
        f"WHERE f.tenant = {tenant} AND f.seq + 0 <= {through} AND f.ref IN ({branches})"
    )


def _unless(kind: str, column: str, mark: str) -> str:
    """SQL: nothing of a kind ends the matching fact for good."""
    tenant, through, before = (mark.format(name) for name in ("tenant", "through", "before"))
    return (
        f" AND NOT EXISTS (SELECT 1 FROM {kind} AS e WHERE e.tenant = {tenant} "  # noqa: S608
        f"AND e.{column} = m.ref AND e.seq + 0 <= {through} AND e.visible_at <= {before} "
        f"AND NOT EXISTS (SELECT 1 FROM {kind} AS n WHERE n.tenant = {tenant} "
        f"AND n.ref = e.ref AND n.revision > e.revision AND n.seq + 0 <= {through}))"
    )
