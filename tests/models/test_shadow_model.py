"""A shadow model: what it gives, and which way it leans."""

import json
from datetime import UTC, datetime
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pytest

from models.account_ratios import NAMES, RATIOS
from models.scale import number_of
from models.shadow_model import (
    LEAST_TOLD,
    ShadowCard,
    ShadowModel,
    columns,
    load,
    save,
)
from models.storage import BundleRefused
from tests.models.made_shadow import made_shadow

EMPTY = np.full((1, len(NAMES)), np.nan)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ShadowModel:
    return made_shadow(tmp_path_factory.mktemp("shadow"))


def test_the_probability_is_that_of_the_trees_calibrated(model: ShadowModel) -> None:
    rows = np.random.default_rng(3).normal(size=(50, len(NAMES)))
    raw = np.asarray(model.booster.predict(rows, raw_score=True))
    logit = model.card.cal_intercept + model.card.cal_slope * raw

    assert model.probabilities(rows) == pytest.approx(1.0 / (1.0 + np.exp(-logit)))
    assert len(model.probabilities(rows[:0])) == 0


@pytest.mark.parametrize("name", [one.name for one in RATIOS if one.risk])
def test_no_row_leans_the_wrong_way(model: ShadowModel, name: str) -> None:
    at = NAMES.index(name)
    rows = np.random.default_rng(4).normal(size=(40, len(NAMES)))
    low, high = rows.copy(), rows.copy()
    high[:, at] += 1.0
    change = model.probabilities(high) - model.probabilities(low)

    assert (int(RATIOS[at].risk) * change >= 0.0).all()


def test_too_little_told_is_no_rating(model: ShadowModel) -> None:
    rows = np.repeat(EMPTY, 2, axis=0)
    rows[0, : LEAST_TOLD - 1] = 0.5
    rows[1, :LEAST_TOLD] = 0.5

    assert np.isnan(model.probabilities(rows)).tolist() == [True, False]


def test_a_ratio_declared_since_is_passed_over(tmp_path: Path) -> None:
    """A model of fewer ratios finds its own by name."""
    some = columns()[:3][::-1]
    data = lgb.Dataset(
        np.arange(300.0).reshape(100, 3),
        label=np.arange(100) > 60,
        feature_name=[s.name for s in some],
    )
    booster = lgb.train({"objective": "binary", "verbose": -1, "num_threads": 1}, data, 3)
    card = made_shadow(tmp_path).card.model_copy(update={"ratios": some})
    small = load(save(tmp_path / "bundles", card, booster.model_to_string()))
    rows = np.random.default_rng(5).uniform(0, 300, (20, len(NAMES)))
    raw = np.asarray(booster.predict(rows[:, [2, 1, 0]], raw_score=True))

    logit = card.cal_intercept + card.cal_slope * raw
    assert np.isnan(small.probabilities(rows)).all()  # three ratios are too few to rate by
    assert small.log_odds(rows) == pytest.approx(logit)


@pytest.mark.parametrize(
    ("probability", "grade"),
    [(1e-6, 1), (0.000463, 1), (0.000465, 2), (0.009797, 8), (0.009799, 9), (0.25, 16), (0.9, 16)],
)
def test_grades_are_the_bands_of_the_master_scale(probability: float, grade: int) -> None:
    assert number_of(probability) == grade


def test_a_ratio_that_means_something_else_is_refused(model: ShadowModel, tmp_path: Path) -> None:
    first, *others = model.card.ratios
    card = model.card.model_copy(
        update={"ratios": (first.model_copy(update={"fingerprint": "0" * 16}), *others)}
    )
    folder = save(tmp_path / "bundles", card, model.booster.model_to_string())

    with pytest.raises(BundleRefused, match=f"mean something else: {first.name}$"):
        load(folder)


def test_columns_in_another_order_are_refused(model: ShadowModel, tmp_path: Path) -> None:
    card = model.card.model_copy(update={"ratios": model.card.ratios[::-1]})

    with pytest.raises(BundleRefused, match="aren't the features of its card"):
        load(save(tmp_path / "bundles", card, model.booster.model_to_string()))


def test_a_card_of_another_version_is_refused(model: ShadowModel, tmp_path: Path) -> None:
    card = model.card.model_copy(update={"cal_slope": -1.0})

    with pytest.raises(BundleRefused, match=r"shadow\.json of shadow-made-\w+ is not a card"):
        load(save(tmp_path / "bundles", card, model.booster.model_to_string()))


def test_a_card_holds_numbers_only(model: ShadowModel) -> None:
    told = model.card.model_dump(mode="json")
    for change in ({"cal_slope": -1.0}, {"cal_intercept": "Infinity"}, {"name": "../x"}):
        with pytest.raises(ValueError, match=next(iter(change))):
            ShadowCard.model_validate_json(json.dumps({**told, **change}))
    assert model.card.trained_through == datetime(2013, 1, 1, tzinfo=UTC)
