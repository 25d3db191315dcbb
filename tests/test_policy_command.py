"""`tricredit policy`: whether a pack is right, and what another says otherwise."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lending.pack import load_pack, shipped
from tests.command_results import told
from tricredit import app

GENERIC = shipped("generic").read_text(encoding="utf-8")


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["policy", *(str(word) for word in words)])


@pytest.mark.parametrize("name", ["generic", "cn"])
def test_what_ships_is_right(name: str) -> None:
    shown, listed = run("check", name), run("check", name, "--json")

    assert shown.exit_code == listed.exit_code == 0
    found = json.loads(listed.stdout)
    assert (found["pack"], found["faults"]) == (load_pack(name).id, [])
    assert len(found["rules"]) == len(load_pack(name).policy.rules)
    assert load_pack(name).id in shown.stdout
    assert "points of signs of fraud: duplicate 80" in " ".join(shown.stdout.split())
    for rule in found["rules"]:
        assert f"{rule['code']}.{rule['case']}".rstrip(".") in shown.stdout


def test_all_faults_of_a_pack_are_told(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    wrong = GENERIC.replace("{ least = 3 }", "{ least = -3 }").replace('"K25"', '"K77"')
    mine.write_text(wrong, encoding="utf-8")

    shown, listed = run("check", mine), run("check", mine, "--json")

    assert shown.exit_code == listed.exit_code == 1
    found = json.loads(listed.stdout)
    assert found["pack"] is None
    assert [fault["field"] for fault in found["faults"]] == [
        "rules.K23.history.parameters.least",
        "rules.K77",
        "rules.K25",
    ]
    assert "K77" in shown.stdout


@pytest.mark.parametrize("words", [("check",), ("diff", "cn"), ("diff",)])
def test_a_file_that_isn_t_there_is_wrong_use(words: tuple[str, ...], tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.toml"
    files = [missing] * (2 if words == ("diff",) else 1)

    assert str(missing) in told(run(*words, *files), "pack-refused")


def test_differences_are_told_for_people_and_for_programs(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(GENERIC.replace("{ least = 3 }", "{ least = 5 }"), encoding="utf-8")

    shown, listed = run("diff", "generic", mine), run("diff", "generic", mine, "--json")

    assert shown.exit_code == listed.exit_code == 0
    found = json.loads(listed.stdout)
    assert (found["before"], found["after"]) == (load_pack().id, load_pack(mine).id)
    assert found["differences"] == [
        {"key": "rules.K23.history[request].parameters.least", "before": "3", "after": "5"}
    ]
    assert load_pack(mine).id in shown.stdout
    assert "say the same" in run("diff", "generic", "generic").stdout
