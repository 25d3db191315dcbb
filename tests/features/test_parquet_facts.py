"""Facts in files give what the same facts in memory give; a file that doesn't fit is named."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.engine import session
from features.midnights import MIDNIGHT, midnights, with_seen_day
from features.parquet_facts import WrongFacts, export_facts, read_facts
from features.pipeline import columns_of, kinds_read
from features.views import first_day_of_use
from ledger.faults import FileInTheWay
from ledger.kinds import BY_NAME, KINDS
from ledger.principals import OWNER
from ledger.reader import arrow_schema, facts
from scoring.gather import Gathered
from scoring.spines import spine_for
from tests.features import claim_theme
from tests.features.many_worlds import drawn, side_by_side
from tests.features.test_day_of_use import INSTANTS, TURNS
from tests.features.test_keyed_facts import ledger_of
from tests.features.theme import Theme
from tests.features.themes import THEMES
from tests.features.worlds_of_facts import World, same_bits


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_facts_in_files_give_what_facts_in_memory_give(theme: Theme, tmp_path: Path) -> None:
    world = side_by_side(drawn(theme.worlds, 5), "America/Sao_Paulo")
    spine = spine_for(Gathered(world.book, 1_000_000, world.tables), world.requests)
    for kind, rows in world.tables.items():
        pq.write_table(rows, tmp_path / f"{kind}.parquet")

    files = read_facts(tmp_path, kinds_read(theme.relations))
    filed = columns_of(files, spine, world.time_zone, theme.relations)
    held = columns_of(world.tables, spine, world.time_zone, theme.relations)

    assert [name for name in held if not same_bits(filed[name], held[name])] == []


def test_a_ledger_goes_to_files_and_comes_back(tmp_path: Path, migrated_sqlite: Path) -> None:
    (world,) = drawn(claim_theme.THEME.worlds, 1)
    folder = tmp_path / "new" / "facts"
    with ledger_of(world, migrated_sqlite) as engine:
        through = export_facts(engine, OWNER.tenant, folder)

        for name, rows in read_facts(folder, list(BY_NAME)).items():
            assert rows.to_table() == facts(engine, OWNER.tenant, name, through_seq=through)
    assert [path.name for path in folder.parent.iterdir()] == ["facts"]


@settings(max_examples=settings().max_examples // 2)
@given(
    st.sampled_from(sorted(TURNS)),
    st.lists(INSTANTS, max_size=20),
    st.lists(
        st.tuples(st.sampled_from(sorted(TURNS)), st.integers(-6 * 3_600, 6 * 3_600)), max_size=5
    ),
)
def test_sql_says_the_same_first_day_of_use(
    zone: str, instants: list[int], turns: list[tuple[str, int]]
) -> None:
    micros = int(1e6)
    about = [int(TURNS[name].timestamp() + step) * micros - step % 2 for name, step in turns]
    seen = pa.table({"visible_at": pa.array([*instants, *about], pa.int64())})

    with session(1) as connection:
        connection.register(MIDNIGHT, midnights(zone))
        connection.register("seen", seen)
        found = connection.sql(with_seen_day("seen")).to_arrow_table().sort_by("visible_at")

    expected = first_day_of_use(found["visible_at"], zone)
    assert found["seen_day"].to_pylist() == expected.to_pylist()
    assert len(found) == len(seen)


def test_what_is_seen_before_the_first_midnight_or_after_the_last_is_kept() -> None:
    seen = pa.table({"visible_at": pa.array([-(10**17), 10**17], pa.int64())})

    with session(1) as connection:
        connection.register(MIDNIGHT, midnights("UTC"))
        connection.register("seen", seen)
        days = connection.sql(with_seen_day("seen") + " ORDER BY 1").fetchall()

    assert [day for _, day in days] == [1, 60_001]


def filled(folder: Path, kind: str = "party") -> pa.Table:
    table = arrow_schema(kind).empty_table()
    pq.write_table(table, folder / f"{kind}.parquet")
    return table


def test_a_kind_may_be_a_folder_of_files(tmp_path: Path) -> None:
    (tmp_path / "party").mkdir()
    row = dict.fromkeys(arrow_schema("party").names)
    for number in range(3):
        table = pa.Table.from_pylist([{**row, "ref": f"p{number}"}], schema=arrow_schema("party"))
        pq.write_table(table, tmp_path / "party" / f"part-{number}.parquet")

    (party,) = read_facts(tmp_path, ["party"]).values()

    assert sorted(party.to_table(columns=["ref"])["ref"].to_pylist()) == ["p0", "p1", "p2"]


def test_a_kind_without_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(WrongFacts, match="has no facts of kind party") as told:
        read_facts(tmp_path, ["party"])

    assert "party.parquet" in told.value.remedy


def test_a_column_that_is_not_there_is_told(tmp_path: Path) -> None:
    pq.write_table(filled(tmp_path).drop_columns(["seq"]), tmp_path / "party.parquet")

    with pytest.raises(
        WrongFacts, match=r"party\.parquet doesn't have the column seq once"
    ) as told:
        read_facts(tmp_path, ["party"])

    assert told.value.field == "seq"
    assert "int64" in told.value.remedy


def test_a_column_of_another_type_is_told(tmp_path: Path) -> None:
    table = filled(tmp_path)
    at = table.schema.get_field_index("onboarded_on")
    dates = pa.array([], pa.date32())
    pq.write_table(table.set_column(at, "onboarded_on", dates), tmp_path / "party.parquet")

    with pytest.raises(WrongFacts, match="onboarded_on as date32") as told:
        read_facts(tmp_path, ["party"])

    assert "int32" in told.value.remedy


def test_a_file_that_is_no_parquet_is_told(tmp_path: Path) -> None:
    (tmp_path / "party.parquet").write_text("ref,seq\n", encoding="utf-8")

    with pytest.raises(WrongFacts, match="can't be read as Parquet"):
        read_facts(tmp_path, ["party"])


def test_further_columns_are_left_alone(tmp_path: Path) -> None:
    table = filled(tmp_path).append_column("digest", pa.array([], pa.binary()))
    pq.write_table(table, tmp_path / "party.parquet")

    (party,) = read_facts(tmp_path, ["party"]).values()

    assert party.schema == arrow_schema("party")


def test_a_folder_that_is_there_is_not_written_over(tmp_path: Path, migrated_sqlite: Path) -> None:
    world = World("UTC", {kind.name: [] for kind in KINDS}, ())
    with (
        ledger_of(world, migrated_sqlite) as engine,
        pytest.raises(FileInTheWay, match="is there already"),
    ):
        export_facts(engine, OWNER.tenant, tmp_path)
