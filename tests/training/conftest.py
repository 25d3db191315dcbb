"""Fixtures of training: a short recipe, and one whole run of it on the small world."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benchmarks.stage.judged_world import JudgedWorld, judged_world
from simulator.scenario import size_of
from tests.features.claim_theme import THEME
from tests.worlds import LAST_DAY, SmallWorld
from training.recipe import Recipe, read_recipe
from training.retrain import retrain
from training.split import Periods

ROOT = Path(__file__).parents[2]
CUT = date(2026, 2, 17)
PERIODS = Periods(CUT, LAST_DAY)
CLAIMS_TAKEN = tuple(relation.name for relation in THEME.relations)
"""A small world has too few outcomes to learn from more."""

LENDING_TAKEN = (
    *("buyer_credit", "supplier_record", "supplier_standing", "supplier_sales", "claim_asked"),
    *("claim_title", "claim_rank", "supplier_sources", "supplier_rhythm", "pair_invoices"),
    *("supplier_invoice_habits", "supplier_financings", "pair_flows", "pair_settlement"),
    *("asked_flows", "pair_delays", "pair_tenure", "cross_terms"),
)
"""What tells most of default, and nothing that compares claims with each other: that takes long."""


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
    pages = folder / "pages"
    report = retrain(small_world.gathered, recipe, folder, PERIODS, threads=1, pages=pages)
    return Trained(report, folder)


@pytest.fixture(scope="session")
def default_recipe() -> Recipe:
    """The recipe of default with the relations that tell most, and few bags."""
    shipped = read_recipe(ROOT / "recipes" / "default.toml")
    assert shipped.bags is not None
    bags = shipped.bags.model_copy(update={"count": 10})
    one = {"rounds": 160, "additive_rounds": (125,), "rounds_an_event": None}
    trees = shipped.trees.model_copy(update=one)
    more = {"relations": LENDING_TAKEN, "also_alone": (), "bags": bags, "trees": trees}
    return shipped.model_copy(update=more)


@pytest.fixture(scope="session")
def judged(default_recipe: Recipe) -> JudgedWorld:
    """A lender's book with the true chance of every financing in it."""
    return judged_world(size_of("ci"), 2, default_recipe, default_recipe.events[0])
