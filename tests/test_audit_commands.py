"""The commands of the audit chain, as a person or a program runs them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from ledger import triggers
from ledger.database import writing
from tests.ledger.audit.made_chains import a_busy_ledger
from tests.ledger.made_rows import OTHER, a_ledger, party, put
from tricredit import app


@pytest.fixture
def busy_url(sqlite_ledger: str) -> Iterator[str]:
    with a_ledger(sqlite_ledger) as engine:
        a_busy_ledger(engine)
        yield sqlite_ledger


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_key_checkpoint_verify(busy_url: str, tmp_path: Path) -> None:
    assert run("keys", "sign", "--out", tmp_path).exit_code == 0
    out = tmp_path / "one.json"
    sign = ("ledger", "checkpoint", "--db", busy_url, "--key", tmp_path / "signing-key.pem")
    with_key = ("--public-key", tmp_path / "signing-key.pub.pem")
    check = ("ledger", "verify", "--db", busy_url, "--checkpoint", out, *with_key)

    assert run(*sign, "--out", out).exit_code == 0
    assert run(*sign, "--out", out).exit_code == 2  # never over another
    assert run(*check).exit_code == 0
    found = json.loads(run(*check, "--json").stdout)
    assert (found["ok"], found["last_seq"], found["checkpoints"]) == (True, 26, 1)


def test_a_found_fault_is_status_1_and_named(busy_url: str) -> None:
    with a_ledger(busy_url) as engine, writing(engine) as connection:
        for name in ("no_update", "no_delete"):
            connection.execute(text(f"DROP TRIGGER receivable_{name}"))
        connection.execute(text("DELETE FROM receivable WHERE ref = 'c3'"))

    shown = run("ledger", "verify", "--db", busy_url)
    assert shown.exit_code == 1
    assert "missing" in shown.stderr
    asked = run("ledger", "verify", "--db", busy_url, "--json")
    assert asked.exit_code == 1
    assert json.loads(asked.stdout)["findings"][0]["kind"] == "missing"


def test_the_book_of_another_lender_is_verified_by_its_name(busy_url: str) -> None:
    with a_ledger(busy_url) as engine:
        put(engine, {"party": [party("theirs")]}, principal=OTHER)
        with writing(engine) as connection:
            connection.execute(text("DROP TRIGGER party_no_update"))
            connection.execute(text("UPDATE party SET country = 'DE' WHERE ref = 'theirs'"))
            triggers.install(connection)

    assert run("ledger", "verify", "--db", busy_url).exit_code == 0
    shown = run("ledger", "verify", "--db", busy_url, "--tenant", OTHER.tenant)
    assert (shown.exit_code, "party" in shown.stderr) == (1, True)


def test_wrong_use_is_status_2(busy_url: str, tmp_path: Path) -> None:
    empty = f"sqlite:///{tmp_path}/empty.db"
    for words in (
        ("ledger", "verify", "--db", empty),
        ("ledger", "verify", "--db", busy_url, "--checkpoint", tmp_path / "none"),
        ("ledger", "verify", "--db", busy_url, "--public-key", tmp_path / "none"),
        ("ledger", "checkpoint", "--db", busy_url, "--key", tmp_path, "--out", tmp_path / "x"),
    ):
        assert run(*words).exit_code == 2, words
