"""Advice: up to three changes under which the lender would answer better, each scored again.

A small search over structure and evidence, the cheapest first (domain.md section 3.9). What is told
is what the whole path said of the changed request: nothing is promised that wasn't computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from lending.advice_rules import AdviceRules, LeverName
from lending.changes import Change
from lending.levers import Case, Step, steps


@dataclass(frozen=True)
class Outcome:
    """What the whole path says of a request.

    Attributes
    ----------
    decision : str
    rank : int
        Of the decision; 0 is the best, an approval.
    pd : float
        Probability of the bundle's event.
    pd_high : float or None
        Its 95th percentile; None where there is no interval: then ``pd`` itself counts.
    amount_minor : int or None
        Amount offered.
    rate : float or None
        Rate quoted for a year.
    """

    decision: str
    rank: int
    pd: float
    pd_high: float | None = None
    amount_minor: int | None = None
    rate: float | None = None


Rescore = Callable[[Change], Outcome | None]
"""The whole path with a change; None where what would follow can't be told, such as what a source
would say."""


@dataclass(frozen=True)
class Option:
    """A change that helps; a preview of an offer and no promise.

    Attributes
    ----------
    levers : tuple of LeverName
    change : Change
    outcome : Outcome
        Of the changed request.
    days : int
        Until the change is in force.
    en, zh : str
        What to do, in words.
    """

    levers: tuple[LeverName, ...]
    change: Change
    outcome: Outcome
    days: int
    en: str
    zh: str


def advise(
    case: Case, now: Outcome, rescore: Rescore, *, cut: float, rules: AdviceRules
) -> tuple[Option, ...]:
    """Changes under which the decision is better, the cheapest first.

    One lever is tried before two together. An option improves the decision, doesn't raise the
    probability, and keeps its upper bound below the cut; what adds a lever to an option that helps
    already is left out.

    Parameters
    ----------
    now : Outcome
        Of the request as it is.
    cut : float
        The bound under which the lender approves, of the same event.
    """
    if now.rank == 0:
        return ()
    found: list[Option] = []
    tries = 0
    for chosen in _by_cost(case, rules):
        if len(found) == rules.options_most or tries == rules.tries_most:
            break
        levers = tuple(step.lever for step in chosen)
        if any(set(option.levers) <= set(levers) for option in found):
            continue
        tries += 1
        change = _together(chosen)
        outcome = rescore(change)
        if outcome is not None and _helps(outcome, now, cut):
            found.append(_option(levers, change, outcome, chosen))
    return tuple(found)


def _by_cost(case: Case, rules: AdviceRules) -> Iterator[tuple[Step, ...]]:
    """Single steps by their cost, then two of different levers by the sum of theirs."""
    all_steps = list(steps(case, rules))
    singles = [(step,) for step in all_steps]
    pairs = [pair for pair in combinations(all_steps, 2) if pair[0].lever != pair[1].lever]
    yield from sorted(singles, key=_cost)
    yield from sorted(pairs, key=_cost)


def _cost(chosen: tuple[Step, ...]) -> int:
    return sum(step.cost for step in chosen)


def _together(chosen: tuple[Step, ...]) -> Change:
    change = Change()
    for step in chosen:
        change = change.and_also(step.change)
    return change


def _helps(outcome: Outcome, now: Outcome, cut: float) -> bool:
    high = outcome.pd if outcome.pd_high is None else outcome.pd_high
    return outcome.rank < now.rank and outcome.pd <= now.pd and high < cut


def _option(
    levers: tuple[LeverName, ...], change: Change, outcome: Outcome, chosen: tuple[Step, ...]
) -> Option:
    days = max(step.days for step in chosen)
    when, when_zh = (f"; about {days} days", f"；约需{days}天") if days else ("", "")
    return Option(
        levers=levers,
        change=change,
        outcome=outcome,
        days=days,
        en=" and ".join([chosen[0].en, *(_small(step.en) for step in chosen[1:])]) + when,
        zh="，并".join(step.zh for step in chosen) + when_zh,
    )


def _small(words: str) -> str:
    return words[0].lower() + words[1:]
