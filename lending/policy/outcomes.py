"""What rules do, where they act, and what a lender answers."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Severity(StrEnum):
    """What a rule does when it fires, from the hardest to the softest.

    BLOCK, REFER and COUNTER are columns of the policy matrix. WARN is told and REPORT goes to
    reports; neither changes a decision.
    """

    BLOCK = "BLOCK"
    REFER = "REFER"
    COUNTER = "COUNTER"
    WARN = "WARN"
    REPORT = "REPORT"


class Scope(StrEnum):
    """Where a rule acts: on the request, at drawdown, on the use of a source, on a channel."""

    REQUEST = "request"
    DRAWDOWN = "drawdown"
    SOURCE = "source"
    CHANNEL = "channel"


class Decision(StrEnum):
    """What the lender answers; from the softest to the hardest, but for the last."""

    APPROVE = "APPROVE"
    APPROVE_REDUCED = "APPROVE_REDUCED"
    REFER = "REFER"
    DECLINE = "DECLINE"
    CANNOT_SCORE = "CANNOT_SCORE"


HARDNESS = {decision: at for at, decision in enumerate(Decision)}
_BY_HARDNESS = {severity: at for at, severity in enumerate(Severity)}


def hardest(severities: Iterable[Severity]) -> Severity | None:
    """The hardest of severities; None where there is none."""
    return min(severities, key=_BY_HARDNESS.__getitem__, default=None)


def harder(one: Decision, other: Decision) -> Decision:
    """The harder of two decisions."""
    return max(one, other, key=HARDNESS.__getitem__)
