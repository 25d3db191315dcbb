"""Which figures of a month are alerts, and whether the model has to be trained again.

An alert needs a size that matters (`AlertRules`) and has to lie beyond what chance reaches among
all figures of the run. Distributions have besides to lie beyond what was usual in the reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt

from scipy.stats import norm

from training.monitor.alert_rules import AlertRules, Level
from training.monitor.early_lateness import LATE_DAYS, Late
from training.monitor.expected_performance import Expected
from training.monitor.monthly_drift import SCORE, Looks, Moved
from training.monitor.outcomes_so_far import Outcomes
from training.monitor.usual_months import Baseline


@dataclass(frozen=True)
class Alert:
    """A figure beyond its threshold.

    Attributes
    ----------
    month : str
    code : str
        Which rule: a field of `AlertRules`; the words of what to do stand under it.
    level : str
        ``amber`` or ``red``.
    about : str
        The feature, or the days from which on a claim is late; empty where it is about all
        requests.
    figure, threshold : float
        As found, and as in the rules.
    bound : float or None
        What chance, or a usual month, would have reached; None where the rule has none.
    """

    month: str
    code: str
    level: Level
    about: str
    figure: float
    threshold: float
    bound: float | None


@dataclass(frozen=True)
class MonthFigures:
    """All that is judged of one month.

    Attributes
    ----------
    month : str
    requests : int
    before : tuple of int
        Requests of the three months before, or of those that there were.
    late : tuple of Late
        How late the claims were whose lateness was settled in it.
    moved : mapping of str to Moved
        Empty where there are too few requests.
    expected : Expected or None
        As above.
    outcomes : Outcomes
        Of all requests since the cut, as known at the month's end.
    """

    month: str
    requests: int
    before: tuple[int, ...]
    late: tuple[Late, ...]
    moved: Mapping[str, Moved]
    expected: Expected | None
    outcomes: Outcomes


def alerts_of(
    figures: MonthFigures, baseline: Baseline, rules: AlertRules, looks: Looks
) -> tuple[Alert, ...]:
    """Judge one month: red first."""
    found = [
        *_volume(figures, baseline, rules, looks),
        *_late(figures, baseline, rules, looks),
        *_outcomes(figures, baseline, rules),
        *_expected(figures, baseline, rules, looks),
        *_drift(figures, rules),
        *_missing(figures, rules),
    ]
    return tuple(sorted(found, key=lambda one: one.level == "amber"))


def retraining_due(red: Sequence[bool], rules: AlertRules) -> bool:
    """Whether so many red months follow each other anywhere; months in order."""
    run = longest = 0
    for one in red:
        run = run + 1 if one else 0
        longest = max(longest, run)
    return longest >= rules.retraining.red_months


def _volume(
    figures: MonthFigures, baseline: Baseline, rules: AlertRules, looks: Looks
) -> Iterator[Alert]:
    """Fewer or more requests than in the months before; as Poisson numbers chance is told.

    What is usual has the seasons in it: a year and more of months of the reference.
    """
    usual = sum(figures.before) / len(figures.before) if figures.before else 0.0
    if usual < rules.least_rows:
        return
    ratio = figures.requests / usual
    reach = float(norm.ppf(looks.of_month)) * sqrt(1.0 / usual + 1.0 / sum(figures.before))
    low, high = baseline.usual_volumes
    if min(low, exp(-reach)) <= ratio <= max(high, exp(reach)):
        return
    bound = low if ratio < 1.0 else high
    yield from _alert(figures, "volume", "", ratio, rules.volume.level(ratio), bound)


def _late(
    figures: MonthFigures, baseline: Baseline, rules: AlertRules, looks: Looks
) -> Iterator[Alert]:
    """More claims late than in the year before; fewer are no alert."""
    for one in figures.late:
        share, ratio = one.share_before, one.ratio
        if share is None or ratio is None or one.ripe < rules.least_rows:
            continue
        spread = sqrt((1.0 - share) / share * (1.0 / one.ripe + 1.0 / one.ripe_before))
        reach = 1.0 + float(norm.ppf(looks.of_month)) * spread
        bound = max(baseline.usual_lateness[one.days], reach)
        if ratio > bound:
            rule = rules.lateness if one.days == LATE_DAYS[0] else rules.long_lateness
            yield from _alert(figures, "lateness", f"{one.days}", ratio, rule.level(ratio), bound)


def _drift(figures: MonthFigures, rules: AlertRules) -> Iterator[Alert]:
    for name, one in figures.moved.items():
        index, bound = one.drift.psi, max(one.drift.by_chance, one.usual)
        if index <= bound:
            continue
        code, rule, about = (
            ("score_drift", rules.score_drift, "")
            if name == SCORE
            else ("feature_drift", rules.feature_drift, name)
        )
        level = rule.level_of(index, one.carried)
        yield from _alert(figures, code, about, index, level, bound)


def _missing(figures: MonthFigures, rules: AlertRules) -> Iterator[Alert]:
    for name, one in figures.moved.items():
        more = one.missing - one.missing_before
        if more > one.missing_by_chance:
            level = rules.missing.level(more)
            yield from _alert(figures, "missing", name, more, level, one.missing_by_chance)
        yield from _alert(figures, "unseen", name, one.unseen, rules.unseen.level(one.unseen), None)


def _expected(
    figures: MonthFigures, baseline: Baseline, rules: AlertRules, looks: Looks
) -> Iterator[Alert]:
    """What the probabilities say of themselves, beyond what months of the reference said."""
    if figures.expected is None:
        return
    ratio = figures.expected.rate.value / baseline.rate
    reach = baseline.rate_spread / baseline.rate / sqrt(figures.requests)
    reach *= float(norm.ppf(looks.of_month))
    low, high = baseline.usual_rates
    if ratio < min(low, 1.0 - reach) or ratio > max(high, 1.0 + reach):
        level, bound = rules.expected_rate.level(ratio), low if ratio < 1.0 else high
        yield from _alert(figures, "expected_rate", "", ratio, level, bound)
    if figures.expected.auc is not None:
        fall = baseline.expected_auc - figures.expected.auc.value
        if fall > baseline.usual_fall:
            level = rules.expected_auc.level(fall)
            yield from _alert(figures, "expected_auc", "", fall, level, baseline.usual_fall)


def _outcomes(figures: MonthFigures, baseline: Baseline, rules: AlertRules) -> Iterator[Alert]:
    """Ripe outcomes, where the interval holds neither agreement nor the old area."""
    known = figures.outcomes
    if known.ratio_low is None:
        return
    if known.ratio_low > 1.0 or (known.ratio_high is not None and known.ratio_high < 1.0):
        # without an event the ratio is infinite: what is surely exceeded is told instead
        ratio = known.ratio_low if known.ratio is None else known.ratio
        bound = known.ratio_low if ratio > 1.0 else known.ratio_high
        level = rules.calibration.level(ratio)
        yield from _alert(figures, "calibration", "", ratio, level, bound)
    if known.auc is None or known.auc_high is None or baseline.rehearsal_auc is None:
        return
    if known.auc_high < baseline.rehearsal_auc:
        fall = baseline.rehearsal_auc - known.auc
        bound = known.auc_high - known.auc
        yield from _alert(figures, "auc", "", fall, rules.auc.level(fall), bound)


def _alert(  # noqa: PLR0917 - the fields of an alert
    figures: MonthFigures,
    code: str,
    about: str,
    figure: float,
    reached: tuple[Level, float] | None,
    bound: float | None,
) -> Iterator[Alert]:
    if reached is not None:
        level, threshold = reached
        yield Alert(figures.month, code, level, about, figure, threshold, bound)
