"""Figures of a prediction: how well it ranks, how true it is, and how sure one can be of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from models.trees import Vector

Flags = np.ndarray[Any, np.dtype[np.bool_]]
SMALLEST = 1e-9
"""Probabilities are held this far from 0 and 1 before their logarithm is taken."""


@dataclass(frozen=True)
class Figures:
    """Figures on rows the model hasn't learned from.

    Attributes
    ----------
    auc : float
        Area under the ROC curve.
    average_precision : float
        Area under precision against recall.
    brier, log_loss : float
        Mean squared error, mean negative log-likelihood.
    calibration_slope, calibration_intercept : float
        Logistic regression of the event on the log-odds: 1 and 0 are perfect.
    """

    auc: float
    average_precision: float
    brier: float
    log_loss: float
    calibration_slope: float
    calibration_intercept: float

    def to_dict(self) -> dict[str, float]:
        """The figures by name."""
        return asdict(self)


def clipped(probability: Vector) -> Vector:
    """Probabilities kept off 0 and 1."""
    return np.clip(probability, SMALLEST, 1.0 - SMALLEST)


def log_odds(probability: Vector) -> Vector:
    """Log-odds of probabilities."""
    held = clipped(probability)
    return np.log(held) - np.log1p(-held)


def sigmoid(logit: Vector) -> Vector:
    """Probabilities of log-odds."""
    return 0.5 * (1.0 + np.tanh(0.5 * logit))


def figures(event: Flags, probability: Vector) -> Figures:
    """Compute the figures; both outcomes must occur."""
    held = clipped(probability)
    intercept, slope = affine(event, log_odds(probability))
    return Figures(
        auc=float(roc_auc_score(event, held)),
        average_precision=float(average_precision_score(event, held)),
        brier=float(brier_score_loss(event, held)),
        log_loss=float(log_loss(event, held)),
        calibration_slope=slope,
        calibration_intercept=intercept,
    )


def affine(event: Flags, score: Vector, weight: Vector | None = None) -> tuple[float, float]:
    """Intercept and slope of a logistic regression of the event on a score (Platt)."""
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000)
    model.fit(score.reshape(-1, 1), event, sample_weight=weight)
    return float(model.intercept_[0]), float(model.coef_[0, 0])


def row_losses(event: Flags, probability: Vector) -> Vector:
    """Negative log-likelihood of each row."""
    held = clipped(probability)
    return -np.where(event, np.log(held), np.log1p(-held))


def rehearsed(periods: Sequence[tuple[Flags, Vector]]) -> dict[str, float]:
    """How well raw scores did in the rehearsals, uncalibrated: the figures of a manifest.

    The test period has no part in them. Empty where nothing was rehearsed.
    """
    if not periods:
        return {}
    event = np.concatenate([event for event, _ in periods])
    score = np.concatenate([score for _, score in periods])
    return {
        "rehearsed": len(event),
        "rehearsed_events": int(event.sum()),
        "rehearsal_log_loss": float(row_losses(event, sigmoid(score)).mean()),
        "rehearsal_auc": float(roc_auc_score(event, score)),
    }


def clustered_error(difference: Vector, cluster: np.ndarray[Any, Any]) -> float:
    """Standard error of a mean difference whose rows come in clusters (one buyer's claims)."""
    names, of = np.unique(cluster, return_inverse=True)
    if len(names) < 2:  # one cluster tells nothing of its own spread: take the rows as such
        of = np.arange(len(difference))
    sums = np.bincount(of, weights=difference - difference.mean())
    return float(np.sqrt(np.sum(sums**2)) / len(difference))
