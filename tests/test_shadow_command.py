"""`tricredit ratings shadow`: today, a day of the past, or a back-fill."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ledger.audit.signing_keys import PUBLIC, make_keys
from models.signing import local_keys
from tests.command_results import told
from tests.ledger.made_rows import a_ledger, put
from tests.models.made_shadow import made_shadow
from tests.scoring.shadow_book import NOW, a_book
from tricredit import app


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shadow")
    return folder / "bundles" / made_shadow(folder).id


def run(url: str, *words: str) -> Result:
    return CliRunner().invoke(app, ["ratings", "shadow", "--db", url, *words])


def test_the_command_rates_today_or_what_it_is_told(sqlite_ledger: str, model: Path) -> None:
    with a_ledger(sqlite_ledger) as engine:
        put(engine, a_book(), recorded_at=NOW)
    of = ("--model", str(model))
    back = run(
        sqlite_ledger, *of, "--from", "2024-04-30", "--to", "2024-05-14", "--every", "7", "--json"
    )
    once = run(sqlite_ledger, *of, "--as-of", "2024-05-14", "--json")
    today = run(sqlite_ledger, *of)

    assert back.exit_code == once.exit_code == today.exit_code == 0, back.output + today.output
    days = json.loads(back.stdout)
    assert [day["day"] for day in days] == ["2024-04-30", "2024-05-07", "2024-05-14"]
    assert [day["added"] for day in days] == [1, 2, 0]
    assert json.loads(once.stdout) == days[-1:]
    assert "standing" in today.stdout


def test_wrong_use_is_told(sqlite_ledger: str, model: Path) -> None:
    of = ("--model", str(model))
    both = run(sqlite_ledger, *of, "--as-of", "2024-05-02", "--from", "2024-05-01")
    assert both.exit_code == 2
    assert "either --as-of or" in " ".join(both.stderr.replace("│", " ").split())
    with a_ledger(sqlite_ledger):
        future = run(sqlite_ledger, *of, "--as-of", "2190-01-01")
    assert "name days up to today" in told(future, "day-not-begun")
    none = run(sqlite_ledger, "--model", str(model.parent / "none"))
    assert "name the folder of a bundle" in told(none, "bundle-refused")


def test_the_model_of_somebody_else_is_used_where_their_key_is_trusted(
    sqlite_ledger: str, model: Path, tmp_path: Path
) -> None:
    """Without the key that lay beside it, the one that is named says who may have signed."""
    away = shutil.copytree(model, tmp_path / "bundles" / model.name)
    with a_ledger(sqlite_ledger) as engine:
        put(engine, a_book(), recorded_at=NOW)
    of = ("--model", str(away), "--as-of", "2024-05-14", "--json")
    _, strange = make_keys(tmp_path / "strange")

    assert "--trust" in told(run(sqlite_ledger, *of), "bundle-refused")
    wrong = run(sqlite_ledger, *of, "--trust", str(strange))
    assert "not trusted here" in told(wrong, "bundle-refused")
    right = run(sqlite_ledger, *of, "--trust", str(local_keys(model.parent) / PUBLIC))
    assert right.exit_code == 0, right.output
    assert [day["added"] for day in json.loads(right.stdout)] == [2]
