"""How long buyers take beyond the due date, open claims included."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from features.data import buyer_delays, pair_delays
from tests.features.plain_claims import KnownClaim
from tests.features.plain_requests import Plain, minus, ratio
from tests.features.small_ledgers import worlds
from tests.features.theme import Theme, Values


class Curve:
    """The product-limit curve of some claims, step by step and in fractions."""

    def __init__(self, claims: Iterable[KnownClaim], width: int) -> None:
        some = [
            claim
            for claim in claims
            if claim.term_days <= 365 and claim.is_settled_as_late_or_not(1, width)
        ]
        self.n = len(some)
        paid = [c.settled_on - c.due_on for c in some if c.settled_on is not None]
        self.paid = [max(0, min(days, 90)) for days in paid]
        self.open = [min(c.past_days - 1, 90) for c in some if c.settled_on is None]
        self.longest = max([*self.paid, *self.open], default=0)

    def unpaid(self, day: int) -> Fraction:
        """Share not paid by so many days beyond due."""
        left = Fraction(1)
        for at in range(day + 1):
            here = self.paid.count(at)
            risk = sum(w >= at for w in self.paid) + sum(w > at for w in self.open)
            left *= 1 - Fraction(here, risk) if here else 1
        return left

    @property
    def mean(self) -> float | None:
        area = sum(self.unpaid(day) for day in range(self.longest))
        return float(area) if self.n else None

    def percentile(self, percent: int) -> float | None:
        if not self.n:
            return None
        reached = (d for d in range(91) if self.unpaid(d) <= 1 - Fraction(percent, 100))
        return min(next(reached, self.longest), self.longest)


def on_time(claims: Iterable[KnownClaim], width: int) -> tuple[int, int]:
    """Claims of which it is settled whether they were paid within 7 days, and those that were."""
    some = [c for c in claims if c.term_days <= 365 and c.is_settled_as_late_or_not(8, width)]
    return len(some), sum(not c.late(8) for c in some)


def plain_buyer_delays(asked: Plain) -> Values:
    year, quarter = Curve(asked.of_buyer, 365), Curve(asked.of_buyer, 91)
    n, x = on_time(asked.of_buyer, 365)
    return {
        "buyer_delay_rm90": year.mean,
        "buyer_delay_p90": year.percentile(90),
        "buyer_delay_rm90_trend": minus(quarter.mean, year.mean),
        "buyer_delay_p75": year.percentile(75),
        "buyer_on_time": ratio(x, n),
    }


def drawn(mean: float | None, n: int, prior: float | None) -> float | None:
    """A mean over few claims, drawn with ten to another; to itself where there is none."""
    if mean is None or prior is None:
        return prior if mean is None else mean
    return (n * mean + 10 * prior) / (n + 10)


def days_outstanding(claims: Sequence[KnownClaim], day: int) -> int | None:
    """Days back from a day whose sales reach what was owed then."""
    sold = [c for c in claims if 0 <= day - c.issued_on < 365 and c.face_minor]
    owed = [c for c in sold if c.settled_on is None or c.settled_on >= day - 1]
    due = sum(c.face_minor or 0 for c in owed)
    for days in range(366) if sold else ():
        if sum(c.face_minor or 0 for c in sold if day - c.issued_on < days) >= due:
            return days
    return None


def plain_pair_delays(asked: Plain) -> Values:
    whole, own = plain_buyer_delays(asked), Curve(asked.of_pair, 730)
    n, x = on_time(asked.of_pair, 730)
    delay = drawn(own.mean, own.n, whole["buyer_delay_rm90"])
    return {
        "pair_delay_rm90": delay,
        "pair_priority": minus(delay, whole["buyer_delay_rm90"]),
        "pair_on_time": drawn(ratio(x, n), n, whole["buyer_on_time"]),
        "pair_dso_trend": minus(
            days_outstanding(asked.of_pair, asked.day),
            days_outstanding(asked.of_pair, asked.day - 182),
        ),
    }


THEME = Theme(
    name="delays",
    relations=(buyer_delays.RELATION, pair_delays.RELATION),
    worlds=worlds(),
    plain={"buyer_delays": plain_buyer_delays, "pair_delays": plain_pair_delays},
)
