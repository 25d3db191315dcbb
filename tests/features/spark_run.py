"""Run in an environment with PySpark, as a program: features of a world that lies in a folder.

    python -m tests.features.spark_run FOLDER TIME_ZONE RELATION...

The folder has ``facts``, ``request.parquet`` and ``asked.parquet``. To it is added
``spark/<relation>.parquet``.
"""

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from features.catalogue import RELATIONS
from features.parquet_facts import read_facts
from features.pipeline import kinds_read
from features.spark_engine import columns_on_spark, local_session
from features.spine import ASKED, REQUEST, Spine


def main(folder: Path, time_zone: str, names: list[str]) -> None:
    relations = [relation for relation in RELATIONS if relation.name in names]
    request = pq.read_table(folder / "request.parquet").cast(REQUEST)
    asked = pq.read_table(folder / "asked.parquet").cast(ASKED)
    facts = read_facts(folder / "facts", kinds_read(relations))
    spark = local_session()
    try:
        found = columns_on_spark(spark, facts, Spine(request, asked), time_zone, relations)
    finally:
        spark.stop()
    (folder / "spark").mkdir()
    for relation in relations:
        columns = dict(zip(relation.columns, found[relation.name].T, strict=True))
        pq.write_table(pa.table(columns), folder / "spark" / f"{relation.name}.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
