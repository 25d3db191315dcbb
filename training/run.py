"""A run: which rows are learned from and which are tested on, and what is too little for either."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from features.pipeline import Progress, silent
from ledger.clocks import from_day_number, to_day_number
from ledger.faults import Fault
from models.event import Event
from scoring.gather import Gathered
from training.contest import Contest, Held
from training.events import KINDS
from training.examples import Days, Examples, Flags, Labels, last_day
from training.recipe import Recipe
from training.rehearsal import both_outcomes, folds
from training.split import Period, Periods


class TooLittleToLearn(Fault):
    """A period without both outcomes, without any settled one, or without any row."""

    code = "too-little-to-learn"


class TooFewParties(TooLittleToLearn):
    """An event of parties that too few of them have met."""

    code = "too-few-parties"


@dataclass(frozen=True)
class Run:
    """A training run: the facts, the recipe and the periods.

    Attributes
    ----------
    gathered : Gathered
        The whole book; with its lending where an event needs it.
    recipe : Recipe
    periods : Periods
    threads : int
    key : Ed25519PrivateKey or None
        Who signs the bundles; None for the local key.
    version : int or None
        Their number; None for the next.
    pages : Path or None
        Folder for reports and cards of what is tested; None where none are asked for.
    """

    gathered: Gathered
    recipe: Recipe
    periods: Periods
    threads: int
    key: Ed25519PrivateKey | None = None
    version: int | None = None
    pages: Path | None = None


def contest_of(run: Run, event: Event, known: Examples, progress: Progress = silent) -> Contest:
    """Pick the rows to learn from, to calibrate and to test on.

    Raises
    ------
    TooLittleToLearn
        Where one of them has not both outcomes, or no rehearsal has; `TooFewParties` where an
        event of parties has been met by fewer than the recipe asks for.
    """
    gathered, periods = run.gathered, run.periods
    maturity = run.recipe.maturity_days.get(event.name)
    judge, end = KINDS[event.kind].labels, last_day(gathered)
    cut = to_day_number(periods.cut)
    progress("outcomes", 0, 1)
    then = judge(gathered, known, event, cut, maturity_days=maturity)
    learn = _Picked("train", f"before {periods.cut}", known.day < cut, then, periods.cut)
    learn.require_both_outcomes(event)
    if KINDS[event.kind].grain is not None:
        _require_parties(run, event, {known.clusters[at] for at in np.flatnonzero(then.event)})
    held = test = None
    if periods.calibrate is not None:
        at = periods.known_until(from_day_number(end))
        told = judge(gathered, known, event, to_day_number(at), maturity_days=maturity)
        held = _Picked.of("calibrate", periods.calibrate, known, told, at)
        held.require_both_outcomes(event)
    if periods.tested is not None:
        told = judge(gathered, known, event, end, maturity_days=maturity)
        test = _Picked.of("test", periods.tested, known, told, from_day_number(end))
        test.require_both_outcomes(event)
    rehearsed = folds(
        gathered,
        known,
        event,
        periods.cut,
        run.recipe.folds,
        maturity_days=maturity,
        progress=progress,
    )
    if not rehearsed:
        raise TooLittleToLearn(
            f"no rehearsal before {periods.cut} has both outcomes to learn from and to predict",
            field="train_until",
            remedy="choose a later day, or shorten the folds of the recipe",
        )
    nothing = learn.rows[:0], learn.event[:0]
    return Contest(
        known,
        learn.rows,
        learn.event,
        *(nothing if test is None else (test.rows, test.event)),
        rehearsed,
        None if held is None else Held(held.rows, held.event),
        {one.period: one.immature for one in (learn, held, test) if one is not None},
    )


SETTINGS = {"train": "train_until", "calibrate": "split.calibrate", "test": "test_until"}
"""What sets a period."""


@dataclass(frozen=True)
class _Picked:
    """A period, and its rows whose outcome is known.

    Attributes
    ----------
    period, which : str
        A key of `SETTINGS`, and the days in words.
    inside : bool array
        Which examples lie in it.
    told : Labels
        What was known of them, on the day ``at``.
    """

    period: str
    which: str
    inside: Flags
    told: Labels
    at: date

    @classmethod
    def of(cls, period: str, days: Period, known: Examples, told: Labels, at: date) -> _Picked:
        since, until = to_day_number(days.since), to_day_number(days.until)
        which = f"from {days.since} to before {days.until}"
        return cls(period, which, (known.day >= since) & (known.day < until), told, at)

    @property
    def rows(self) -> Days:
        return np.flatnonzero(self.inside & self.told.known)

    @property
    def event(self) -> Flags:
        return self.told.event[self.rows]

    @property
    def immature(self) -> int:
        return int((self.inside & ~self.told.ripe).sum())

    def require_both_outcomes(self, event: Event) -> None:
        """Refuse a period in which the event happened to none or to all."""
        if both_outcomes(self.event):
            return
        kind = KINDS[event.kind]
        every, known, happened = int(self.inside.sum()), len(self.rows), int(self.event.sum())
        if not every:
            raise self._refused(f"no {kind.examples_are} {self.which}", "name a period with rows")
        if not known:
            young = (
                "all were too young"
                if self.immature == every
                else (f"{self.immature} were too young, of the others nobody told")
            )
            raise self._refused(
                f"{every} {kind.examples_are} {self.which}, and on {self.at} the outcome of none "
                f"was known: {young}",
                "choose an earlier period, leave a longer gap after it, or load what became of "
                "them",
            )
        raise self._refused(
            f"{happened} of {known} {kind.examples_are} {self.which} met the event "
            f"{event.name!r}: the outcome is the same for all",
            "choose other dates, another event, or load more facts with what became of them",
        )

    def _refused(self, message: str, remedy: str) -> TooLittleToLearn:
        return TooLittleToLearn(message, field=SETTINGS[self.period], remedy=remedy)


def _require_parties(run: Run, event: Event, parties: set[str]) -> None:
    """Refuse an event that too few parties have met: their rows say the same over and over."""
    least = run.recipe.least_parties
    if len(parties) < least:
        raise TooFewParties(
            f"{len(parties)} {event.kind}s are known to have met the event {event.name!r} before "
            f"{run.periods.cut}; {least} are needed",
            field="least_parties",
            remedy="load public records, bureau summaries or outcomes of more of them, or leave "
            "the event out of the recipe",
        )
