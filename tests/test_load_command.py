"""`tricredit load`: files in the ledger's own form are one batch, or none."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from ledger.database import open_database, reading
from tests.ledger.made_rows import a_ledger
from tricredit import app

EARLY = "2024-01-02T00:00:00Z"
CLAIMS = "ref,happened_at,supplier,buyer,issued_on,due_on,face_minor,currency\n"


@pytest.fixture
def url(sqlite_ledger: str) -> Iterator[str]:
    """A ledger with an empty book."""
    with a_ledger(sqlite_ledger):
        yield sqlite_ledger


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three kinds of fact in three forms; two receivables, of which the second may be spoilt."""
    made = tmp_path / "rows"
    made.mkdir()
    early = pa.array([datetime.fromisoformat(EARLY)] * 2, pa.timestamp("us", tz="UTC"))
    parties = pa.table({"ref": ["s", "b"], "happened_at": early})
    pq.write_table(parties, made / "party.parquet")
    write_claims(made, "10000")
    paid = {"payer": "b", "payee": "s", "currency": "BRL", "paid_on": "2024-03-04"}
    row = {"ref": "y", "happened_at": EARLY, "receivable": "r1", **paid}
    (made / "payment.ndjson").write_text(json.dumps(row), encoding="utf-8")
    return made


def write_claims(folder: Path, face: str) -> None:
    lines = [
        f"{ref},{EARLY},s,b,2024-01-02,2024-03-02,{amount},BRL\n"
        for ref, amount in (("r1", "10000"), ("r2", face))
    ]
    (folder / "receivable-2024.csv").write_text(CLAIMS + "".join(lines), encoding="utf-8")


def run(url: str, *words: str | Path) -> Result:
    told = [str(word) for word in ("load", *words, "--db", url, "--source", "bank")]
    return CliRunner().invoke(app, told)


def counted(url: str) -> list[int]:
    engine = open_database(url)
    with reading(engine) as connection:
        found = [
            connection.execute(text(f"SELECT count(*) FROM {kind}")).scalar_one()  # noqa: S608
            for kind in ("party", "receivable", "payment", "batch")
        ]
    engine.dispose()
    return found


def report(result: Result) -> Any:
    return json.loads(result.stdout)


def test_a_folder_is_one_batch_whatever_the_forms(url: str, folder: Path) -> None:
    told = report(run(url, folder, "--historical", "--json"))

    assert [(fact["kind"], fact["added"]) for fact in told["facts"]] == [
        ("party", 2),
        ("receivable", 2),
        ("payment", 1),
    ]
    assert counted(url) == [2, 2, 1, 1]
    again = report(run(url, folder, "--historical", "--json"))
    assert [fact["unchanged"] for fact in again["facts"]] == [2, 2, 1]
    assert counted(url) == [2, 2, 1, 1]


def test_a_bad_row_refuses_all_files_unless_the_good_are_kept(url: str, folder: Path) -> None:
    write_claims(folder, "-1")
    refused = run(url, folder, "--historical")

    assert refused.exit_code == 1
    assert "Nothing was loaded" in refused.stderr
    assert "--keep-good" in refused.stderr
    assert counted(url) == [0, 0, 0, 0]

    kept = run(url, folder, "--historical", "--keep-good", "--json")
    assert kept.exit_code == 0
    (reject,) = report(kept)["rejects"]
    assert (reject["file"], reject["line"], reject["field"]) == (
        "receivable-2024.csv",
        3,
        "receivable.face_minor",
    )
    assert counted(url) == [2, 1, 1, 1]


def test_a_check_loads_nothing(url: str, folder: Path, tmp_path: Path) -> None:
    assert run(url, folder, "--check").exit_code == 0
    write_claims(folder, "x")
    checked = run(url, folder, "--check", "--keep-good", "--rejects", tmp_path / "bad.csv")

    assert checked.exit_code == 1
    assert "this was a check" in checked.stderr
    assert "receivable-2024.csv" in (tmp_path / "bad.csv").read_text(encoding="utf-8")
    assert counted(url) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("moonbeam.csv", "ref\n1\n", "names no kind"),
        ("party.txt", "ref\n1\n", "names no kind"),
        ("party.csv", "ref,moon\n1,2\n", "wrong"),
        ("party.parquet", "no parquet", "party.parquet"),
    ],
)
def test_a_file_that_can_not_be_read_is_named(
    url: str, tmp_path: Path, name: str, content: str, said: str
) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    result = run(url, file)

    assert result.exit_code == 2
    assert name in result.stderr
    assert said in result.stderr or "moon" in result.stderr
    assert counted(url) == [0, 0, 0, 0]


def test_what_is_not_there_is_wrong_use(url: str, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for path in (tmp_path / "none.csv", empty):
        assert run(url, path).exit_code == 2
    assert run(f"sqlite:///{tmp_path / 'new.db'}", empty).exit_code == 2
