"""A world in which a model was trained a year before the end, and that year as the monitor sees it.

The facts go straight to the features and no score was recorded: a ledger in between would take most
of the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.stage.lent_world import LAST_DAY, book_of
from features.pipeline import Progress, silent
from ledger.clocks import start_of_day
from models.bundle import Bundle, load
from scoring.gather import Gathered
from simulator.oracle import oracle_of
from simulator.scenario import Scenario, Size, read_scenario
from simulator.world import World, make_world
from training.champion import fit_champion, save_champion
from training.events import KINDS
from training.fitting import Fitter
from training.monitor.alert_rules import read_rules
from training.monitor.spans import month_before, months_to_watch
from training.monitor.watched_months import Watch, watched
from training.recipe import Recipe
from training.run import Run, contest_of
from training.split import Periods
from training.validation.by_month import months_of

CUT = date(2025, 6, 1)
"""The last twelve months that are over come after it."""


@dataclass(frozen=True)
class WatchedWorld:
    """What the monitor found in a world.

    Attributes
    ----------
    scenario : str
    seed : int
    onset : str or None
        Month in which what the scenario plants begins; None in usual times.
    months : tuple of str
        Watched, in order.
    alerts : tuple of dict
        As ``training.monitor`` tells them.
    retraining_due : bool
    forecast_over_truth : float
        Mean probability of the requests watched over their mean true chance: far from 1 an alert
        about calibration is right, whatever the times.
    """

    scenario: str
    seed: int
    onset: str | None
    months: tuple[str, ...]
    alerts: tuple[dict[str, Any], ...]
    retraining_due: bool
    forecast_over_truth: float

    @property
    def alarms(self) -> tuple[dict[str, Any], ...]:
        """The red alerts; an amber one is a notice."""
        return tuple(alert for alert in self.alerts if alert["level"] == "red")


@dataclass(frozen=True)
class FromOnset:
    """The first month with an alarm from the onset on, and its number: 1 is the onset's own."""

    month: str | None
    after_months: int | None


def watched_world(  # noqa: PLR0917 - what a world is made and watched with
    scenario: str, size: Size, seed: int, recipe: Recipe, folder: Path, progress: Progress = silent
) -> WatchedWorld:
    """Make a world, train the recipe's first event on what was known at the cut, and watch."""
    what = read_scenario(scenario)
    world = make_world(what, size, seed, LAST_DAY)
    gathered = book_of(world)
    bundle = _trained(gathered, recipe, folder, progress)
    months = months_to_watch(gathered, bundle, None, None)
    found = watched(Watch(gathered, bundle, (), read_rules(), progress), months)
    return WatchedWorld(
        scenario,
        seed,
        onset_of(what),
        months,
        tuple(found["alerts"]),
        found["retraining"]["due"],
        _forecast(found) / _truth(world, months),
    )


def from_onset(world: WatchedWorld) -> FromOnset:
    """When the monitor raised an alarm; nothing in usual times, or where it never did."""
    if world.onset is None:
        return FromOnset(None, None)
    later = [alarm["month"] for alarm in world.alarms if alarm["month"] >= world.onset]
    if not later:
        return FromOnset(None, None)
    first = min(later)
    return FromOnset(first, world.months.index(first) - world.months.index(world.onset) + 1)


def false_alarms(world: WatchedWorld) -> tuple[dict[str, Any], ...]:
    """The alarms of usual times: all where nothing is planted, else those before the onset."""
    return tuple(
        alarm for alarm in world.alarms if world.onset is None or alarm["month"] < world.onset
    )


def onset_of(scenario: Scenario) -> str | None:
    """The month in which the economy, fraud or a new sector changes; None where nothing does."""
    before_end = max(
        scenario.stress_months_before_end, scenario.fraud_wave_months, scenario.new_sector_months
    )
    if not before_end:
        return None
    month = LAST_DAY.isoformat()[:7]
    for _ in range(before_end - 1):
        month = month_before(month)
    return month


def _forecast(found: dict[str, Any]) -> float:
    """Mean probability of the requests watched."""
    months = [month for month in found["by_month"] if month["score"] is not None]
    total = sum(month["requests"] * month["score"]["mean"] for month in months)
    return float(total / sum(month["requests"] for month in months))


def _truth(world: World, months: tuple[str, ...]) -> float:
    """Mean true chance of the requests that came to us in these months."""
    ours = world.decisions.ours
    asked = np.isin(months_of(world.requests.day[ours].astype(np.int64)), months)
    return float(oracle_of(world).requests["pd"].to_numpy()[ours][asked].mean())


def _trained(gathered: Gathered, recipe: Recipe, folder: Path, progress: Progress) -> Bundle:
    """By the path of ``training.retrain``; without bags, which the monitor doesn't ask."""
    event = recipe.events[0]
    known = KINDS[event.kind].describe(gathered, recipe.names_for(event), 1, progress)
    contest = contest_of(Run(gathered, recipe, Periods(CUT, None), threads=1), event, known)
    champion = fit_champion(
        Fitter.of(recipe, event, contest.learn_event, threads=1),
        contest.known,
        contest.rehearsed,
        (contest.learn, contest.learn_event),
        progress,
        long_run_rate=recipe.long_run_rate.get(event.name),
    )
    cut = start_of_day(CUT, gathered.book.tz)
    return load(save_champion(folder, champion, recipe, event, cut))
