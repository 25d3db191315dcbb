"""The last month as gauges of Prometheus, in a file for node_exporter's textfile collector."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

Sample = tuple[str, float | None, dict[str, str]]
"""Name of a gauge of `GAUGES`, its value (None where it isn't told), labels beside the bundle."""

GAUGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "requests": ("Requests in the last month watched", ()),
    "alerts": ("Alerts of the last month watched", ("level",)),
    "retraining_due": ("1 where the model has to be trained again", ()),
    "late_ratio": ("Share of claims late by so many days, settled in the month", ("days",)),
    "score_psi": ("Stability index of the score", ()),
    "feature_psi": ("Stability index of a feature", ("feature",)),
    "feature_missing_ratio": ("Share of missing values of a feature", ("feature",)),
    "expected_event_ratio": ("Share of events that the probabilities expect", ()),
    "expected_auc": ("Area under the ROC curve that the probabilities expect (CBPE)", ()),
    "ripe_outcomes": ("Outcomes known of requests since the cut", ()),
    "open_outcomes": ("Outcomes of requests since the cut that are not yet ripe", ()),
    "expected_over_observed_ratio": ("Events forecast over events observed, of the ripe", ()),
    "auc": ("Area under the ROC curve of the ripe", ()),
    "decision_ratio": ("Share of a decision among those known", ("decision",)),
    "override_ratio": ("Share of recorded decisions that people departed from", ()),
    "overrides": ("Recorded decisions that people departed from or reviewed", ("way",)),
}
"""Every gauge, after ``tricredit_model_``: what it is, and its labels beside the bundle."""


def write_gauges(path: Path, found: dict[str, Any]) -> Path:
    """Write the gauges of the last month; a collector sees the old file or the new one, whole.

    What isn't told (where no outcome is ripe, say) has no sample.
    """
    registry, bundle = CollectorRegistry(), found["bundle"]
    gauges = {
        name: Gauge(f"tricredit_model_{name}", about, ("bundle", *labels), registry=registry)
        for name, (about, labels) in GAUGES.items()
    }
    for name, value, labels in _samples(found):
        if value is not None:
            gauges[name].labels(bundle=bundle, **labels).set(value)
    write_to_textfile(str(path), registry)
    return path


def _samples(found: dict[str, Any]) -> Iterator[Sample]:
    last = found["by_month"][-1]
    score, expected, known = last["score"], last["expected"], last["so_far"]
    levels = [alert["level"] for alert in found["alerts"] if alert["month"] == last["month"]]
    yield "requests", last["requests"], {}
    yield "retraining_due", float(found["retraining"]["due"]), {}
    for level in ("amber", "red"):
        yield "alerts", levels.count(level), {"level": level}
    for days, late in last["late"].items():
        yield "late_ratio", late["share"], {"days": days}
    if score is not None:
        yield "score_psi", score["psi"], {}
    for name, one in last["features"].items():
        yield "feature_psi", one["psi"], {"feature": name}
        yield "feature_missing_ratio", one["missing"], {"feature": name}
    if expected is not None:
        yield "expected_event_ratio", expected["rate"]["value"], {}
        yield "expected_auc", (expected["auc"] or {}).get("value"), {}
    yield "ripe_outcomes", known["ripe"], {}
    yield "open_outcomes", known["open"], {}
    yield "expected_over_observed_ratio", known["ratio"], {}
    yield "auc", known["auc"], {}
    for name, share in last["decisions"]["shares"].items():
        yield "decision_ratio", share, {"decision": name}
    if found["overrides"] is not None:
        people = found["overrides"]["by_month"][-1]
        yield "override_ratio", people["rate"], {}
        for way in ("easier", "stricter", "repriced", "reviewed"):
            yield "overrides", people[way], {"way": way}
