"""`tricredit map`: a draft on standard output, a table beside it, questions on a terminal."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ledger.importing.mapping import parse_mapping, read_mapping
from tests.command_results import told
from tests.ledger.importing.drafting import made_exports as made
from tricredit import app

ROOT = Path(__file__).parents[4]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["map", *map(str, words)])


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    """An export of claims with an open order of day and month."""
    header = ("claim no", "debtor", "creditor", "invoice date", "due date", "amount")
    rows = [(f"C{n}", f"D{n % 3}", "S-1", "03/04/2024", "05/06/2024", f"{n}.00") for n in range(9)]
    return made.write(tmp_path / "claims.csv", [header, *rows])


def test_a_draft_is_printed_and_people_read_beside_it(claims: Path) -> None:
    result = run(claims)

    assert result.exit_code == 0, result.output
    mapping = parse_mapping(result.stdout.encode(), "stdout")
    assert mapping.file[0].name == "claims.csv"
    assert "9 of 9 rows would load" in result.stderr
    assert "to decide" in result.stderr
    assert "invoice date" in result.stderr


def test_a_draft_is_written_and_never_over_another(claims: Path, tmp_path: Path) -> None:
    out = tmp_path / "mapping.toml"

    result = run(claims, "--out", out)
    kept = out.read_bytes()

    assert (result.exit_code, result.stdout) == (0, "")
    assert read_mapping(out).file[0].name == "claims.csv"
    told(run(claims, "--out", out), "file-in-the-way")
    assert out.read_bytes() == kept
    told(run(claims, "--out", tmp_path / "none" / "m.toml"), "unwritable-file")


def test_a_program_reads_what_was_found(claims: Path) -> None:
    result = run(claims, "--json", "--rows", "5")

    found = json.loads(result.stdout)
    assert (found["kind"]["value"], found["rows"], found["whole"]) == ("receivable", 5, False)
    assert found["trial"] == {"rows": 5, "good": 5, "causes": []}
    assert {one["name"] for one in found["decisions"] if not one["taken"]} >= {"day_order"}
    columns = {one["name"]: one for one in found["columns"]}
    assert columns["claim no"]["fields"] == ["receivable.ref"]
    assert (columns["claim no"]["unique"], columns["creditor"]["different"]) == (True, 1)
    parse_mapping(found["mapping"].encode(), "mapping")


def test_a_kind_can_be_asked_for(claims: Path) -> None:
    found = json.loads(run(claims, "--kind", "purchase_order", "--json").stdout)

    assert found["kind"] == {"value": "purchase_order", "sure": "sure", "why": "asked for"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("none.csv",), "missing-file"),
        (("folder",), "missing-file"),
        (("empty.csv",), "wrong-header"),
        (("old.xls",), "unreadable-file"),
        (("claims.csv", "--kind", "nonsense"), "unknown-kind"),
    ],
)
def test_wrong_use_says_what_is_wrong(
    claims: Path, tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0 and more")

    told(run(tmp_path / words[0], *words[1:]), code)


@pytest.mark.parametrize("rows", ["0", "-1", "1000000", "many"])
def test_a_number_of_rows_that_cannot_be_is_wrong_use(claims: Path, rows: str) -> None:
    assert run(claims, "--rows", rows).exit_code == 2


def test_on_a_terminal_it_asks_and_follows_the_answers(claims: Path, tmp_path: Path) -> None:
    """A pseudo-terminal gets the answers ahead: one of them can't be, and is asked again."""
    answers = ["month first", "", "bank A", "Mars/Olympus", "Europe/Dublin", "EUR", "no"]
    ours, theirs = os.openpty()
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    with subprocess.Popen(
        [sys.executable, "-m", "tricredit", "map", str(claims)],
        cwd=tmp_path,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        start_new_session=True,  # whatever the terminal signals, it isn't meant for the tests
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb", "COLUMNS": "100"},
    ) as running:
        os.close(theirs)
        shown = _all_of(ours)
        draft = running.stdout.read() if running.stdout else b""
        assert running.wait(timeout=60) == 0, shown

    source = parse_mapping(draft, "stdout").source
    assert (source.name, source.time_zone, source.currency, source.historical) == (
        "bank A",
        "Europe/Dublin",
        "EUR",
        False,
    )
    assert b'dates = ["%m/%d/%Y"]' in draft
    assert "Mars/Olympus" in shown
    assert shown.count("In which time zone") == 2
    assert b"# ? noted with every fact" not in draft


def _all_of(terminal: int) -> str:
    """What is shown until the other end is closed."""
    shown = b""
    try:
        while piece := os.read(terminal, 1 << 16):
            shown += piece
    except OSError:  # Linux says so when nobody has the other end open any more
        pass
    finally:
        os.close(terminal)
    return shown.decode()
