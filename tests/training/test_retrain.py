"""A whole run on the small world: repeatable, reported truly, and about as good as can be."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pytest
from sklearn import metrics as sklearn

from features.pipeline import silent
from ledger.clocks import start_of_day, to_day_number, to_micros
from models.assessment import assess, logits, parts
from models.bundle import Bundle, load
from models.trees import Matrix
from tests.training.conftest import CUT, PERIODS, Trained
from tests.worlds import LAST_DAY, NAMES, SmallWorld
from training.champion import fit_champion
from training.contest import cross_share
from training.examples import Examples, labels, last_day
from training.fitting import FREE, Fitter, raw
from training.printed import NO_MODELS, SHOWN
from training.recipe import Recipe
from training.rehearsal import folds
from training.retrain import retrain
from training.run import TooLittleToLearn
from training.split import Periods

FIGURES = {
    "auc",
    "average_precision",
    "brier",
    "log_loss",
    "calibration_slope",
    "calibration_intercept",
}
DIFFERENCES = {"all_constraints", "monotone", "additive", "without_cross"}


@pytest.fixture(scope="module")
def bundle(trained: Trained) -> Bundle:
    return load(Path(trained.report["folder"]))


def described(small_world: SmallWorld, names: tuple[str, ...]) -> Examples:
    """Every receivable by some of the features."""
    place = [NAMES.index(name) for name in names]
    rows = np.ascontiguousarray(small_world.known.rows[:, place])
    return replace(small_world.known, rows=rows)


@pytest.fixture(scope="module")
def held_out(small_world: SmallWorld, bundle: Bundle) -> tuple[Matrix, Any, list[str]]:
    """The test period: rows, outcomes and keys, picked out here once more."""
    known = small_world.known
    found = labels(small_world.gathered, known, bundle.card.event, last_day(small_world.gathered))
    inside = (known.day >= to_day_number(CUT)) & (known.day < to_day_number(LAST_DAY))
    taken = found.known & inside
    keys = [ref for ref, is_taken in zip(known.keys, taken, strict=True) if is_taken]
    return described(small_world, bundle.feature_names).rows[taken], found.event[taken], keys


def test_the_report_has_the_documented_shape(trained: Trained, recipe: Recipe) -> None:
    report = json.loads(json.dumps(trained.report, allow_nan=False))

    assert report["recipe"] == recipe.name
    assert report["event"] == recipe.events[0].model_dump(mode="json")
    assert (report["train_until"], report["test_until"]) == ("2026-02-17", "2026-06-17")
    assert report["bundle"] == Path(report["folder"]).name
    assert report["features"] == len(recipe.feature_names)
    assert report["others"] == report["left_out"] == []
    assert (report["examples"], report["bags"], report["long_run_rate"]) == ("receivables", 0, None)
    assert [one["additive_rounds"] for one in report["dial"]] == [60, 40]
    assert report["additive_rounds"] in (60, 40)
    assert set(report["calibration"]) == {"intercept", "slope"}
    assert set(report["isotonic"]) == {"brier_affine", "brier_isotonic", "distance"}
    test = report["test"]
    assert {*NO_MODELS, *SHOWN, "logistic", "one_variable"} == set(test)
    assert set(test["described"]) == {"logistic", "one_variable"}
    for name in (*SHOWN, "logistic", "one_variable"):
        assert set(test[name]) == FIGURES
    assert set(test["costs"]) == DIFFERENCES
    assert set(test["differences"]) == {*SHOWN, "logistic", "one_variable"} - {"champion"}
    for by_measure in (*test["costs"].values(), *test["differences"].values()):
        assert set(by_measure) == {"auc", "average_precision", "log_loss", "brier"}
        for interval in by_measure.values():
            assert interval["low"] <= interval["high"]


def test_the_figures_are_those_of_the_saved_bundle(
    trained: Trained, bundle: Bundle, held_out: tuple[Matrix, Any, list[str]]
) -> None:
    """Recomputed by scikit-learn from what lies on disk."""
    rows, event, _ = held_out
    chance = np.array([said.probability for said in assess(bundle, rows)])
    test = trained.report["test"]

    assert (test["n"], test["events"]) == (len(event), int(event.sum()))
    found = test["champion"]
    assert found["auc"] == pytest.approx(sklearn.roc_auc_score(event, chance), abs=1e-9)
    assert found["average_precision"] == pytest.approx(
        sklearn.average_precision_score(event, chance), abs=1e-9
    )
    assert found["brier"] == pytest.approx(sklearn.brier_score_loss(event, chance), abs=1e-9)
    assert found["log_loss"] == pytest.approx(sklearn.log_loss(event, chance), abs=1e-9)
    split = parts(bundle, rows)
    credits = np.abs(split[:, :3]).sum(axis=1)
    share = float(np.median(np.abs(split[:, 3]) / credits))
    assert test["cross_share_median"] == pytest.approx(share) == pytest.approx(cross_share(split))


def test_what_a_constraint_costs_is_the_difference_of_the_figures(trained: Trained) -> None:
    test = trained.report["test"]
    for name, (first, second) in {
        "all_constraints": ("champion", "unconstrained"),
        "without_cross": ("additive_only", "champion"),
    }.items():
        for measure in ("auc", "average_precision"):
            assert test["costs"][name][measure]["difference"] == pytest.approx(
                test[first][measure] - test[second][measure], abs=1e-6
            )


def test_the_bundle_says_how_it_was_made(bundle: Bundle, recipe: Recipe) -> None:
    card = bundle.card

    assert bundle.feature_names == recipe.feature_names
    assert (card.name, card.event, card.data) == ("demo-late5", recipe.events[0], recipe.data)
    assert card.trained_through == start_of_day(
        CUT, __import__("zoneinfo").ZoneInfo("Asia/Shanghai")
    )
    assert set(card.versions) == {"lightgbm", "duckdb", "numpy"}


def test_the_same_inputs_give_the_same_bundle(
    small_world: SmallWorld, recipe: Recipe, trained: Trained, tmp_path: Path
) -> None:
    """Also without a test period."""
    again = retrain(small_world.gathered, recipe, tmp_path, Periods(CUT, None), threads=1)

    assert again["bundle"] == trained.report["bundle"]
    assert again["dial"] == trained.report["dial"]
    assert "test" not in again
    assert again["test_until"] is None


def test_the_number_of_threads_changes_nothing(
    small_world: SmallWorld, recipe: Recipe, tmp_path: Path
) -> None:
    few = recipe.trees.model_copy(update={"rounds": 12, "additive_rounds": (8, 4)})
    short = recipe.model_copy(update={"trees": few})

    one, two = (
        retrain(small_world.gathered, short, tmp_path, Periods(CUT, None), threads=threads)
        for threads in (1, 2)
    )

    assert one == two


def test_another_seed_gives_another_bundle(
    small_world: SmallWorld, recipe: Recipe, trained: Trained, tmp_path: Path
) -> None:
    other = recipe.model_copy(update={"seed": 2})

    found = retrain(small_world.gathered, other, tmp_path, Periods(CUT, None), threads=1)

    assert found["bundle"] != trained.report["bundle"]


def test_the_test_period_plays_no_part_in_the_bundle(
    small_world: SmallWorld, recipe: Recipe, trained: Trained, tmp_path: Path
) -> None:
    """Facts that became known from the cut on are taken away: the same bundle comes out."""
    cut = to_micros(start_of_day(CUT, small_world.gathered.book.tz))
    earlier = {
        kind: facts.filter(pc.less(facts["visible_at"], cut))
        for kind, facts in small_world.gathered.facts.items()
    }

    found = retrain(
        replace(small_world.gathered, facts=earlier),
        recipe,
        tmp_path,
        Periods(CUT, None),
        threads=1,
    )

    assert found["bundle"] == trained.report["bundle"]


def test_a_saved_bundle_scores_as_the_boosters_in_memory(
    small_world: SmallWorld, recipe: Recipe, bundle: Bundle, trained: Trained
) -> None:
    event = recipe.events[0]
    fitter = Fitter(recipe.feature_names, recipe.trees, recipe.seed, threads=1)
    known = described(small_world, bundle.feature_names)
    rows = known.rows
    then = labels(small_world.gathered, known, event, to_day_number(CUT))
    learn = then.known & (known.day < to_day_number(CUT))
    plan = folds(small_world.gathered, known, event, CUT, recipe.folds)

    champion = fit_champion(fitter, known, plan, (np.flatnonzero(learn), then.event[learn]), silent)

    assert (len(bundle.additive), len(bundle.cross)) in {(60, 20), (40, 40)}
    # the cross block begins where the additive one ends, not at the average once more
    assert abs(float(raw(champion.cross, rows[learn]).mean())) < 0.1
    told = champion.calibration.apply(raw(champion.additive, rows) + raw(champion.cross, rows))
    assert np.abs(logits(bundle, parts(bundle, rows)) - told).max() <= 1e-9
    assert trained.report["learned"] == {
        "n": int(learn.sum()),
        "events": int(then.event[learn].sum()),
    }


def test_the_champion_beats_one_variable(trained: Trained) -> None:
    test = trained.report["test"]

    assert test["champion"]["log_loss"] < test["one_variable"]["log_loss"]
    assert test["champion"]["auc"] > test["one_variable"]["auc"]


def test_it_ranks_nearly_as_well_as_the_truth(
    trained: Trained, small_world: SmallWorld, held_out: tuple[Matrix, Any, list[str]]
) -> None:
    """The oracle's chance is the limit of every model, and more: it knows how the buyer pays when
    the claim falls due, which no model can on the day of issue."""
    _, event, keys = held_out
    limit = sklearn.roc_auc_score(event, [small_world.late_chance[ref] for ref in keys])

    assert limit - 0.15 <= trained.report["test"]["champion"]["auc"] <= limit + 0.05


def test_shuffled_outcomes_can_t_be_learned(
    small_world: SmallWorld, recipe: Recipe, held_out: tuple[Matrix, Any, list[str]]
) -> None:
    """Else something of the test period, or of the outcome itself, is among the features.

    Without constraints: a monotone booster can follow noise in the right direction alone, and so
    beats a coin even on outcomes that mean nothing.
    """
    known = described(small_world, recipe.feature_names)
    then = labels(small_world.gathered, known, recipe.events[0], to_day_number(CUT))
    learn = np.flatnonzero(then.known & (known.day < to_day_number(CUT)))
    fitter = Fitter(recipe.feature_names, recipe.trees, recipe.seed, threads=1)
    aucs = []
    for seed in range(24):
        event = np.random.default_rng(seed).permutation(then.event[learn])
        booster = fitter.fit(known.rows[learn], event, FREE, recipe.trees.rounds)
        aucs.append(sklearn.roc_auc_score(held_out[1], raw(booster, held_out[0])))

    assert np.mean(aucs) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("periods", "field"),
    [
        (Periods(date(2020, 1, 1), None), "train_until"),  # nothing was known
        (Periods(date(2025, 3, 15), None), "train_until"),  # too early for a rehearsal
        (Periods(CUT, CUT), "test_until"),
        (Periods(LAST_DAY, date(2027, 1, 1)), "test_until"),  # nothing is settled yet
    ],
)
def test_a_period_without_both_outcomes_is_refused(
    small_world: SmallWorld, recipe: Recipe, tmp_path: Path, periods: Periods, field: str
) -> None:
    with pytest.raises(TooLittleToLearn) as refused:
        retrain(small_world.gathered, recipe, tmp_path / "bundles", periods, threads=1)
    assert refused.value.field == field
    assert refused.value.remedy
    assert not (tmp_path / "bundles").exists()


def test_each_event_gets_a_bundle_of_its_own(
    small_world: SmallWorld, recipe: Recipe, tmp_path: Path
) -> None:
    late5 = recipe.events[0]
    late30 = late5.model_copy(update={"name": "late30", "days": 30})
    both = recipe.model_copy(update={"events": (late5, late30)})

    report = retrain(small_world.gathered, both, tmp_path, Periods(CUT, None), threads=1)

    (other,) = report["others"]
    assert [one["event"]["name"] for one in (report, other)] == ["late5", "late30"]
    assert other["learned"]["events"] < report["learned"]["events"]
    assert {load(Path(one["folder"])).card.event.days for one in (report, other)} == {5, 30}
    assert len(list(tmp_path.iterdir())) == 2


def test_last_months_are_the_test_period() -> None:
    assert Periods.last_months(date(2026, 6, 17), 4) == PERIODS
