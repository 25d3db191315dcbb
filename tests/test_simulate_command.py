"""`tricredit simulate`: a world in a folder or a ledger, and what is wrong said plainly."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from ledger import reader
from ledger.database import open_database, reading
from ledger.principals import DEFAULT_TENANT
from ledger.tenants import book
from tests.command_results import told
from tricredit import app


def simulate(*words: str) -> Result:
    return CliRunner().invoke(app, ["simulate", *words])


def small(*words: str, scenario: str = "baseline") -> Result:
    return simulate(scenario, "--size", "small", "--seed", "2", *words)


def test_a_folder_holds_facts_truth_and_report(tmp_path: Path) -> None:
    ran = small("--out", str(tmp_path / "world"), "--json")

    assert ran.exit_code == 0, ran.output
    said = json.loads(ran.stdout)
    found = {path.name for path in (tmp_path / "world").iterdir()}
    assert found == {"facts", "corrections", "oracle", "report.html", "world.json"}
    assert (
        pq.read_table(tmp_path / "world" / "oracle" / "requests.parquet").num_rows
        == (said["requests"])
    )
    assert said["rows"]["invoice"] > 1_000


def test_a_ledger_gets_the_same_facts_as_the_folder_loaded(tmp_path: Path, sqlite_url: str) -> None:
    straight = small("--db", sqlite_url, "--json")
    assert small("--out", str(tmp_path / "world")).exit_code == 0
    words = ["--db", sqlite_url, "--source", "simulator", "--historical", "--json"]

    loaded = CliRunner().invoke(app, ["load", str(tmp_path / "world" / "corrections"), *words])

    assert straight.exit_code == loaded.exit_code == 0, loaded.output
    assert json.loads(straight.stdout)["rows"]["new"] > 10_000
    engine = open_database(sqlite_url)
    with reading(engine) as connection:
        head = book(connection, DEFAULT_TENANT).last_seq
    disputes = reader.facts(engine, DEFAULT_TENANT, "dispute", through_seq=head)
    engine.dispose()
    ended = pq.read_table(tmp_path / "world" / "corrections" / "dispute.parquet").num_rows
    first = pq.read_table(tmp_path / "world" / "facts" / "dispute.parquet").num_rows
    assert disputes.num_rows == first + ended  # what was known already is not written again


def test_people_read_a_table(tmp_path: Path) -> None:
    ran = small("--out", str(tmp_path / "world"))

    assert ran.exit_code == 0
    assert "receivable" in ran.stdout
    assert "requests; " in ran.stdout


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("atlantis", "--out", "w"), "unknown-scenario", "use one of baseline"),
        (("baseline", "--size", "vast", "--out", "w"), "unknown-size", "use one of small"),
        (("baseline", "--size", "small", "--out", "."), "folder-taken", "name a new folder"),
    ],
)
def test_a_fault_is_told_with_its_remedy(
    words: tuple[str, ...], code: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert says in told(simulate(*words), code)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "give either --out or --db"),
        (("--out", "w", "--db", "sqlite:///w.db"), "give either --out or --db"),
        (("--out", "w", "--last-day", "tomorrow"), "'tomorrow' is no day"),
        (("--out", "w", "--seed=-1"), "greater than or equal to 0"),
    ],
)
def test_wrong_use_is_told(words: tuple[str, ...], says: str) -> None:
    ran = small(*words)

    assert ran.exit_code == 2
    assert says in ran.stderr


def test_a_world_of_the_future_is_refused_by_a_ledger(sqlite_url: str) -> None:
    ran = small("--db", sqlite_url, "--last-day", "2090-01-01")

    assert "after" in told(ran, "rejected-rows")
