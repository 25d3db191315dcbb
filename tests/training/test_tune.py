"""Tuning: what a study remembers, that it goes on as if never stopped, and what comes of it."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pytest
import typer
from sklearn.metrics import log_loss
from typer.testing import CliRunner, Result

from features.pipeline import silent
from ledger.clocks import start_of_day, to_micros
from tests.command_results import told
from tests.training.conftest import CUT
from tests.training.short_runs import short_recipe
from tests.worlds import LATE, SmallWorld
from training import tune
from training.fitting import ADDITIVE, CROSS, Fitter, raw
from training.metrics import sigmoid
from training.recipe import Recipe, read_recipe
from training.run import Run, contest_of
from training.split import Folds, Periods
from training.study import SEARCHED, AnotherStudy, Best, GivenUp, Study
from training.tuned import Tuned, Yardstick, tuned_recipe

TRIALS = 13
"""The first ten are drawn at random, the others from what these found."""

DIGESTS = {"recipe": "a" * 64, "data": "b" * 64}
Settings = Mapping[str, float | int]


def bowl(settings: Settings, give_up: Callable[[float], bool]) -> float:
    """A loss with one best setting, told in two steps."""
    loss = abs(np.log(settings["learning_rate"] / 0.05)) + abs(settings["leaves"] - 9) / 20
    for part in (0.5, 1.0):
        if give_up(part * loss):
            raise GivenUp
    return float(loss)


def tried(study: Study) -> list[tuple[Settings, str]]:
    return [
        (trial.params, trial.state.name)
        for trial in study.trials.get_trials()
        if trial.state.name in ("COMPLETE", "PRUNED")
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A study that was never stopped."""
    study = Study.open(tmp_path_factory.mktemp("study") / "whole.db", "s", 1, DIGESTS)
    for _ in range(TRIALS):
        study.try_one(bowl)
    return study


def test_a_study_that_was_killed_goes_on_as_if_it_had_not_been(
    whole: Study, tmp_path: Path
) -> None:
    """Killed in the midst of a trial: the file is as it lay on the disk at that moment."""
    begun = Study.open(tmp_path / "begun.db", "s", 1, DIGESTS)
    for _ in range(7):
        begun.try_one(bowl)

    def killed(_settings: Settings, give_up: Callable[[float], bool]) -> float:
        give_up(0.1)
        shutil.copy(tmp_path / "begun.db", tmp_path / "left.db")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        begun.try_one(killed)

    for file in ("begun.db", "left.db"):  # stopped by Ctrl-C, and by kill -9
        again = Study.open(tmp_path / file, "s", 1, DIGESTS)
        assert again.done == 7
        while again.done < TRIALS:
            again.try_one(bowl)
        assert tried(again) == tried(whole)
        assert again.best() == whole.best()
    assert 0 < whole.given_up < TRIALS


def test_a_study_finds_what_is_better_than_where_it_began(whole: Study) -> None:
    best = whole.best()

    assert best is not None
    losses = [trial.value for trial in whole.trials.get_trials() if trial.state.name == "COMPLETE"]
    assert best.log_loss == min(loss for loss in losses if loss is not None)
    assert best.log_loss < 0.8 < np.median([loss for loss in losses if loss is not None])
    assert tried(whole)[best.trial - 1][0] == pytest.approx(best.settings, rel=0.01)
    for name, (low, high) in SEARCHED.items():
        assert low <= best.settings[name] <= high
        assert float(f"{best.settings[name]:.3g}") == best.settings[name]


@pytest.mark.parametrize("what", DIGESTS)
def test_a_study_of_another_recipe_or_other_rows_is_refused(tmp_path: Path, what: str) -> None:
    Study.open(tmp_path / "s.db", "s", 1, DIGESTS)

    with pytest.raises(AnotherStudy, match=f"begun with another {what}: "):
        Study.open(tmp_path / "s.db", "s", 1, {**DIGESTS, what: "c" * 64})
    assert Study.open(tmp_path / "s.db", "s", 1, DIGESTS).done == 0
    assert Study.open(tmp_path / "s.db", "other", 1, {**DIGESTS, what: "c" * 64}).done == 0


def test_a_file_that_is_no_study_is_left_alone(tmp_path: Path) -> None:
    """A ledger, say, given by mistake."""
    ledger = tmp_path / "ledger.db"
    with sqlite3.connect(ledger) as opened:
        opened.execute("CREATE TABLE party (ref TEXT)")
    opened.close()
    (tmp_path / "text").write_text("x" * 5_000, encoding="utf-8")
    before = ledger.read_bytes()

    for file in (ledger, tmp_path / "text", tmp_path / "none" / "s.db"):
        with pytest.raises(AnotherStudy):
            Study.open(file, "s", 1, DIGESTS)
    assert ledger.read_bytes() == before


@pytest.fixture(scope="module")
def short(recipe: Recipe) -> Recipe:
    trees = recipe.trees.model_copy(update={"rounds": 10, "additive_rounds": (6,)})
    more = {"trees": trees, "leave_out": (), "folds": Folds(count=2, months=3)}
    relations = (*recipe.relations, "supplier_sources", "claim_asked")
    return recipe.model_copy(update={**more, "relations": relations})


def yardstick_on(small_world: SmallWorld, short: Recipe) -> Yardstick:
    run = Run(small_world.gathered, short, Periods(CUT, None), threads=1)
    contest = contest_of(run, LATE, small_world.known)
    return Yardstick.of(Fitter.of(short, LATE, contest.learn_event, 1), contest, silent)


SETTINGS = {
    **{"learning_rate": 0.2, "leaves": 5, "least_rows_in_leaf": 10, "feature_share": 0.7},
    **{"row_share": 0.9, "l2": 2.0},
}


def test_a_trial_is_worth_its_log_loss_on_months_it_has_not_seen(
    small_world: SmallWorld, short: Recipe
) -> None:
    """Fitted and measured here once more; scikit-learn's log-loss."""
    yardstick = yardstick_on(small_world, short)
    so_far: list[float] = []

    def give_up(loss: float) -> bool:
        so_far.append(loss)
        return False

    loss = yardstick.measure(silent)(SETTINGS, give_up)

    fitter = replace(yardstick.fitter, trees=short.trees.model_copy(update=SETTINGS))
    event, said = [], []
    rows = small_world.known.rows
    for fold in yardstick.contest.rehearsed:
        additive = fitter.fit(rows[fold.learn], fold.learn_event, ADDITIVE, 6)
        start = raw(additive, rows[fold.learn])
        cross = fitter.fit(rows[fold.learn], fold.learn_event, CROSS, 4, start)
        said.append(sigmoid(raw(additive, rows[fold.predict]) + raw(cross, rows[fold.predict])))
        event.append(fold.predict_event)
    assert so_far[0] == pytest.approx(log_loss(event[0], said[0]), abs=1e-9)
    assert loss == so_far[-1]
    assert loss == pytest.approx(log_loss(np.concatenate(event), np.concatenate(said)), abs=1e-9)
    compared = yardstick.compare(Best(SETTINGS, loss, 3))
    assert compared.log_loss == pytest.approx(loss, abs=1e-12)
    assert compared.gain == pytest.approx(compared.log_loss_before - loss, abs=1e-12)
    assert compared.error > 0


def test_nothing_of_the_cut_or_later_is_looked_at(small_world: SmallWorld, short: Recipe) -> None:
    cut = to_micros(start_of_day(CUT, small_world.gathered.book.tz))
    facts = {
        kind: table.filter(pc.less(table["visible_at"], cut))
        for kind, table in small_world.gathered.facts.items()
    }
    earlier = replace(small_world, gathered=replace(small_world.gathered, facts=facts))

    whole, cut_off = (yardstick_on(world, short) for world in (small_world, earlier))

    assert whole.losses.tolist() == cut_off.losses.tolist()
    one, other = (each.measure(silent)(SETTINGS, lambda _: False) for each in (whole, cut_off))
    assert one == other


def compared(gain: float, error: float) -> Tuned:
    return Tuned(dict.fromkeys(SEARCHED, 1.0), SETTINGS, 3, 0.3, 0.3 - gain, gain, error)


def test_a_recipe_keeps_its_words_and_takes_what_is_better_beyond_one_error(
    tmp_path: Path,
) -> None:
    recipe = short_recipe(tmp_path)

    better = tuned_recipe(recipe, compared(0.02, 0.01), "told\nin two lines")
    same = tuned_recipe(recipe, compared(0.009, 0.01), "told")

    text = recipe.read_text(encoding="utf-8")
    assert same == f"# told\n\n{text}"
    assert tuned_recipe(recipe, None, "told") == same
    lines = zip(better.splitlines()[3:], text.splitlines(), strict=True)
    changed = [new.split(" = ")[0] for new, old in lines if new != old]
    assert set(changed) <= set(SEARCHED)
    (tmp_path / "tuned.toml").write_text(better, encoding="utf-8")
    found, before = read_recipe(tmp_path / "tuned.toml"), read_recipe(recipe)
    assert found.trees == before.trees.model_copy(update=SETTINGS)
    assert found.model_copy(update={"trees": before.trees}) == before


def run(*words: str | Path) -> Result:
    script = typer.Typer()
    script.command()(tune.main)
    return CliRunner().invoke(script, [str(word) for word in words])


def test_the_command_writes_a_recipe_and_goes_on_with_its_study(
    small_world: SmallWorld, tmp_path: Path
) -> None:
    recipe = short_recipe(tmp_path, leave_out='["claim_rate"]')
    study = ("--db", small_world.url, "--study", tmp_path / "study.db", "--train-until", str(CUT))
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"

    begun = run(recipe, *study, "--trials", "2", "--out", first)
    more = run(recipe, *study, "--trials", "3", "--out", second, "--json", tmp_path / "said.json")

    assert (begun.exit_code, more.exit_code) == (0, 0), (begun.output, more.output)
    assert begun.stdout.split() == [str(first)]
    said = json.loads((tmp_path / "said.json").read_text(encoding="utf-8"))
    assert (said["study"], said["trials"], said["train_until"]) == ("demo-late5", 3, str(CUT))
    tuned = said["tuned"]
    assert said["taken"] == (tuned["gain"] > tuned["error"])
    wanted = tuned["settings"] if said["taken"] else tuned["before"]
    trees = read_recipe(second).trees.model_dump()
    assert {name: trees[name] for name in SEARCHED} == wanted
    assert second.read_text(encoding="utf-8").startswith("# Tuned by training.tune: study demo-")
    other = short_recipe(tmp_path, leave_out='["claim_rate", "buyer_is_person"]')
    words = (*study, "--trials", "4", "--out", tmp_path / "third.toml")
    assert "begun with another recipe" in told(run(other, *words), "another-study")
    assert not (tmp_path / "third.toml").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), "wrong-budget"),
        (("--trials", "2", "--event", "late99"), "wrong-budget"),
        (("--minutes", "1", "--train-until", "soon"), "wrong-day"),
    ],
)
def test_wrong_use_of_tuning_says_what_is_wrong_and_what_to_do(
    tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    options = ("--db", "sqlite://", "--study", tmp_path / "s.db", "--out", tmp_path / "o.toml")

    told(run(short_recipe(tmp_path), *options, *words), code)
    assert not (tmp_path / "s.db").exists()


def test_a_recipe_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    recipe = short_recipe(tmp_path)

    result = run(
        recipe, "--db", "sqlite://", "--study", tmp_path / "s", "--trials", "1", "--out", recipe
    )

    told(result, "file-in-the-way")
