"""How many frauds the requests with the highest scores are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SEEN_BEFORE = ("fictitious", "double_finance", "circular", "related_inflation")
"""Kinds that may leave evidence before the request, by the design."""

NOT_YET: dict[str, str] = {
    "forged_confirmation": "a confirmation that is forged looks like one that isn't",
    "diversion": "the collections are diverted after the money is lent",
    "red_flush": "the invoices are cancelled after the money is lent",
}
"""Kinds that can't be seen when the money is asked for, and why."""


@dataclass(frozen=True)
class Caught:
    """What a share of alerts catches.

    Attributes
    ----------
    count : dict of str to int
        Frauds of each kind.
    caught : dict of str to float
        How many of them are among the alerts; of equal scores at the edge each counts as a part.
    alerts : float
        Requests that are alerts.
    """

    count: dict[str, int]
    caught: dict[str, float]
    alerts: float

    @property
    def precision(self) -> float:
        """Frauds of any kind over alerts."""
        return sum(self.caught.values()) / self.alerts

    def recall(self, *kinds: str) -> float:
        """Share of the frauds of these kinds that is among the alerts."""
        count = sum(self.count.get(kind, 0) for kind in kinds)
        return sum(self.caught.get(kind, 0.0) for kind in kinds) / count if count else float("nan")


def caught(scores: Sequence[float], frauds: Sequence[str], share: float) -> Caught:
    """Raise alerts on a share of requests, the highest scores first.

    Where equal scores straddle the edge, which of them are looked at is left to chance: each
    counts as the same part of an alert.
    """
    score, kind = np.asarray(scores), np.asarray(frauds)
    room = share * len(score)
    weight = np.zeros(len(score))
    for value in np.unique(score)[::-1]:
        if room <= 0:
            break
        same = score == value
        weight[same] = min(1.0, room / int(same.sum()))
        room -= float(weight[same].sum())
    kinds = [one for one in sorted(set(frauds)) if one != "none"]
    return Caught(
        {one: int((kind == one).sum()) for one in kinds},
        {one: float(weight[kind == one].sum()) for one in kinds},
        float(weight.sum()),
    )
