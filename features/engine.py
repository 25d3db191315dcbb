"""DuckDB, in process: runs relations over known facts for every point of a spine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import duckdb
import numpy as np
import pyarrow as pa

from features.almanac import almanac
from features.feature import Relation, reads
from features.spine import ASKED, REQUEST, Spine
from features.views import DERIVED, POINTS, VIEWS, with_first_day

MEMORY_LIMIT = "8GB"
SPILL_LIMIT = "20GB"


@contextmanager
def session(threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB of its own, bounded in threads, memory and spill."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": threads,
            "memory_limit": MEMORY_LIMIT,
            "max_temp_directory_size": SPILL_LIMIT,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    try:
        yield connection
    finally:
        connection.close()


def spine_of(
    connection: duckdb.DuckDBPyConnection, request: pa.Table, wanted: pa.Table, claims: pa.Table
) -> Spine:
    """Look up what each request asks for among the live facts.

    Parameters
    ----------
    request : pyarrow.Table
        Schema `REQUEST` and ``live_through`` (int64, microseconds): the live cut of each request.
    wanted : pyarrow.Table
        ``row_no`` and ``receivable``: the receivables of each request.
    claims : pyarrow.Table
        Facts of kind receivable, as `ledger.reader` gives them.

    Returns
    -------
    Spine
        ``asked`` holds the latest revision visible at the live cut; a receivable that isn't
        visible then is left out, and the caller tells by the count.
    """
    connection.register("request_live", request)
    connection.register("wanted", wanted)
    connection.register("claim", claims)
    asked = connection.sql(_ASKED).to_arrow_table().cast(ASKED)
    return Spine(request.select(REQUEST.names).cast(REQUEST), asked)


_ASKED = """
    WITH visible AS (
        SELECT r.row_no, c.ref AS receivable, r.supplier, r.buyer, r.day,
            c.issued_on, c.due_on, c.face_minor, c.rate_ppm,
            ROW_NUMBER() OVER (PARTITION BY r.row_no, c.ref ORDER BY c.revision DESC) AS latest
        FROM wanted AS w
        JOIN request_live AS r ON r.row_no = w.row_no
        JOIN claim AS c ON c.ref = w.receivable AND c.visible_at <= r.live_through
    ),
    whole AS (
        SELECT row_no, COUNT(*) AS n, COUNT(face_minor) AS n_face, SUM(face_minor) AS face_minor
        FROM visible WHERE latest = 1 GROUP BY row_no
    )
    SELECT v.row_no, v.receivable, v.supplier, v.buyer, v.day, v.issued_on, v.due_on,
        v.face_minor, v.rate_ppm,
        CASE WHEN whole.n = whole.n_face AND whole.face_minor > 0
            THEN CAST(v.face_minor AS DOUBLE) / CAST(whole.face_minor AS DOUBLE)
            ELSE 1.0E0 / CAST(whole.n AS DOUBLE) END AS weight
    FROM visible AS v JOIN whole ON whole.row_no = v.row_no
    WHERE v.latest = 1
    ORDER BY v.row_no, v.receivable
"""


def load(
    connection: duckdb.DuckDBPyConnection,
    facts: Mapping[str, pa.Table],
    time_zone: str,
    spine: Spine,
    relations: Sequence[Relation],
) -> None:
    """Make the views and points that the relations read, as tables of the session."""
    needed = reads(relations)
    make_views(connection, facts, time_zone, [name for name in VIEWS if name in needed])
    connection.register("almanac", almanac())
    connection.register("request", spine.request)
    connection.register("asked", spine.asked)
    for name, sql in POINTS.items():
        connection.execute(f"CREATE TABLE {name} AS {sql}")
    for name, (sql, _) in DERIVED.items():
        if name in needed:
            connection.execute(f"CREATE TABLE {name} AS {sql}")


def make_views(
    connection: duckdb.DuckDBPyConnection,
    facts: Mapping[str, pa.Table],
    time_zone: str,
    names: Sequence[str],
) -> None:
    """Make views of `features.views` as tables of the session."""
    for kind in sorted({kind for name in names for kind in VIEWS[name][1]}):
        connection.register(f"fact_{kind}", with_first_day(facts[kind], time_zone))
    for name in names:
        connection.execute(f"CREATE TABLE {name} AS {VIEWS[name][0]}")


def evaluate(
    connection: duckdb.DuckDBPyConnection, relation: Relation, rows: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Run one relation and put its features beside the requests.

    Returns
    -------
    float64 array of shape (rows, number of features)
        In the order of ``row_no`` and of the declarations; NaN where missing.
    """
    names = ", ".join(f"CAST(f.{feature.name} AS DOUBLE)" for feature in relation.features)
    keys = " AND ".join(f"f.{key} = r.{key}" for key in relation.grain.keys)
    sql = (
        f"SELECT {names} FROM request AS r LEFT JOIN ({relation.sql}) AS f ON {keys} "  # noqa: S608
        "ORDER BY r.row_no"
    )
    table = connection.sql(sql).to_arrow_table()
    if table.num_rows != rows:
        raise RuntimeError(
            f"relation {relation.name} gave {table.num_rows} rows for {rows} requests: "
            f"it is not unique by {relation.grain.keys}"
        )
    columns = [column.to_numpy(zero_copy_only=False) for column in table.columns]
    return np.column_stack(columns).astype(np.float64, copy=False)
