"""Spark: the same SQL as on DuckDB, where the facts lie on a cluster (docs/engines.md).

An extra: ``pyspark`` is imported when it is asked for. Data come and go as Arrow, since PySpark's
way through pandas wants a version that the rest of the project is past.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import sqlglot

from features.almanac import almanac
from features.feature import DIALECT, Relation
from features.midnights import MIDNIGHT, midnights, with_seen_day
from features.parquet_facts import Facts, corrected
from features.spine import Spine
from features.statements import beside_requests, matrix_of, plan
from features.views import with_first_day
from ledger.faults import Fault

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]


class SparkMissing(Fault):
    """PySpark isn't installed, or finds no Java."""

    code = "spark-missing"


SETTINGS = {
    # a sum that overflows, a wrong cast, a zero divisor: an error as on DuckDB, not a null
    "spark.sql.ansi.enabled": "true",
    # no statement has an instant; where Spark makes one all the same, it is the ledger's
    "spark.sql.session.timeZone": "UTC",
}
"""What the statements need of a session, whatever else it is set to."""

LOCAL = {
    "spark.ui.enabled": "false",  # no port is opened
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    # 200 are for a cluster: on one machine each of them is a task of a few milliseconds for nothing
    "spark.sql.shuffle.partitions": "2",
    # by default a page takes a share of the memory, and a statement of many windows holds many
    "spark.buffer.pageSize": "1m",
}


def spark_sql(sql: str) -> str:
    """A statement in Spark's dialect; raises where sqlglot knows that it can't be said there."""
    (spark,) = sqlglot.transpile(
        sql, read=DIALECT, write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
    )
    return spark


def local_session(processors: int = 2, memory: str = "2g") -> SparkSession:
    """Start Spark in this process, without a cluster; the caller stops it.

    Raises
    ------
    SparkMissing
        Where there is no PySpark or no Java.
    """
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError as error:
        raise SparkMissing(
            "PySpark is not installed",
            remedy="install the extra `spark` (pip install '.[spark]'), or run `make spark`",
        ) from error
    builder = SparkSession.builder.master(f"local[{processors}]").appName("tricredit")
    for name, value in {**LOCAL, **SETTINGS, "spark.driver.memory": memory}.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, OSError) as error:
        raise SparkMissing(
            f"Spark doesn't start: {error}",
            remedy="install Java 17 or newer and set JAVA_HOME where `java` isn't on the path",
        ) from error


def columns_on_spark(
    spark: SparkSession,
    facts: Facts,
    spine: Spine,
    time_zone: str,
    relations: Sequence[Relation],
) -> dict[str, Matrix]:
    """Compute features and measures of every request, by relation, on Spark.

    The counterpart of `features.pipeline.columns_of`, to which the other arguments belong.

    Parameters
    ----------
    spark : SparkSession
        Its views and settings are left alone: a session of our own is made beside it. Facts in
        files are read by the executors, so their folder has to be at the same place for all.

    Returns
    -------
    mapping of relation to float64 array of shape (requests, columns)
        In the order of ``row_no`` and of the declarations; NaN where missing.
    """
    session = spark.newSession()
    for name, value in SETTINGS.items():
        session.conf.set(name, value)
    planned = plan(relations, lambda kind: corrected(facts[kind]))
    given = {"request": spine.request, "asked": spine.asked, "almanac": almanac()}
    for name, table in given.items():
        session.createDataFrame(table).createOrReplaceTempView(name)
    for kind in planned.kinds:
        _facts(session, facts[kind], time_zone, kind).createOrReplaceTempView(f"fact_{kind}")
    for name, sql in planned.tables:
        _made(session, session.sql(spark_sql(sql))).createOrReplaceTempView(name)
    return {one.name: _evaluate(session, one, len(spine)) for one in relations}


def _facts(
    session: SparkSession, rows: pa.Table | ds.Dataset, time_zone: str, kind: str
) -> DataFrame:
    """Facts of a kind with ``seen_day``."""
    if isinstance(rows, pa.Table):
        return session.createDataFrame(with_first_day(rows, time_zone))
    session.createDataFrame(midnights(time_zone)).createOrReplaceTempView(MIDNIGHT)
    read = session.read.parquet(*(f"file://{file}" for file in rows.files))
    read.createOrReplaceTempView(f"file_{kind}")
    return session.sql(spark_sql(with_seen_day(f"file_{kind}")))


def _made(session: SparkSession, frame: DataFrame) -> DataFrame:
    """The rows of a frame, worked out once; what reads them doesn't see how they came about.

    Not ``cache``: with it a statement would still hold all that it stands on, and on small facts
    thinking about that takes ten times as long as the work.
    """
    if session.sparkContext.getCheckpointDir() is not None:
        return frame.checkpoint()
    return frame.localCheckpoint()


def _evaluate(session: SparkSession, relation: Relation, rows: int) -> Matrix:
    if not relation.columns:
        return np.empty((rows, 0))
    answer = session.sql(spark_sql(beside_requests(relation)))
    return matrix_of(relation, answer.toArrow(), rows)
