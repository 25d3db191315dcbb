"""Figures of a back-test: of each side, of who changes side, and what the past can't tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

from scipy.stats import beta

from lending.policy.outcomes import Decision
from models.scale import GRADES
from training.backtest.compared import COLUMNS, Change, Compared, columns, differences
from training.backtest.turned import model_reasons, turned_by, words_of_code
from training.backtest.what_became import Known

Codes = Callable[[Compared], Sequence[str]]


@dataclass(frozen=True)
class Defaults:
    """Defaults of some requests, as far as the past tells.

    Attributes
    ----------
    n : int
    known, not_ripe, never_lent : int
        Whose outcome is known; lent, and not ripe or not told; never lent, so that nobody knows.
    defaults : int
        Of those known.
    rate, low, high : float or None
        Their share, and 95 % of the true one by Jeffreys; None where nothing is known.
    bound_low, bound_high : float or None
        Share among all, if none and if all of the unknown defaulted.
    """

    n: int
    known: int
    not_ripe: int
    never_lent: int
    defaults: int
    rate: float | None
    low: float | None
    high: float | None
    bound_low: float | None
    bound_high: float | None


def defaults_of(rows: Sequence[Compared]) -> Defaults:
    """Count what became of requests; no outcome is unknown, not good."""
    count = Counter(row.became.known for row in rows)
    n, known = len(rows), count[Known.KNOWN]
    bad = sum(row.became.defaulted for row in rows)
    low, high = beta.ppf([0.025, 0.975], bad + 0.5, known - bad + 0.5).tolist()
    return Defaults(
        n=n,
        known=known,
        not_ripe=count[Known.NOT_RIPE],
        never_lent=count[Known.NEVER_LENT],
        defaults=bad,
        rate=bad / known if known else None,
        low=low if known else None,
        high=high if known else None,
        bound_low=bad / n if n else None,
        bound_high=(bad + n - known) / n if n else None,
    )


def figures_of(rows: Sequence[Compared]) -> dict[str, Any]:
    """All figures of a back-test, as JSON values; money in minor units."""
    by_change = {change: [row for row in rows if row.change is change] for change in Change}
    sets = {
        "swapped_in": by_change[Change.IN],
        "swapped_out": by_change[Change.OUT],
        "both_approve": [row for row in rows if row.base.approves and row.other.approves],
        "neither_approves": [row for row in rows if not (row.base.approves or row.other.approves)],
    }
    turned = {
        change.value: by_change[change] for change in (Change.IN, Change.OUT, Change.DECISION)
    }
    return {
        "requests": {
            **asdict(defaults_of(rows)),
            "loss_not_told": sum(
                row.became.defaulted and row.became.loss_share is None for row in rows
            ),
        },
        "changes": {change.value: len(some) for change, some in by_change.items()},
        "sides": {side: _side(rows, side) for side in ("base", "other")},
        "differences": {
            name: {key: _told(value) for key, value in asdict(one).items()}
            for name, one in differences(rows).items()
        },
        "matrix": _matrix(rows),
        "recorded": _recorded(rows),
        "sets": {name: _set(some) for name, some in sets.items()},
        "turned_by": {
            name: _counted(some, lambda row: turned_by(row.base, row.other))
            for name, some in turned.items()
        },
        "model_reasons": {
            name: _counted(some, lambda row: model_reasons(row.base, row.other))
            for name, some in turned.items()
        },
    }


def _side(rows: Sequence[Compared], side: str) -> dict[str, Any]:
    """Of one side: decisions, risk, and money, realised and expected apart."""
    answers = [getattr(row, side) for row in rows]
    taken = [row for row in rows if getattr(row, side).approves]
    lent = [answer for answer in answers if answer.approves]
    sums = dict(zip(COLUMNS, columns(rows, side).sum(axis=0).tolist(), strict=True))
    decided = Counter(answer.decision for answer in answers)
    grades = Counter(answer.grade for answer in lent)
    amount = sums["amount"]
    parts = ("amount", "income", "funding", "costs", "loss", "capital", "profit")
    # what the unknown could bring at most and at least: nobody defaults, everybody does
    unknown = sums["unknown_profit"] + sums["unknown_loss"]
    return {
        "decisions": {one.value: decided[one] for one in Decision},
        "approved": len(lent),
        "approved_share": len(lent) / len(rows) if rows else None,
        "amount_minor": amount,
        "mean_pd_all": _mean([answer.pd_maturity for answer in answers]),
        "mean_pd": _mean([answer.pd_maturity for answer in lent]),
        "mean_pd_12m": _mean([answer.pd_12m for answer in lent]),
        "grades": {str(number): grades[str(number)] for number in range(1, GRADES + 1)},
        "mean_rate": sums["rate"] / amount if amount else None,
        "defaults": asdict(defaults_of(taken)),
        "expected_loss_minor": sums["expected_loss"],
        "realised": {
            **{f"{name}_minor": sums[f"realised_{name}"] for name in parts},
            "expected_loss_minor": sums["realised_expected_loss"],
        },
        "expected": {f"{name}_minor": sums[f"unknown_{name}"] for name in parts},
        "profit_bounds_minor": {
            "low": sums["realised_profit"] + unknown - sums["unknown_given_default"],
            "high": sums["realised_profit"] + unknown,
        },
    }


def _set(rows: Sequence[Compared]) -> dict[str, Any]:
    """Requests that change side, or don't, beside what became of them."""
    return {
        **asdict(defaults_of(rows)),
        "asked_minor": sum(row.past.request.amount_requested_minor or 0 for row in rows),
        **{
            f"{side}_{name}": value
            for side in ("base", "other")
            for name, value in _answered([getattr(row, side) for row in rows]).items()
        },
    }


def _answered(answers: Sequence[Any]) -> dict[str, Any]:
    return {
        "mean_pd": _mean([answer.pd_maturity for answer in answers]),
        "amount_minor": sum(answer.amount_minor for answer in answers),
        "expected_loss_minor": sum(answer.earning.expected_loss for answer in answers),
    }


def _matrix(rows: Sequence[Compared]) -> list[dict[str, Any]]:
    """How many, and how much was asked for, by the decision of either side."""
    found: dict[tuple[Decision, Decision], list[int]] = {}
    for row in rows:
        of = found.setdefault((row.base.decision, row.other.decision), [0, 0])
        of[0] += 1
        of[1] += row.past.request.amount_requested_minor or 0
    return [
        {"base": base.value, "other": other.value, "n": of[0], "asked_minor": of[1]}
        for (base, other), of in sorted(found.items(), key=lambda one: _places(*one[0]))
    ]


def _places(*decisions: Decision) -> tuple[int, ...]:
    return tuple(list(Decision).index(one) for one in decisions)


def _recorded(rows: Sequence[Compared]) -> list[dict[str, Any]]:
    """What was decided at the time, beside what either side answers."""
    return [
        {
            "recorded": recorded,
            "n": sum(row.recorded == recorded for row in rows),
            **{
                side: {one.value: count[one] for one in Decision if count[one]}
                for side in ("base", "other")
                for count in (
                    Counter(
                        getattr(row, side).decision for row in rows if row.recorded == recorded
                    ),
                )
            },
        }
        for recorded in sorted({row.recorded for row in rows}, key=lambda one: one or "")
    ]


def _counted(rows: Sequence[Compared], codes: Codes) -> list[dict[str, Any]]:
    """How often each code is told, the most frequent first."""
    count = Counter(code for row in rows for code in codes(row))
    return [
        {"code": code, **words_of_code(code), "n": n, "share": n / len(rows)}
        for code, n in sorted(count.items(), key=lambda one: (-one[1], one[0]))
    ]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _told(value: float) -> float | None:
    return value if isfinite(value) else None


def changed_rows(rows: Sequence[Compared]) -> list[Mapping[str, Any]]:
    """A line for each request that changes, for a table."""
    return [_line(row) for row in rows if row.change is not Change.NONE]


def _line(row: Compared) -> Mapping[str, Any]:
    request = row.past.request
    return {
        "request": request.request_id,
        "as_of": request.as_of.isoformat(),
        "supplier": request.supplier,
        "buyer": request.buyer,
        "asked_minor": request.amount_requested_minor,
        "change": row.change.value,
        "recorded_decision": row.recorded,
        **{
            f"{side}_{name}": value
            for side in ("base", "other")
            for answer in (getattr(row, side),)
            for name, value in {
                "decision": answer.decision.value,
                "pd": answer.pd_maturity,
                "pd_12m": answer.pd_12m,
                "grade": answer.grade,
                "amount_minor": answer.amount_minor,
                "rate": answer.rate,
            }.items()
        },
        "turned_by": " ".join(turned_by(row.base, row.other)),
        "model_reasons": " ".join(model_reasons(row.base, row.other)),
        "outcome": row.became.known.value,
        "defaulted": row.became.defaulted if row.became.known is Known.KNOWN else None,
        "loss_share": row.became.loss_share,
    }
