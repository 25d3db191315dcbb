"""The periods of a run: as a recipe asks for them, and with what a command says in their place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ledger.faults import Fault


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Period(_Frozen):
    """Days, half-open.

    Attributes
    ----------
    since, until : date
        First day, and the first day after it.
    """

    since: date
    until: date

    @model_validator(mode="after")
    def _holds_a_day(self) -> Self:
        if self.until <= self.since:
            raise ValueError(
                f"from {self.since} to before {self.until} there is no day: until must be later"
            )
        return self


class Split(_Frozen):
    """Periods in the order of time; days between two of them are a gap and used for nothing.

    Attributes
    ----------
    train_until : date
        First day not learned from; nothing known on it or later is.
    calibrate : Period or None
        What the calibration is fitted on; on the rehearsals before ``train_until`` where None.
    test : Period or None
    """

    train_until: date
    calibrate: Period | None = None
    test: Period | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        ended, what = self.train_until, "train_until"
        for name, period in (("calibrate", self.calibrate), ("test", self.test)):
            if period is None:
                continue
            if period.since < ended:
                raise ValueError(
                    f"{name}.since {period.since} is before {what} {ended}: the periods overlap"
                )
            ended, what = period.until, f"{name}.until"
        return self


class Folds(_Frozen):
    """Rehearsals before the training cut, by which the dial and the calibration are set.

    Attributes
    ----------
    count : int
        How many origins, the last one ``months`` before the cut, each ``months`` before the next.
    months : int
        Length of the period that each rehearsal predicts.
    """

    count: int = Field(default=4, ge=1, le=24)
    months: int = Field(default=3, ge=1, le=12)


def months_before(cut: date, months: int) -> date:
    """The same day some months earlier (the last of the month where that is shorter)."""
    at = cut.year * 12 + cut.month - 1 - months
    year, month = divmod(at, 12)
    first = np.datetime64(f"{year:04d}-{month + 1:02d}", "M")
    longest = int(((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(int))
    return date(year, month + 1, min(cut.day, longest))


class WrongDay(Fault):
    """A day that isn't written YYYY-MM-DD."""

    code = "wrong-day"


def day_of(text: str | None, field: str) -> date | None:
    """Read a day of the command line; raise `WrongDay`."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise WrongDay(
            f"{text!r} is not a day", field=field, remedy="write it as 2021-01-31"
        ) from error


class WrongSplit(Fault):
    """Periods that overlap, are out of order or hold no day."""

    code = "wrong-split"


@dataclass(frozen=True)
class Periods:
    """What is learned from and what is tested on.

    Attributes
    ----------
    cut : date
        Nothing known on this day or later is learned from; examples before it.
    test_until : date or None
        First day after the test period; None where there is no test.
    test_since : date or None
        First day of the test period; the cut where None.
    calibrate : Period or None
        What the calibration is fitted on, between the cut and the test; on rehearsals where None.
    """

    cut: date
    test_until: date | None
    test_since: date | None = None
    calibrate: Period | None = None

    @classmethod
    def last_months(cls, today: date, months: int) -> Periods:
        """Test on the last months before today, learn from what was before them."""
        return cls(months_before(today, months), today)

    @classmethod
    def of(
        cls,
        split: Split | None,
        today: date,
        *,
        train_until: date | None = None,
        test_since: date | None = None,
        test_until: date | None = None,
    ) -> Periods:
        """The split of a recipe, with what a command says in its place.

        Parameters
        ----------
        today : date
            The first day of which nothing is known: the cut where nobody names one.

        Raises
        ------
        WrongSplit
            Where the periods overlap, are out of order or hold no day.
        """
        test = None if split is None else split.test
        cut = train_until or (today if split is None else split.train_until)
        until = test_until or (None if test is None else test.until)
        since = test_since or (cut if test is None else test.since)
        if until is None and test_since is not None:
            raise WrongSplit(
                f"a test period begins on {test_since} and ends nowhere",
                field="test_until",
                remedy="say with --test-until where it ends",
            )
        try:
            tested = None if until is None else Period(since=since, until=until)
            calibrate = None if split is None else split.calibrate
            Split(train_until=cut, calibrate=calibrate, test=tested)
        except ValidationError as error:
            raise WrongSplit(
                error.errors()[0]["msg"].removeprefix("Value error, "),
                field="test" if test_until or test_since else "train_until",
                remedy="let the periods follow each other: train, calibrate, test",
            ) from error
        return cls(cut, until, since if until is not None else None, calibrate)

    @property
    def tested(self) -> Period | None:
        """The test period."""
        if self.test_until is None:
            return None
        return Period.model_construct(since=self.test_since or self.cut, until=self.test_until)

    def known_until(self, today: date) -> date:
        """The day from which on nothing known is used by the bundle.

        The cut; or, where it is calibrated on a later period, the first day of the test: outcomes
        of that period are those known then.
        """
        if self.calibrate is None:
            return self.cut
        return today if self.tested is None else self.tested.since
