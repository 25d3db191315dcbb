"""The financings that are open on a day, with what is known of their parties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from features.live_links import GROUP_PPM, held_by
from features.live_rows import Row
from ledger.clocks import from_day_number
from lending.portfolio.inclusive_tags import TagFacts
from scoring.portfolio.book_views import rows_of
from scoring.portfolio.open_book_sql import ASKED, BOOK, CONTROL, OPEN

MILLION = 1_000_000


@dataclass(frozen=True)
class OpenFinancing:
    """A financing that is open on a day.

    Attributes
    ----------
    ref, supplier, buyer : str
    group : str
        First key of the buyer and those it hangs together with by control.
    sector : str or None
        The buyer's industry.
    product : str
    drawn_on, matures_on : date
    principal_minor, out_minor : int
        Lent, and not repaid yet.
    rate : float or None
        For a year.
    recourse, notified : bool or None
    account : str or None
    receivables : mapping of str to date
        Those it was asked for with, each with the first day whose history knows it.
    tags : TagFacts
    """

    ref: str
    supplier: str
    buyer: str
    group: str
    sector: str | None
    product: str
    drawn_on: date
    matures_on: date
    principal_minor: int
    out_minor: int
    rate: float | None
    recourse: bool | None
    notified: bool | None
    account: str | None
    receivables: Mapping[str, date]
    tags: TagFacts

    def days_past_due(self, day: date) -> int:
        """Days past maturity; 0 until then."""
        return max(0, (day - self.matures_on).days)


@dataclass(frozen=True)
class OpenBook:
    """What is open on a day.

    Attributes
    ----------
    day : date
        What is known was visible before it.
    currency : str
    financings : tuple of OpenFinancing
        In the order of their keys.
    of_other_currencies : int
        Financings left out.
    """

    day: date
    currency: str
    financings: tuple[OpenFinancing, ...]
    of_other_currencies: int

    @property
    def out_minor(self) -> int:
        """What is out in all."""
        return sum(one.out_minor for one in self.financings)


def open_book(connection: duckdb.DuckDBPyConnection, day: date, currency: str) -> OpenBook:
    """Read what is open on the only day of ``cut``; see `scoring.portfolio.book_views`."""
    connection.execute(OPEN)
    asked: dict[str, dict[str, date]] = {}
    for row in rows_of(connection, ASKED):
        known = from_day_number(row["known_from"])
        asked.setdefault(row["financing"], {})[row["receivable"]] = known
    group_of = groups(list(rows_of(connection, CONTROL)))
    rows = list(rows_of(connection, BOOK))
    ours = [row for row in rows if row["currency"] == currency]
    return OpenBook(
        day,
        currency,
        tuple(_financing(row, group_of, asked.get(row["financing"], {})) for row in ours),
        len(rows) - len(ours),
    )


def groups(relations: Sequence[Row]) -> dict[str, str]:
    """The first key of the group of each party that hangs together with another by control."""
    leads: dict[str, str] = {}

    def lead(party: str) -> str:
        while (above := leads.setdefault(party, party)) != party:
            party = above
        return party

    for holder, held, _ in held_by(relations, GROUP_PPM):
        first, second = sorted((lead(holder), lead(held)))
        leads[second] = first
    return {party: lead(party) for party in tuple(leads)}


def _financing(
    row: Row, group_of: Mapping[str, str], receivables: Mapping[str, date]
) -> OpenFinancing:
    until = row["innovation_until"]
    return OpenFinancing(
        ref=row["financing"],
        supplier=row["supplier"],
        buyer=row["buyer"],
        group=group_of.get(row["buyer"], row["buyer"]),
        sector=row["sector"],
        product=row["product"],
        drawn_on=from_day_number(row["drawn_on"]),
        matures_on=from_day_number(row["matures_on"]),
        principal_minor=row["amount_minor"],
        out_minor=int(row["out_minor"]),
        rate=None if row["rate_ppm"] is None else row["rate_ppm"] / MILLION,
        recourse=row["recourse"],
        notified=row["notified"],
        account=row["account"],
        receivables=receivables,
        tags=TagFacts(
            first_loan=row["first_loan"],
            renewal=row["renewal"],
            revolving=row["revolving"],
            borrowed_before=bool(row["borrowed_before"]),
            product=row["product"],
            covered=row["covered"],
            innovation_tier=row["innovation_tier"],
            innovation_until=None if until is None else from_day_number(until),
            environmental=row["environmental"],
        ),
    )
