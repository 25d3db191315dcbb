"""Every relation says the same on Spark as on DuckDB; Spark runs in an environment of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from features.feature import Relation
from features.pipeline import Matrix, columns_of
from features.spark_engine import SparkMissing, local_session
from scoring.gather import Gathered
from scoring.spines import spine_for
from tests.conftest import missing
from tests.features import claim_theme
from tests.features.many_worlds import as_first_told, drawn, side_by_side
from tests.features.theme import Theme
from tests.features.themes import THEMES
from tests.features.worlds_of_facts import World

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-spark" / "bin" / "python"
WORLDS = 60
"""Worlds of each theme."""


CASES = [*((theme, False) for theme in THEMES), (claim_theme.THEME, True)]
"""Themes, and whether their facts stay as they were first told: then views are simpler."""

IDS = [f"{theme.name}, as first told" if first_told else theme.name for theme, first_told in CASES]


def both(
    world: World, relations: Sequence[Relation], folder: Path
) -> dict[str, tuple[Matrix, Matrix]]:
    """What DuckDB and Spark say of a world, by relation."""
    spine = spine_for(Gathered(world.book, 1_000_000, world.tables), world.requests)
    (folder / "facts").mkdir()
    for kind, rows in world.tables.items():
        pq.write_table(rows, folder / "facts" / f"{kind}.parquet")
    pq.write_table(spine.request, folder / "request.parquet")
    pq.write_table(spine.asked, folder / "asked.parquet")
    names = [relation.name for relation in relations]
    run = subprocess.run(
        [PYTHON, "-m", "tests.features.spark_run", folder, world.time_zone, *names],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-5_000:]
    ours = columns_of(world.tables, spine, world.time_zone, relations)
    return {one.name: (ours[one.name], read(folder / "spark", one)) for one in relations}


def read(folder: Path, relation: Relation) -> Matrix:
    table = pq.read_table(folder / f"{relation.name}.parquet")
    return np.column_stack([table[name].to_numpy() for name in relation.columns])


def differences(relation: Relation, ours: Matrix, theirs: Matrix) -> Iterator[str]:
    same = np.isclose(ours, theirs, rtol=1e-9, atol=1e-9, equal_nan=True)
    for name, alike, one, other in zip(relation.columns, same.T, ours.T, theirs.T, strict=True):
        if not alike.all():
            row = int(np.argmin(alike))
            yield (
                f"{relation.name}.{name}: {one[row]!r} on DuckDB is {other[row]!r} on Spark, "
                f"in request {row}; {int((~alike).sum())} of {len(alike)} requests differ"
            )


@pytest.mark.long
@pytest.mark.parametrize(("theme", "first_told"), CASES, ids=IDS)
def test_every_relation_says_the_same_on_spark(
    theme: Theme, first_told: bool, tmp_path: Path
) -> None:
    if not PYTHON.exists():
        missing("no .venv-spark: run `make spark`")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        missing("no Java, which Spark runs on")
    world = side_by_side(drawn(theme.worlds, WORLDS), "America/Sao_Paulo")

    told = both(as_first_told(world) if first_told else world, theme.relations, tmp_path)

    found = [differences(relation, *told[relation.name]) for relation in theme.relations]
    assert list(chain.from_iterable(found)) == []


def test_without_pyspark_one_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pyspark", "pyspark.sql", "pyspark.errors"):
        monkeypatch.setitem(sys.modules, name, None)

    with pytest.raises(SparkMissing, match="not installed") as told:
        local_session()

    assert "make spark" in told.value.remedy
