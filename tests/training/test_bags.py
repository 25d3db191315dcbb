"""Bags: many small boosters in one text model, whose spread and data tier make an interval."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import pytest
from scipy.special import expit

from ledger.clocks import to_day_number
from models.assessment import assess, logits, parts
from models.bundle import Bundle, load, save
from models.interval import BAGS, SPREAD, TIER, Spread, Z, files_of
from models.storage import BundleRefused
from tests.worlds import LAST_DAY, LATE, NAMES, TREES, SmallWorld, card
from training.bags import bagged, joined
from training.examples import labels
from training.fitting import ADDITIVE, CROSS, Fitter, raw, text
from training.recipe import Bags

FITTER = Fitter(NAMES, TREES, seed=1, threads=1)
UNTOLD = ((2.0, 1.0), (1.5, 0.8), (1.2, 0.7), (1.0, 0.5))
FEW = Bags(count=6, rounds=5, learning_rate=0.2, untold=UNTOLD)


@pytest.fixture(scope="module")
def learned(small_world: SmallWorld) -> tuple[Any, Any, list[str]]:
    found = labels(small_world.gathered, small_world.known, LATE, to_day_number(LAST_DAY))
    clusters = np.array(small_world.known.clusters)[found.known].tolist()
    return small_world.known.rows[found.known], found.event[found.known], clusters


@pytest.fixture(scope="module")
def files(learned: tuple[Any, Any, list[str]]) -> dict[str, str]:
    return bagged(FITTER, FEW, *learned)


@pytest.fixture(scope="module")
def with_bags(
    small_world: SmallWorld, files: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Bundle:
    kept = [
        (small_world.bundle / name).read_text(encoding="utf-8")
        for name in ("additive.txt", "cross.txt")
    ]
    folder = tmp_path_factory.mktemp("bags")
    return load(save(folder, card(), *kept, more=files))


def test_boosters_joined_are_asked_one_by_one(learned: tuple[Any, Any, list[str]]) -> None:
    rows, event, _ = learned
    some = [
        replace(FITTER, seed=seed).fit(rows, event, shape, rounds)
        for seed, shape, rounds in ((1, ADDITIVE, 4), (2, CROSS, 4), (3, CROSS, 4))
    ]

    both = lgb.Booster(model_str=joined(some))

    assert both.num_trees() == 12
    for at, one in enumerate(some):
        alone = both.predict(rows, raw_score=True, start_iteration=4 * at, num_iteration=4)
        assert np.abs(np.asarray(alone) - raw(one, rows)).max() <= 1e-12


def test_the_spread_is_that_of_the_bags(
    with_bags: Bundle, learned: tuple[Any, Any, list[str]]
) -> None:
    rows = learned[0][:300]
    found = with_bags.intervals
    assert found is not None
    booster = with_bags.more[BAGS]
    each = np.array(
        [
            booster.predict(rows, raw_score=True, start_iteration=5 * bag, num_iteration=5)
            for bag in range(6)
        ]
    )
    oracle = (each - found.groups.means[:, None]).std(axis=0, ddof=1) * with_bags.card.cal_slope

    assert found.spread(rows) == pytest.approx(oracle, abs=1e-12)
    assert oracle.min() > 0.0


def test_an_interval_holds_the_estimate_and_is_widened_by_the_data_tier(
    with_bags: Bundle, learned: tuple[Any, Any, list[str]]
) -> None:
    found = with_bags.intervals
    assert found is not None
    column = with_bags.feature_names.index(TIER)
    rows = np.repeat(learned[0][:40, :], 4, axis=0)
    rows[:, column] = np.tile([0.0, 1.0, 2.0, 3.0], 40)
    logit = logits(with_bags, parts(with_bags, rows))

    ends = found.ends(rows, logit)
    bounds, alone = ends[:, :2], ends[:, 2:]

    doubt = Z * found.spread(rows)
    for side, sign in ((0, -1.0), (1, 1.0)):
        beyond = np.tile([one[side] for one in UNTOLD], 40)
        assert bounds[:, side] == pytest.approx(logit + sign * np.hypot(doubt, beyond))
        assert alone[:, side] == pytest.approx(logit + sign * doubt)
    # a tier that isn't told is taken for the lowest
    rows[:, column] = np.nan
    assert found.tiers(rows).tolist() == [0] * len(rows)


def test_a_row_alone_has_the_interval_it_has_among_others(
    with_bags: Bundle, learned: tuple[Any, Any, list[str]]
) -> None:
    found = with_bags.intervals
    assert found is not None
    rows = learned[0][:60]
    together = found.spread(rows)

    assert [float(found.spread(rows[at : at + 1])[0]) for at in range(60)] == together.tolist()


def test_the_same_seed_gives_the_same_bags_whatever_the_threads(
    learned: tuple[Any, Any, list[str]], files: dict[str, str]
) -> None:
    two = bagged(replace(FITTER, threads=2), FEW, *learned)
    other = bagged(replace(FITTER, seed=2), FEW, *learned)

    assert two == files
    assert other[BAGS] != files[BAGS]


def test_clusters_are_drawn_whole(learned: tuple[Any, Any, list[str]]) -> None:
    """Of one cluster every bag has all rows, each once: only the seeds of the boosters differ."""
    rows, event, _ = learned
    small = FITTER.trees.model_copy(update={"learning_rate": 0.2})

    one = bagged(FITTER, FEW, rows, event, ["all"] * len(event))

    plain = [
        Fitter(NAMES, small, seed=1 + bag, threads=1).fit(rows, event, CROSS, 5) for bag in range(6)
    ]
    told, oracle = (
        np.asarray(lgb.Booster(model_str=text).predict(rows, pred_leaf=True))
        for text in (one[BAGS], joined(plain))
    )
    assert told.tolist() == oracle.tolist()


def test_a_bundle_without_bags_has_no_intervals(bundle_without: Bundle) -> None:
    assert bundle_without.intervals is None


@pytest.fixture(scope="module")
def bundle_without(small_world: SmallWorld) -> Bundle:
    return load(small_world.bundle)


def test_bags_of_other_columns_are_refused(
    small_world: SmallWorld, learned: tuple[Any, Any, list[str]], tmp_path: Path
) -> None:
    rows, event, _ = learned
    narrow = Fitter(NAMES[:10], TREES, seed=1, threads=1)
    strange = text(narrow.fit(rows[:, :10], event, CROSS, 5))
    kept = [
        (small_world.bundle / name).read_text(encoding="utf-8")
        for name in ("additive.txt", "cross.txt")
    ]
    files = files_of(strange, Spread(trees_each=5, untold=UNTOLD))

    with pytest.raises(BundleRefused, match=r"columns of bags\.txt"):
        load(save(tmp_path, card(), *kept, more=files))
    assert set(files) == {BAGS, SPREAD}


@pytest.mark.parametrize("wrong", ["one bag", "half a bag", "no spread", "no bags"])
def test_bags_and_their_spread_must_go_together(
    small_world: SmallWorld, files: dict[str, str], tmp_path: Path, wrong: str
) -> None:
    each = {"one bag": 30, "half a bag": 4}.get(wrong, 5)
    given = files_of(files[BAGS], Spread(trees_each=each, untold=UNTOLD))
    given.pop({"no spread": SPREAD, "no bags": BAGS}.get(wrong, ""), None)
    kept = [
        (small_world.bundle / name).read_text(encoding="utf-8")
        for name in ("additive.txt", "cross.txt")
    ]

    with pytest.raises(BundleRefused, match="don't go together") as refused:
        load(save(tmp_path, card(), *kept, more=given))
    assert refused.value.remedy


def test_an_assessment_tells_the_interval_of_its_bundle(
    with_bags: Bundle, bundle_without: Bundle, learned: tuple[Any, Any, list[str]]
) -> None:
    rows = learned[0][:50]
    assert with_bags.intervals is not None
    logit = logits(with_bags, parts(with_bags, rows))
    ends = expit(with_bags.intervals.ends(rows, logit))

    told = [said.interval for said in assess(with_bags, rows)]

    for one, oracle in zip(told, ends.tolist(), strict=True):
        assert one is not None
        assert [one.low, one.high, one.learned_low, one.learned_high] == pytest.approx(oracle)
        assert one.low < one.learned_low < one.learned_high < one.high
    assert all(said.interval is None for said in assess(bundle_without, rows))
