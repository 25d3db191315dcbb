"""What a trained champion is worth beside true chances: the figures of domain.md section 4.8."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from benchmarks.stage.credit_steps import Gain, gained
from benchmarks.stage.judged_world import JudgedWorld
from features.pipeline import Progress, silent
from ledger.clocks import start_of_day
from models.assessment import logits, parts
from models.bundle import Bundle, load
from models.event import Event
from models.interval import Intervals, Z
from models.trees import Matrix, Vector
from simulator.report.discrimination import expected_auc
from training.champion import fit_champion, save_champion
from training.contest import challengers, cross_share
from training.examples import Days
from training.fitting import Fitter
from training.metrics import log_odds

FEWEST = 200
"""Rows of a data tier from which its 5 % ends can be told; else those of all are taken."""


@dataclass(frozen=True, eq=False)
class Trained:
    """A champion of a judged world, and its intervals as a rehearsal measured them.

    Attributes
    ----------
    bundle : Bundle
    fitter : Fitter
    intervals : Intervals
        Widened by what the rehearsals' rows, whose true chances are known, asked for.
    rehearsed : (int array, float64 array)
        Places of the rehearsals' rows among the examples, and what was said of them, calibrated.
    """

    bundle: Bundle
    fitter: Fitter
    intervals: Intervals
    rehearsed: tuple[Days, Vector]


def trained(world: JudgedWorld, event: Event, folder: Path, progress: Progress = silent) -> Trained:
    """Train the champion by the path of ``training.retrain``, and widen its intervals.

    Raises
    ------
    ValueError
        Where the recipe has no bags.
    """
    run, contest = world.run, world.contest
    recipe = run.recipe
    fitter = Fitter.of(recipe, event, contest.learn_event, threads=1)
    champion = fit_champion(
        fitter,
        contest.known,
        contest.rehearsed,
        (contest.learn, contest.learn_event),
        progress,
        long_run_rate=recipe.long_run_rate.get(event.name),
        bags=recipe.bags,
    )
    cut = start_of_day(run.periods.cut, run.gathered.book.tz)
    bundle = load(save_champion(folder, champion, recipe, event, cut))
    shipped = bundle.intervals
    if shipped is None:
        raise ValueError("a recipe without bags has no intervals to judge")
    said = np.concatenate([score for _, score in champion.turned.periods])
    places = np.concatenate([fold.predict for fold in contest.rehearsed])
    rehearsed = places, champion.calibration.apply(said)
    measured = untold(world, shipped, *rehearsed)
    return Trained(bundle, fitter, replace(shipped, untold=measured), rehearsed)


def untold(
    world: JudgedWorld,
    intervals: Intervals,
    places: Days,
    said: Vector,
) -> Matrix:
    """What intervals need besides the bags so that 5 % of true chances lie beyond either end.

    Measured on rehearsals by data tier: shape (4, 2), log-odds down and up.
    """
    rows = world.contest.known.rows[places]
    off = log_odds(world.chance[places]) - said
    doubt, tiers = Z * intervals.spread(rows), intervals.tiers(rows)
    found = np.zeros((4, 2))
    for tier in range(4):
        mine = tiers == tier
        if mine.sum() < FEWEST:
            mine = np.ones(len(off), dtype=bool)
        # the error that is needed beyond that of the bags, row by row; negative where none is
        for side, signed in enumerate((-off[mine], off[mine])):
            needed = np.sign(signed) * signed**2 - doubt[mine] ** 2
            found[tier, side] = np.sqrt(max(0.0, float(np.quantile(needed, 0.95))))
    return found


@dataclass(frozen=True)
class Coverage:
    """Shares of true values within an interval, below it and above it."""

    within: float
    below: float
    above: float


def coverage(bounds: Matrix, truth: Vector) -> Coverage:
    """How often bounds of shape (n, 2) hold the truth; both in log-odds."""
    below, above = truth < bounds[:, 0], truth > bounds[:, 1]
    return Coverage(float((~below & ~above).mean()), float(below.mean()), float(above.mean()))


def against_truth(logit: Vector, chance: Vector) -> tuple[float, float]:
    """Intercept and slope of true chances on log-odds: logistic, without the noise of a draw."""

    def loss(both: Vector) -> tuple[float, Vector]:
        score = both[0] + both[1] * logit
        off = 1.0 / (1.0 + np.exp(-score)) - chance
        value = float(np.mean(np.logaddexp(0.0, score) - chance * score))
        return value, np.array([off.mean(), (off * logit).mean()])

    found = minimize(loss, np.array([0.0, 1.0]), jac=True, method="BFGS").x
    return float(found[0]), float(found[1])


@dataclass(frozen=True)
class Judged:
    """What a champion is worth out of time; areas are expected ones, by true chances.

    Attributes
    ----------
    judged : int
    auc, auc_observed, auc_state, auc_planted : float
        Of the champion, of ``PD_obs``, and of the true chances themselves: with fraud a chance by
        honesty, and with planted frauds known.
    gini_ratio, gini_ratio_observed, gini_ratio_planted : float
        Gini of the champion over that of the true chances, of ``PD_obs``, and of who knows frauds.
    intercept, slope : float
        Calibration against true chances.
    rmse_observed : float
        Root mean square of the distance from ``PD_obs``, in log-odds.
    cross_share : float
        Median of |cross| over the sum of the |parts|.
    covered : mapping of str to Coverage
        True chances, of all and by data tier, by the intervals that rehearsals widened.
    covered_as_shipped, observed_by_bags : Coverage
        True chances by the widths of the recipe; ``PD_obs`` by the bags alone.
    differences : mapping of str to Gain
        What constraints cost, and how far the champion is from ``PD_obs``.
    untold : list of (float, float)
        By data tier: what rehearsals added to the intervals.
    """

    judged: int
    auc: float
    auc_observed: float
    auc_state: float
    auc_planted: float
    gini_ratio: float
    gini_ratio_observed: float
    gini_ratio_planted: float
    intercept: float
    slope: float
    rmse_observed: float
    cross_share: float
    covered: Mapping[str, Coverage]
    covered_as_shipped: Coverage
    observed_by_bags: Coverage
    differences: Mapping[str, Gain]
    untold: list[list[float]]


COSTS = {
    "champion less unconstrained": ("champion", "unconstrained"),
    "monotone less unconstrained": ("monotone_only", "unconstrained"),
    "by credit less unconstrained": ("by_credit_only", "unconstrained"),
    "additive only less champion": ("additive_only", "champion"),
    "champion less PD_obs": ("champion", "PD_obs"),
}


def judge(world: JudgedWorld, model: Trained, observed: Vector, *, costs: bool = True) -> Judged:
    """Compare a champion with true chances and with ``PD_obs`` on what was asked for after the cut.

    Parameters
    ----------
    observed : float64 array
        ``PD_obs`` of every example.
    costs : bool
        Whether to fit the boosters that tell what constraints cost.
    """
    rows = world.contest.known.rows[world.judged]
    chance, seen = world.chance[world.judged], observed[world.judged]
    split = parts(model.bundle, rows)
    logit = logits(model.bundle, split)
    scores = {"champion": logit, "PD_obs": seen}
    if costs:
        scores.update(_constrained(model.fitter, world, rows))
    suppliers = [world.suppliers[at] for at in world.judged.tolist()]
    state = world.state[world.judged]
    auc, limit, planted = (expected_auc(one, chance) for one in (logit, seen, chance))
    # the chances are those of a draw of which requests deceive: its own, not that of one draw
    best = expected_auc(state, state)
    intercept, slope = against_truth(logit, chance)
    ends, truth = model.intervals.ends(rows, logit), log_odds(chance)
    bounds, learned = ends[:, :2], ends[:, 2:]
    tiers = model.intervals.tiers(rows)
    shipped = model.bundle.intervals or model.intervals
    return Judged(
        judged=len(chance),
        auc=auc,
        auc_observed=limit,
        auc_state=best,
        auc_planted=planted,
        gini_ratio=(auc - 0.5) / (best - 0.5),
        gini_ratio_observed=(auc - 0.5) / (limit - 0.5),
        gini_ratio_planted=(auc - 0.5) / (planted - 0.5),
        intercept=intercept,
        slope=slope,
        rmse_observed=float(np.sqrt(np.mean((logit - log_odds(seen)) ** 2))),
        cross_share=cross_share(split),
        covered={
            "all": coverage(bounds, truth),
            **{
                f"T{tier}": coverage(bounds[tiers == tier], truth[tiers == tier])
                for tier in sorted(set(tiers.tolist()))
            },
        },
        covered_as_shipped=coverage(shipped.ends(rows, logit)[:, :2], truth),
        observed_by_bags=coverage(learned, log_odds(seen)),
        differences={
            label: gained(suppliers, scores[one], scores[other], chance)
            for label, (one, other) in COSTS.items()
            if one in scores and other in scores
        },
        untold=model.intervals.untold.round(2).tolist(),
    )


def _constrained(fitter: Fitter, world: JudgedWorld, rows: Matrix) -> dict[str, Vector]:
    contest = world.contest
    entered = challengers(fitter, contest, world.run.recipe)
    wanted = ("unconstrained", "monotone_only", "by_credit_only", "additive_only")
    return {name: entered[name].fit(*contest.learned).log_odds(rows) for name in wanted}
