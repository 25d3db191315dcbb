"""Facts about parties: who they are, what they look like, what they report each month."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import StringConstraints, model_validator
from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from ledger.facts import CalendarDay, Currency, Fact, Key, Reported, Words, day, key, minor

SIZE_CLASSES = ("micro", "small", "medium", "large")
"""Size classes from the smallest to the largest (domain.md E02)."""

SizeClass = Literal["micro", "small", "medium", "large"]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class PartyRow(Reported):
    """A company or person that sells, buys, lends or covers (domain.md E01).

    Attributes
    ----------
    name : str or None
        Legal name; None where the source gives none.
    country : str or None
        ISO 3166-1 alpha-2; None where unknown.
    person_linked : bool or None
        True for natural persons and sole proprietors; None where unknown.
    onboarded_on : date or None
        Day the party was first registered with the lender or the platform.
    """

    name: Words | None = Field(default=None, max_length=300, sa_type=Text)
    country: Country | None = Field(default=None, max_length=2)
    person_linked: bool | None = None
    onboarded_on: CalendarDay | None = day(default=None, nullable=True)


class Party(Fact, PartyRow, table=True):
    """The table of parties; ``ref`` is the key by which other facts name a party."""

    __tablename__ = "party"
    __table_args__ = (UniqueConstraint("tenant", "ref", "revision"),)


class PartyProfileRow(Reported):
    """What a party looks like, as reported at one time (domain.md E02).

    Attributes
    ----------
    party : str
        The party described.
    industry : str or None
        Industry in the words of the source; None where unknown.
    size_class : str or None
        micro, small, medium or large; None where unknown.
    region : str or None
        Region code of the registered address.
    phone_area, mail_domain : str or None
        Area code of the telephone, provider of the e-mail address; never the address itself.
    """

    party: Key = key()
    industry: Key | None = key(default=None, nullable=True)
    size_class: SizeClass | None = Field(default=None, max_length=8, sa_type=Text)
    region: Key | None = key(default=None, nullable=True)
    phone_area: Key | None = key(default=None, nullable=True)
    mail_domain: Key | None = key(default=None, nullable=True)


class PartyProfile(Fact, PartyProfileRow, table=True):
    """The table of profiles; the latest visible one of a party counts."""

    __tablename__ = "party_profile"
    __table_args__ = (
        UniqueConstraint("tenant", "ref", "revision"),
        Index("party_profile_party", "tenant", "party"),
    )


class PartyReportRow(Reported):
    """What a party reports of one period: turnover and headcount.

    Attributes
    ----------
    party : str
        The party that reports.
    period_start, period_end : date
        The period, end excluded.
    turnover_minor : int or None
        Turnover of the period in minor units; None where not reported.
    currency : str or None
        Currency of the turnover; given with it.
    employees : int or None
        Headcount at the end of the period; None where not reported.
    """

    party: Key = key()
    period_start: CalendarDay = day()
    period_end: CalendarDay = day()
    turnover_minor: int | None = minor(default=None, nullable=True)
    currency: Currency | None = Field(default=None, max_length=3)
    employees: int | None = Field(default=None, ge=0, le=10_000_000)

    @model_validator(mode="after")
    def _period_has_days(self) -> Self:
        if self.period_end <= self.period_start:
            raise ValueError(
                f"period_end {self.period_end} is not after period_start {self.period_start}; "
                "the end is the first day after the period"
            )
        return self

    @model_validator(mode="after")
    def _turnover_has_currency(self) -> Self:
        if self.turnover_minor is not None and self.currency is None:
            raise ValueError("turnover_minor is given without currency; give both")
        return self


class PartyReport(Fact, PartyReportRow, table=True):
    """The table of periodic reports."""

    __tablename__ = "party_report"
    __table_args__ = (
        UniqueConstraint("tenant", "ref", "revision"),
        Index("party_report_party", "tenant", "party"),
    )
