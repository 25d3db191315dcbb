"""DuckDB, in process: runs relations over known facts for every point of a spine."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from types import MappingProxyType

import duckdb
import numpy as np
import pyarrow as pa

from features.almanac import almanac
from features.feature import MADE, Relation
from features.midnights import MIDNIGHT, midnights, with_seen_day
from features.parquet_facts import Facts, corrected
from features.spine import ASKED, REQUEST, Spine
from features.statements import (
    Plan,
    beside_requests,
    matrix_of,
    plan,
    plan_of_views,
    row_of,
)
from features.versions import only_versions
from features.views import kinds_behind, with_first_day

MEMORY_LIMIT = "8GB"
SPILL_LIMIT = "20GB"


ONE_BY_ONE = 1
"""Up to so many rows are fetched as they are: as a relation a statement is planned twice."""


@contextmanager
def session(threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB of its own (`connect`) and close it."""
    with closing(connect(threads)) as connection:
        yield connection


def connect(threads: int) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB of its own, bounded in threads, memory and spill; the caller closes it."""
    return duckdb.connect(
        ":memory:",
        config={
            "threads": threads,
            "memory_limit": MEMORY_LIMIT,
            "max_temp_directory_size": SPILL_LIMIT,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )


def spine_of(
    connection: duckdb.DuckDBPyConnection, request: pa.Table, wanted: pa.Table, claims: pa.Table
) -> Spine:
    """Look up what each request asks for among the live facts.

    Parameters
    ----------
    request : pyarrow.Table
        Schema `REQUEST`.
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
    connection.register("request", request)
    connection.register("wanted", wanted)
    connection.register("claim", claims)
    asked = connection.sql(_ASKED).to_arrow_table().cast(ASKED)
    return Spine(request.cast(REQUEST), asked)


_ASKED = """
    WITH visible AS (
        SELECT r.row_no, c.ref AS receivable, r.supplier, r.buyer, r.day, r.live_through,
            c.issued_on, c.due_on, c.face_minor, c.rate_ppm,
            ROW_NUMBER() OVER (PARTITION BY r.row_no, c.ref ORDER BY c.revision DESC) AS latest
        FROM wanted AS w
        JOIN request AS r ON r.row_no = w.row_no
        JOIN claim AS c ON c.ref = w.receivable AND c.visible_at <= r.live_through
    ),
    whole AS (
        SELECT row_no, COUNT(*) AS n, COUNT(face_minor) AS n_face, SUM(face_minor) AS face_minor
        FROM visible WHERE latest = 1 GROUP BY row_no
    ),
    shared AS (
        SELECT v.*,
            CASE WHEN whole.n = whole.n_face AND whole.face_minor > 0
                THEN CAST(v.face_minor AS DOUBLE) / CAST(whole.face_minor AS DOUBLE)
                ELSE 1.0E0 / CAST(whole.n AS DOUBLE) END AS weight
        FROM visible AS v JOIN whole ON whole.row_no = v.row_no
        WHERE v.latest = 1
    )
    SELECT row_no, receivable, supplier, buyer, day, live_through, issued_on, due_on, face_minor,
        rate_ppm, weight, GREATEST(1.0E0, FLOOR(weight * 1000000.0E0 + 0.5E0)) AS weight_ppm
    FROM shared
    ORDER BY row_no, receivable
"""


def load(
    connection: duckdb.DuckDBPyConnection,
    facts: Facts,
    time_zone: str,
    spine: Spine,
    relations: Sequence[Relation],
    *,
    made: Mapping[str, pa.Table] = MappingProxyType({}),
    progress: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
) -> frozenset[str]:
    """Make all that the relations read, as tables of the session.

    These are views, points, what is shared, and the rows of relations that others come after;
    ``made`` has such rows where they are known already, by the name of their relation; ``progress``
    is told each table. Returns the names of the relations whose rows are there.
    """
    planned = plan(relations, lambda kind: corrected(facts[kind]), made)
    connection.register("almanac", almanac())
    connection.register("request", spine.request)
    connection.register("asked", spine.asked)
    for name, rows in made.items():
        connection.register(f"{MADE}{name}", rows)
    make(connection, facts, time_zone, planned, progress)
    return planned.made


def make_views(
    connection: duckdb.DuckDBPyConnection,
    facts: Facts,
    time_zone: str,
    names: Sequence[str],
    columns: frozenset[str] = frozenset(),
) -> None:
    """Make views as tables of the session; arguments as of `features.statements.plan_of_views`."""
    planned = plan_of_views(names, lambda kind: corrected(facts[kind]), columns)
    make(connection, facts, time_zone, planned)


def make(
    connection: duckdb.DuckDBPyConnection,
    facts: Facts,
    time_zone: str,
    planned: Plan,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
) -> None:
    """Register the facts and make the tables of a plan.

    A view of facts in memory none of which was corrected is those facts, and no statement.
    """
    dated: dict[str, pa.Table] = {}
    for kind in planned.kinds:
        rows = facts[kind]
        if isinstance(rows, pa.Table):
            dated[kind] = with_first_day(rows, time_zone)
            continue
        connection.register(MIDNIGHT, midnights(time_zone))
        connection.register(f"file_{kind}", rows)
        connection.execute(f"CREATE VIEW fact_{kind} AS {with_seen_day(f'file_{kind}')}")
    plain = {name: one for name, one in planned.single.items() if one.kind in dated}
    stated = [name for name, _ in planned.tables if name not in plain]
    for kind in sorted({kind for name in stated for kind in kinds_behind(name)} & dated.keys()):
        connection.register(f"fact_{kind}", dated[kind])
    for done, (name, sql) in enumerate(planned.tables):
        progress(name, done, len(planned.tables))
        if name in plain:
            one = plain[name]
            connection.register(name, only_versions(dated[one.kind], one.columns, one.clock))
        else:
            connection.execute(f"CREATE TABLE {name} AS {sql}")


def evaluate(
    connection: duckdb.DuckDBPyConnection,
    relation: Relation,
    rows: int,
    *,
    there: Container[str] = (),
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Run one relation, unless its rows are ``there``, and put its columns beside the requests.

    Returns
    -------
    float64 array of shape (rows, number of columns)
        In the order of ``row_no`` and of the declarations; NaN where missing.
    """
    if not relation.columns:
        return np.empty((rows, 0))
    sql = beside_requests(relation, made=relation.name in there)
    if rows <= ONE_BY_ONE:
        return row_of(relation, connection.execute(sql).fetchall(), rows)
    return matrix_of(relation, connection.sql(sql).to_arrow_table(), rows)
