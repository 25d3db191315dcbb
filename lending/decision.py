"""From risk to an answer: knock-outs first, then the cut-offs of the policy pack."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import floor

from features.live import Circumstances
from lending.pack import CutOffs, Pack, PackRefused
from lending.rules import Rule, Severity, fired
from models.assessment import Assessment
from models.event import Event

TERMS_REFUSED = (
    "loss, price and grade need a probability of default; this bundle gives the probability that "
    "{event}"
)


class Decision(StrEnum):
    """What the lender answers."""

    APPROVE = "APPROVE"
    APPROVE_REDUCED = "APPROVE_REDUCED"
    REFER = "REFER"
    DECLINE = "DECLINE"


@dataclass(frozen=True)
class Offer:
    """A decision and what it rests on.

    Attributes
    ----------
    decision : Decision
    rules : tuple of Rule
        The rules that fired, in their order.
    advance_minor : int or None
        Amount that would be advanced, in minor units of the book's currency; None where nothing
        would be, no amount was requested, or no face is known.
    terms_refused : str
        Why there is no loss, price or grade; empty where the event is default.
    """

    decision: Decision
    rules: tuple[Rule, ...]
    advance_minor: int | None
    terms_refused: str


def decide(assessment: Assessment, event: Event, seen: Circumstances, pack: Pack) -> Offer:
    """Decide on a request from its assessment and circumstances alone.

    Raises
    ------
    PackRefused
        Where the pack has no cut-offs for the event's kind.
    """
    if event.kind not in pack.policy.cut_offs:
        raise PackRefused(
            f"policy pack {pack.id} has no cut-offs for bundles of kind {event.kind!r}",
            field=f"cut_offs.{event.kind}",
            remedy=f"add [cut_offs.{event.kind}] to the pack, or take another pack",
        )
    rules = fired(seen, pack.policy.limits)
    decision = _decision(assessment.probability, pack.policy.cut_offs[event.kind], rules)
    refused = "" if event.kind == "default" else TERMS_REFUSED.format(event=event.en)
    return Offer(decision, rules, _advance(decision, seen, pack), refused)


def _decision(probability: float, cut: CutOffs, rules: tuple[Rule, ...]) -> Decision:
    hardest = {rule.severity for rule in rules}
    if Severity.BLOCK in hardest or probability >= cut.decline_from:
        return Decision.DECLINE
    if Severity.REFER in hardest or probability >= cut.approve_below:
        return Decision.REFER
    return Decision.APPROVE_REDUCED if Severity.COUNTER in hardest else Decision.APPROVE


def _advance(decision: Decision, seen: Circumstances, pack: Pack) -> int | None:
    if decision not in (Decision.APPROVE, Decision.APPROVE_REDUCED):
        return None
    if seen.amount_requested_minor is None or seen.face_minor is None:
        return None
    cap = floor(seen.face_minor * pack.policy.limits.advance_cap_share)
    return min(seen.amount_requested_minor, cap)
