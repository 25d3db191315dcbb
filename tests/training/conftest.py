"""Fixtures of training: a short recipe, and one whole run of it on the small world."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.features.claim_theme import THEME
from tests.worlds import LAST_DAY, SmallWorld
from training.recipe import Recipe, read_recipe
from training.retrain import Periods, retrain

ROOT = Path(__file__).parents[2]
CUT = date(2026, 2, 17)
PERIODS = Periods(CUT, LAST_DAY)
CLAIMS_TAKEN = tuple(relation.name for relation in THEME.relations)
"""A small world has too few outcomes to learn from more."""


@dataclass(frozen=True)
class Trained:
    """A whole run: its report, and the folder in which its bundles are."""

    report: dict[str, Any]
    folder: Path


@pytest.fixture(scope="session")
def recipe() -> Recipe:
    """The demo's recipe with fewer rounds, of which some are always of the cross block."""
    demo = read_recipe(ROOT / "recipes" / "demo.toml")
    trees = {"rounds": 80, "additive_rounds": (60, 40), "learning_rate": 0.1}
    more = {"relations": CLAIMS_TAKEN, "trees": demo.trees.model_copy(update=trees)}
    return demo.model_copy(update=more)


@pytest.fixture(scope="session")
def trained(
    small_world: SmallWorld, recipe: Recipe, tmp_path_factory: pytest.TempPathFactory
) -> Trained:
    """A run on the small world that tests on its last four months."""
    folder = tmp_path_factory.mktemp("bundles")
    return Trained(retrain(small_world.gathered, recipe, folder, PERIODS, threads=1), folder)
