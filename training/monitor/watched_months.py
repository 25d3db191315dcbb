"""Watching a bundle over months: who asked, how far they moved, what came of it, what is amiss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from features.pipeline import Progress
from ledger.clocks import day_of, to_day_number
from models.bundle import Bundle
from models.trees import Vector
from scoring.gather import Gathered
from training.examples import Labels
from training.metrics import log_odds
from training.monitor.alert_rules import AlertRules
from training.monitor.decision_rates import decided, migration
from training.monitor.early_lateness import Late, lateness_by_month
from training.monitor.expected_performance import Expected, expected
from training.monitor.given_overrides import NO_DEPARTURES, Departures, departures_told
from training.monitor.given_scores import GivenScore
from training.monitor.monthly_drift import SCORE, Looks, Moved, Reference, moved, reference_of
from training.monitor.outcomes_so_far import Outcomes, outcomes_so_far
from training.monitor.raised_alerts import Alert, MonthFigures, alerts_of, retraining_due
from training.monitor.spans import NothingToWatch, next_day_after
from training.monitor.through_the_door import Door, labels_of, through_the_door
from training.monitor.usual_months import Baseline, baseline_of, requests_before

SEED = 1
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Watch:
    """A bundle, the facts that it is watched on, and by what.

    Attributes
    ----------
    gathered : Gathered
        The whole book, with its lending.
    bundle : Bundle
    given : sequence of GivenScore
        Decisions by this bundle that the ledger has on record.
    rules : AlertRules
    progress : function
    departures : Departures
        What people decided in the bundle's place.
    """

    gathered: Gathered
    bundle: Bundle
    given: Sequence[GivenScore]
    rules: AlertRules
    progress: Progress
    departures: Departures = NO_DEPARTURES


def watched(watch: Watch, months: Sequence[str]) -> dict[str, Any]:
    """Everything that the monitor tells, as JSON values.

    Parameters
    ----------
    months : sequence of str
        One after the other, each after the cut and over (``training.monitor.spans``).

    Returns
    -------
    dict
        docs/monitoring.md has its shape.

    Raises
    ------
    NothingToWatch
        Where nobody asked in these months, or before the cut.
    """
    bundle = watch.bundle
    door = through_the_door(watch.gathered, bundle, watch.given, watch.progress)
    before, since = _parted(watch, door)
    _require_any(before, since, months)
    looks = Looks(watch.rules.false_alarm, len(months), len(bundle.feature_names))
    reference = reference_of(bundle, before, watch.rules.least_rows, watch.progress)
    baseline = baseline_of(watch.gathered, bundle, before, watch.rules)
    late = lateness_by_month(watch.gathered, months)
    told, raised = [], []
    in_the_end = labels_of(watch.gathered, bundle, since, next_day_after(months[-1]))
    for done, month in enumerate(months):
        watch.progress(f"month {month}", done, len(months))
        figures = _figures(watch, door, since, reference, looks, late[month], month)
        alerts = alerts_of(figures, baseline, watch.rules, looks)
        raised.append(alerts)
        told.append(_told(watch, door, since, in_the_end, figures, alerts))
    return {
        "bundle": bundle.id,
        "event": bundle.card.event.model_dump(mode="json"),
        "months": [months[0], months[-1]],
        "reference": _reference_told(before, baseline),
        "rules": watch.rules.model_dump(mode="json"),
        "alerts": [asdict(alert) for alerts in raised for alert in alerts],
        "retraining": {
            "due": retraining_due([_is_red(alerts) for alerts in raised], watch.rules),
            "red_months": [m for m, some in zip(months, raised, strict=True) if _is_red(some)],
        },
        "overrides": departures_told(watch.departures, months),
        "by_month": told,
    }


def _is_red(alerts: Sequence[Alert]) -> bool:
    return any(alert.level == "red" for alert in alerts)


def _parted(watch: Watch, door: Door) -> tuple[Door, Door]:
    """What was asked in the time learned from, and since the cut."""
    card, tz = watch.bundle.card, watch.gathered.book.tz
    cut = to_day_number(day_of(card.trained_through, tz))
    first = 0 if card.trained_from is None else to_day_number(day_of(card.trained_from, tz))
    return (
        door.taken(np.flatnonzero((door.day >= first) & (door.day < cut))),
        door.taken(np.flatnonzero(door.day >= cut)),
    )


def _require_any(before: Door, since: Door, months: Sequence[str]) -> None:
    if not len(before.day):
        raise NothingToWatch(
            "the ledger tells of no request of the time that the bundle learned from",
            field="db",
            remedy="use the ledger that it was trained on: drift is told against those requests",
        )
    if not np.isin(since.month, months).any():
        raise NothingToWatch(
            f"nobody asked from {months[0]} to {months[-1]}",
            field="from",
            remedy="choose other months, or load the requests of these",
        )


def _figures(  # noqa: PLR0917 - what a month is seen against
    watch: Watch,
    door: Door,
    since: Door,
    reference: Reference,
    looks: Looks,
    late: tuple[Late, ...],
    month: str,
) -> MonthFigures:
    now = since.taken(np.flatnonzero(since.month == month))
    end = next_day_after(month)
    until = since.taken(np.flatnonzero(since.day < end))
    enough = len(now.day) >= watch.rules.least_rows
    return MonthFigures(
        month,
        len(now.day),
        requests_before(door, month),
        late,
        moved(watch.bundle, reference, now, looks) if enough else {},
        expected(now.probability, seed=SEED) if enough else None,
        outcomes_so_far(
            until, labels_of(watch.gathered, watch.bundle, until, end), level=looks.of_month
        ),
    )


def _told(  # noqa: PLR0917 - what a month is told from
    watch: Watch,
    door: Door,
    since: Door,
    in_the_end: Labels,
    figures: MonthFigures,
    alerts: Sequence[Alert],
) -> dict[str, Any]:
    """One month as JSON has it."""
    at = np.flatnonzero(since.month == figures.month)
    now = since.taken(at)
    earlier = door.taken(np.flatnonzero(door.day < now.day.min())) if len(at) else now
    moves = migration(watch.bundle, earlier, now) if len(at) else None
    cohort = outcomes_so_far(now, in_the_end.taken(at), level=0.95)
    loud = {alert.about for alert in alerts}
    return {
        "month": figures.month,
        "requests": figures.requests,
        "requests_before": list(figures.before),
        "late": {str(one.days): _late(one) for one in figures.late},
        "recorded": int(now.recorded.sum()),
        "level": "red" if _is_red(alerts) else "amber" if alerts else "green",
        "score": _score(now.probability, figures.moved),
        "features": {
            name: _feature(one, bins=name in loud)
            for name, one in figures.moved.items()
            if name != SCORE
        },
        "expected": None if figures.expected is None else _expected(figures.expected),
        "so_far": _outcomes(figures.outcomes),
        "asked_in_it": _outcomes(cohort),
        "decisions": asdict(decided(now)),
        "grades": None if moves is None else asdict(moves),
    }


def _late(one: Late) -> dict[str, Any]:
    return {
        "ripe": one.ripe,
        "share": one.share,
        "ripe_before": one.ripe_before,
        "share_before": one.share_before,
        "ratio": one.ratio,
    }


def _score(probability: Vector, moves: Mapping[str, Moved]) -> dict[str, Any] | None:
    if SCORE not in moves:
        return None
    quantiles = np.quantile(log_odds(probability), QUANTILES).tolist()
    return {
        **_index(moves[SCORE], bins=True),
        "mean": float(probability.mean()),
        "log_odds": dict(zip((f"p{round(100 * q)}" for q in QUANTILES), quantiles, strict=True)),
    }


def _feature(one: Moved, *, bins: bool) -> dict[str, Any]:
    return {
        **_index(one, bins=bins),
        "carried": one.carried,
        "missing": one.missing,
        "missing_before": one.missing_before,
        "unseen": one.unseen,
    }


def _index(one: Moved, *, bins: bool) -> dict[str, Any]:
    """The index with its counts, by bin where asked; the last bound is infinite, null in JSON."""
    told: dict[str, Any] = {
        "psi": one.drift.psi,
        "by_chance": one.drift.by_chance,
        "usual": one.usual,
        "rows_before": one.drift.expected,
        "rows": one.drift.actual,
    }
    if bins:
        told["bins"] = [
            {
                "to": bound if np.isfinite(bound) else None,
                "missing": bool(np.isnan(bound)),
                "before": before,
                "now": now,
            }
            for bound, before, now in one.drift.bins
        ]
    return told


def _expected(found: Expected) -> dict[str, Any]:
    return found.to_dict()


def _outcomes(found: Outcomes) -> dict[str, Any]:
    return {**asdict(found), "open": found.open}


def _reference_told(before: Door, baseline: Baseline) -> dict[str, Any]:
    quantiles = np.quantile(log_odds(before.probability), QUANTILES).tolist()
    return {
        "months": [str(before.month[0]), str(before.month[-1])],
        "requests": len(before.day),
        "recorded": int(before.recorded.sum()),
        "log_odds": dict(zip((f"p{round(100 * q)}" for q in QUANTILES), quantiles, strict=True)),
        **asdict(baseline),
    }
