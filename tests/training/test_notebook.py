"""The notebook that explores a bundle: every cell runs, and says what the run's report says."""

import runpy
from functools import partial
from pathlib import Path

import pytest

from tests.training.conftest import ROOT, Trained
from tests.worlds import SmallWorld
from training.report import model_plots as plots

NOTEBOOK = ROOT / "docs" / "notebooks" / "explore_a_bundle.py"


def test_every_cell_runs_and_says_what_the_report_says(
    trained: Trained,
    small_world: SmallWorld,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TRICREDIT_DB", small_world.url)
    monkeypatch.setenv("TRICREDIT_BUNDLE", trained.report["folder"])

    found = runpy.run_path(str(NOTEBOOK))

    printed = capsys.readouterr().out
    assert trained.report["bundle"] in printed
    assert found["points"] in printed
    assert found["scored"]["probability"].is_monotonic_increasing
    grades = trained.report["validation"]["grades"]["rows"]
    assert found["grades"]["grade"].tolist() == [row["grade"] for row in grades]
    for column in ("n", "events", "expected", "p_value"):
        assert found["grades"][column].tolist() == pytest.approx([row[column] for row in grades])
    assert found["what_if"]["probability"].nunique() > 1
    drawn = found["drawn"]("again", partial(plots.draw_effect, found=found["curve"]))
    assert drawn._repr_html_().startswith("<svg")
    assert found["curve"].name in drawn


def test_it_is_cells_of_text() -> None:
    """As jupytext reads it: the words first, then a titled cell for each step."""
    lines = Path(NOTEBOOK).read_text(encoding="utf-8").splitlines()
    cells = [line for line in lines if line.startswith("# %%")]

    assert cells[0] == lines[0] == "# %% [markdown]"
    assert len(cells) > 8
    assert all(len(cell) > len("# %% ") for cell in cells)
