"""What a probability of default to maturity says of twelve months, and the grade that follows.

A bundle of the event default gives the PD of a financing until 90 days past its maturity, with the
tenor among its features. By constant hazard (domain.md section 3.1) ``h = tenor + 90`` days of it
are twelve months of it: ``PD_12m = 1 - (1 - PD_h) ** (365 / h)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, expm1, log1p

from models.event import Event
from models.scale import Grade, NoGrade, grade_of, probability

YEAR_DAYS = 365


@dataclass(frozen=True)
class Facility:
    """A financing's risk over its own life and over a year.

    Attributes
    ----------
    pd_maturity : float
        Probability of default by maturity and the event's days after it.
    pd_12m : float
        The same hazard over 365 days.
    horizon_days : int
        Days that ``pd_maturity`` is over.
    grade : Grade
        Of ``pd_12m``.
    """

    pd_maturity: float
    pd_12m: float
    horizon_days: int
    grade: Grade


def facility(event: Event, logit: float, tenor_days: int) -> Facility:
    """Tell a financing's PDs and grade from the log-odds of a bundle.

    Parameters
    ----------
    tenor_days : int
        Days from as_of to maturity, at least 0.

    Raises
    ------
    NoGrade
        Where the event isn't the default of a financing.
    """
    if event.kind != "default":
        raise NoGrade(
            f"a facility's PD needs the event default of a financing; this one is that {event.en}",
            field="event",
            remedy="score with a bundle whose event is of kind default",
        )
    horizon = max(tenor_days, 0) + event.days
    pd_12m = over(logit, horizon, YEAR_DAYS)
    return Facility(probability(logit), pd_12m, horizon, grade_of(event, pd_12m))


def over(logit: float, days: int, other_days: int) -> float:
    """`over_days` of a probability that is given by its log-odds: exact where it is near 1 too."""
    # ln(1 - p) of log-odds is -ln(1 + e**logit), which overflows above 0 unless turned round
    log_survival = -log1p(exp(logit)) if logit < 0.0 else -(logit + log1p(exp(-logit)))
    return _over(log_survival, days, other_days)


def over_days(pd: float, days: int, other_days: int) -> float:
    """Probability over other days of one over some days, the hazard being constant.

    ``1 - (1 - p) ** (other_days / days)``, exact for the smallest probabilities too.
    """
    return pd if days == other_days or pd >= 1.0 else _over(log1p(-pd), days, other_days)


def _over(log_survival: float, days: int, other_days: int) -> float:
    return -expm1(log_survival * other_days / days)
