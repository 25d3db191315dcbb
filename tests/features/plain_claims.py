"""What a lender knows of a claim on a day, in slow plain Python: the definition of the views.

Every function takes facts as rows of the reader, and a day of history as days since 1970-01-01.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, floor, log

from ledger.clocks import (
    Cut,
    day_of,
    from_day_number,
    from_micros,
    start_of_day,
    to_day_number,
    to_micros,
    zone,
)
from tests.features.worlds_of_facts import Facts, Row

ONE_MORE = 5
"""Days looked at beyond the local day of an instant."""


@cache
def first_day(visible_at: int, time_zone: str) -> int:
    """The first day whose history, as `Cut` has it, may use what became visible then."""
    tz = zone(time_zone)
    today = to_day_number(day_of(from_micros(visible_at), tz))
    for day in range(today - 1, today + ONE_MORE):
        midnight = start_of_day(from_day_number(day), tz)
        if visible_at < to_micros(Cut.at(midnight, tz, 1).history_before):
            return day
    raise AssertionError(f"no day uses {visible_at}")


def known(rows: Iterable[Row], day: int, time_zone: str) -> list[Row]:
    """The last revision, on a day, of each fact known by then."""
    last: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: int(row["revision"])):
        if first_day(row["visible_at"], time_zone) <= day:
            last[row["ref"]] = row
    return list(last.values())


@dataclass(frozen=True)
class KnownClaim:
    """A claim as known on a day, ``settled_on`` None while it is open."""

    receivable: str
    supplier: str
    buyer: str
    issued_on: int
    due_on: int
    face_minor: int | None
    rate_ppm: int | None
    settled_on: int | None
    day: int

    @property
    def term_days(self) -> int:
        return self.due_on - self.issued_on

    @property
    def past_days(self) -> int:
        return self.day - self.due_on

    @property
    def is_open(self) -> bool:
        return self.settled_on is None

    def late(self, days: int) -> bool:
        """Paid so many days late or more, or open: to be asked once it is settled."""
        return self.settled_on is None or self.settled_on - self.due_on >= days

    def is_settled_as_late_or_not(self, days: int, within: int | None = None) -> bool:
        """Whether lateness of so many days is known by now, and since when at most."""
        since = self.past_days - (days + 1)
        return since >= 0 and (within is None or since < within)

    @property
    def delay_days(self) -> int | None:
        """Days of delay, -30 to 90; an open one past due counts with the days it is late."""
        if self.term_days > 365:
            return None
        if self.settled_on is not None:
            return max(-30, min(self.settled_on - self.due_on, 90))
        return min(self.past_days - 1, 90) if self.past_days >= 2 else None

    @property
    def days_to_pay(self) -> int | None:
        """Days from issue to payment, from 30 days before due to a year after."""
        if not -30 <= self.past_days <= 366:
            return None
        if self.settled_on is not None:
            return max(self.settled_on - self.issued_on, 0)
        return self.day - 1 - self.issued_on if self.past_days >= 2 else None


def settled_on(claim: Row, payments: Sequence[Row]) -> int | None:
    """The day by which 98 % of the face was paid; a payment without amount settles in full."""
    paid = 0
    days = []
    for payment in sorted(payments, key=lambda row: (row["paid_on"], row["ref"])):
        paid += payment["amount_minor"] or 0
        whole = claim["face_minor"] is None or payment["amount_minor"] is None
        if whole or paid * 100 >= claim["face_minor"] * 98:
            days.append(payment["paid_on"])
    return min(days, default=None)


def known_claims(facts: Facts, day: int, time_zone: str) -> list[KnownClaim]:
    """Every claim known on a day, in the order of its key."""
    payments = known(facts["payment"], day, time_zone)
    claims = [
        KnownClaim(
            **{name: row[name] for name in ("supplier", "buyer", "issued_on", "due_on")},
            receivable=row["ref"],
            face_minor=row["face_minor"],
            rate_ppm=row["rate_ppm"],
            settled_on=settled_on(row, [p for p in payments if p["receivable"] == row["ref"]]),
            day=day,
        )
        for row in known(facts["receivable"], day, time_zone)
    ]
    return sorted(claims, key=lambda claim: claim.receivable)


def known_profile(facts: Facts, party: str, day: int, time_zone: str) -> Row | None:
    """Of the profiles of a party known on a day, the one that happened last."""
    profiles = known(facts["party_profile"], day, time_zone)
    own = [row for row in profiles if row["party"] == party]
    return max(own, key=lambda row: (row["happened_at"], row["seq"]), default=None)


def drawn(late: float, claims: float, prior: float, kappa: float) -> float:
    """A rate over few claims, drawn to a prior worth ``kappa`` claims."""
    return (late + kappa * prior) / (claims + kappa)


def late_rate(
    claims: Iterable[KnownClaim], days: int, within: int, prior: float, kappa: float
) -> float:
    """Share ``days`` or more late of the claims settled as late or not ``within`` a window."""
    settled = [claim for claim in claims if claim.is_settled_as_late_or_not(days, within)]
    return drawn(sum(claim.late(days) for claim in settled), len(settled), prior, kappa)


BOOK = {(1, 14): 0.20, (1, 365): 0.20, (5, 30): 0.10, (5, 365): 0.10, (30, 365): 0.02}
"""Days late, window: what is believed of a supplier without any claim, for 20 claims."""


def book_rate(claims: Iterable[KnownClaim], supplier: str, days: int, within: int) -> float:
    """Late rate of a supplier's whole book."""
    own = [claim for claim in claims if claim.supplier == supplier]
    return late_rate(own, days, within, BOOK[days, within], 20)


def logit(rate: float) -> float:
    return log(rate / (1 - rate))


def expit(odds: float) -> float:
    return 1 / (1 + exp(-odds))


def amount_band(face_minor: int | None) -> float:
    """Amounts from 50 on, each band twice the one before."""
    return -1 if face_minor is None else floor(log(max(face_minor, 5_000) / 100) / 0.7)


def term_band(term_days: int) -> int:
    """Terms two days wide to 30 days, five to 60, fifteen to 180."""
    if term_days <= 14:
        return 14
    for longest, width in ((30, 2), (60, 5), (180, 15)):
        if term_days <= longest:
            return term_days - term_days % width
    return 180


@dataclass(frozen=True)
class Cell:
    """Late rates, 5 days or more over 365, of claims like one that is asked for."""

    book: float
    amount: float
    term: float
    both: float


def cell(
    claims: Sequence[KnownClaim], supplier: str, face_minor: int | None, term_days: int
) -> Cell:
    """Rates of the amount band (20 claims) and the term band (20), of both together (10)."""
    own = [claim for claim in claims if claim.supplier == supplier]
    book = book_rate(claims, supplier, 5, 365)
    alike = [claim for claim in own if amount_band(claim.face_minor) == amount_band(face_minor)]
    as_long = [claim for claim in own if term_band(claim.term_days) == term_band(term_days)]
    amount, term = late_rate(alike, 5, 365, book, 20), late_rate(as_long, 5, 365, book, 20)
    expected = expit(logit(amount) + logit(term) - logit(book))
    both = [claim for claim in alike if term_band(claim.term_days) == term_band(term_days)]
    return Cell(book, amount, term, late_rate(both, 5, 365, expected, 10))
