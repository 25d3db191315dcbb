"""A small shadow model of made-up accounts, for tests that rate with one."""

from datetime import UTC, datetime
from pathlib import Path

import lightgbm as lgb
import numpy as np

from models.account_ratios import NAMES, RATIOS
from models.shadow_model import ShadowCard, ShadowModel, columns, load, save

ROWS = 400


def made_shadow(folder: Path, *, intercept: float = -2.0) -> ShadowModel:
    """Learned from rows in which each ratio with a direction does what it should; saved, loaded.

    Its folder is in ``folder / "bundles"``, the local key that signed it beside that.
    """
    chance = np.random.default_rng(0)
    rows = chance.normal(size=(ROWS, len(NAMES)))
    score = rows @ np.array([float(ratio.risk) for ratio in RATIOS])
    rows[chance.random(rows.shape) < 0.2] = np.nan  # so that the trees know what missing is
    parameters = {
        "objective": "binary",
        "monotone_constraints": [int(ratio.risk) for ratio in RATIOS],
        "num_leaves": 4,
        "learning_rate": 0.3,
        "seed": 1,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbose": -1,
    }
    data = lgb.Dataset(rows, label=score > 2.0, feature_name=list(NAMES))
    booster = lgb.train(parameters, data, 30)
    card = ShadowCard(
        name="shadow-made",
        event="bankruptcy within twelve months",
        ratios=columns(),
        cal_intercept=intercept,
        cal_slope=0.5,
        trained_through=datetime(2013, 1, 1, tzinfo=UTC),
        data="made up",
        metrics={"rehearsed": 12},
        learned=ROWS,
        failed=int((score > 2.0).sum()),
        versions={},
    )
    return load(save(folder / "bundles", card, booster.model_to_string()))
