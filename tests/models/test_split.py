"""The log-odds split exactly into the credits, whatever the row, alone or among many."""

from dataclasses import asdict
from typing import Any

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given
from scipy.special import expit

from features.catalogue import CREDIT_OF
from models.assessment import PARTS, Assessment, assess, contributions, logits, parts
from models.bundle import CREDITS, Bundle
from models.scale import A, B, points
from models.trees import BLOCK_ROWS, Matrix
from tests.models.changed_rows import Changes, changed, changes
from tests.worlds import CALIBRATION, SmallWorld

NEAR = 1e-9


@pytest.fixture(scope="module")
def saved(small_world: SmallWorld) -> tuple[lgb.Booster, lgb.Booster]:
    """Both boosters as LightGBM itself reads them from disk."""
    additive, cross = (
        lgb.Booster(model_file=str(small_world.bundle / name))
        for name in ("additive.txt", "cross.txt")
    )
    return additive, cross


def told(assessment: Assessment) -> str:
    """An assessment to compare to the last bit; repr tells each float exactly, and NaN as NaN."""
    return repr(asdict(assessment))


@given(drawn=changes)
def test_base_and_parts_add_up_to_the_log_odds_and_these_to_the_probability(
    bundle: Bundle, rows: Matrix, drawn: Changes
) -> None:
    for said in assess(bundle, changed(rows, drawn)):
        assert tuple(said.parts) == PARTS
        assert abs(said.base + sum(said.parts.values()) - said.logit) <= NEAR
        assert abs(said.probability - float(expit(said.logit))) <= 1e-15
        assert 0.0 < said.probability < 1.0


@given(drawn=changes)
def test_the_sum_is_lightgbms_own_raw_score_calibrated(
    bundle: Bundle, rows: Matrix, saved: tuple[lgb.Booster, lgb.Booster], drawn: Changes
) -> None:
    some = changed(rows, drawn)
    raw = sum(np.asarray(booster.predict(some, raw_score=True)) for booster in saved)
    intercept, slope = CALIBRATION

    assert np.abs(logits(bundle, parts(bundle, some)) - (intercept + slope * raw)).max() <= NEAR


def test_the_sum_is_lightgbms_own_on_every_row_of_the_world(
    bundle: Bundle, rows: Matrix, saved: tuple[lgb.Booster, lgb.Booster]
) -> None:
    raw = np.sum([booster.predict(rows, raw_score=True) for booster in saved], axis=0)
    intercept, slope = CALIBRATION

    assert np.abs(logits(bundle, parts(bundle, rows)) - (intercept + slope * raw)).max() <= NEAR
    assert bundle.base == pytest.approx(intercept + slope * raw.mean(), abs=0.2)


@given(drawn=changes)
def test_contributions_of_a_credit_are_its_part_but_for_what_the_cross_terms_took(
    bundle: Bundle, rows: Matrix, saved: tuple[lgb.Booster, lgb.Booster], drawn: Changes
) -> None:
    some = changed(rows, drawn)
    each, split = contributions(bundle, some), parts(bundle, some)
    taken = np.asarray(saved[1].predict(some, pred_contrib=True))[:, :-1] * CALIBRATION[1]
    names = np.array(bundle.feature_names)
    for place, credit in enumerate(CREDITS):
        own = np.array([CREDIT_OF[name] is credit for name in names])
        difference = (each[:, own].sum(axis=1) - taken[:, own].sum(axis=1)) - split[:, place]
        assert np.abs(difference).max() <= NEAR
    assert np.abs(taken.sum(axis=1) - split[:, 3]).max() <= NEAR
    assert np.abs(bundle.base + each.sum(axis=1) - logits(bundle, split)).max() <= NEAR


@given(drawn=changes)
def test_a_row_alone_is_assessed_as_among_others(
    bundle: Bundle, rows: Matrix, drawn: Changes
) -> None:
    some = changed(rows, drawn)

    together = [told(said) for said in assess(bundle, some)]
    alone = [told(said) for at in range(len(some)) for said in assess(bundle, some[at : at + 1])]
    backwards = [told(said) for said in assess(bundle, some[::-1])]

    assert together == alone == backwards[::-1]


def test_no_block_boundary_shows(bundle: Bundle, rows: Matrix) -> None:
    many = np.tile(rows, (2 * BLOCK_ROWS // len(rows) + 1, 1))[: 2 * BLOCK_ROWS + 1]
    once = parts(bundle, rows)

    assert parts(bundle, many).tobytes() == once[np.arange(len(many)) % len(rows)].tobytes()


def test_no_block_boundary_shows_in_an_assessment(bundle: Bundle, rows: Matrix) -> None:
    many = np.tile(rows[:7], (BLOCK_ROWS // 7 + 1, 1))[: BLOCK_ROWS + 2]
    once = [told(said) for said in assess(bundle, rows[:7])]

    found = [told(said) for said in assess(bundle, many)]

    assert found == [once[at % 7] for at in range(len(many))]


def test_the_layout_of_the_rows_in_memory_does_not_matter(bundle: Bundle, rows: Matrix) -> None:
    some = rows[:50]
    by_column: Any = np.asfortranarray(some)

    assert parts(bundle, by_column).tobytes() == parts(bundle, some).tobytes()
    assert contributions(bundle, by_column).tobytes() == contributions(bundle, some).tobytes()


def test_no_rows_have_no_assessments(bundle: Bundle, rows: Matrix) -> None:
    assert parts(bundle, rows[:0]).shape == (0, 4)
    assert list(assess(bundle, rows[:0])) == []


def test_points_split_as_the_log_odds_do(bundle: Bundle, rows: Matrix) -> None:
    """Score = sum of the sub-scores - 3 (A - B base), domain.md section 3.1."""
    for said in assess(bundle, rows[::50]):
        each = [points(said.base + part) for part in said.parts.values()]

        assert abs(points(said.logit) - (sum(each) - 3 * (A - B * said.base))) <= 1e-9
        assert said.points == round(points(said.logit))
        assert list(said.part_points.values()) == [round(one) for one in each]
