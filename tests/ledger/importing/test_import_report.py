"""What an import tells while it runs and afterwards."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.importing import import_report
from ledger.importing.loading import import_folder
from ledger.principals import OWNER
from tests.ledger.importing.small_bank import (
    HEADER,
    MAPPING,
    NOW,
    empty_ledger,
    fill,
    load,
    mapping_of,
)


@pytest.fixture
def sqlite(sqlite_ledger: str) -> Iterator[Engine]:
    """An empty ledger where the store doesn't matter."""
    opened = empty_ledger(sqlite_ledger)
    yield opened
    opened.dispose()


def test_progress_goes_from_nothing_to_all(sqlite: Engine, tmp_path: Path) -> None:
    fill(tmp_path)
    told: list[tuple[str, float]] = []
    import_folder(
        mapping_of(tmp_path),
        tmp_path,
        sqlite,
        OWNER,
        NOW,
        progress=lambda doing, share: told.append((doing, share)),
    )
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (min(shares) >= 0, told[-1]) == (True, ("done", 1.0))
    assert "loading claims.csv" in [doing for doing, _ in told]


def test_causes_count_all_rejects_and_the_list_is_bounded(
    sqlite: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_report, "MOST_REJECTS", 3)
    rows = ["001,x,2024-02-01,1,", "001,2024-01-01,2024-02-01,1,2023-12-31"] * 4
    fill(tmp_path, HEADER + "\n".join(rows))
    report = load(sqlite, tmp_path)
    assert [(c.column, c.fault, c.rejects, c.line) for c in report.causes] == [
        ("issued", "not-a-date", 4, 2),
        ("paid issued", "requirement", 4, 3),
    ]
    assert [reject.line for reject in report.rejects] == [2, 3, 4]
    assert report.rows_rejected == 8


def test_the_report_as_json_and_as_a_table(sqlite: Engine, tmp_path: Path) -> None:
    text = MAPPING.replace('name = "claims.csv"', 'name = "=1+1.csv"')
    fill(tmp_path)
    (tmp_path / "=1+1.csv").write_text(HEADER + "001,x,2024-01-01,1,\n")
    report = load(sqlite, tmp_path, text)
    assert json.loads(report.to_json())["rejects"][0]["fault"] == "not-a-date"
    assert report.rows_rejected == 1
    report.write_rejects(tmp_path / "rejects.csv")
    with (tmp_path / "rejects.csv").open(newline="", encoding="utf-8") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["file"], row["line"], row["column"]) == ("'=1+1.csv", "2", "issued")
