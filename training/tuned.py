"""What a study found, beside the recipe as it was: taken where the gain is beyond one error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import tomlkit

from features.pipeline import Progress
from models.trees import Vector
from training.contest import Contest
from training.dial import rehearse, turn
from training.fitting import Fitter
from training.metrics import clustered_error, row_losses, sigmoid
from training.study import SEARCHED, Best, GivenUp, Rehearse, Value


@dataclass(frozen=True)
class Tuned:
    """The best setting of a study against that of the recipe, on the same rehearsed rows.

    Attributes
    ----------
    before, settings : mapping of str to number
        Of `SEARCHED`: the recipe's, and the study's best.
    trial : int
        Which found it, from 1.
    log_loss_before, log_loss : float
        Mean over the rehearsed rows, uncalibrated.
    gain, error : float
        By how much the best is better, and the standard error of that, by cluster.
    """

    before: Mapping[str, Value]
    settings: Mapping[str, Value]
    trial: int
    log_loss_before: float
    log_loss: float
    gain: float
    error: float

    @property
    def taken(self) -> bool:
        """Whether the gain is beyond one standard error; else the recipe stays as it is."""
        return self.gain > self.error


@dataclass(frozen=True)
class Yardstick:
    """What every trial is measured by: the rehearsals, and the recipe on them.

    Attributes
    ----------
    fitter : Fitter
        Of the recipe.
    contest : Contest
        Its rehearsals alone are looked at.
    additive_rounds : int
        Where the recipe's own settings turn the dial; every trial has it there, and the recipe that
        comes out turns it anew.
    losses : float64 array
        Of the recipe, on the rows of all rehearsals.
    """

    fitter: Fitter
    contest: Contest
    additive_rounds: int
    losses: Vector

    @classmethod
    def of(cls, fitter: Fitter, contest: Contest, progress: Progress) -> Yardstick:
        """Rehearse the recipe as it is."""
        turned = turn(fitter, contest.known, contest.rehearsed, progress)
        losses = [row_losses(event, sigmoid(score)) for event, score in turned.periods]
        return cls(fitter, contest, turned.additive_rounds, np.concatenate(losses))

    def measure(self, progress: Progress) -> Rehearse:
        """The function that rehearses settings, one rehearsal after the other."""

        def rehearsed(settings: Mapping[str, Value], give_up: Callable[[float], bool]) -> float:
            found: list[Vector] = []
            for fold in range(len(self.contest.rehearsed)):
                progress(f"rehearsal {fold + 1}", fold, len(self.contest.rehearsed))
                found.append(self._losses(settings, fold))
                if give_up(float(np.concatenate(found).mean())):
                    raise GivenUp
            return float(np.concatenate(found).mean())

        return rehearsed

    def compare(self, best: Best) -> Tuned:
        """The best setting of a study against the recipe's."""
        folds = range(len(self.contest.rehearsed))
        losses = np.concatenate([self._losses(best.settings, fold) for fold in folds])
        predicted = np.concatenate([fold.predict for fold in self.contest.rehearsed])
        less = self.losses - losses
        trees = self.fitter.trees.model_dump()
        return Tuned(
            {name: trees[name] for name in SEARCHED},
            best.settings,
            best.trial,
            float(self.losses.mean()),
            float(losses.mean()),
            float(less.mean()),
            clustered_error(less, np.array(self.contest.known.clusters)[predicted]),
        )

    def _losses(self, settings: Mapping[str, Value], fold: int) -> Vector:
        trees = self.fitter.trees.model_copy(update=dict(settings))
        one, taken = self.contest.rehearsed[fold], self.additive_rounds
        fitter = replace(self.fitter, trees=trees)
        score = rehearse(fitter, self.contest.known, one, (taken,))[taken]
        return row_losses(one.predict_event, sigmoid(score))


def tuned_recipe(recipe: Path, tuned: Tuned | None, told: str) -> str:
    """The text of a recipe with what was found in its ``[trees]``, and its comments kept.

    Parameters
    ----------
    told : str
        Where it comes from, for its first lines.
    """
    document = tomlkit.parse(recipe.read_text(encoding="utf-8"))
    if tuned is not None and tuned.taken:
        trees: Any = document["trees"]
        trees.update(tuned.settings)
    header = "".join(f"# {line}\n" for line in told.splitlines())
    return f"{header}\n{tomlkit.dumps(document)}"
