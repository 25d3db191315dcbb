"""Both sides of a back-test beside each other, request by request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from models.trees import Matrix, Vector
from training.asked_requests import PastRequest
from training.backtest.both_sides import Answer
from training.backtest.what_became import Became, Known
from training.paired import Interval, Sums, difference_of_sums


class Change(StrEnum):
    """What changes from the base to the other side."""

    IN = "swapped_in"
    OUT = "swapped_out"
    DECISION = "decision"
    TERMS = "terms"
    NONE = "none"


@dataclass(frozen=True)
class Compared:
    """A request, what was decided, what became of it, and what either side answers.

    Attributes
    ----------
    recorded : str or None
        The decision of the fact; None where it is open.
    """

    past: PastRequest
    recorded: str | None
    became: Became
    base: Answer
    other: Answer

    @property
    def change(self) -> Change:
        """Swapped where one side approves alone; else by decision, then by amount, rate or days."""
        if self.base.approves != self.other.approves:
            return Change.IN if self.other.approves else Change.OUT
        if self.base.decision is not self.other.decision:
            return Change.DECISION
        terms = [(one.amount_minor, one.rate, one.days) for one in (self.base, self.other)]
        return Change.NONE if not self.base.approves or terms[0] == terms[1] else Change.TERMS


def loss_minor(answer: Answer, became: Became) -> float:
    """What an advance would have lost: the same share as was lost of what was really lent.

    Of a default whose loss isn't told, what the terms expect to lose given default.
    """
    if became.loss_share is None:
        return answer.earning.given_default if became.defaulted else 0.0
    return answer.amount_minor * became.loss_share


COLUMNS = (
    *("asked", "approved", "amount", "known", "defaults", "pd", "rate", "expected_loss"),
    *("realised_amount", "realised_income", "realised_funding", "realised_costs"),
    *("realised_loss", "realised_capital", "realised_profit", "realised_expected_loss"),
    *("unknown", "unknown_amount", "unknown_income", "unknown_funding", "unknown_costs"),
    *("unknown_loss", "unknown_capital", "unknown_profit", "unknown_given_default"),
)
"""What is added up of each request on one side: money in minor units, of what the side approves;
`rate` is weighted by the amount."""


def columns(rows: Sequence[Compared], side: str) -> Matrix:
    """What each request adds, of shape (requests, `COLUMNS`); ``side`` is ``base`` or ``other``."""
    found = [_added(getattr(row, side), row.became) for row in rows]
    return np.array([[one.get(name, 0.0) for name in COLUMNS] for one in found]).reshape(
        len(rows), len(COLUMNS)
    )


def _added(answer: Answer, became: Became) -> dict[str, float]:
    if not answer.approves:
        return {"asked": 1.0}
    earning, known = answer.earning, became.known is Known.KNOWN
    loss = loss_minor(answer, became) if known else earning.expected_loss
    within = "realised" if known else "unknown"
    told = {
        "amount": answer.amount_minor,
        "income": earning.income,
        "funding": earning.funding,
        "costs": earning.costs,
        "loss": loss,
        "capital": earning.capital,
        "profit": earning.income - earning.funding - earning.costs - loss,
    }
    return {
        "asked": 1.0,
        "approved": 1.0,
        "amount": float(answer.amount_minor),
        "pd": answer.pd_maturity,
        "rate": answer.amount_minor * (answer.rate or 0.0),
        "expected_loss": earning.expected_loss,
        "known": float(known),
        "unknown": float(not known),
        "defaults": float(became.defaulted),
        "realised_expected_loss": earning.expected_loss if known else 0.0,
        "unknown_given_default": 0.0 if known else earning.given_default,
        **{f"{within}_{name}": float(value) for name, value in told.items()},
    }


Measure = Callable[[Sums], Vector]


def total(*names: str) -> Measure:
    """The sum of columns."""
    places = [COLUMNS.index(name) for name in names]
    return lambda sums: np.asarray(sums[:, places].sum(axis=1), dtype=np.float64)


def ratio(above: str, below: str) -> Measure:
    """One column over another; NaN where that is 0."""
    first, second = COLUMNS.index(above), COLUMNS.index(below)

    def measured(sums: Sums) -> Vector:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(sums[:, first] / sums[:, second], dtype=np.float64)

    return measured


DIFFERENCES: dict[str, Measure] = {
    "approved_share": ratio("approved", "asked"),
    "amount_minor": total("amount"),
    "mean_pd": ratio("pd", "approved"),
    "mean_rate": ratio("rate", "amount"),
    "default_rate": ratio("defaults", "known"),
    "realised_loss_minor": total("realised_loss"),
    "realised_profit_minor": total("realised_profit"),
    "expected_loss_minor": total("expected_loss"),
    "expected_profit_minor": total("unknown_profit"),
    "profit_minor": total("realised_profit", "unknown_profit"),
}
"""What the sides are compared by, the other less the base. Default rate: of what either approves
and is known. Expected profit: of what it approves and isn't known."""


def differences(rows: Sequence[Compared], *, seed: int = 1) -> dict[str, Interval]:
    """The other side less the base, with 95 % intervals: suppliers drawn with replacement."""
    suppliers = [row.past.request.supplier for row in rows]
    ours, theirs = columns(rows, "other"), columns(rows, "base")
    return {
        name: difference_of_sums(ours, theirs, suppliers, measure, seed=seed)
        for name, measure in DIFFERENCES.items()
    }
