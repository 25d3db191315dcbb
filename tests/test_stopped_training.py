"""A training run that is stopped at any moment leaves nothing half, and says what it leaves."""

import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.audit.signing_keys import make_keys
from tests.training.short_runs import DAYS, short_recipe
from tests.worlds import SmallWorld

ROOT = Path(__file__).resolve().parents[1]
FINISHED = 0
STOPS = {
    "early": ("claim_terms", signal.SIGTERM, 143),
    "untested": ("challenger", signal.SIGINT, 130),
    "killed": ("challenger", signal.SIGKILL, -9),
}

Files = dict[str, bytes]


@dataclass(frozen=True)
class Stopped:
    """How each run ended, and its folder."""

    folder: Path
    statuses: dict[str, int]

    def files(self, name: str) -> Files:
        """Bytes of each file, drafts apart: a name that begins with a dot is nobody's result."""
        folder = self.folder / name
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not any(part.startswith(".") for part in path.parts)
        }


@pytest.fixture(scope="module")
def stopped(small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Stopped:
    """Runs of a short recipe, with one key, so that all of them would give the same bytes.

    Two boosters are fitted at once, and the step at which a run is stopped may be of either thread.
    """
    folder = tmp_path_factory.mktemp("stopped")
    private, _ = make_keys(folder / "keys")
    recipe = short_recipe(folder, "challengers = []")
    words = [str(recipe), *("--db", small_world.url, "--out", "bundles", "--pages", "pages")]
    words += [*DAYS, "--threads", "2", "--sign", str(private), "--json", "figures.json"]
    runs = [("", FINISHED, "finished"), *((*how[:2], name) for name, how in STOPS.items())]
    asked = [[step, str(int(number)), str(folder / name), *words] for step, number, name in runs]
    program = [sys.executable, str(ROOT / "tests" / "stopped_training.py")]
    told = subprocess.run(
        [*program, *(word for one in asked for word in ("--", *one))],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "OMP_NUM_THREADS": "1"},
    )
    statuses = map(int, told.stdout.split())
    return Stopped(folder, dict(zip((name for _, _, name in runs), statuses, strict=True)))


def consistent(found: Files, finished: Files) -> None:
    """What is there is byte for byte what the finished run left; no bundle lacks a file."""
    assert found == {path: finished.get(path) for path in found}
    bundles = {path.split("/")[1] for path in found if path.count("/") == 2}
    for bundle in bundles:
        inside = f"bundles/{bundle}/"
        assert {one for one in found if one.startswith(inside)} == {
            one for one in finished if one.startswith(inside)
        }
    tested = {path for path in found if path.endswith(".validation.json")}
    assert tested <= {f"bundles/{bundle}.validation.json" for bundle in bundles}


def test_the_finished_run_leaves_a_bundle_its_validation_pages_and_figures(
    stopped: Stopped,
) -> None:
    finished = stopped.files("finished")

    assert stopped.statuses["finished"] == 0, (stopped.folder / "finished.stderr").read_text()
    assert [path.split("/")[0] for path in finished].count("pages") == 4
    assert sum(path.endswith("manifest.sig") for path in finished) == 1
    assert sum(path.endswith(".validation.json") for path in finished) == 1
    assert "figures.json" in finished


def test_at_no_moment_is_anything_there_that_is_half(stopped: Stopped) -> None:
    """``kill -9`` before any change of a file would have left one of these."""
    finished, seen = stopped.files("finished"), stopped.folder / "finished.seen"
    moments = [stopped.files(f"finished.seen/{one.name}") for one in sorted(seen.iterdir())]

    assert len(moments) > 20
    for moment in moments:
        consistent(moment, finished)
    assert len({frozenset(moment) for moment in moments}) >= 6  # a result appears after the other


@pytest.mark.parametrize("name", STOPS)
def test_a_stopped_run_ends_with_its_status_and_leaves_nothing_half(
    stopped: Stopped, name: str
) -> None:
    _, number, status = STOPS[name]

    assert stopped.statuses[name] == status
    consistent(stopped.files(name), stopped.files("finished"))
    assert (stopped.folder / f"{name}.stdout").read_text() == ""
    said = (stopped.folder / f"{name}.stderr").read_text()
    if number == signal.SIGKILL:
        assert said == ""
    else:
        word = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}[number]
        assert said.splitlines() == [
            f"{word}: what is in bundles is whole; the same command does the rest"
        ]
        assert not list((stopped.folder / name).rglob(".*"))  # no draft is left behind


def test_what_was_made_before_the_stop_is_kept(stopped: Stopped) -> None:
    assert stopped.files("early") == {}
    for name in ("untested", "killed"):
        found = stopped.files(name)
        assert {path.split("/")[0] for path in found} == {"bundles"}
        assert sum(path.endswith("manifest.sig") for path in found) == 1
        assert not any(path.endswith(".validation.json") for path in found)
