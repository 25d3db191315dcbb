"""A run: which rows are learned from and which are tested on, and what is too little for either."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.clocks import to_day_number
from ledger.faults import Fault
from models.event import Event
from scoring.gather import Gathered
from training.contest import Contest
from training.events import KINDS
from training.examples import Examples, Flags, last_day
from training.recipe import Recipe
from training.rehearsal import both_outcomes, folds, months_before


class TooLittleToLearn(Fault):
    """A training period without both outcomes, or without any settled one."""

    code = "too-little-to-learn"


@dataclass(frozen=True)
class Periods:
    """What is learned from and what is tested on.

    Attributes
    ----------
    cut : date
        Nothing known on this day or later is learned from; examples before it.
    test_until : date or None
        The test period is from ``cut`` to before this day; None where there is no test.
    """

    cut: date
    test_until: date | None

    @classmethod
    def last_months(cls, today: date, months: int) -> Periods:
        """Test on the last months before today, learn from what was before them."""
        return cls(months_before(today, months), today)


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


def contest_of(run: Run, event: Event, known: Examples) -> Contest:
    """Pick the rows to learn from and to test on.

    Raises
    ------
    TooLittleToLearn
        Where one of the two has not both outcomes, or no rehearsal has; `TooFewParties` where an
        event of parties has been met by fewer than the recipe asks for.
    """
    gathered, periods = run.gathered, run.periods
    labels = KINDS[event.kind].labels
    cut = to_day_number(periods.cut)
    then = labels(gathered, known, event, cut)
    learn = np.flatnonzero(then.known & (known.day < cut))
    _require_both(event, then.event[learn], "train_until", f"settled before {periods.cut}")
    if KINDS[event.kind].grain is not None:
        _require_parties(run, event, {known.clusters[at] for at in np.flatnonzero(then.event)})
    in_the_end = labels(gathered, known, event, last_day(gathered))
    test = learn[:0]
    if periods.test_until is not None:
        until = to_day_number(periods.test_until)
        test = np.flatnonzero(in_the_end.known & (known.day >= cut) & (known.day < until))
        which = f"from {periods.cut} to {periods.test_until}"
        _require_both(event, in_the_end.event[test], "test_until", which)
    rehearsed = folds(gathered, known, event, periods.cut, run.recipe.folds)
    if not rehearsed:
        raise TooLittleToLearn(
            f"no rehearsal before {periods.cut} has both outcomes to learn from and to predict",
            field="train_until",
            remedy="choose a later day, or shorten the folds of the recipe",
        )
    return Contest(known, learn, then.event[learn], test, in_the_end.event[test], rehearsed)


def _require_both(event: Event, happened: Flags, field: str, which: str) -> None:
    """Refuse a period in which the event happened to none or to all."""
    if not both_outcomes(happened):
        rows = KINDS[event.kind].examples_are
        raise TooLittleToLearn(
            f"{len(happened)} {rows} {which} have a settled outcome, and it is the same for all",
            field=field,
            remedy="choose other dates, or load more facts with what became of them",
        )


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
