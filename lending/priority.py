"""What an earlier right of another in the same claim means: Civil Code of China, article 768.

Of several who took over one receivable, those registered come before those who aren't, in the order
of registration; where nobody is registered, the one of whom the first notice reached the debtor;
where there was no notice either, all share by what they financed. A pledge beside an assignment
ranks alike (interpretation on guarantees, article 66).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from features.circumstances.claim_seen import AskedClaim

Rank = Literal["first", "behind", "shared"]
By = Literal["alone", "registration", "notice", "amount"]


@dataclass(frozen=True)
class Standing:
    """Where this lender stands.

    Attributes
    ----------
    rank : Rank
        ``first``: nobody comes before it. ``behind``: somebody does. ``shared``: all share.
    by : By
        What decides; ``alone`` where nobody else has a right that is known.
    share : Fraction or None
        What of the claim is this lender's: all or nothing, or by amounts; None where those aren't
        known.
    """

    rank: Rank
    by: By
    share: Fraction | None


FIRST, NOTHING = Fraction(1), Fraction(0)


def standing(claim: AskedClaim, financed_minor: int | None) -> Standing:
    """Where a lender stands who finances so much of a claim, as things are now.

    It doesn't count what it could still do: a lender who registers today comes before everybody who
    isn't registered.
    """
    if not claim.rivals:
        return Standing("first", "alone", FIRST)
    registered = [one.registered_at for one in claim.rivals if one.registered_at is not None]
    if claim.registered_at is not None or registered:
        own = claim.registered_at
        return _in_turn(
            "registration", own is not None and all(own < other for other in registered)
        )
    notices = [one.notified_on for one in claim.rivals if one.notified_on is not None]
    told = claim.notified_on
    if told is not None or notices:
        if told is not None and told in notices and told == min(notices):
            return Standing("shared", "notice", None)  # of one day: which came first isn't known
        return _in_turn("notice", told is not None and all(told < other for other in notices))
    amounts = [one.amount_minor for one in claim.rivals]
    known = [amount for amount in amounts if amount is not None]
    if financed_minor is None or len(known) < len(amounts) or financed_minor + sum(known) <= 0:
        return Standing("shared", "amount", None)
    return Standing("shared", "amount", Fraction(financed_minor, financed_minor + sum(known)))


def _in_turn(by: By, first: bool) -> Standing:
    return Standing("first", by, FIRST) if first else Standing("behind", by, NOTHING)
