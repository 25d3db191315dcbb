"""A study: which settings of the trees predict the months to come best, kept where it can go on.

A trial rehearses one setting of the trees on the rehearsals before the cut, one after the other,
and is given up once it is worse than most were after as many. Optuna proposes and remembers: trial
N is drawn from the seed, N and the trials before it, so that a study that was stopped goes on as
if it hadn't been.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
from optuna.trial import TrialState

from ledger.faults import Fault

Value = float | int
Rehearse = Callable[[Mapping[str, Value], Callable[[float], bool]], float]
"""The loss of settings; the function takes the loss so far and says whether to give up."""

SEARCHED: Mapping[str, tuple[Value, Value]] = {
    "learning_rate": (0.005, 0.3),
    "leaves": (2, 64),
    "least_rows_in_leaf": (5, 500),
    "feature_share": (0.1, 1.0),
    "row_share": (0.3, 1.0),
    "l2": (0.01, 100.0),
}
"""Settings of ``[trees]`` that are searched, and between what. How many rounds there are decides
what a score costs, and is the analyst's: the learning rate makes up for it."""

BY_SIZE = {"learning_rate", "leaves", "least_rows_in_leaf", "l2"}
"""Searched by their logarithm."""

DIGITS = 3
"""Significant digits of a setting: what is rehearsed is what can be read in the recipe."""

DONE = (TrialState.COMPLETE, TrialState.PRUNED)


class AnotherStudy(Fault):
    """A file that holds the study of another recipe or of other rows, or no study at all."""

    code = "another-study"


@dataclass(frozen=True)
class Best:
    """The best setting of a study.

    Attributes
    ----------
    settings : mapping of str to number
        Of `SEARCHED`.
    log_loss : float
    trial : int
        Its number among those that ended, from 1.
    """

    settings: Mapping[str, Value]
    log_loss: float
    trial: int


@dataclass(frozen=True)
class Study:
    """Trials so far.

    Attributes
    ----------
    trials : optuna.Study
    seed : int
    """

    trials: optuna.Study
    seed: int

    @classmethod
    def open(cls, file: Path, name: str, seed: int, made_of: Mapping[str, str]) -> Study:
        """Open the study of that name in a SQLite file, which is made where it isn't there.

        Parameters
        ----------
        made_of : mapping of str to str
            Digests of what is rehearsed: a study goes on with the same only.

        Raises
        ------
        AnotherStudy
            Where the file is no study's, or the study was begun with something else.
        """
        _require_study(file)
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        trials = optuna.create_study(
            storage=f"sqlite:///{file.absolute()}",
            study_name=name,
            pruner=optuna.pruners.MedianPruner(n_startup_trials=5),
            load_if_exists=True,
        )
        for what, digest in made_of.items():
            before = trials.user_attrs.get(what)
            if before is None:
                trials.set_user_attr(what, digest)
            elif before != digest:
                raise AnotherStudy(
                    f"the study {name!r} in {file} was begun with another {what}: "
                    f"{before[:12]}, now {digest[:12]}",
                    field="study",
                    remedy="name a new file; trials of the one say nothing of the other",
                )
        for trial in trials.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            trials.tell(trial.number, state=TrialState.FAIL)  # it was killed
        return cls(trials, seed)

    @property
    def done(self) -> int:
        """How many trials have ended, those given up among them."""
        return len(self.trials.get_trials(deepcopy=False, states=DONE))

    @property
    def given_up(self) -> int:
        """How many trials were given up before their last rehearsal."""
        return len(self.trials.get_trials(deepcopy=False, states=(TrialState.PRUNED,)))

    def try_one(self, rehearse: Rehearse) -> None:
        """Draw a setting and rehearse it; an interruption leaves no trial."""
        self.trials.sampler = optuna.samplers.TPESampler(seed=self.seed + self.done)
        trial = self.trials.ask()
        step = 0

        def give_up(loss: float) -> bool:
            nonlocal step
            trial.report(loss, step)
            step += 1
            return trial.should_prune()

        try:
            loss = rehearse(_drawn(trial), give_up)
        except GivenUp:
            self.trials.tell(trial, state=TrialState.PRUNED)
        except BaseException:
            self.trials.tell(trial, state=TrialState.FAIL)
            raise
        else:
            self.trials.tell(trial, loss)

    def best(self) -> Best | None:
        """The setting of the least loss; None where no trial came to its end."""
        ended = self.trials.get_trials(deepcopy=False, states=DONE)
        losses = {
            at: trial.value
            for at, trial in enumerate(ended)
            if trial.state is TrialState.COMPLETE and trial.value is not None
        }
        if not losses:
            return None
        best = min(losses, key=lambda at: (losses[at], at))
        return Best(_rounded(ended[best].params), losses[best], best + 1)


class GivenUp(Exception):
    """A trial that is worse than most."""


def _drawn(trial: optuna.Trial) -> dict[str, Value]:
    drawn: dict[str, Value] = {}
    for name, (low, high) in SEARCHED.items():
        if isinstance(low, int) and isinstance(high, int):
            drawn[name] = trial.suggest_int(name, low, high, log=name in BY_SIZE)
        else:
            drawn[name] = trial.suggest_float(name, low, high, log=name in BY_SIZE)
    return _rounded(drawn)


def _rounded(settings: Mapping[str, Any]) -> dict[str, Value]:
    return {
        name: value if isinstance(value, int) else float(f"{value:.{DIGITS}g}")
        for name, value in settings.items()
    }


def _require_study(file: Path) -> None:
    """Refuse a file that is there and isn't a study's: Optuna would write its tables into it."""
    if not file.exists():
        if not file.absolute().parent.is_dir():
            raise AnotherStudy(
                f"{file} can't be made: there is no folder {file.absolute().parent}",
                field="study",
                remedy="name a file in a folder that is there",
            )
        return
    try:
        with closing(sqlite3.connect(f"file:{file.absolute()}?mode=ro", uri=True)) as opened:
            tables = {name for (name,) in opened.execute("SELECT name FROM sqlite_master")}
    except sqlite3.DatabaseError:
        tables = set()
    if "studies" not in tables:
        raise AnotherStudy(
            f"{file} holds no study", field="study", remedy="name a new file, or that of a study"
        )
