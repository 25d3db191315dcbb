"""The fraud screen: signs of a request to one score, by points that the policy sets.

No model: a person can add the points up, and the score is no part of any probability. It ranks
requests for those who look into them. From F1 on a person is warned, from F2 on the request is
investigated before anything is answered (rules K24); nothing is declined by it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from features.circumstances.request_seen import Circumstances
from features.circumstances.sign_seen import Sign, SignKind
from lending.policy.tables import PolicyPack

WHOLE = 100
"""Points of the highest score."""


def points_of(signs: Iterable[Sign], points: Mapping[SignKind, int]) -> dict[SignKind, float]:
    """Points by kind of sign: of each kind the strongest counts, once, by its strength.

    Ten invoices without an order are no ten times as suspicious as one. A kind that policy gives no
    points has none.
    """
    found: dict[SignKind, float] = {}
    for sign in signs:
        given = points.get(sign.kind, 0) * sign.strength
        if given > found.get(sign.kind, 0.0):
            found[sign.kind] = given
    return found


def fraud_score(signs: Iterable[Sign], points: Mapping[SignKind, int]) -> float:
    """The sum of the points over `WHOLE`, at most 1.

    >>> from features.circumstances.sign_seen import Sign
    >>> weak, strong = (Sign("no_order", ref, s, ()) for ref, s in (("a", 0.5), ("b", 0.9)))
    >>> fraud_score([weak, strong, Sign("related", "request", 1.0, ())], {"no_order": 50})
    0.45
    """
    return round(min(1.0, sum(points_of(signs, points).values()) / WHOLE), 6)


def screened(seen: Circumstances, policy: PolicyPack) -> Circumstances:
    """The circumstances with the score of this policy.

    As they are, where nobody looked for signs or the policy gives no points: another screen may
    have given the score.
    """
    if seen.signs is None or not policy.fraud_points:
        return seen
    return replace(seen, fraud_score=fraud_score(seen.signs, policy.fraud_points))
