"""The facts of a world without a ledger: the same as if they had been written and read back."""

import pyarrow as pa
import pytest

from ledger.database import open_database
from ledger.kinds import KINDS
from ledger.principals import OWNER
from ledger.reader import facts
from simulator.as_read import facts_as_read, last_seq
from simulator.observation.showcase import showcase_sheets
from simulator.observation.view import View
from tests.worlds import SmallWorld

MADE_BY_THE_LEDGER = ["id", "seq", "supersedes", "source_system", "batch", "recorded_at"]


@pytest.fixture(scope="module")
def straight(small_world: SmallWorld) -> dict[str, pa.Table]:
    world = small_world.world
    return facts_as_read(world, showcase_sheets(View(world)))


def compared(table: pa.Table) -> pa.Table:
    """What a feature may read of the facts, in the order of their names."""
    named = table.sort_by([("ref", "ascending"), ("revision", "ascending")])
    return named.drop_columns(MADE_BY_THE_LEDGER).combine_chunks()


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_a_fact_is_what_it_would_be_in_the_ledger(
    kind: str, straight: dict[str, pa.Table], small_world: SmallWorld
) -> None:
    engine = open_database(small_world.url)
    written = facts(engine, OWNER.tenant, kind, through_seq=10**9)
    engine.dispose()
    assert straight[kind].schema.equals(written.schema)
    assert compared(straight[kind]).equals(compared(written))


def test_each_fact_has_a_place_of_its_own(straight: dict[str, pa.Table]) -> None:
    seqs = [seq for table in straight.values() for seq in table["seq"].to_pylist()]
    assert sorted(seqs) == list(range(1, last_seq(straight) + 1))
