"""What the accepted count for, so that they stand for all who asked; and where they can't."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.metrics import roc_auc_score

from benchmarks.stage.lent_world import book_of
from ledger.clocks import to_day_number
from scoring.gather import Gathered
from simulator.oracle import oracle_of
from simulator.scenario import read_scenario, size_of
from simulator.world import World, make_world
from tests.training.conftest import PERIODS
from tests.worlds import LAST_DAY
from training.acceptance import TREES, chance_of_acceptance, weighed
from training.calibration import calibrate
from training.default_examples import default_examples
from training.examples import Examples
from training.fitting import CROSS, Fitter, text
from training.metrics import affine
from training.recipe import Recipe, RecipeRefused, read_recipe
from training.reject_inference import Rejects, TooFewExplored, by_chance, by_lot, effective
from training.run import Run

ROOT = Path(__file__).parents[2]
MANY = 200_000
CUT_DAY = to_day_number(PERIODS.cut)
NAMES = ("claim_term_days", "supplier_ln_sales_12m", "pair_late5_365d")


def asked(generator: np.random.Generator, *, hidden: float) -> tuple[Any, Any, Any, Any]:
    """Requests of which a lender accepts the safer, by what is seen and what is hidden.

    Gives what is seen, who defaults, the chance of acceptance as what is seen tells it where
    nothing is hidden, and who is accepted.
    """
    seen, unseen = generator.normal(size=(2, MANY))
    defaulted = generator.random(MANY) < expit(-2.0 + seen + unseen)
    chance = expit(0.5 - seen)
    return seen, defaulted, chance, generator.random(MANY) < expit(0.5 - seen - hidden * unseen)


def test_inverse_chances_make_the_accepted_stand_for_all() -> None:
    _, defaulted, chance, accepted = asked(np.random.default_rng(1), hidden=0.0)

    counts = by_chance(chance[accepted], most=200.0)

    naive = defaulted[accepted].mean()
    found = np.average(defaulted[accepted], weights=counts.weight)
    assert found == pytest.approx(defaulted.mean(), abs=0.01)
    assert naive < defaulted.mean() - 0.03


def test_where_the_lender_knew_more_only_the_lot_stands_for_all() -> None:
    """Inverse chances assume that what is seen tells why; a lot needs no reason."""
    generator = np.random.default_rng(2)
    _, defaulted, chance, by_policy = asked(generator, hidden=2.0)
    explored = ~by_policy & (generator.random(MANY) < 0.1)
    accepted = by_policy | explored

    lot = by_lot(explored[accepted], 99, int((~accepted).sum()), least=30)
    inverse = by_chance(chance[by_policy], most=200.0)

    truth = defaulted.mean()
    assert np.average(defaulted[accepted], weights=lot.weight) == pytest.approx(truth, abs=0.01)
    assert np.average(defaulted[by_policy], weights=inverse.weight) < truth - 0.03


def test_weights_are_inverse_chances_held_below_the_most_with_mean_one() -> None:
    counts = by_chance(np.array([0.5, 0.1, 0.01]), most=20.0)

    assert counts.weight.tolist() == pytest.approx([2 / 32 * 3, 10 / 32 * 3, 20 / 32 * 3])
    assert counts.held == 1


def test_those_of_the_lot_share_what_was_declined() -> None:
    explored = np.array([True, False, True, False])

    counts = by_lot(explored, defaults=2, declined=8, least=2)

    assert counts.weight.tolist() == pytest.approx([5 / 3, 1 / 3, 5 / 3, 1 / 3])
    with pytest.raises(TooFewExplored, match=r"of 2 financings .* 1 are known"):
        by_lot(explored, defaults=1, declined=8, least=2)
    with pytest.raises(TooFewExplored):
        by_lot(np.zeros(4, dtype=bool), defaults=0, declined=8, least=0)


@given(st.lists(st.floats(0.01, 100.0), min_size=1, max_size=50))
def test_the_effective_size_is_at_most_the_size_and_equal_weights_reach_it(
    weights: list[float],
) -> None:
    weight = np.array(weights)

    assert 1.0 - 1e-9 <= effective(weight) <= len(weight) + 1e-9
    assert effective(np.full(len(weight), weight[0])) == pytest.approx(len(weight))
    assert effective(weight * 3.0) == pytest.approx(effective(weight))


def test_a_whole_weight_counts_as_so_many_rows_in_the_calibration() -> None:
    generator = np.random.default_rng(3)
    score = generator.normal(size=400)
    event = generator.random(400) < expit(score - 1.0)
    times = generator.integers(1, 4, size=400)
    rows = np.repeat(np.arange(400), times)

    assert affine(event, score, times.astype(np.float64)) == pytest.approx(
        affine(event[rows], score[rows]), abs=1e-6
    )
    periods = [(event[:200], score[:200]), (event[200:], score[200:])]
    alike = calibrate(periods, 0.3, [np.ones(200), None])
    assert (alike.intercept, alike.slope) == pytest.approx(
        (calibrate(periods, 0.3).intercept, calibrate(periods, 0.3).slope), abs=1e-6
    )


def test_a_booster_with_weights_leans_to_where_they_are() -> None:
    """Two regions with unlike rates: weight on one moves the forecast of a column-blind model."""
    generator = np.random.default_rng(4)
    rows = generator.normal(size=(2_000, 3))
    high = np.arange(2_000) < 1_000
    event = generator.random(2_000) < np.where(high, 0.4, 0.1)
    fitter = Fitter(NAMES, TREES, seed=1, threads=1)

    def mean(weight: Any) -> float:
        booster = fitter.fit(rows, event, CROSS, 1, weight=weight)
        return float(np.mean(booster.predict(rows)))

    equal = fitter.fit(rows, event, CROSS, 5, weight=np.ones(2_000))
    assert text(equal) == text(fitter.fit(rows, event, CROSS, 5))
    assert mean(np.where(high, 1.9, 0.1)) > mean(None) + 0.08


def test_the_chance_of_acceptance_is_told_by_others_and_finds_the_policy() -> None:
    generator = np.random.default_rng(5)
    rows = generator.normal(size=(3_000, 3))
    truth = expit(2.0 * rows[:, 1])
    accepted = generator.random(3_000) < truth
    suppliers = [f"s{at % 300}" for at in range(3_000)]
    fitter = Fitter(NAMES, TREES, seed=1, threads=1)

    chance = chance_of_acceptance(rows, accepted, suppliers, fitter)

    assert roc_auc_score(accepted, chance) > 0.8
    assert np.abs(chance - truth).mean() < 0.08
    mine = np.array(suppliers) == "s7"
    turned = np.where(mine, ~accepted, accepted)
    again = chance_of_acceptance(rows, turned, suppliers, fitter)
    assert np.array_equal(again[mine], chance[mine])
    everybody = chance_of_acceptance(rows, np.ones(3_000, dtype=bool), suppliers, fitter)
    assert everybody.tolist() == [1.0] * 3_000


@pytest.fixture(scope="module")
def world() -> World:
    """A lender that turns half down, and approves a tenth of all by lot."""
    scenario = replace(read_scenario("baseline"), approved_share=0.5, random_approval_share=0.1)
    return make_world(scenario, size_of("demo"), 3, LAST_DAY)


@pytest.fixture(scope="module")
def lending(world: World) -> Gathered:
    return book_of(world)


@pytest.fixture(scope="module")
def plain(default_recipe: Recipe) -> Recipe:
    """The recipe of default that learns from `NAMES`."""
    others = tuple(name for name in default_recipe.feature_names if name not in NAMES)
    return default_recipe.model_copy(update={"leave_out": others})


@pytest.fixture(scope="module")
def lent(lending: Gathered, plain: Recipe) -> Examples:
    return default_examples(lending, plain.names_for(plain.events[0]))


def run_of(lending: Gathered, recipe: Recipe, **rejects: Any) -> Run:
    asked_for = recipe.model_copy(update={"rejects": Rejects(**rejects)})
    return Run(lending, asked_for, PERIODS, threads=1)


def test_naive_leaves_examples_as_they_are(
    lending: Gathered, lent: Examples, plain: Recipe
) -> None:
    found = weighed(run_of(lending, plain), plain.events[0], lent)

    assert found.known is lent
    assert found.told == {"inference": "naive"}


def test_what_nobody_chose_isn_t_weighed(
    lending: Gathered, lent: Examples, plain: Recipe, recipe: Recipe
) -> None:
    run = run_of(lending, plain, inference="reweighting")

    found = weighed(run, recipe.events[0], lent)

    assert (found.known, found.told) == (lent, None)


@pytest.mark.parametrize("way", ["reweighting", "exploration"])
def test_weights_are_of_what_was_decided_before_the_cut(
    world: World, lending: Gathered, lent: Examples, plain: Recipe, way: str
) -> None:
    run = run_of(lending, plain, inference=way)
    fewest = run.recipe.rejects.model_copy(update={"least_explored": 0})
    run = replace(run, recipe=run.recipe.model_copy(update={"rejects": fewest}))
    found = weighed(run, plain.events[0], lent)

    weight, told = found.known.weight, found.told
    assert weight is not None
    assert told is not None
    before = lent.day < CUT_DAY
    assert weight[before].mean() == pytest.approx(1.0)
    assert (weight[~before] == 1.0).all()
    truth = [
        row
        for row in oracle_of(world).requests.to_pylist()
        # a decision is known on the day after the request, and history uses it on the next
        if row["lender"] != "rival_a" and to_day_number(row["requested_on"]) + 2 <= CUT_DAY
    ]
    assert told["declined"] == sum(row["lender"] != "ours" for row in truth)
    assert told["accepted"] == before.sum()
    lots = {row["request"].replace("RQ-", "FN-") for row in truth if row["approved_at_random"]}
    of_lot = np.array([key in lots for key in lent.keys])
    if way == "exploration":
        raised = weight > weight[before].min()
        assert told["explored"] == (raised & before).sum()
        assert of_lot[raised & before].all()
        share = (told["explored"] + told["declined"]) / told["explored"]
        assert told["most_weight"] / told["least_weight"] == pytest.approx(share)


def test_too_few_by_lot_are_refused_with_a_remedy(
    lending: Gathered, lent: Examples, plain: Recipe
) -> None:
    run = run_of(lending, plain, inference="exploration", least_explored=500)

    with pytest.raises(TooFewExplored) as caught:
        weighed(run, plain.events[0], lent)
    assert caught.value.field == "rejects.least_explored"
    assert "naive or reweighting" in caught.value.remedy


def test_a_recipe_says_which_way_and_knows_no_other(tmp_path: Path) -> None:
    shipped = (ROOT / "recipes" / "default.toml").read_text(encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(shipped + '\n[rejects]\ninference = "reweighting"\n', encoding="utf-8")
    assert read_recipe(path).rejects == Rejects(inference="reweighting")
    assert read_recipe(ROOT / "recipes" / "default.toml").rejects.inference == "naive"

    path.write_text(shipped + '\n[rejects]\ninference = "wishing"\n', encoding="utf-8")
    with pytest.raises(RecipeRefused, match="naive"):
        read_recipe(path)


def test_weights_go_with_the_rows_they_are_of(lent: Examples) -> None:
    places = np.array([2, 0], dtype=np.int64)
    counted = replace(lent, weight=np.arange(len(lent.keys), dtype=np.float64))

    taken = counted.weights(places)

    assert taken is not None
    assert taken.tolist() == [2.0, 0.0]
    assert lent.weights(places) is None
