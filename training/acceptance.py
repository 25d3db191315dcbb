"""Who was accepted of those who asked, by what chance, and what the accepted count for.

The chance is estimated on all requests that were decided before the cut, by what could be known of
each when it was made. No request tells of itself: boosters learn from other suppliers' requests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.model_selection import GroupKFold

from features.catalogue import relations_of
from features.pipeline import Progress, silent
from ledger.clocks import to_day_number
from models.event import Event
from models.trees import Matrix, Vector
from scoring.path import describe
from training.asked_requests import PastRequest, decisions, past_requests
from training.events import KINDS
from training.examples import Examples, Flags
from training.fitting import FREE, Fitter, raw
from training.metrics import sigmoid
from training.recipe import Trees
from training.reject_inference import Counts, by_chance, by_lot, effective
from training.run import Run

TREES = Trees(
    rounds=120,
    additive_rounds=(0,),
    learning_rate=0.05,
    leaves=8,
    least_rows_in_leaf=50,
    feature_share=0.3,
    row_share=0.8,
    l2=5.0,
)
FOLDS = 5
AT_RANDOM, DECLINED = "approved_at_random", "declined"


@dataclass(frozen=True)
class Weighed:
    """Examples with what they count for, and what a report tells of it.

    Attributes
    ----------
    told : dict or None
        None where examples aren't chosen by a lender: of lateness, and of parties.
    """

    known: Examples
    told: dict[str, Any] | None


def weighed(run: Run, event: Event, known: Examples, progress: Progress = silent) -> Weighed:
    """Let the examples of default stand for all who asked, as the recipe says.

    Raises
    ------
    TooFewExplored
        Where exploration is asked for and too few of those whom a lot accepted are known to have
        defaulted.
    """
    rejects = run.recipe.rejects
    if event.kind != "default":
        return Weighed(known, None)
    if rejects.inference == "naive":
        return Weighed(known, {"inference": "naive"})
    progress("rejects", 0, 1)
    cut = to_day_number(run.periods.cut)
    asked = _asked(run, known, cut)
    learned = known.day < cut
    ripe = KINDS[event.kind].labels(run.gathered, known, event, cut)
    if rejects.inference == "exploration":
        counts = by_lot(
            asked.explored[learned],
            int((asked.explored & learned & ripe.event).sum()),
            len(asked.declined),
            rejects.least_explored,
        )
    else:
        counts = by_chance(_chance(run, event, known, asked, progress), rejects.most_weight)
    weight = np.ones(len(known.keys))
    weight[learned] = counts.weight
    progress("rejects", 1, 1)
    return Weighed(
        replace(known, weight=weight),
        {
            "inference": rejects.inference,
            "accepted": int(learned.sum()),
            "declined": len(asked.declined),
            "undecided": asked.undecided,
            "explored": int(asked.explored[learned].sum()),
            "explored_events": int((asked.explored & learned & ripe.event).sum()),
            **_told(counts, weight[ripe.known & learned], weight[ripe.event & learned]),
        },
    )


def _told(counts: Counts, rows: Vector, events: Vector) -> dict[str, Any]:
    """How far weights lie apart, and how many equal rows and events tell as much."""
    return {
        "least_weight": float(counts.weight.min()),
        "most_weight": float(counts.weight.max()),
        "held": counts.held,
        "effective_rows": effective(rows),
        "effective_events": effective(events),
    }


@dataclass(frozen=True)
class _Asked:
    """Who was turned down before the cut, and which examples a lot accepted.

    Attributes
    ----------
    undecided : int
        Requests that were neither lent on nor declined: withdrawn, referred, still open, or
        approved and not drawn. They stand on neither side.
    """

    declined: tuple[PastRequest, ...]
    explored: Flags
    undecided: int


def _asked(run: Run, known: Examples, cut: int) -> _Asked:
    gathered = run.gathered
    decided = decisions(gathered, cut)
    past = past_requests(gathered).requests
    of = {key: one.request.request_id for one in past for key in one.financings}
    explored = [decided.get(of[key]) == AT_RANDOM if key in of else False for key in known.keys]
    lent = {of[key] for key in known.keys if key in of}
    told = {one.request.request_id: one for one in past if one.request.request_id in decided}
    declined = [one for key, one in told.items() if decided[key] == DECLINED and key not in lent]
    return _Asked(
        tuple(declined),
        np.array(explored, dtype=bool),
        len(told.keys() - lent) - len(declined),
    )


def _chance(run: Run, event: Event, known: Examples, asked: _Asked, progress: Progress) -> Vector:
    """Of the examples before the cut the chance of being accepted."""
    learned = known.day < to_day_number(run.periods.cut)
    if not asked.declined:
        return np.ones(int(learned.sum()))
    names = run.recipe.names_for(event)
    described = describe(
        run.gathered,
        [one.request for one in asked.declined],
        relations=relations_of(names),
        threads=run.threads,
        progress=progress,
    )
    rows = np.vstack([known.rows[learned], described.features.select(names)])
    accepted = np.arange(len(rows)) < learned.sum()
    suppliers = [
        *(known.clusters[at] for at in np.flatnonzero(learned).tolist()),
        *(one.request.supplier for one in asked.declined),
    ]
    fitter = Fitter(names, TREES, run.recipe.seed, run.threads)
    chance: Vector = chance_of_acceptance(rows, accepted, suppliers, fitter)[accepted]
    return chance


def chance_of_acceptance(
    rows: Matrix, accepted: Flags, suppliers: Sequence[str], fitter: Fitter
) -> Vector:
    """Chance that each request is accepted, by a booster that saw none of its supplier's.

    Parameters
    ----------
    rows : float64 array of shape (n, features)
    accepted : bool array of shape (n,)
        Both occur; 1 where only one does.
    suppliers : sequence of str of length n
    """
    count = min(FOLDS, len(set(suppliers)))
    if accepted.all() or count < 2:
        return np.ones(len(rows))
    found = np.empty(len(rows))
    for learn, tell in GroupKFold(count).split(rows, groups=np.asarray(suppliers)):
        booster = fitter.fit(rows[learn], accepted[learn], FREE, fitter.trees.rounds)
        found[tell] = sigmoid(raw(booster, rows[tell]))
    return found
