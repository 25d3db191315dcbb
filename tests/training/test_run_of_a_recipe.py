"""What a recipe says of time, of labels and of models, and that a run does it."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sklearn.linear_model import LogisticRegression

from features.catalogue import CREDIT_OF
from features.feature import Credit
from features.pipeline import silent
from ledger.clocks import to_day_number
from tests.worlds import LAST_DAY, LATE, SmallWorld
from training.calibration import calibrate_on
from training.champion import fit_champion
from training.contest import Contest, challengers
from training.events import KINDS
from training.examples import labels
from training.fitting import Fitter, raw
from training.origin import data_digest, recipe_digest
from training.recipe import Recipe
from training.rehearsal import folds
from training.run import Run, contest_of
from training.split import Folds, Period, Periods, Split, WrongSplit

CUT = date(2025, 12, 1)
HELD = Period(since=date(2025, 12, 20), until=date(2026, 2, 1))
TEST = Period(since=date(2026, 2, 10), until=date(2026, 5, 1))
PERIODS = Periods.of(Split(train_until=CUT, calibrate=HELD, test=TEST), LAST_DAY)


@pytest.fixture(scope="module")
def short(recipe: Recipe, small_world: SmallWorld) -> Recipe:
    """All columns of the small world, so that nothing must be described anew, and few rounds."""
    trees = recipe.trees.model_copy(update={"rounds": 12, "additive_rounds": (8,)})
    relations = (*recipe.relations, "supplier_sources", "claim_asked")
    more = {"trees": trees, "relations": relations, "leave_out": (), "folds": Folds(count=2)}
    return recipe.model_copy(update=more)


def contest_by(small_world: SmallWorld, recipe: Recipe, periods: Periods) -> Contest:
    run = Run(small_world.gathered, recipe, periods, threads=1)
    return contest_of(run, LATE, small_world.known)


@pytest.fixture(scope="module")
def contest(small_world: SmallWorld, short: Recipe) -> Contest:
    return contest_by(small_world, short, PERIODS)


def test_periods_keep_apart_and_no_day_of_a_gap_is_used(
    small_world: SmallWorld, contest: Contest
) -> None:
    day = small_world.known.day
    assert contest.held is not None
    for at, since, until in (
        (contest.learn, date(2000, 1, 1), CUT),
        (contest.held.rows, HELD.since, HELD.until),
        (contest.test, TEST.since, TEST.until),
    ):
        assert to_day_number(since) <= day[at].min()
        assert day[at].max() < to_day_number(until)


def test_what_is_calibrated_on_was_known_when_the_test_begins(
    small_world: SmallWorld, contest: Contest
) -> None:
    told = labels(small_world.gathered, small_world.known, LATE, to_day_number(TEST.since))
    day = small_world.known.day
    inside = (day >= to_day_number(HELD.since)) & (day < to_day_number(HELD.until))

    assert contest.held is not None
    assert contest.held.rows.tolist() == np.flatnonzero(inside & told.known).tolist()
    assert contest.held.event.tolist() == told.event[contest.held.rows].tolist()
    assert contest.immature["calibrate"] == int((inside & ~told.known).sum()) > 0
    assert PERIODS.known_until(LAST_DAY) == TEST.since


def test_a_held_period_calibrates_as_a_logistic_regression_on_it(
    small_world: SmallWorld, short: Recipe, contest: Contest
) -> None:
    fitter = Fitter.of(short, LATE, contest.learn_event, 1)
    learn = contest.learn, contest.learn_event

    champion = fit_champion(
        fitter, contest.known, contest.rehearsed, learn, silent, held=contest.held
    )

    assert contest.held is not None
    rows = contest.known.rows[contest.held.rows]
    score = (raw(champion.additive, rows) + raw(champion.cross, rows)).reshape(-1, 1)
    platt = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(score, contest.held.event)
    assert champion.calibration.slope == pytest.approx(float(platt.coef_[0, 0]), abs=1e-6)
    assert champion.calibration.intercept == pytest.approx(float(platt.intercept_[0]), abs=1e-6)


def test_a_slope_that_is_hardly_one_is_raised_and_the_mean_is_kept() -> None:
    generator = np.random.default_rng(1)
    raw_score, event = generator.normal(0, 2, 4_000), generator.random(4_000) < 0.2

    found = calibrate_on(event, raw_score)

    assert found.slope == 0.5
    probability = 1 / (1 + np.exp(-found.apply(raw_score)))
    assert probability.mean() == pytest.approx(event.mean(), abs=1e-9)


@settings(max_examples=6)
@given(more=st.integers(0, 120), cut=st.dates(date(2025, 8, 1), LAST_DAY))
def test_labels_that_ripen_later_are_fewer_and_never_others(
    small_world: SmallWorld, more: int, cut: date
) -> None:
    """As the plain labels of an earlier day, of which the outcome is told as of today."""
    gathered, known, day = small_world.gathered, small_world.known, to_day_number(cut)
    usual = labels(gathered, known, LATE, day)

    late = labels(gathered, known, LATE, day, maturity_days=LATE.days + 1 + more)

    due = {row["ref"]: row["due_on"] for row in small_world.rows["receivable"]}
    old = [due[ref] + timedelta(days=LATE.days + 1 + more) <= cut for ref in known.keys]
    assert late.known.tolist() == (usual.known & np.array(old)).tolist()
    assert late.event.tolist() == (usual.event & late.known).tolist()
    assert not (late.known & ~late.ripe).any()


def test_rows_too_young_are_left_out_of_learning_and_told(
    small_world: SmallWorld, short: Recipe
) -> None:
    usual, later = (
        contest_by(
            small_world, short.model_copy(update={"maturity_days": days}), Periods(CUT, None)
        )
        for days in ({}, {LATE.name: 60})
    )

    gone = set(usual.learn.tolist()) - set(later.learn.tolist())
    assert set(later.learn.tolist()) < set(usual.learn.tolist())
    assert later.immature["train"] == usual.immature["train"] + len(gone)
    held = np.flatnonzero(small_world.known.day < to_day_number(CUT))
    assert len(held) == usual.immature["train"] + len(usual.learn)
    plan = Folds(count=2, months=3)
    first = folds(small_world.gathered, small_world.known, LATE, CUT, plan, maturity_days=60)
    assert to_day_number(CUT) - small_world.known.day[first[-1].predict].max() > 60 - 6


@pytest.mark.parametrize(
    ("kind", "days", "needed", "ripens"),
    [
        ("late", 5, 6, 0),
        ("default", 90, 92, 90 + 92),
        ("supplier", 365, 365 + 90, 365 + 90),
    ],
)
def test_a_label_needs_its_days_and_a_recipe_may_ask_for_more(
    kind: str, days: int, needed: int, ripens: int
) -> None:
    event = LATE.model_copy(update={"kind": kind, "days": days})

    assert KINDS[kind].needs(event) == needed
    assert KINDS[kind].ripens(event) == ripens
    assert KINDS[kind].ripens(event, needed + 30) == ripens + 30


DAYS = st.dates(date(2020, 1, 1), date(2021, 1, 1))


@given(train=DAYS, days=st.lists(DAYS, min_size=4, max_size=4))
def test_a_split_is_taken_when_its_days_rise_and_refused_otherwise(
    train: date, days: list[date]
) -> None:
    one, two, three, four = days
    said = {
        "train_until": train,
        "calibrate": {"since": one, "until": two},
        "test": {"since": three, "until": four},
    }
    if train <= one < two <= three < four:
        assert Split.model_validate(said).test == Period(since=three, until=four)
    else:
        with pytest.raises(ValidationError):
            Split.model_validate(said)


def test_a_command_sets_days_in_place_of_the_recipe_s() -> None:
    split = Split(train_until=CUT, calibrate=HELD, test=TEST)

    moved = Periods.of(split, LAST_DAY, test_until=date(2026, 4, 1))
    assert moved == Periods(CUT, date(2026, 4, 1), TEST.since, HELD)
    assert Periods.of(None, LAST_DAY) == Periods(LAST_DAY, None)
    assert Periods.of(None, LAST_DAY, train_until=CUT).tested is None
    plain = Periods.of(None, LAST_DAY, train_until=CUT, test_until=TEST.until)
    assert plain.tested == Period(since=CUT, until=TEST.until)
    with pytest.raises(WrongSplit, match="2025-12-20 is before train_until"):
        Periods.of(split, LAST_DAY, train_until=HELD.until)


def test_an_additive_model_has_no_cross_block_nor_its_columns(short: Recipe) -> None:
    told = short.model_dump(mode="json")
    trees = {**told["trees"], "additive_rounds": [12]}

    additive = Recipe.model_validate({**told, "kind": "additive", "trees": trees})

    assert all(CREDIT_OF[name] is not Credit.CROSS for name in additive.feature_names)
    with pytest.raises(ValidationError, match=r"additive_rounds must be \[12\]"):
        Recipe.model_validate({**told, "kind": "additive"})


def test_a_recipe_names_the_challengers_and_the_segments(
    small_world: SmallWorld, short: Recipe, contest: Contest
) -> None:
    fitter = Fitter.of(short, LATE, contest.learn_event, 1)
    boosters = {"unconstrained", "additive_only", "monotone_only", "by_credit_only"}

    for asked in ((), ("logistic",), ("one_variable", "logistic")):
        named = short.model_copy(update={"challengers": asked})
        assert set(challengers(fitter, contest, named)) == boosters | set(asked)
    told = short.model_dump(mode="json")
    for key, value in (("segments", []), ("segments", ["colour"]), ("challengers", ["oracle"])):
        with pytest.raises(ValidationError, match=key):
            Recipe.model_validate({**told, key: value})


def test_the_digest_of_the_rows_changes_with_whatever_is_learned_from(
    small_world: SmallWorld, short: Recipe, contest: Contest
) -> None:
    names = short.feature_names
    usual = data_digest(names, contest)
    rows = contest.known.rows.copy()
    column = int(np.flatnonzero(~np.isnan(rows[contest.learn[0]]))[0])
    rows[contest.learn[0], column] += 1e-9
    untouched = contest.known.rows.copy()
    untouched[contest.test] = 7.0
    event = contest.learn_event.copy()
    event[0] = ~event[0]
    assert contest.held is not None

    assert data_digest(names, replace(contest, test=contest.test[:0])) == usual
    assert (
        data_digest(names, replace(contest, known=replace(contest.known, rows=untouched))) == usual
    )
    for other in (
        replace(contest, known=replace(contest.known, rows=rows)),
        replace(contest, learn_event=event),
        replace(contest, learn=contest.learn[1:], learn_event=contest.learn_event[1:]),
        replace(contest, rehearsed=contest.rehearsed[:-1]),
        replace(contest, held=None),
        replace(contest, held=contest.held._replace(event=~contest.held.event)),
    ):
        assert data_digest(names, other) != usual
    assert data_digest((*names[:-1], "other"), contest) != usual


def test_the_digest_of_a_recipe_leaves_out_what_only_judges(short: Recipe) -> None:
    usual = recipe_digest(short)
    split = Split(train_until=CUT)

    judged = {"split": split, "gates": {}, "challengers": (), "segments": ("tier",)}
    assert recipe_digest(short.model_copy(update=judged)) == usual
    trees = short.trees.model_copy(update={"l2": 21.0})
    learned = {"seed": 2, "trees": trees, "leave_out": ("claim_rate",), "maturity_days": {"a": 9}}
    for name, value in learned.items():
        assert recipe_digest(short.model_copy(update={name: value})) != usual
