"""Validation of a saved bundle on a test period: every measure of this folder, as one object."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from features.pipeline import Progress
from models.assessment import logits, parts
from models.bundle import Bundle
from models.trees import Vector
from training.contest import Contest
from training.examples import Days
from training.fitting import Fitter
from training.groups import SEGMENTS
from training.metrics import Flags, sigmoid
from training.validation.ablation import by_credits
from training.validation.by_grade import by_grade, concentration, graded_by, share_held
from training.validation.by_month import Months, by_month, months_of, stable_gini
from training.validation.drift import Binned, Drift
from training.validation.proofs import prove
from training.validation.ranking import ranking
from training.validation.segments import by_segment
from training.validation.shuffled import shuffled

APPROVED_SHARE = 0.80
"""Of each segment it is told how many lie among the safest four fifths of all."""


@dataclass(frozen=True)
class _Tested:
    """What every measure looks at: the test rows with the bundle's probabilities."""

    bundle: Bundle
    fitter: Fitter
    contest: Contest
    probability: Vector
    segments: Sequence[str]

    @property
    def event(self) -> Flags:
        return self.contest.test_event

    @property
    def day(self) -> Days:
        return self.contest.known.day[self.contest.test]

    @cached_property
    def learned(self) -> Vector:
        """Probabilities of the rows learned from: what the test's are compared with."""
        return _probability(self.bundle, self.contest.learned[0])


def validate(
    bundle: Bundle,
    fitter: Fitter,
    contest: Contest,
    progress: Progress,
    segments: Sequence[str] = SEGMENTS,
) -> dict[str, Any]:
    """Measure a bundle on the test rows of its contest.

    Parameters
    ----------
    segments : sequence of str
        What the rows are grouped by.

    Returns
    -------
    dict
        By name of a measure what it found, as JSON has it: ``ranking``, ``grades``, ``months``,
        ``drift``, ``segments``, ``credits``, ``shuffled``, ``proofs``.
    """
    probability = _probability(bundle, contest.tested[0])
    tested = _Tested(bundle, fitter, contest, probability, segments)
    found = {}
    for done, (name, measure) in enumerate(MEASURES.items()):
        progress(f"validation: {name}", done, len(MEASURES))
        found[name] = measure(tested)
    progress("validation", len(MEASURES), len(MEASURES))
    return found


def _ranking(tested: _Tested) -> Any:
    return asdict(ranking(tested.event, tested.probability))


def _grades(tested: _Tested) -> Any:
    """By 12-month PD where the event is a default whose tenor is known, else by its probability."""
    graded = graded_by(
        tested.bundle.card.event, tested.fitter.names, tested.contest.tested[0], tested.probability
    )
    there = ~np.isnan(graded)
    if not there.any():
        return None
    rows = by_grade(tested.event[there], tested.probability[there], graded[there])
    return {
        "rows": [asdict(row) for row in rows],
        "held_share": share_held(rows),
        "concentration": concentration(rows),
        "without_tenor": int((~there).sum()),
    }


def _months(tested: _Tested) -> Any:
    months = by_month(tested.day, tested.event, tested.probability)
    return {"rows": [asdict(month) for month in months], "stable_gini": stable_gini(months)}


def _drift(tested: _Tested) -> Any:
    """From the rows learned from to those tested on; the features that moved most come first."""
    before, after = tested.contest.learned[0], tested.contest.tested[0]
    months = months_of(tested.day)
    each = {
        name: _moved(before[:, at], after[:, at], months)
        for at, name in enumerate(tested.fitter.names)
    }
    return {
        "score": _moved(tested.learned, tested.probability, months),
        "features": dict(sorted(each.items(), key=lambda one: -one[1]["psi"])),
    }


def _moved(before: Vector, after: Vector, months: Months) -> dict[str, Any]:
    """The drift of the whole test, and of each month of it."""
    binned = Binned.of(before)
    return _told(binned.drift(after)) | {
        "months": {
            month: _told(binned.drift(after[months == month]))
            for month in np.unique(months).tolist()
        }
    }


def _told(moved: Drift) -> dict[str, Any]:
    return {"psi": moved.psi, "by_chance": moved.by_chance, "state": moved.state}


def _segments(tested: _Tested) -> Any:
    contest, cut = tested.contest, float(np.quantile(tested.probability, APPROVED_SHARE))
    found = {}
    for by in tested.segments:
        groups = contest.known.groups.get(by)
        values = [] if groups is None else [groups[at] for at in contest.test.tolist()]
        if set(values) - {None}:
            some = by_segment(by, values, tested.event, tested.probability, cut=cut)
            found[by] = [asdict(segment) for segment in some]
    return found


def _credits(tested: _Tested) -> Any:
    contest = tested.contest
    return [asdict(one) for one in by_credits(tested.fitter, contest.learned, contest.tested)]


def _shuffled(tested: _Tested) -> Any:
    control = shuffled(tested.fitter, tested.contest)
    return {**asdict(control), "holds": control.holds}


def _proofs(tested: _Tested) -> Any:
    return asdict(prove(tested.bundle, tested.contest.tested[0]))


MEASURES: Mapping[str, Callable[[_Tested], Any]] = {
    "ranking": _ranking,
    "grades": _grades,
    "months": _months,
    "drift": _drift,
    "segments": _segments,
    "credits": _credits,
    "shuffled": _shuffled,
    "proofs": _proofs,
}
"""Every measure, in the order in which a report has them."""


def _probability(bundle: Bundle, rows: Any) -> Vector:
    return sigmoid(logits(bundle, parts(bundle, rows)))
