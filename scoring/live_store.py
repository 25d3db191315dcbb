"""Live relations of one request, run by the store that has the facts.

The SQL is that of the relation, in the store's dialect, over the live facts as the store keeps
them: no engine is set up, and the store looks up by index what the request names. DuckDB gives the
same for many requests at once; a law compares both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection
from sqlglot import ErrorLevel, exp, parse_one

from features.feature import DIALECT, MADE, Relation, columns_named
from features.pipeline import Matrix
from features.spine import ASKED, REQUEST, Spine
from features.versions import NEVER_AT, fields_of, kind_viewed
from ledger.keyed_rows import Row
from ledger.kinds import kind_of
from ledger.reader import arrow_schema
from ledger.tenants import Book

TYPES = {
    pa.int64(): "BIGINT",
    pa.int32(): "BIGINT",
    pa.float64(): "DOUBLE PRECISION",
    pa.string(): "TEXT",
    pa.bool_(): "BOOLEAN",
}
DIALECTS = {"sqlite": "sqlite", "postgresql": "postgres"}


def live_columns(
    connection: Connection,
    book: Book,
    spine: Spine,
    relations: Sequence[Relation],
    made: Mapping[str, Matrix],
    *,
    instead: Mapping[str, Sequence[Row]] = MappingProxyType({}),
) -> dict[str, Matrix]:
    """Run live relations for the one request of a spine.

    Parameters
    ----------
    connection : Connection
        Of ``ledger.database.reading``: the facts up to the book's ``last_seq`` count.
    relations : sequence of Relation
        Live ones (`Relation.is_live`), in an order in which they can be made.
    made : mapping of relation to float64 array of shape (1, columns)
        The rows of those that they come after.
    instead : mapping of kind to rows of ``ledger.keyed_rows``
        All revisions of the facts of a kind that count, instead of those of the store; not empty.

    Returns
    -------
    dict of relation to float64 array of shape (1, columns)
        In the order of the declaration; NaN where missing.
    """
    dialect = connection.dialect.name
    values = {"tenant": book.tenant, "through_seq": book.last_seq, **_spine_values(spine)}
    counts = tuple((kind, len(rows)) for kind, rows in sorted(instead.items()))
    for kind, rows in instead.items():
        values |= _given_values(kind, rows)
    found: dict[str, Matrix] = {}
    for relation in relations:
        given = values | _made_values(relation, spine, {**made, **found})
        sql = _statement(relation, dialect, len(spine.asked), counts)
        row = connection.exec_driver_sql(sql, given).one_or_none()
        cells = [None] * len(relation.columns) if row is None else row
        numbers = [np.nan if value is None else float(value) for value in cells]
        found[relation.name] = np.array([numbers])
    return found


def _spine_values(spine: Spine) -> dict[str, Any]:
    rows = {"q": spine.request.to_pylist(), "a": spine.asked.to_pylist()}
    return {
        f"{short}{at}_{name}": value
        for short, every in rows.items()
        for at, row in enumerate(every)
        for name, value in row.items()
    }


def _given_values(kind: str, rows: Sequence[Row]) -> dict[str, Any]:
    """The rows of a kind as its live view has them: each revision until the next one is visible."""
    values: dict[str, Any] = {}
    for at, row in enumerate(rows):
        later = [
            one["visible_at"]
            for one in rows
            if one["ref"] == row["ref"] and one["revision"] > row["revision"]
        ]
        period = {"from_at": row["visible_at"], "until_at": min(later, default=NEVER_AT)}
        every = {**row, **period}
        values |= {f"{kind}{at}_{name}": every[name] for name in (*fields_of(kind), *period)}
    return values


def _made_values(relation: Relation, spine: Spine, made: Mapping[str, Matrix]) -> dict[str, Any]:
    (keys,) = spine.request.select(["row_no", "supplier", "buyer", "day"]).to_pylist()
    values: dict[str, Any] = {}
    for one in relation.after:
        row = {key: keys[key] for key in one.grain.keys}
        row |= dict(zip(one.columns, made[one.name][0].tolist(), strict=True))
        for name, value in row.items():
            known = not (isinstance(value, float) and np.isnan(value))
            values[f"{one.name}_{name}"] = value if known else None
    return values


@cache
def _statement(
    relation: Relation, dialect: str, asked: int, instead: tuple[tuple[str, int], ...]
) -> str:
    """The statement of a relation over the tables of a store, for so many receivables.

    ``instead`` are kinds and the number of rows that are given of each.
    """
    mark, given = ":{}" if dialect == "sqlite" else "%({})s", dict(instead)
    parts = [
        _values("request", "q", REQUEST, 1, mark),
        _values("asked", "a", ASKED, asked, mark),
        *(_made(one, mark) for one in relation.after),
        *(
            _given(view, viewed[1], relation, given[viewed[1]], mark)
            if viewed[1] in given
            else _live(view, viewed[1], relation, mark)
            for view in sorted(relation.reads)
            if (viewed := kind_viewed(view))
        ),
    ]
    columns, sql = ", ".join(relation.columns), _translated(relation, dialect)
    return f"WITH {', '.join(parts)} SELECT {columns} FROM ({sql}) AS described"  # noqa: S608


@cache
def _translated(relation: Relation, dialect: str) -> str:
    """A relation in the dialect of a store."""
    tree = parse_one(relation.sql, dialect=DIALECT)
    if dialect == "sqlite":
        _join_in_order(tree)
    return tree.sql(DIALECTS[dialect], unsupported_level=ErrorLevel.RAISE)


def _join_in_order(tree: exp.Expr) -> None:
    """Make SQLite join as it is written, from what is asked to what is looked up.

    Without statistics it begins with the facts, all of the tenant; CROSS JOIN forbids that.
    """
    for join in tree.find_all(exp.Join):
        if not (join.side or join.kind or join.method):
            join.set("kind", "CROSS")
        _by_its_key(join)


def _by_its_key(join: exp.Join) -> None:
    """Look facts up by their ``ref``, or by a document that they name, and not by their parties.

    Of several indexes SQLite, without statistics, may take the one that leads to all facts of a
    buyer. A cast hides a column from it.
    """
    viewed = kind_viewed(join.this.name)
    if viewed is None:
        return
    compared = [
        side
        for equal in join.find_all(exp.EQ)
        for side in (equal.this, equal.expression)
        if isinstance(side, exp.Column) and side.table == join.alias_or_name
    ]
    names = kind_of(viewed[1]).names
    documents = [side for side in compared if names.get(side.name, "party") != "party"]
    keys = [side for side in compared if side.name == "ref"] or documents
    for side in compared if keys else ():
        if all(side is not key for key in keys):
            side.replace(exp.cast(side.copy(), "text"))


def _values(name: str, short: str, schema: pa.Schema, rows: int, mark: str) -> str:
    lines = ", ".join(
        f"({', '.join(_typed(mark, f'{short}{at}_{field.name}', field.type) for field in schema)})"
        for at in range(rows)
    )
    return f"{name} ({', '.join(schema.names)}) AS (VALUES {lines})"


def _typed(mark: str, name: str, kind: pa.DataType) -> str:
    return f"CAST({mark.format(name)} AS {TYPES[kind]})"


def _made(one: Relation, mark: str) -> str:
    types = {"supplier": pa.string(), "buyer": pa.string(), "day": pa.int32(), "row_no": pa.int64()}
    names = (*one.grain.keys, *one.columns)
    cells = ", ".join(
        _typed(mark, f"{one.name}_{name}", types.get(name, pa.float64())) for name in names
    )
    return f"{MADE}{one.name} ({', '.join(names)}) AS (VALUES ({cells}))"


def _live(view: str, kind: str, relation: Relation, mark: str) -> str:
    """A live view as the store has it: each revision, until the next one is visible.

    Not materialized: else each of them would read all facts of the tenant. ``seq + 0``: so would
    SQLite by the index of ``seq``.
    """
    kept = ", ".join(f"f.{name}" for name in _kept(kind, relation))
    tenant, through = mark.format("tenant"), mark.format("through_seq")
    return f"""{view} AS NOT MATERIALIZED (
        SELECT {kept}, f.visible_at AS from_at, COALESCE((
            SELECT MIN(n.visible_at) FROM {kind} AS n
            WHERE n.tenant = f.tenant AND n.ref = f.ref AND n.revision > f.revision
                AND n.seq + 0 <= {through}
        ), {NEVER_AT}) AS until_at
        FROM {kind} AS f
        WHERE f.tenant = {tenant} AND f.seq + 0 <= {through}
    )"""  # noqa: S608 - names of our own tables


def _given(view: str, kind: str, relation: Relation, rows: int, mark: str) -> str:
    """A live view of rows that are given."""
    schema = arrow_schema(kind)
    types = {name: schema.field(name).type for name in _kept(kind, relation)}
    types |= {"from_at": pa.int64(), "until_at": pa.int64()}
    lines = ", ".join(
        f"({', '.join(_typed(mark, f'{kind}{at}_{name}', one) for name, one in types.items())})"
        for at in range(rows)
    )
    return f"{view} ({', '.join(types)}) AS (VALUES {lines})"


def _kept(kind: str, relation: Relation) -> Iterator[str]:
    named = columns_named([relation])
    return (name for name in fields_of(kind) if name in named or name == "ref")
