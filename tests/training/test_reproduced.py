"""The same recipe, rows and seed give the same bytes, in whatever process they are trained."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from ledger.audit.signing_keys import make_keys
from models.bundle import load
from tests.training.short_runs import DAYS, ROOT, learn, short_recipe
from tests.worlds import SmallWorld
from training.origin import recipe_digest
from training.recipe import read_recipe


def left(folder: Path) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Every file of the bundles, and the figures without the path of the folder."""
    bundles = folder / "bundles"
    files = [path for path in sorted(bundles.rglob("*")) if path.is_file()]
    figures = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    assert Path(figures.pop("folder")).parent == bundles
    return {path.relative_to(bundles).as_posix(): path.read_bytes() for path in files}, figures


def test_two_processes_give_the_same_bundle_byte_for_byte(
    small_world: SmallWorld, tmp_path: Path
) -> None:
    """One is this process; the other has other hashes and more threads for sums.

    Those of LightGBM are tried in ``test_retrain``: two of them take long on a busy machine.
    """
    private, public = make_keys(tmp_path / "keys")
    recipe = short_recipe(
        tmp_path,
        "bags = { count = 5, rounds = 3, learning_rate = 0.1, "
        "untold = [[1, 1], [1, 1], [1, 1], [1, 1]] }",
    )
    here, there = (tmp_path / name for name in ("here", "there"))
    words: dict[Path, tuple[str, ...]] = {
        folder: (
            *(str(recipe), "--db", small_world.url, *DAYS, "--sign", str(private)),
            *("--out", str(folder / "bundles"), "--json", str(folder / "figures.json")),
        )
        for folder in (here, there)
    }

    assert learn(*words[here]).exit_code == 0
    subprocess.run(
        [sys.executable, "-m", "training.retrain", *words[there]],
        check=True,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "2"},
    )

    assert left(here) == left(there)
    files, figures = left(here)
    assert {name.rpartition("/")[2] for name in files} >= {"manifest.sig", "bags.txt"}
    assert sum(name.endswith(".validation.json") for name in files) == 1
    manifest = load(here / "bundles" / figures["bundle"], public).source.manifest
    assert manifest.data_sha256 == figures["data_sha256"]
    assert manifest.recipe_sha256 == figures["recipe_sha256"] == recipe_digest(read_recipe(recipe))
