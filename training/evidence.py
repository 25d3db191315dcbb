"""What of a run's report is signed as the validation of its bundle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from models.signed_validation import Evidence, Gate
from training.contest import Contest
from training.split import Period

RANKED = ("auc_low", "auc_high", "gini", "ks", "h_measure")
"""Of the ranking; the rest is the champion's own figures."""


def evidence(
    tested: Period, contest: Contest, report: Mapping[str, Any], gates: Sequence[Gate]
) -> Evidence:
    """The test period, the figures that models are compared by, and the gates."""
    return Evidence(
        since=tested.since,
        until=tested.until,
        rows=len(contest.test),
        events=int(contest.test_event.sum()),
        sample=_sample(contest),
        figures=_figures(report["test"], report["validation"]),
        gates=tuple(gates),
    )


def _sample(contest: Contest) -> str:
    """Digest of keys and outcomes, in the order of the keys."""
    keys = [contest.known.keys[at] for at in contest.test.tolist()]
    told = sorted(zip(keys, contest.test_event.tolist(), strict=True))
    return sha256("\n".join(f"{key} {int(event)}" for key, event in told).encode()).hexdigest()


def _figures(test: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, float]:
    ranked = {
        name: value for name, value in found["ranking"].items() if name not in ("n", "events")
    }
    grades = found["grades"] or {}
    more = {
        "stable_gini": found["months"]["stable_gini"],
        "grades_held": grades.get("held_share"),
        "grade_concentration": grades.get("concentration"),
        "score_drift": found["drift"]["score"]["psi"],
        "level": test["level"],
        "cross_share": test["cross_share_median"],
    }
    told = {**test["champion"], **ranked, **more}
    return {name: value for name, value in told.items() if value is not None}
