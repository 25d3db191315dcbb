"""The law of challengers: each fits, predicts, explains and describes itself by one protocol."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import roc_auc_score

from training.baselines import OneVariable
from training.boosted import Boosted
from training.calibration import Calibration
from training.explainable import Explainable, NotInstalled
from training.fitting import ADDITIVE, CROSS, FREE, Fitter
from training.points_table import Scorecards
from training.protocol import Challenger
from training.recipe import Trees

NAMES = ("buyer_late5_365d", "supplier_ln_sales_12m", "tenor", "data_tier")
TREES = Trees(
    rounds=40,
    additive_rounds=(40,),
    learning_rate=0.1,
    leaves=7,
    least_rows_in_leaf=20,
    feature_share=0.8,
    row_share=0.8,
    l2=1.0,
)
FITTER = Fitter(NAMES, TREES, seed=1, threads=1)


def explainable() -> Challenger:
    pytest.importorskip("interpret")
    return Explainable(NAMES, 1)


CHALLENGERS: dict[str, Callable[[], Challenger]] = {
    "scorecard": lambda: Scorecards(NAMES, 1),
    "unconstrained": lambda: Boosted(FITTER, FREE, Calibration(-0.1, 0.8)),
    "monotone": lambda: Boosted(FITTER, CROSS),
    "additive": lambda: Boosted(FITTER, ADDITIVE),
    "late rate alone": lambda: OneVariable(NAMES, "buyer_late5_365d"),
    "sales alone": lambda: OneVariable(NAMES, "supplier_ln_sales_12m"),
    "explainable": explainable,
}


def drawn(seed: int, count: int = 1_200) -> tuple[Any, Any]:
    """Rows whose risk rises with lateness and falls with sales; a part of each is missing."""
    generator = np.random.default_rng(seed)
    late, sales = generator.uniform(0.01, 0.7, count), generator.normal(12.0, 2.0, count)
    tenor, tier = generator.integers(20, 180, count), generator.integers(0, 4, count)
    event = generator.random(count) < expit(4.0 * late - 0.5 * (sales - 12.0) - 2.0)
    rows = np.column_stack([late, sales, tenor, tier]).astype(np.float64)
    rows[generator.random(rows.shape) < 0.1] = np.nan
    return rows, event


@pytest.fixture(scope="module")
def halves() -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    return drawn(1), drawn(2)


@pytest.mark.parametrize("name", CHALLENGERS)
def test_a_challenger_keeps_the_protocol(
    name: str, halves: tuple[tuple[Any, Any], tuple[Any, Any]]
) -> None:
    (rows, event), (others, what) = halves
    fitted = CHALLENGERS[name]().fit(rows, event)
    told = fitted.log_odds(others)

    # a finite number for each row, in their order, and better than a coin on rows not learned from
    assert told.shape == (len(others),)
    assert np.isfinite(told).all()
    assert roc_auc_score(what, told) > 0.6
    assert fitted.log_odds(others[::-1]).tolist() == told[::-1].tolist()

    # a row alone is told as among others, and so is one without any value
    for at in range(0, len(others), 150):
        assert fitted.log_odds(others[at : at + 1]).tolist() == [told[at]]
    empty = np.full((1, len(NAMES)), np.nan)
    assert np.isfinite(fitted.log_odds(empty)).all()
    assert fitted.log_odds(others[:0]).shape == (0,)

    # what features add, and the base, sum to the log-odds
    each = fitted.explain(np.vstack([others[:200], empty]))
    assert each.shape == (201, len(NAMES) + 1)
    assert len({float(base) for base in each[:, -1]}) == 1
    assert np.abs(each[:200].sum(axis=1) - told[:200]).max() <= 1e-9

    # it says what it is, and comes out the same again
    assert fitted.describe().strip()
    again = CHALLENGERS[name]().fit(rows, event)
    assert again.log_odds(others).tolist() == told.tolist()
    assert again.describe() == fitted.describe()


def test_the_scorecard_prints_a_table_of_points_that_adds_up(
    halves: tuple[tuple[Any, Any], tuple[Any, Any]],
) -> None:
    (rows, event), _ = halves
    fitted = Scorecards(NAMES, 1).fit(rows, event)
    lines = [line for line in fitted.describe().splitlines() if line.startswith("buyer_late5")]

    points = [float(line.rsplit(maxsplit=1)[1]) for line in lines if "Special" not in line]
    assert len(points) >= 3
    # the risk rises with lateness, so its bins lose points; the last line is the missing value's
    assert points[0] > points[-2]
    column = NAMES.index("buyer_late5_365d")
    told = fitted.explain(np.where(np.arange(len(NAMES)) == column, rows[:1], np.nan))
    assert any(abs(-57.7078 * float(told[0, column]) - one) < 0.06 for one in points)


def test_without_its_package_explainable_boosting_is_refused_when_asked(
    halves: tuple[tuple[Any, Any], tuple[Any, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "interpret.glassbox", None)
    with pytest.raises(NotInstalled, match="interpret-core") as refused:
        Explainable(NAMES, 1).fit(*halves[0])
    assert "tricredit[explainable]" in refused.value.remedy
