"""P(cause | default) where no model tells it: shares of practice, by how a financing is built."""

from __future__ import annotations

from lending.bounds import share
from lending.loss_rules import CAUSES, Cause, CauseShares


def cause_shares(
    shares: CauseShares, *, recourse: bool, confirmed_share: float, controlled: bool
) -> dict[Cause, float]:
    """Chances of the causes, given that a financing defaults; they add up to 1.

    ``share x (1 - c (1 - factor))``, made to add up to 1 again.

    Parameters
    ----------
    recourse : bool
        The supplier must buy back.
    confirmed_share : float
        Of the claims, what is confirmed (c), 0-1.
    controlled : bool
        The buyer is notified, or pays into an account that the supplier doesn't control.
    """
    share("confirmed_share", confirmed_share)
    weights = dict(shares.recourse if recourse else shares.no_recourse)
    for cause, factor in shares.confirmed.items():
        if cause in weights:
            weights[cause] *= 1.0 - confirmed_share * (1.0 - factor)
    if not controlled:
        for cause, factor in shares.uncontrolled.items():
            if cause in weights:
                weights[cause] *= factor
    total = sum(weights.values())
    return {cause: weights[cause] / total for cause in CAUSES if cause in weights}
