"""``python -m training.retrain``: figures for programs, tables for people, faults for both."""

import json
import re
from pathlib import Path

import pytest

from ledger.audit.signing_keys import make_keys
from models.bundle import load
from models.storage import BundleRefused
from tests.command_results import told
from tests.training.short_runs import learn
from tests.worlds import SmallWorld

ROOT = Path(__file__).parents[2]


def test_retraining_writes_figures_and_prints_the_bundle_that_the_named_key_signs(
    small_world: SmallWorld, tmp_path: Path
) -> None:
    demo = (ROOT / "recipes" / "demo.toml").read_text(encoding="utf-8")
    short = re.sub(r"rounds = \d+\n.*", "rounds = 10\nadditive_rounds = [10]", demo)
    (tmp_path / "short.toml").write_text(short, encoding="utf-8")
    private, public = make_keys(tmp_path / "mine")
    bundles = tmp_path / "here" / "bundles"
    files = ("--out", bundles, "--json", tmp_path / "figures.json")
    signed = ("--sign", private, "--version", "7")

    result = learn(
        tmp_path / "short.toml",
        *("--db", small_world.url, "--train-until", "2026-02-17"),
        *(*files, *signed),
    )

    assert result.exit_code == 0, result.output
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert result.stdout.split() == [figures["folder"]]
    assert load(Path(figures["folder"]), public).id == figures["bundle"]
    assert (figures["rounds"], figures["train_until"]) == (10, "2026-02-17")
    assert figures["bundle"] in result.stderr.replace("\n", "")
    assert "isotonic calibration, as a diagnostic only" in result.stderr.replace("\n", " ")

    manifest = load(Path(figures["folder"]), public).source.manifest
    assert manifest.version == 7
    assert manifest.trained_from is not None
    assert manifest.trained_from < manifest.trained_through
    assert set(manifest.metrics) >= {"rehearsal_log_loss", "rehearsal_auc"}
    with pytest.raises(BundleRefused):
        load(Path(figures["folder"]))
    assert not (bundles.parent / "keys").exists()


@pytest.mark.parametrize(
    ("recipe", "words", "code"),
    [
        ("none.toml", (), "recipe-refused"),
        ("x[/].toml", (), "recipe-refused"),
        ("recipes/demo.toml", ("--train-until", "yesterday"), "wrong-day"),
        ("recipes/demo.toml", ("--train-until", "2019-01-01"), "too-little-to-learn"),
        ("recipes/demo.toml", ("--db", "mysql://x/y"), "wrong-database-url"),
        ("recipes/demo.toml", ("--sign", "none.pem"), "wrong-key-file"),
    ],
)
def test_wrong_use_of_retraining_says_what_is_wrong_and_what_to_do(
    small_world: SmallWorld, tmp_path: Path, recipe: str, words: tuple[str, ...], code: str
) -> None:
    options = ("--db", small_world.url, "--out", tmp_path / "bundles")

    result = learn(ROOT / recipe, *options, *words)

    told(result, code)
    assert not (tmp_path / "bundles").exists()
