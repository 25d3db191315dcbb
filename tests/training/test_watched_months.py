"""Watching over months: on a world whose change is planted, and where there is next to nothing."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benchmarks.stage.watched_world import WatchedWorld, from_onset, onset_of, watched_world
from features.pipeline import silent
from ledger.clocks import to_day_number
from models.bundle import Bundle, load
from scoring.gather import Gathered
from simulator.scenario import read_scenario, size_of
from tests.default_bundles import DefaultBundles
from tests.features.worlds_of_facts import DAY
from tests.training.lent_books import asked, claim, link, of, usual
from training.monitor.alert_rules import read_rules
from training.monitor.spans import NothingToWatch, month_before, next_day_after
from training.monitor.watch_files import write_watch
from training.monitor.watched_months import Watch, watched
from training.recipe import Recipe

SEED = 2
"""Of the seeds on which the thresholds were chosen; benchmarks.monitoring judges on others."""


def seen(recipe: Recipe, folder: Path, scenario: str) -> WatchedWorld:
    what = recipe.model_copy(update={"bags": None})
    return watched_world(scenario, size_of("ci"), SEED, what, folder)


def test_a_crisis_is_flagged_within_two_months_and_the_months_before_it_are_silent(
    default_recipe: Recipe, tmp_path: Path
) -> None:
    found = seen(default_recipe, tmp_path, "stress")

    assert found.onset == "2026-01"
    assert len(found.months) == 12
    first = from_onset(found)
    assert first.after_months is not None
    assert first.after_months <= 2
    assert all(alert["month"] >= found.onset for alert in found.alerts)


@pytest.mark.long
def test_usual_times_raise_no_alert_in_twelve_months(
    default_recipe: Recipe, tmp_path: Path
) -> None:
    found = seen(default_recipe, tmp_path, "baseline")

    assert len(found.months) == 12
    assert found.alerts == ()
    assert not found.retraining_due


def test_usual_times_have_no_onset() -> None:
    assert onset_of(read_scenario("baseline")) is None
    assert onset_of(read_scenario("new_sector")) == "2025-10"


@pytest.fixture(scope="module")
def bundle(default_bundles: DefaultBundles) -> Bundle:
    return load(default_bundles.default)


def watch(gathered: Gathered, bundle: Bundle, *months: str) -> dict[str, Any]:
    return watched(Watch(gathered, bundle, (), read_rules(), silent), months)


def test_months_of_few_requests_or_none_say_so_and_make_a_page(
    bundle: Bundle, tmp_path: Path
) -> None:
    july = to_day_number(date(2026, 7, 6)) * DAY
    gathered = usual(
        ("receivable", claim("r2")),
        ("financing_request", asked("q2", july)),
        ("requested_receivable", link("q2", "r2", july)),
    )

    found = watch(gathered, bundle, "2026-07", "2026-08")
    paths = write_watch(tmp_path / "out", found)

    july_told, august = found["by_month"]
    assert (july_told["requests"], august["requests"]) == (1, 0)
    assert july_told["score"] is july_told["expected"] is august["score"] is None
    assert july_told["so_far"]["ratio"] is None
    assert found["alerts"] == []
    assert all(path.stat().st_size for path in paths)


def test_where_nobody_asked_there_is_nothing_to_watch(bundle: Bundle) -> None:
    with pytest.raises(NothingToWatch, match="nobody asked from 2026-07 to 2026-07"):
        watch(usual(), bundle, "2026-07")
    with pytest.raises(NothingToWatch, match="no request of the time"):
        watch(of(), bundle, "2026-07")


def test_months_follow_each_other_over_the_year() -> None:
    assert month_before("2026-01") == "2025-12"
    assert next_day_after("2025-12") == to_day_number(date(2026, 1, 1))
