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
    peers_share : float or None
        Share of approved peers that ask for what is asked for now (`models.structures`); None where
        that isn't changed, or not known.
    """

    decision: str
    rank: int
    pd: float
    pd_high: float | None = None
    amount_minor: int | None = None
    rate: float | None = None
    peers_share: float | None = None


Rescore = Callable[[Sequence[Change]], Sequence[Outcome]]
"""The whole path with each of some changes, one by one."""


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


@dataclass(frozen=True)
class Advice:
    """What would come of other requests than this one.

    Attributes
    ----------
    options : tuple of Option
        Changes under which the decision is better; empty where none is found.
    amounts : tuple of (int, Outcome)
        Amounts asked for, falling from what is asked for, and what follows; empty where no amount
        is asked for.
    """

    options: tuple[Option, ...]
    amounts: tuple[tuple[int, Outcome], ...]


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
    left = rules.tries_most
    for _ in range(rules.levers_most):
        tried = [one for one in _wider(frontier, every) if not _adds(one, found)][:left]
        left -= len(tried)
        reached: list[tuple[Outcome, Chosen]] = []
        changes = [_together(chosen) for chosen in tried]
        for chosen, change, outcome in zip(tried, changes, rescore(changes), strict=True):
            if len(found) == rules.options_most:
                return tuple(found)
            if _adds(chosen, found) or not _usual(outcome, rules):
                continue
            if _helps(outcome, now, cut):
                found.append(_option(chosen, change, outcome))
            else:
                reached.append((outcome, chosen))
        reached.sort(key=lambda one: (one[0].rank, one[0].pd, _cost(one[1])))
        frontier = [chosen for _, chosen in reached[: rules.beam]]
    return tuple(found)


def _adds(chosen: Chosen, found: Sequence[Option]) -> bool:
    """Whether levers are those of an option that helps already, or more."""
    levers = {step.lever for step in chosen}
    return any(levers >= set(option.levers) for option in found)


def _usual(outcome: Outcome, rules: AdviceRules) -> bool:
    return outcome.peers_share is None or outcome.peers_share >= rules.peers_share_least


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
