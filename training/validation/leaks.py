"""A guard against leaks: an input that nearly tells the outcome by itself is refused.

Of real trade no single number nearly determines a default. One that does is made of the outcome, or
was written down after it: the credit rating of a public set of small firms that was given once
defaults were known is the case in point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score
from sklearn.tree import DecisionTreeClassifier

from features.pipeline import Progress, silent
from ledger.faults import Fault
from models.trees import Matrix, Vector
from training.examples import Days
from training.metrics import Flags

TOO_MUCH = 0.95
"""Area under the curve, of one input, from which it is taken for a leak."""

LEAVES = 4
MOST_ROWS = 20_000
"""So many rows tell a leak well enough: every event, and of the others some drawn at random."""

LEAST_SHARE = 0.005


class Leaks(Fault):
    """Inputs that nearly determine the label."""

    code = "leaks"


@dataclass(frozen=True)
class Alone:
    """What a small tree on one input makes of the outcome.

    Attributes
    ----------
    name : str
    auc : float
        On rows that the tree hasn't learned from.
    """

    name: str
    auc: float


def alone(
    names: tuple[str, ...],
    rows: Matrix,
    event: Flags,
    seed: int,
    progress: Progress = silent,
) -> tuple[Alone, ...]:
    """How well each input alone tells the outcome, the best first.

    A tree of four leaves, which may bend and may take what is missing for a value, is learned from
    one half of the rows, drawn at random, and judged on the other, and the other way round.
    """
    generator = np.random.default_rng(seed)
    at = _some(event, generator)
    rows, event = rows[at], event[at]
    half = generator.permutation(len(event)) % 2 == 0
    found = []
    for place, name in enumerate(names):
        progress("inputs alone", place, len(names))
        found.append(Alone(name, _both_ways(rows[:, place : place + 1], event, half)))
    return tuple(sorted(found, key=lambda one: (-one.auc, one.name)))


def require_no_leak(found: tuple[Alone, ...], allowed: tuple[str, ...]) -> None:
    """Refuse inputs that nearly determine the label, unless the recipe names them.

    Raises
    ------
    Leaks
    """
    leaks = [one for one in found if one.auc >= TOO_MUCH and one.name not in allowed]
    if leaks:
        told = ", ".join(f"{one.name} (AUC {one.auc:.3f})" for one in leaks)
        raise Leaks(
            f"one input alone nearly determines the label: {told}",
            field="leave_out",
            remedy="look whether it was written after the outcome; leave it out, or name it in "
            "nearly_tells of the recipe",
        )


def _some(event: Flags, generator: np.random.Generator) -> Days:
    """Places of all events and as many others as there is room for; half the room at least."""
    if len(event) <= MOST_ROWS:
        return np.arange(len(event))
    happened, others = (generator.permutation(np.flatnonzero(of)) for of in (event, ~event))
    kept = happened[: MOST_ROWS // 2]
    return np.sort(np.concatenate([kept, others[: MOST_ROWS - len(kept)]]))


def _both_ways(column: Matrix, event: Flags, half: Flags) -> float:
    """Area under the curve of what each half says of the other."""
    said: Vector = np.zeros(len(event))
    for learn in (half, ~half):
        if event[learn].all() or not event[learn].any():
            return 0.5
        tree = DecisionTreeClassifier(
            max_leaf_nodes=LEAVES, min_samples_leaf=LEAST_SHARE, random_state=0
        )
        tree.fit(column[learn], event[learn])
        said[~learn] = tree.predict_proba(column[~learn])[:, 1]
    return float(roc_auc_score(event, said))
