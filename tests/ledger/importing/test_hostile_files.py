"""Hostile files are refused, or left out row by row; nothing is half loaded, time and memory hold.

The files are imported by a child process, many in a row (``hostile_child``); the heavy ones only by
``make test-long``.
"""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ledger.importing.columnar import open_columnar
from ledger.importing.delimited import open_delimited
from ledger.importing.drafting.file_head import read_head
from ledger.importing.file_formats import Formats
from ledger.importing.import_faults import MissingFile, UnreadableFile, WrongHeader, WrongMapping
from ledger.importing.loading import import_folder
from ledger.importing.source_files import find_files
from ledger.importing.workbook import open_workbook
from ledger.principals import OWNER
from ledger.spreadsheet_cells import FORMULA_STARTS
from tests.ledger.importing.hostile_case import Case
from tests.ledger.importing.hostile_columnar import COLUMNAR
from tests.ledger.importing.hostile_places import PLACES
from tests.ledger.importing.hostile_texts import TEXTS
from tests.ledger.importing.hostile_workbooks import WORKBOOKS
from tests.ledger.importing.small_bank import GOOD, NOW, empty_ledger, facts, fill, mapping_of

ROOT = Path(__file__).parents[3]
GROUPS = {"text": TEXTS, "Parquet": COLUMNAR, "workbook": WORKBOOKS, "place": PLACES}

MOST_SECONDS = 10.0
"""Of the processor for one file; what other processes do doesn't count."""

MOST_BYTES = 512 << 20
REFUSALS = {"missing-file", "unreadable-file", "wrong-header"}

Result = dict[str, Any]


CASES = {f"{group}: {case.name}": case for group, listed in GROUPS.items() for case in listed}
EACH = pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.long] * case.heavy) for name, case in CASES.items()],
)


class Runs:
    """Runs all light files, or all heavy ones, when the first of them is asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._done: dict[tuple[bool, str], dict[str, Result]] = {}

    def of(self, name: str, url: str = "") -> tuple[Result, Path]:
        """What became of a file, and its folder."""
        key = (CASES[name].heavy, url)
        if key not in self._done:
            self._done[key] = self._run(*key)
        folder = self._place(name)
        return self._done[key][folder.name], folder

    def _place(self, name: str) -> Path:
        return self._folder / str(list(CASES).index(name))

    def _run(self, heavy: bool, url: str) -> dict[str, Result]:
        folders = [self._place(name) for name, case in CASES.items() if case.heavy == heavy]
        for name, case in CASES.items():
            if case.heavy == heavy and not self._place(name).exists():
                write(self._place(name), case)
        url = url or f"sqlite:///{self._folder}/{heavy}.db"
        words = ["-m", "tests.ledger.importing.hostile_child", url, *map(str, folders)]
        ran = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60 + 2 * MOST_SECONDS * len(folders),
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        results = [json.loads(line) for line in ran.stdout.splitlines()]
        assert len(results) == len(folders), ran.stderr[-2_000:]
        return {result["folder"]: result for result in results}


def write(folder: Path, case: Case) -> None:
    folder.mkdir(parents=True)
    (folder / "mapping.toml").write_text(case.mapping, encoding="utf-8")
    (folder / "name.txt").write_text(case.file, encoding="utf-8")
    case.make(folder / case.file)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """The runs of this module, each done once."""
    return Runs(tmp_path_factory.mktemp("hostile"))


def test_there_are_enough_of_them() -> None:
    assert sum(map(len, GROUPS.values())) == len(CASES) >= 60


@EACH
def test_a_hostile_file_is_refused_or_left_out_row_by_row(runs: Runs, name: str) -> None:
    result, folder = runs.of(name)

    assert_as_expected(CASES[name], result["imported"])
    assert_within_bounds(result["imported"])
    if not CASES[name].refused:
        assert_no_formulas(folder / "rejects.csv")


@EACH
def test_a_draft_for_a_hostile_file_is_a_mapping_or_a_fault(runs: Runs, name: str) -> None:
    drafted = runs.of(name)[0]["drafted"]

    if drafted["code"]:
        assert drafted["code"] in REFUSALS
        assert drafted["remedy"]
    else:
        assert drafted["name"] == CASES[name].file
    assert_within_bounds(drafted)


@pytest.mark.long
@EACH
def test_the_other_store_makes_the_same_of_it(
    runs: Runs, shared_postgresql: str, name: str
) -> None:
    assert_as_expected(CASES[name], runs.of(name, shared_postgresql)[0]["imported"])


def assert_within_bounds(result: Result) -> None:
    assert result["cpu_seconds"] < MOST_SECONDS
    assert result["peak_bytes"] < MOST_BYTES


def assert_as_expected(case: Case, result: Result) -> None:
    assert result["code"] == case.refused, result
    if case.refused:
        assert result["untouched"]
        assert result["remedy"]
        assert len(result["message"]) < 1_000
    else:
        assert dict(result["rejected"]) == dict(case.rejected)
        assert result["loaded"] == case.loaded
        both = {"party": case.loaded, "party_report": case.loaded}
        assert result["stored"] == result["reported"] == both


def assert_no_formulas(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert [cell for cell in cells if cell.startswith(FORMULA_STARTS)] == []


@pytest.fixture(scope="module")
def shared_postgresql(postgres_server: Any) -> Iterator[str]:
    """One PostgreSQL database for all files."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


OPENERS: dict[str, Callable[[Path], Any]] = {
    "f.csv": lambda path: open_delimited(path, Formats()).__enter__(),
    "f.csv.gz": lambda path: open_delimited(path, Formats()).__enter__(),
    "f.parquet": lambda path: open_columnar(path, Formats()).__enter__(),
    "f.xlsx": lambda path: open_workbook(path, Formats()).__enter__(),
    "g.csv": read_head,
}


@pytest.mark.parametrize("name", OPENERS)
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"id,name\n1,2\n")
    path.chmod(0)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o011)
    with no_longer_root(), pytest.raises(UnreadableFile) as caught:
        OPENERS[name](path)
    assert name in caught.value.message
    assert caught.value.remedy


def test_a_folder_that_may_not_be_looked_into_says_so(tmp_path: Path) -> None:
    fill(tmp_path, GOOD)
    mapping = mapping_of(tmp_path)
    tmp_path.chmod(0)
    try:
        with no_longer_root():
            with pytest.raises(MissingFile, match="can't be looked into"):
                find_files(mapping, tmp_path)
            with pytest.raises(UnreadableFile):
                read_head(tmp_path / "claims.csv")
    finally:
        tmp_path.chmod(0o700)


@contextmanager
def no_longer_root() -> Iterator[None]:
    """Root may read everything: be somebody else meanwhile."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65_534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


CHANGED = "buyer,issued,due,amount,paid,paid\n"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda path: path.write_text(CHANGED, encoding="utf-8"), WrongHeader),
        (lambda path: path.write_text("buyer,issued\n", encoding="utf-8"), WrongMapping),
        (lambda path: path.write_bytes(b""), WrongHeader),
        (lambda path: path.unlink(), UnreadableFile),
    ],
)
def test_a_file_that_changes_after_it_was_checked_loads_nothing(
    database_url: str, tmp_path: Path, change: Callable[[Path], object], fault: type[Exception]
) -> None:
    """The buyers are loaded when the claims turn out to be others: all is undone."""
    fill(tmp_path, GOOD)
    engine = empty_ledger(database_url)
    told: list[str] = []

    def progress(doing: str, _share: float) -> None:
        if not told:
            change(tmp_path / "claims.csv")
        told.append(doing)

    with pytest.raises(fault):
        import_folder(mapping_of(tmp_path), tmp_path, engine, OWNER, NOW, progress=progress)

    assert "buyers.csv" in told[0]
    assert facts(engine, "party") == []
    engine.dispose()
