"""Whether a buyer pays later than it used to: two shares of late claims against each other."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from lending.portfolio.portfolio_rules import DelayRules


@dataclass(frozen=True)
class DelayTrend:
    """Claims that fell due of late, and before.

    Attributes
    ----------
    claims, late : int
        In the window: how many, and how many of them weren't known to be paid when judged.
    claims_before, late_before : int
        In the days before it, judged at the same age.
    """

    claims: int
    late: int
    claims_before: int
    late_before: int

    @property
    def share(self) -> float:
        """Late share in the window; 0 without claims."""
        return self.late / self.claims if self.claims else 0.0

    @property
    def share_before(self) -> float:
        """Late share before it; 0 without claims."""
        return self.late_before / self.claims_before if self.claims_before else 0.0

    @property
    def z(self) -> float:
        """The rise over its standard error, of two shares with the pooled one; 0 without claims."""
        if not self.claims or not self.claims_before:
            return 0.0
        pooled = (self.late + self.late_before) / (self.claims + self.claims_before)
        error = sqrt(pooled * (1 - pooled) * (1 / self.claims + 1 / self.claims_before))
        return (self.share - self.share_before) / error if error > 0.0 else 0.0

    def rises(self, rules: DelayRules) -> bool:
        """Whether it is a warning. Claims of which nobody tells count alike in both shares."""
        return (
            min(self.claims, self.claims_before) >= rules.least_claims
            and self.share - self.share_before >= rules.rise_share
            and self.z >= rules.least_z
        )
