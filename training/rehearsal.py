"""Rehearsals: train before an earlier cut, predict the months after it, all before the real cut.

The dial and the calibration are set on what rehearsals predicted of months that their models hadn't
seen, and whose outcome was known at the real cut; the test period plays no part.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np

from features.pipeline import Progress, silent
from ledger.clocks import from_day_number, to_day_number
from models.event import Event
from scoring.gather import Gathered
from training.events import KINDS
from training.examples import Days, Examples, Flags
from training.split import Folds, months_before


@dataclass(frozen=True)
class Fold:
    """One rehearsal.

    Attributes
    ----------
    learn : int array
        Rows issued before the origin whose outcome was known at it.
    learn_event : bool array
        Their outcome as known at the origin.
    predict : int array
        Rows of the months after the origin whose outcome was known at the real cut.
    predict_event : bool array
        Their outcome.
    """

    learn: Days
    learn_event: Flags
    predict: Days
    predict_event: Flags


def folds(
    gathered: Gathered,
    known: Examples,
    event: Event,
    cut: date,
    plan: Folds,
    *,
    maturity_days: int | None = None,
    progress: Progress = silent,
) -> list[Fold]:
    """Lay out the rehearsals before a cut, the earliest first.

    Where labels take time to ripen, the last rehearsal ends that long before the cut. A rehearsal
    that had seen only one outcome by its origin is left out.

    Parameters
    ----------
    maturity_days : int, optional
        After how many days a label counts; those that the kind needs where left out.
    """
    kind = KINDS[event.kind]
    labels = partial(kind.labels, maturity_days=maturity_days)
    at_cut = labels(gathered, known, event, to_day_number(cut))
    last = from_day_number(to_day_number(cut) - kind.ripens(event, maturity_days))
    found = []
    for back in range(plan.count, 0, -1):
        progress("outcomes at earlier days", plan.count - back, plan.count)
        origin = to_day_number(months_before(last, back * plan.months))
        end = to_day_number(months_before(last, (back - 1) * plan.months))
        then = labels(gathered, known, event, origin)
        learn = np.flatnonzero(then.known & (known.day < origin))
        predict = np.flatnonzero(at_cut.known & (known.day >= origin) & (known.day < end))
        if both_outcomes(then.event[learn]) and both_outcomes(at_cut.event[predict]):
            found.append(Fold(learn, then.event[learn], predict, at_cut.event[predict]))
    return found


def both_outcomes(event: Flags) -> bool:
    """Whether the event happened to some rows and not to others."""
    return bool(event.any() and not event.all())
