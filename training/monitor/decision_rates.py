"""What was decided, month by month, and how the grades of who asks move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.bundle import Bundle
from models.facility import YEAR_DAYS
from models.scale import GRADES, number_of
from training.monitor.through_the_door import Door
from training.validation.by_grade import graded_by


@dataclass(frozen=True)
class Decided:
    """Decisions of some requests.

    Attributes
    ----------
    told : int
        Requests of which it is known what was decided.
    shares : mapping of str to float
        Of the told, by decision.
    """

    told: int
    shares: Mapping[str, float]


def decided(door: Door) -> Decided:
    """Shares of the decisions that are known."""
    counts = Counter(decision for decision in door.decisions if decision is not None)
    told = counts.total()
    return Decided(told, {name: counts[name] / told for name in sorted(counts)})


@dataclass(frozen=True)
class Migration:
    """Grades of some requests, and of their suppliers against when they asked before.

    Attributes
    ----------
    grades : mapping of str to int
        Requests by grade of the 12-month PD, ``1`` to ``16``.
    compared : int
        Suppliers that had also asked in the year before.
    better, same, worse : int
        Of these, by the grade of their last request, now against then.
    notches : float or None
        Mean notches down, above 0 is worse; None where nobody is compared.
    """

    grades: Mapping[str, int]
    compared: int
    better: int
    same: int
    worse: int
    notches: float | None


def migration(bundle: Bundle, before: Door, now: Door) -> Migration | None:
    """Grades now, and how suppliers moved; None where the bundle's event has no grade.

    Parameters
    ----------
    before : Door
        Earlier requests; those of a year before the first of now count.
    """
    grades = _grades(bundle, now)
    if grades is None:
        return None
    recent = before.taken(np.flatnonzero(before.day >= now.day.min() - YEAR_DAYS))
    was, has = _last(recent, _grades(bundle, recent) or ()), _last(now, grades)
    moves = np.array([has[one] - was[one] for one in has if one in was])
    counts = Counter(grade for grade in grades if grade is not None)
    return Migration(
        {str(grade): counts[grade] for grade in range(1, GRADES + 1) if counts[grade]},
        len(moves),
        int((moves < 0).sum()),
        int((moves == 0).sum()),
        int((moves > 0).sum()),
        float(moves.mean()) if len(moves) else None,
    )


def _grades(bundle: Bundle, door: Door) -> tuple[int | None, ...] | None:
    """Grade of each request, None where its tenor isn't known."""
    event = bundle.card.event
    if event.kind == "late":
        return None
    yearly = graded_by(event, bundle.feature_names, door.rows, door.probability)
    return tuple(None if np.isnan(one) else number_of(one) for one in yearly.tolist())


def _last(door: Door, grades: tuple[int | None, ...]) -> dict[str, int]:
    """Grade of each supplier's last request; requests are in the order of their days."""
    named = zip(door.outcomes.clusters, grades, strict=True)
    return {supplier: grade for supplier, grade in named if grade is not None}
