"""Boosters are held to their shape, come out the same each time, and build on each other."""

from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import pytest

from features.catalogue import BY_NAME, CREDIT_OF
from ledger.clocks import to_day_number
from models.bundle import CREDITS
from tests.models.saved_trees import SavedTree, saved_trees
from tests.worlds import LAST_DAY, LATE, NAMES, TREES, SmallWorld
from training.examples import labels
from training.fitting import (
    ADDITIVE,
    BY_CREDIT_ONLY,
    CROSS,
    FREE,
    Fitter,
    Shape,
    groups,
    raw,
    text,
)
from training.metrics import row_losses, sigmoid

FITTER = Fitter(NAMES, TREES, seed=1, threads=1)


@pytest.fixture(scope="module")
def learned(small_world: SmallWorld) -> tuple[Any, Any]:
    found = labels(small_world.gathered, small_world.known, LATE, to_day_number(LAST_DAY))
    return small_world.known.rows[found.known], found.event[found.known]


def trees(booster: lgb.Booster, folder: Path) -> list[SavedTree]:
    path = folder / "model.txt"
    path.write_text(text(booster), encoding="utf-8")
    return saved_trees(path)


def test_the_columns_fall_into_the_three_credits() -> None:
    found = groups(NAMES)

    assert sorted(at for group in found for at in group) == list(range(len(NAMES)))
    for credit, group in zip(CREDITS, found, strict=True):
        assert {CREDIT_OF[NAMES[at]] for at in group} == {credit}


@pytest.mark.parametrize("shape", [ADDITIVE, BY_CREDIT_ONLY, CROSS, FREE])
def test_only_a_shape_by_credit_keeps_trees_to_one_credit(
    learned: tuple[Any, Any], tmp_path: Path, shape: Shape
) -> None:
    found = trees(FITTER.fit(*learned, shape, 20), tmp_path)

    mixing = [tree for tree in found if len({CREDIT_OF[name] for name in tree.features}) > 1]
    assert len(found) == 20
    assert bool(mixing) is not shape.by_credit


def test_the_directions_given_to_lightgbm_are_those_of_the_declarations(
    learned: tuple[Any, Any],
) -> None:
    def given(shape: Shape) -> list[str]:
        lines = text(FITTER.fit(*learned, shape, 1)).split("\n")
        return [line for line in lines if line.startswith("monotone_constraints=")]

    risks = " ".join(str(int(BY_NAME[name].risk)) for name in NAMES)
    assert given(ADDITIVE) == given(CROSS) == [f"monotone_constraints={risks}"]
    assert given(FREE) == given(BY_CREDIT_ONLY) == []


def test_the_same_inputs_fit_the_same_booster_whatever_the_threads(
    learned: tuple[Any, Any],
) -> None:
    one, again, two = (
        text(Fitter(NAMES, TREES, seed=1, threads=threads).fit(*learned, ADDITIVE, 10))
        for threads in (1, 1, 2)
    )
    other = text(Fitter(NAMES, TREES, seed=2, threads=1).fit(*learned, ADDITIVE, 10))

    assert one == again == two
    assert one.partition("\nparameters:")[0] != other.partition("\nparameters:")[0]


def test_raw_scores_by_the_first_rounds_are_those_of_a_shorter_booster(
    learned: tuple[Any, Any],
) -> None:
    rows, event = learned
    long, short = (FITTER.fit(rows, event, ADDITIVE, rounds) for rounds in (20, 8))

    assert raw(long, rows, 8).tolist() == raw(short, rows).tolist()
    assert raw(long, rows, 0).tolist() == [0.0] * len(rows)
    assert raw(FITTER.fit(rows, event, ADDITIVE, 0), rows).tolist() == [0.0] * len(rows)


def test_a_booster_that_starts_from_scores_adds_to_them(learned: tuple[Any, Any]) -> None:
    rows, event = learned
    additive = FITTER.fit(rows, event, ADDITIVE, 20)
    start = raw(additive, rows)

    cross = FITTER.fit(rows, event, CROSS, 20, start)

    together = row_losses(event, sigmoid(start + raw(cross, rows))).mean()
    assert together < row_losses(event, sigmoid(start)).mean() - 0.01
    # it begins at the scores, not at the average once more
    assert abs(float(raw(cross, rows).mean())) < 0.1
    assert abs(np.log(event.mean() / (1 - event.mean())) - start.mean()) < 0.3
