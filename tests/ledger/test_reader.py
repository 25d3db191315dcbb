"""Facts as Arrow tables: in bulk, by key, and as the classes see them."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from ledger import reader
from ledger.clocks import to_day_number, to_micros
from ledger.database import reading
from ledger.faults import UnknownColumn, UnknownKind, UnknownTenant
from ledger.kinds import KINDS, Kind
from ledger.reader import arrow_schema, facts, last_seq
from tests.ledger.made_kinds import every_kind
from tests.ledger.made_rows import OTHER, a_ledger, a_world, party, payment, put


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A ledger with one small world in it, and another lender's."""
    with a_ledger(database_url) as opened:
        put(opened, a_world())
        put(opened, {"party": [party("s", name="Theirs"), party("b")]}, principal=OTHER)
        yield opened


def stored(value: Any) -> Any:
    """A value of a class as the database has it."""
    if hasattr(value, "tzinfo"):
        return to_micros(value)
    return to_day_number(value) if hasattr(value, "toordinal") else value


def test_bulk_equals_keyed_equals_the_classes(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = every_kind()
    with a_ledger(database_url) as engine:
        put(engine, sent)
        for kind in KINDS:
            expected = as_the_classes_see_it(engine, kind)
            where = {"ref": [row["ref"] for row in sent[kind.name]]}
            bulk = facts(engine, "default", kind.name, through_seq=1_000)
            keyed = facts(engine, "default", kind.name, through_seq=1_000, where=where)
            with monkeypatch.context() as patched:
                patched.setattr(reader, "KEYS_BY_INDEX", 0)
                filtered = facts(engine, "default", kind.name, through_seq=1_000, where=where)

            assert bulk.to_pylist() == expected != []
            assert bulk.equals(keyed)
            assert bulk.equals(filtered)
            assert "digest" not in bulk.column_names


def as_the_classes_see_it(engine: Engine, kind: Kind) -> list[dict[str, Any]]:
    with Session(engine) as session:
        asked = select(kind.table).where(kind.table.tenant == "default")
        found = session.exec(asked.order_by(col(kind.table.seq))).all()
        names = arrow_schema(kind.name).names
        return [{name: stored(getattr(one, name)) for name in names} for one in found]


def test_no_facts_have_the_same_columns(engine: Engine) -> None:
    questions: list[dict[str, list[str]] | None] = [None, {}, {"ref": []}, {"ref": ["nothing"]}]
    for kind in KINDS:
        for where in questions:
            found = facts(engine, "default", kind.name, through_seq=0, where=where)
            assert found.num_rows == 0
            assert found.schema == arrow_schema(kind.name)
        assert facts(engine, "default", kind.name, through_seq=9, where={}).num_rows == 0


def test_types_hold_where_all_or_the_first_values_are_missing(engine: Engine) -> None:
    empty = [party(f"e{number}") for number in range(1_500)]
    full = party("z", name="7", country="BR", person_linked=False)
    put(engine, {"party": empty})
    put(engine, {"party": [full]})

    found = facts(engine, "default", "party", through_seq=10_000)
    assert found.schema == arrow_schema("party")
    assert found.slice(found.num_rows - 1).select(
        ["name", "country", "person_linked"]
    ).to_pylist() == [{"name": "7", "country": "BR", "person_linked": False}]
    nothing = facts(engine, "default", "party", through_seq=10_000, where={"ref": ["e1"]})
    assert nothing.schema == arrow_schema("party")
    assert nothing["name"].null_count == 1


def test_days_are_int32_and_instants_and_numbers_int64() -> None:
    schema = arrow_schema("receivable")

    assert schema.field("due_on").type == pa.int32()
    assert {schema.field(name).type for name in ("visible_at", "face_minor", "rate_ppm")} == {
        pa.int64()
    }


def test_facts_after_the_cut_are_not_read(engine: Engine) -> None:
    head = last_seq(engine, "default")
    before = facts(engine, "default", "party", through_seq=head)
    put(engine, {"party": [party("s", name="Corrected")]})

    assert facts(engine, "default", "party", through_seq=head).equals(before)
    assert facts(engine, "default", "party", through_seq=head, where={"ref": ["s", "b"]}) == before
    assert facts(engine, "default", "party", through_seq=head + 1).num_rows == before.num_rows + 1


def test_any_of_several_columns_will_do_and_a_row_comes_once(engine: Engine) -> None:
    put(engine, {"payment": [payment("back", payer="s", payee="b"), payment("own", payee="b")]})
    where = {"payer": ["s"], "payee": ["b"], "receivable": ["r1"]}

    found = facts(engine, "default", "payment", through_seq=100, where=where)

    assert found["ref"].to_pylist() == ["y1", "back", "own"]


def test_a_fact_that_was_moved_comes_with_every_revision(engine: Engine) -> None:
    """Else the old place would still count it: its correction names other keys."""
    put(engine, {"payment": [payment("moved", receivable="r1")]})
    put(engine, {"payment": [payment("moved", receivable=None)]})
    many = [f"r{number}" for number in range(1, reader.KEYS_BY_INDEX + 2)]

    for keys in (["r1"], many):
        found = facts(engine, "default", "payment", through_seq=100, where={"receivable": keys})
        moved = found.filter(pc.equal(found["ref"], "moved"))
        assert moved["receivable"].to_pylist() == ["r1", None]


def test_another_lender_sees_only_its_own(engine: Engine) -> None:
    assert facts(engine, "other", "party", through_seq=100)["name"].to_pylist() == ["Theirs", None]
    found = facts(engine, "other", "party", through_seq=100, where={"ref": ["s"]})
    assert found["name"].to_pylist() == ["Theirs"]
    assert facts(engine, "nobody' OR 'a'='a", "party", through_seq=100).num_rows == 0


def test_wrong_questions_are_refused(engine: Engine) -> None:
    with pytest.raises(UnknownKind):
        facts(engine, "default", "moonbeam", through_seq=1)
    for column in ("colour", "due_on", "digest"):
        with pytest.raises(UnknownColumn):
            facts(engine, "default", "receivable", through_seq=1, where={column: ["x"]})
    with pytest.raises(UnknownTenant):
        last_seq(engine, "nobody")


def test_keys_are_looked_up_by_index(sqlite_ledger: str) -> None:
    with a_ledger(sqlite_ledger) as engine, reading(engine) as connection:
        keyed = reader._keyed_by("payment", ("payer", "payee"), ("ref", "seq"))
        given = {"tenant": "default", "through_seq": 9, "payer": ["a"], "payee": ["b", "c"]}
        compiled = keyed.params(given).compile(engine, compile_kwargs={"literal_binds": True})
        plan = str(connection.execute(text(f"EXPLAIN QUERY PLAN {compiled}")).all())

    assert "payment_payer (tenant=? AND payer=?)" in plan
    assert "payment_payee (tenant=? AND payee=?)" in plan
    assert "payment_seq" not in plan
    assert "SCAN" not in plan.replace("SCAN CONSTANT", "")


def test_commits_after_a_bulk_read_survive(sqlite_ledger: str) -> None:
    """A second SQLite library in the process would lose them (decision 2)."""
    count = (
        "import sqlite3, sys; "
        "print(sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM party').fetchone()[0])"
    )
    path = sqlite_ledger.removeprefix("sqlite:///")
    with a_ledger(sqlite_ledger) as engine:
        put(engine, a_world())
        facts(engine, "default", "party", through_seq=100)
        put(engine, {"party": [party("later")]})

        seen = subprocess.run(
            [sys.executable, "-c", count, path], capture_output=True, text=True, check=True
        )

    assert seen.stdout.strip() == "3"
    assert "adbc_driver_sqlite" not in sys.modules
