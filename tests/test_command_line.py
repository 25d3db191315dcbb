"""The command line: each command does its work, and wrong use says what is wrong and what to do."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from features.catalogue import BY_NAME, CREDIT_OF
from tests.command_results import told
from tests.default_bundles import DefaultBundles
from tests.ledger.importing import small_bank
from tests.worlds import SmallWorld
from tricredit import app

ROOT = Path(__file__).parents[1]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def program(*words: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program of this environment, as a user would."""
    return subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"},
    )


@pytest.fixture
def requests(small_world: SmallWorld, tmp_path: Path) -> Path:
    """A file of three requests."""
    claims = small_world.rows["receivable"][-3:]
    path = tmp_path / "requests.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["request_id", "supplier", "buyer", "receivables", "as_of"])
        for claim in claims:
            keys = (claim["ref"], claim["supplier"], claim["buyer"], claim["ref"])
            writer.writerow([*keys, "2026-06-17T09:00:00+08:00"])
    return path


def test_scores_are_shown_as_sheets(small_world: SmallWorld, requests: Path) -> None:
    result = run("score", requests, "--db", small_world.url, "--bundle", small_world.bundle)

    assert result.exit_code == 0, result.output
    assert result.stdout.count("subject credit 主体信用") == 3
    assert small_world.bundle.name in result.stdout


@pytest.mark.parametrize("ending", ["ndjson", "csv"])
def test_scores_are_written_to_a_file(
    small_world: SmallWorld, requests: Path, tmp_path: Path, ending: str
) -> None:
    out = tmp_path / f"replies.{ending}"

    result = run(
        "score", requests, "--db", small_world.url, "--bundle", small_world.bundle, "--out", out
    )

    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert "3 replies in" in result.stderr
    text = out.read_text(encoding="utf-8")
    if ending == "ndjson":
        replies: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
        for reply in replies:
            total = reply["base"] + sum(reply["parts"].values())
            assert total == pytest.approx(reply["logit"], abs=1e-9)
            assert reply["score_id"] is None
    else:
        replies = list(csv.DictReader(text.splitlines()))
    assert [reply["request_id"] for reply in replies] == [
        claim["ref"] for claim in small_world.rows["receivable"][-3:]
    ]


def test_the_pd_of_a_party_is_told_where_its_bundle_is_named(
    small_world: SmallWorld, default_bundles: DefaultBundles, requests: Path, tmp_path: Path
) -> None:
    out = tmp_path / "replies.ndjson"
    words = ("score", requests, "--db", small_world.url, "--bundle", default_bundles.default)

    result = run(*words, "--buyer-bundle", default_bundles.buyer, "--out", out)
    wrong = run(*words, "--supplier-bundle", default_bundles.buyer, "--out", out)

    assert result.exit_code == 0, result.output
    for line in out.read_text(encoding="utf-8").splitlines():
        reply = json.loads(line)
        assert reply["default"]["horizon_days"] >= 90
        assert 0.0 < reply["pd_buyer_12m"] < 1.0
        assert reply["pd_supplier_12m"] is None
    told(wrong, "bundle-refused")


def test_features_are_listed_for_people_and_for_programs() -> None:
    shown, listed = run("features", "list"), run("features", "list", "--json")

    assert shown.exit_code == listed.exit_code == 0
    rows = json.loads(listed.stdout)
    assert {row["name"]: row["credit"] for row in rows} == {
        name: credit.value for name, credit in CREDIT_OF.items()
    }
    for row in rows:
        assert row["definition"] == BY_NAME[row["name"]].definition
        assert row["risk"] in {"falls", "free", "rises"}


@pytest.mark.parametrize("as_json", [True, False])
def test_an_import_is_reported_and_a_second_one_changes_nothing(
    tmp_path: Path, as_json: bool
) -> None:
    """Of the bank's three rows one can't be right: paid before it was issued."""
    small_bank.fill(tmp_path, small_bank.GOOD + "003,2024-02-28,2024-03-31,5.00,2024-02-27\n")
    (tmp_path / "mapping.toml").write_text(small_bank.MAPPING, encoding="utf-8")
    rejects = tmp_path / "rejects.csv"
    words = ("import", tmp_path / "mapping.toml", tmp_path, "--db", f"sqlite:///{tmp_path}/b.db")

    first, second = (
        run(*words, "--rejects", rejects, *(["--json"] if as_json else [])) for _ in range(2)
    )

    assert first.exit_code == second.exit_code == 0, first.output
    with rejects.open(encoding="utf-8", newline="") as stream:
        (reject,) = csv.DictReader(stream)
    assert (reject["line"], reject["reason"]) == ("4", "paid before it was issued")
    if as_json:
        one, two = json.loads(first.stdout), json.loads(second.stdout)
        assert one["last_seq"] == two["last_seq"] > 0
        assert sum(fact["added"] for fact in one["facts"]) == one["last_seq"]
        assert {fact["added"] for fact in two["facts"]} == {0}
    else:
        assert first.stdout == ""
        assert "claims.csv" in first.stderr


def test_a_check_loads_nothing_and_its_status_tells_of_bad_rows(tmp_path: Path) -> None:
    small_bank.fill(tmp_path)
    (tmp_path / "mapping.toml").write_text(small_bank.MAPPING, encoding="utf-8")
    words = ("import", tmp_path / "mapping.toml", tmp_path, "--db", f"sqlite:///{tmp_path}/b.db")

    good = run(*words, "--check")
    small_bank.fill(tmp_path, small_bank.GOOD + "003,2024-02-28,2024-03-31,5.00,2024-02-27\n")
    bad = run(*words, "--check", "--json")

    assert (good.exit_code, bad.exit_code) == (0, 1)
    assert "Nothing was loaded" in good.stderr
    assert "checked against an empty one" in " ".join(good.stderr.split())
    assert json.loads(bad.stdout)["written"] is False
    assert json.loads(bad.stdout)["causes"][0]["reason"] == "paid before it was issued"
    assert not (tmp_path / "b.db").exists()


def test_a_mapping_of_a_missing_column_loads_nothing(tmp_path: Path) -> None:
    small_bank.fill(tmp_path)
    wrong = small_bank.MAPPING.replace('due = "date"', 'falls_due = "date"').replace(
        'due"', 'falls_due"'
    )
    (tmp_path / "mapping.toml").write_text(wrong, encoding="utf-8")

    db = f"sqlite:///{tmp_path}/b.db"

    result = run("import", tmp_path / "mapping.toml", tmp_path, "--db", db, "--json")

    assert "falls_due" in told(result, "")


def test_rejects_that_could_not_be_written_stop_the_run_before_it(tmp_path: Path) -> None:
    small_bank.fill(tmp_path)
    (tmp_path / "mapping.toml").write_text(small_bank.MAPPING, encoding="utf-8")
    rejects = tmp_path / "none" / "rejects.csv"
    words = ("import", tmp_path / "mapping.toml", tmp_path, "--db", f"sqlite:///{tmp_path}/b.db")

    told(run(*words, "--rejects", rejects), "unwritable-file")

    assert not (tmp_path / "b.db").exists()


WRONG: dict[str, tuple[str, dict[str, str]]] = {
    "no such file": ("wrong-request-file", {"file": "none.csv"}),
    "a path that looks like markup": ("wrong-request-file", {"file": "x[/].csv"}),
    "another kind of file": ("wrong-request-file", {"file": "bank.xlsx"}),
    "no bundle": ("bundle-refused", {"--bundle": "nowhere"}),
    "no pack": ("pack-refused", {"--pack": "nowhere.toml"}),
    "another store": ("wrong-database-url", {"--db": "mysql://localhost/x"}),
    "no URL": ("wrong-database-url", {"--db": "ledger.db"}),
    "no folder": ("database-unreachable", {"--db": "sqlite:////nowhere/at/all.db"}),
    "another ending": ("wrong-request-file", {"--out": "replies.xlsx"}),
}


@pytest.mark.parametrize("how", WRONG)
def test_wrong_use_says_what_is_wrong_and_what_to_do(
    small_world: SmallWorld, requests: Path, how: str
) -> None:
    code, change = WRONG[how]
    options = {
        "file": str(requests),
        "--db": small_world.url,
        "--bundle": str(small_world.bundle),
        **change,
    }
    file = options.pop("file")

    result = run("score", file, *(word for option in options.items() for word in option))

    text = told(result, code)
    if how == "a path that looks like markup":
        assert "x[/].csv" in text


def test_a_ledger_without_tables_is_told_apart(
    small_world: SmallWorld, requests: Path, tmp_path: Path
) -> None:
    db = f"sqlite:///{tmp_path / 'empty.db'}"

    told(run("score", requests, "--db", db, "--bundle", small_world.bundle), "schema-behind")


@pytest.mark.parametrize(
    ("change", "code", "named"),
    [
        ((":00+08:00", ":00"), "wrong-request-file", "line 2"),
        (("core-", "none-"), "unknown-party", "'none-"),
        ((",AR-", ",XX-"), "unknown-receivable", "'XX-"),
    ],
)
def test_a_wrong_request_is_named_and_nothing_is_printed(
    small_world: SmallWorld, requests: Path, change: tuple[str, str], code: str, named: str
) -> None:
    text = requests.read_text(encoding="utf-8")
    assert change[0] in text
    requests.write_text(text.replace(*change), encoding="utf-8")

    result = run("score", requests, "--db", small_world.url, "--bundle", small_world.bundle)

    assert named in told(result, code)


@pytest.mark.parametrize(
    "words", [("scores",), ("score",), ("score", "x.csv"), ("import", "--fast"), ("features", "x")]
)
def test_a_command_that_isn_t_is_wrong_use(words: tuple[str, ...]) -> None:
    result = run(*words)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage" in result.stderr


@pytest.mark.long
def test_the_demo_shows_facts_model_and_three_requests(tmp_path: Path) -> None:
    result = run("demo", "--no-serve", "--folder", tmp_path / "demo")

    assert result.exit_code == 0, result.output
    assert result.stdout.count("subject credit 主体信用") == 3
    decisions = re.findall(r"\b(APPROVE_REDUCED|APPROVE|REFER|DECLINE)\b", result.stdout)
    assert len(set(decisions)) >= 2  # a reader can tell them apart
    assert "champion" in result.stderr
    assert len(list((tmp_path / "demo" / "bundles").iterdir())) == 1


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("-m", "tricredit", "--help"), ("import", "score", "serve", "features", "demo")),
        (("-m", "tricredit", "score", "--help"), ("--db", "--bundle", "--out")),
        (("-m", "training.retrain", "--help"), ("--db", "--out", "--train-until", "--json")),
    ],
)
def test_help_shows_what_there_is(
    tmp_path: Path, words: tuple[str, ...], shown: tuple[str, ...]
) -> None:
    result = program(*words, folder=tmp_path)

    assert result.returncode == 0, result.stderr
    assert [word for word in shown if word not in result.stdout] == []
