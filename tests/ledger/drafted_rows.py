"""Rows as hypothesis draws them: four kinds, few keys, some faults, any of the clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from tests.ledger.plain_ledger import LATENCY, Row

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Draft:
    """A row, before it is known when it is sent and in which book."""

    ref: int
    hours_ago: int
    known_after: int | None
    variant: int
    parties: tuple[int, int]
    receivable: int | None
    fault: str

    def row(self, kind: str, currency: str, now: datetime) -> Row:
        """The row as a source sends it; names p3 and r3 are seldom there."""
        happened = now - self.hours_ago * HOUR
        known = None if self.known_after is None else happened + self.known_after * HOUR
        one, other = (f"p{number}" for number in self.parties)
        amount = -1 if self.fault == "negative" else self.variant * 100
        money = {"currency": "XAU" if self.fault == "currency" else currency}
        said: dict[str, Row] = {
            "party": {"name": f"name {self.variant}"},
            "party_report": {
                "party": one,
                "period_start": date(2024, 1, 1),
                "period_end": date(2024, 2, 1),
                "turnover_minor": amount,
                **money,
            },
            "receivable": {
                "supplier": one,
                "buyer": other,
                "issued_on": date(2024, 1, 1),
                "due_on": date(2024, 3, 1),
                "face_minor": amount,
                **money,
            },
            "payment": {
                "payer": other,
                "payee": one,
                "paid_on": date(2024, 3, 4),
                "amount_minor": amount,
                "receivable": None if self.receivable is None else f"r{self.receivable}",
                **money,
            },
        }
        ref = f"{ {'party_report': 't', 'payment': 'y'}.get(kind, kind[0]) }{self.ref}"
        return {"ref": ref, "happened_at": happened, "known_at": known, **said[kind]}


DRAFTS = st.builds(
    Draft,
    ref=st.integers(0, 3),
    # a future, an hour, a day, a month: the past is what historical batches bring
    hours_ago=st.sampled_from([0, 1, 5, 30, 100, 700, 700, -2]),
    known_after=st.sampled_from([None, None, 0, 1, 20, 90, 2000, -3]),
    variant=st.integers(0, 2),
    parties=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    receivable=st.none() | st.integers(0, 3),
    fault=st.sampled_from(["", "", "", "", "", "currency", "negative"]),
)
DRAFTED = st.dictionaries(
    st.sampled_from(sorted(LATENCY)), st.lists(DRAFTS, max_size=4), min_size=1, max_size=4
)
