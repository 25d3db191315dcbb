"""Tenor: how long a financing runs (domain.md section 3.6, decision 2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from lending.bounds import WrongTerms, finite
from lending.frozen import frozen
from lending.terms import TenorRules


@frozen
class Tenor:
    """How long a financing runs.

    Attributes
    ----------
    days : int
        Maturity less as_of; 0 where nothing is left to lend over.
    matures_on : date
    grace_days : int
        Days after the due date that the buyer's own delay takes.
    shortened : bool
        Policy allows less than the receivables and their grace take.
    """

    days: int
    matures_on: date
    grace_days: int
    shortened: bool


def tenor(
    due_on: Sequence[date],
    delay_p75_days: float | None,
    as_of: date,
    rules: TenorRules,
    asked_days: int | None = None,
) -> Tenor:
    """``min(latest due date + grace - as_of, what is asked for, policy's longest)``, at least 0.

    Parameters
    ----------
    due_on : sequence of date
        Due dates of the receivables; without any, what is asked for counts.
    delay_p75_days : float or None
        75th percentile of the buyer's delay (Kaplan-Meier), clipped to 0 and the longest grace;
        None, or infinite where less than three quarters were ever paid, takes the longest.
    asked_days : int or None
        None where nothing is said.

    Raises
    ------
    WrongTerms
        Where there is no due date and nothing is asked for: the financing would never mature.
    """
    if not due_on and asked_days is None:
        raise WrongTerms(
            "no receivable has a due date: the financing would never mature",
            field="receivables.due_on",
            remedy="give the due date of at least one receivable, or the tenor asked for",
        )
    grace = _grace(delay_p75_days, rules)
    ends = [] if asked_days is None else [asked_days]
    if due_on:
        ends.append((max(due_on) - as_of).days + grace)
    wanted = max(0, min(ends))
    days = min(wanted, rules.most_days)
    return Tenor(days, as_of + timedelta(days=days), grace, shortened=days < wanted)


def _grace(delay_p75_days: float | None, rules: TenorRules) -> int:
    if delay_p75_days is None or delay_p75_days >= rules.most_grace_days:
        return rules.most_grace_days
    finite("delay_p75_days", delay_p75_days)
    return max(0, round(delay_p75_days))
