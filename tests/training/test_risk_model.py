"""The risk model on a known world: the gates of benchmarks.risk_model, wide; exact and monotone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.stage.judged_model import Judged, Trained, judge, trained
from benchmarks.stage.judged_world import JudgedWorld
from benchmarks.stage.observed_limit import observed_chance
from features.catalogue import BY_NAME, CREDIT_OF, RELATION_OF
from features.feature import Credit, Grain, Risk
from models.assessment import Assessment, assess, logits, parts
from models.bundle import load, save
from models.facility import facility
from models.reasons import adverse
from models.scale import A, B, points
from models.storage import BundleRefused
from tests.models.saved_trees import thresholds
from tests.training.cross_factors import recomputed
from training.bags import bagged
from training.fitting import ADDITIVE, CROSS, raw, text
from training.peers import approved
from training.recipe import Recipe
from training.retrain import retrain

ROUNDS_OF_LIMIT = 120
PARTIES_TAKEN = ("supplier_standing", "supplier_sales", "supplier_sources", "buyer_credit",
                 "claim_asked", "pair_delays")  # fmt: skip


@pytest.fixture(scope="module")
def model(
    judged: JudgedWorld, default_recipe: Recipe, tmp_path_factory: pytest.TempPathFactory
) -> Trained:
    return trained(judged, default_recipe.events[0], tmp_path_factory.mktemp("default"))


@pytest.fixture(scope="module")
def found(judged: JudgedWorld, model: Trained) -> Judged:
    rows = judged.contest.known.rows
    observed = observed_chance(rows, judged.chance, judged.folds, rounds=ROUNDS_OF_LIMIT)
    return judge(judged, model, observed, costs=False)


def test_it_ranks_nearly_as_well_as_what_could_be_known(found: Judged) -> None:
    assert found.auc >= found.auc_observed - 0.06
    assert found.gini_ratio >= 0.60
    assert found.auc_planted > found.auc_observed > 0.6
    assert found.auc_planted > found.auc_state > 0.6


def test_it_is_calibrated_against_the_truth(found: Judged) -> None:
    assert 0.6 <= found.slope <= 1.6


def test_true_chances_lie_in_its_intervals(found: Judged) -> None:
    assert 0.82 <= found.covered["all"].within <= 0.98
    assert 0.82 <= found.covered_as_shipped.within <= 0.98


def test_the_cross_block_stays_small(found: Judged, model: Trained) -> None:
    assert found.cross_share <= 0.20
    assert len(model.bundle.cross) > 0


def test_parts_and_points_add_up_before_clipping(judged: JudgedWorld, model: Trained) -> None:
    rows = judged.contest.known.rows[judged.judged[::40]]
    for said in assess(model.bundle, rows):
        assert abs(said.base + sum(said.parts.values()) - said.logit) <= 1e-9
        each = [points(said.base + part) for part in said.parts.values()]
        assert abs(points(said.logit) - (sum(each) - 3 * (A - B * said.base))) <= 1e-9


def test_every_request_has_a_grade_by_its_year_of_risk(judged: JudgedWorld, model: Trained) -> None:
    rows = judged.contest.known.rows[judged.judged]
    logit, tenors = (
        logits(model.bundle, parts(model.bundle, rows)),
        rows[:, _column(model, "tenor")],
    )
    grades = set()
    for one, tenor in zip(logit.tolist(), tenors.tolist(), strict=True):
        told = facility(model.bundle.card.event, one, int(tenor))
        assert told.grade.low <= told.pd_12m < told.grade.high
        assert told.pd_12m > told.pd_maturity or told.horizon_days >= 365
        grades.add(told.grade.name)
    assert len(grades) >= 4


def test_the_top_reason_is_why_a_case_is_declined(judged: JudgedWorld, model: Trained) -> None:
    """domain.md section 7.1: its features put to what approved peers have, the chance falls."""
    bundle, learned = model.bundle, judged.contest.learned[0]
    peers = approved(bundle.additive.booster, bundle.cross.booster, learned)
    usual = np.array([_middle(column) for column in peers.T])
    rows = judged.contest.known.rows[judged.judged]
    before = logits(bundle, parts(bundle, rows))
    declined = rows[before >= np.quantile(before, 0.8)]
    lower = []
    for row, said in zip(declined, assess(bundle, declined), strict=True):
        top = adverse(said, bundle.peers, {})[0]
        changed = np.where(_told_under(said, top.code), usual, row)
        lower.append(logits(bundle, parts(bundle, changed[None]))[0] < said.logit)

    assert len(lower) >= 100
    assert np.mean(lower) >= 0.95


def _middle(column: Any) -> float:
    """What most have: NaN where the number is missing with most, else the median."""
    told = column[~np.isnan(column)]
    return float(np.median(told)) if 2 * len(told) > len(column) else float("nan")


def _told_under(said: Assessment, code: str) -> list[bool]:
    """The features of a reason, all sources having told."""
    return [
        ("RN02" if np.isnan(value) else BY_NAME[name].reason) == code
        for name, value in said.values.items()
    ]


CONSTRAINED = ("buyer_logit_pd", "supplier_logit_pd", "tenor", "cash_control", "confirm_level",
               "recourse", "over_assignment", "pair_dilution_rate", "asked_four_flow",
               "pair_four_flow")  # fmt: skip
"""Every factor of a cross term that has a direction."""


@pytest.mark.parametrize("name", CONSTRAINED)
def test_risk_moves_the_right_way_with_cross_terms_made_anew(
    judged: JudgedWorld, model: Trained, name: str
) -> None:
    """On the whole path, from the least value that occurs to the largest."""
    values = np.unique(judged.contest.known.rows[:, _column(model, name)])
    # nobody rates suppliers of this world: any log-odds will do
    finite = values[~np.isnan(values)].tolist() or np.linspace(-9.0, 0.0, 60).tolist()
    spread = [*finite[:: max(1, len(finite) // 60)], finite[-1]]
    steps = np.diff(np.array(list(_moved(judged, model, name, spread))), axis=0)
    assert (steps * int(BY_NAME[name].risk) >= -1e-12).all()


def _column(model: Trained, name: str) -> int:
    return model.bundle.feature_names.index(name)


def _moved(judged: JudgedWorld, model: Trained, name: str, values: list[float]) -> Iterator[Any]:
    """Log-odds of some rows as one feature takes values, cross terms recomputed each time."""
    rows = np.array(judged.contest.known.rows[judged.judged[::30]])
    half = np.random.default_rng(1).random(rows.shape) < 0.2
    rows = np.vstack([rows, np.where(half, np.nan, rows)])
    unsearched = np.arange(len(rows)) % 2
    for value in values:
        rows[:, _column(model, name)] = value
        made = recomputed(model.bundle.feature_names, rows, unsearched)
        yield logits(model.bundle, parts(model.bundle, made))


def test_cross_terms_are_told_as_the_relation_tells_them(
    judged: JudgedWorld, model: Trained
) -> None:
    """The test above recomputes what is really learned from."""
    rows, names = judged.contest.known.rows[judged.judged], model.bundle.feature_names
    over = rows[:, names.index("over_assignment")]
    told = rows[:, names.index("cross_over_assigned")]
    again = recomputed(names, rows, np.where(over > 0, told / np.where(over > 0, over, 1), 0))
    assert np.allclose(again, rows, equal_nan=True, rtol=1e-9, atol=1e-12)


def test_cross_terms_are_in_the_cross_block_alone(
    model: Trained, judged: JudgedWorld, tmp_path: Path
) -> None:
    cross = {name for name in model.bundle.feature_names if CREDIT_OF[name] is Credit.CROSS}
    assert len(cross) == 6
    assert all(BY_NAME[name].risk is not Risk.FREE for name in cross)
    files = {}
    for name in ("additive.txt", "cross.txt"):
        files[name] = tmp_path / name
        trees = getattr(model.bundle, name.removesuffix(".txt"))
        files[name].write_text(text(trees.booster), encoding="utf-8")
    assert not cross & set(thresholds([files["additive.txt"]]))
    assert cross & set(thresholds([files["cross.txt"]]))

    # a tree of a cross term alone speaks for no credit
    rows, event = judged.contest.learned
    only = np.full_like(rows, np.nan)
    place = _column(model, "cross_dilution")
    only[:, place] = rows[:, place]
    alone = text(model.fitter.fit(only, event, CROSS, 5))
    assert "\nsplit_feature=" in alone
    folder = save(tmp_path, model.bundle.card, alone, text(model.bundle.cross.booster))
    with pytest.raises(BundleRefused, match="mixes credits"):
        load(folder)


def test_one_thread_or_two_grow_the_same_trees(
    judged: JudgedWorld, model: Trained, default_recipe: Recipe
) -> None:
    rows, event = judged.contest.learned
    rows, event = rows[::3], event[::3]
    clusters = [judged.contest.known.clusters[at] for at in judged.contest.learn[::3].tolist()]
    assert default_recipe.bags is not None
    few = default_recipe.bags.model_copy(update={"count": 5, "rounds": 2})

    def grown(threads: int) -> list[Any]:
        fitter = replace(model.fitter, threads=threads)
        additive = fitter.fit(rows, event, ADDITIVE, 8)
        cross = fitter.fit(rows, event, CROSS, 8, raw(additive, rows))
        return [text(additive), text(cross), bagged(fitter, few, rows, event, clusters)]

    assert grown(1) == grown(2)


def test_nothing_is_reweighted(judged: JudgedWorld, model: Trained) -> None:
    """Defaults are rare, and what is said of the rows learned from is as rare."""
    rows, event = judged.contest.learned
    fitted = model.fitter.fit(rows, event, ADDITIVE, 60)
    said = 1 / (1 + np.exp(-raw(fitted, rows)))
    assert said.mean() == pytest.approx(event.mean(), rel=0.1)


def test_one_run_trains_every_event_that_can_be_learned(
    judged: JudgedWorld, model: Trained, default_recipe: Recipe, tmp_path: Path
) -> None:
    """By the path of lateness; an event that too few parties have met is left out, and said so."""
    trees = default_recipe.trees.model_copy(
        update={"rounds": 20, "additive_rounds": (20,), "rounds_an_event": None}
    )
    few = {"relations": PARTIES_TAKEN, "trees": trees, "bags": None, "least_parties": 12}
    more = {**few, "long_run_rate": {"default": 0.03}}
    recipe = default_recipe.model_copy(update=more)

    report = retrain(judged.run.gathered, recipe, tmp_path, judged.run.periods)

    (supplier,) = report["others"]
    assert [one["examples"] for one in (report, supplier)] == [
        "financings",
        "suppliers, each once a quarter",
    ]
    (left,) = report["left_out"]
    assert (left["event"], left["code"]) == ("buyer-12m", "too-few-parties")
    assert "12 are needed" in left["why"]
    default, party = (load(Path(one["folder"])) for one in (report, supplier))
    assert (default.card.event.kind, party.card.event.kind) == ("default", "supplier")
    assert {RELATION_OF[name].grain for name in party.feature_names} == {Grain.SUPPLIER}
    columns = [_column(model, name) for name in default.feature_names]
    learned = judged.contest.known.rows[judged.contest.learn][:, columns]
    said = 1 / (1 + np.exp(-logits(default, parts(default, learned))))
    assert said.mean() == pytest.approx(0.03, rel=0.3)
