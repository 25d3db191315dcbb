"""Advice: up to three changes under which the lender would answer better, each scored again.

A small search over structure and evidence, the cheapest first (domain.md section 3.9). What is told
is what the whole path said of the changed request: nothing is promised that wasn't computed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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


Chosen = tuple[Step, ...]
"""Steps of different levers, in the order of the levers."""


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
    """Changes under which the decision is better, the fewest and cheapest first.

    One lever is tried, then two, then more together, each time on the changes that came nearest (a
    beam search). An option improves the decision, doesn't raise the probability, and keeps its
    upper bound below the cut; what adds a lever to an option that helps already is left out.

    Parameters
    ----------
    now : Outcome
        Of the request as it is.
    cut : float
        The bound under which the lender approves, of the same event.
    """
    if now.rank == 0:
        return ()
    every = list(steps(case, rules))
    found: list[Option] = []
    frontier: list[Chosen] = [()]
    tries = 0
    for _ in range(rules.levers_most):
        reached: list[tuple[Outcome, Chosen]] = []
        for chosen in _wider(frontier, every):
            if len(found) == rules.options_most or tries == rules.tries_most:
                return tuple(found)
            levers = {step.lever for step in chosen}
            if any(levers >= set(option.levers) for option in found):
                continue
            tries += 1
            change = _together(chosen)
            outcome = rescore(change)
            if outcome is None:
                continue
            if _helps(outcome, now, cut):
                found.append(_option(chosen, change, outcome))
            else:
                reached.append((outcome, chosen))
        reached.sort(key=lambda one: (one[0].rank, one[0].pd, _cost(one[1])))
        frontier = [chosen for _, chosen in reached[: rules.beam]]
    return tuple(found)


def _wider(frontier: Sequence[Chosen], every: Sequence[Step]) -> list[Chosen]:
    """What is chosen with one lever more, each set of steps once, the cheapest first."""
    wider = {
        tuple(one for one in every if one is step or one in chosen)
        for chosen in frontier
        for step in every
        if all(step.lever != one.lever for one in chosen)
    }
    place = {step: at for at, step in enumerate(every)}
    return sorted(wider, key=lambda chosen: (_cost(chosen), [place[step] for step in chosen]))


def _cost(chosen: Chosen) -> int:
    return sum(step.cost for step in chosen)


def _together(chosen: Chosen) -> Change:
    change = Change()
    for step in chosen:
        change = change.and_also(step.change)
    return change


def _helps(outcome: Outcome, now: Outcome, cut: float) -> bool:
    high = outcome.pd if outcome.pd_high is None else outcome.pd_high
    return outcome.rank < now.rank and outcome.pd <= now.pd and high < cut


def _option(chosen: Chosen, change: Change, outcome: Outcome) -> Option:
    days = max(step.days for step in chosen)
    when, when_zh = (f"; about {days} days", f"；约需{days}天") if days else ("", "")
    en = [chosen[0].en, *(_small(step.en) for step in chosen[1:])]
    zh = [step.zh for step in chosen]
    return Option(
        levers=tuple(step.lever for step in chosen),
        change=change,
        outcome=outcome,
        days=days,
        en=" and ".join(filter(None, (", ".join(en[:-1]), en[-1]))) + when,
        zh="，并".join(filter(None, ("，".join(zh[:-1]), zh[-1]))) + when_zh,
    )


def _small(words: str) -> str:
    return words[0].lower() + words[1:]
