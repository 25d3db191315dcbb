"""``python -m training.export``: files that another engine runs, and faults for people."""

import re
from pathlib import Path

import duckdb
import numpy as np
import onnxruntime
import pyarrow as pa
import pytest
from typer.testing import CliRunner, Result

from models.assessment import logits, parts
from models.bundle import load
from tests.command_results import told
from tests.worlds import NAMES, SmallWorld
from training.export import app

ROOT = Path(__file__).parents[2]


def export(*words: str | Path) -> Result:
    """Run ``python -m training.export`` in this process."""
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """The demo's recipe with the features of one relation."""
    demo = (ROOT / "recipes" / "demo.toml").read_text(encoding="utf-8")
    text = re.sub(r"relations = \[.*?\]", 'relations = ["claim_asked"]', demo, flags=re.DOTALL)
    (tmp_path / "few.toml").write_text(text, encoding="utf-8")
    return tmp_path / "few.toml"


def test_a_bundle_becomes_onnx(small_world: SmallWorld, tmp_path: Path) -> None:
    result = export("onnx", small_world.bundle, "--out", tmp_path / "model.onnx")

    assert result.exit_code == 0, result.output
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    logit, _ = session.run(None, {"features": small_world.known.rows})
    bundle = load(small_world.bundle)
    expected = logits(bundle, parts(bundle, small_world.known.rows))
    assert np.abs(logit[:, 0] - expected).max() <= 1e-6


def test_a_recipe_becomes_a_scorecard_in_sql(
    small_world: SmallWorld, tmp_path: Path, few: Path
) -> None:
    rows = small_world.known.rows
    columns = {name: pa.array(rows[:, at], from_pandas=True) for at, name in enumerate(NAMES)}
    claims = pa.table({"ref": list(small_world.known.keys), **columns})
    options = ("--train-until", "2026-02-17", "--table", "claims", "--key", "ref")

    result = export(
        "scorecard", few, "--db", small_world.url, *options, "--out", tmp_path / "card.sql"
    )

    assert result.exit_code == 0, result.output
    with duckdb.connect() as connection:
        connection.register("claims", claims)
        found = dict(connection.execute((tmp_path / "card.sql").read_text("utf-8")).fetchall())
    assert set(found) == set(small_world.known.keys)
    assert len(set(found.values())) > 10
    # a higher log-odds goes with a higher true chance
    truth = small_world.late_chance
    pairs = [(logit, truth[ref]) for ref, logit in found.items() if ref in truth]
    assert np.corrcoef(np.array(pairs).T)[0, 1] > 0.1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("onnx", "nowhere", "--out", "{}/x"), "bundle-refused"),
        (("onnx", "{bundle}", "--out", "{}"), "file-in-the-way"),
        (("onnx", "{bundle}", "--out", "{}/x", "--trust", "{}/none"), "wrong-key-file"),
        (("scorecard", "none.toml", "--db", "sqlite:///x", "--out", "{}/x"), "recipe-refused"),
        (
            ("scorecard", "{few}", "--db", "{db}", "--train-until", "2019-01-01", "--out", "{}/x"),
            "too-little-to-learn",
        ),
    ],
)
def test_wrong_use_says_what_is_wrong_and_what_to_do(
    small_world: SmallWorld, tmp_path: Path, few: Path, words: tuple[str, ...], code: str
) -> None:
    named = {"bundle": small_world.bundle, "db": small_world.url, "few": few}

    result = export(*(word.format(tmp_path, **named) for word in words))

    told(result, code)
    assert not (tmp_path / "x").exists()
