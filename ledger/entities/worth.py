"""Facts on what suppliers' trade is worth, as a nightly step works it out (docs/value.md)."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Index

from ledger.declaring import Stated, currency, fact_table, money, on, ppm, text, who
from ledger.facts import CalendarDay, Currency, Fact, Key

PART = "a buyer's part"
"""Why a row of a buyer doesn't say what is told of the whole."""


class BusinessValueRow(Stated):
    """What a supplier, or of it one buyer, will have brought in twelve months after a day (CV12).

    It is neither equity value nor a rating. Amounts are before the supplier's costs. It rests on
    what was visible before its day, and is known from the day's first instant on: the history of
    the next day is the first that uses it. `tricredit value refresh` writes them.
    """

    differ: ClassVar[tuple[tuple[str, str], ...]] = (("party", "other"),)
    in_order: ClassVar[tuple[tuple[str, str], ...]] = (
        ("p10_minor", "p50_minor"),
        ("p50_minor", "p90_minor"),
    )

    party: Key = who("The supplier.")
    other: Key | None = who("The buyer whose part this is.", "C", "all buyers together")
    valued_on: CalendarDay = on("The day from which the twelve months run.")
    method: Key = text("Id of the method and its figures.")
    currency: Currency = currency("M")
    p10_minor: int = money("Collected with a chance of nine in ten, at least.")
    p50_minor: int = money("Collected with an even chance, at least.")
    p90_minor: int = money("Collected with a chance of one in ten, at least.")
    mean_minor: int = money("Collected on average.")
    past_minor: int | None = money("Sales of the last twelve months.", "C", PART)
    expected_minor: int | None = money("Sales expected of the next twelve.", "C", PART)
    open_minor: int | None = money("Open on the day and expected to be paid.", "C", PART)
    margin_ppm: int | None = ppm("Left of what is collected, after costs.", "C", PART)
    index_ppm: int | None = ppm("Share of its peers of no higher value.", "C", "a part, or no peer")
    survival_minor: int | None = money("Taken by relations that end.", "C", PART)
    dilution_minor: int | None = money("Taken by credit notes and retentions.", "C", PART)
    delay_minor: int | None = money("Taken by waiting for payment.", "C", PART)
    default_minor: int | None = money("Taken by defaults of buyers.", "C", PART)
    interruption_minor: int | None = money("Taken by an end of its own trade.", "C", PART)
    concentration_minor: int | None = money(
        "Taken of the p10 by what befalls all buyers at once.", "C", PART, signed=True
    )


class BusinessValue(Fact, BusinessValueRow, table=True):
    """The table of values; of a supplier the latest visible day counts."""

    __tablename__ = "business_value"
    __table_args__ = (
        *fact_table("business_value", "party", "other"),
        Index("business_value_day", "tenant", "party", "valued_on"),
    )
