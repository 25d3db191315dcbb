"""Facts on the reputation of a party: records against it, how it pays, its debts (E07-E09)."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from ledger.declaring import (
    WHOLE,
    Stated,
    choice,
    currency,
    fact_table,
    lasting,
    money,
    on,
    ppm,
    text,
    who,
    whole,
    words,
)
from ledger.facts import CalendarDay, Currency, Fact, Key, Words

Adverse = Literal[
    "dishonest_debtor",
    "enforcement",
    "lawsuit",
    "bankruptcy",
    "abnormal_operation",
    "serious_illegal",
    "tax_arrears",
    "admin_penalty",
    "env_penalty",
    "bill_overdue",
    "bill_persistent_overdue",
    "bond_default",
    "consumption_ban",
    "equity_frozen",
    "asset_preservation",
    "sme_arrears_complaint",
    "key_person_change",
    "sanctions",
]


class AdverseRecordRow(Stated):
    """A public record against a party (domain.md E07); ``happened_at`` is when it arose."""

    in_order: ClassVar[tuple[tuple[str, str], ...]] = (("opened_on", "closed_on"),)
    together: ClassVar[tuple[tuple[str, str], ...]] = (("amount_minor", "currency"),)

    party: Key = who("Against whom.")
    adverse: Adverse = choice("What kind of record.")
    opened_on: CalendarDay = on("Filed, listed or opened.")
    closed_on: CalendarDay | None = on("Closed or taken off the list.", "C", "open")
    amount_minor: int | None = money("Amount at stake.", "C")
    currency: Currency | None = currency("C")
    severity: int = whole("1 slight to 5 grave.", unit="1-5", least=1, most=5)
    role: Literal["plaintiff", "defendant", "third_party"] | None = choice(
        "In a suit.", "C", "no suit"
    )
    cause: Words | None = words("Cause of action, list or authority.", "O")
    stage: Literal["filed", "first_instance", "appeal", "final", "enforced"] | None = choice(
        "Stage of a suit.", "O", "no suit"
    )


class AdverseRecord(Fact, AdverseRecordRow, table=True):
    """The table of adverse records."""

    __tablename__ = "adverse_record"
    __table_args__ = fact_table("adverse_record", "party")


class PaymentDisclosureRow(Stated):
    """What a large enterprise discloses of how it pays SMEs (domain.md E08)."""

    spans: ClassVar[tuple[tuple[str, str], ...]] = (("period_start", "period_end"),)
    together: ClassVar[tuple[tuple[str, str], ...]] = (("overdue_minor", "currency"),)
    in_order: ClassVar[tuple[tuple[str, str], ...]] = (("standard_terms_days", "max_terms_days"),)

    party: Key = who("The enterprise that discloses.")
    period_start: CalendarDay = on("First day of the period.")
    period_end: CalendarDay = on("First day after the period.")
    overdue_count: int | None = whole("Contracts or invoices overdue.", "C", "not disclosed")
    overdue_minor: int | None = money("Amount overdue.", "C", "not disclosed")
    currency: Currency | None = currency("C")
    average_days: int | None = lasting("Mean days to pay.", "C", "not disclosed")
    within_30_ppm: int | None = ppm("Share paid within 30 days.", "O", "not disclosed")
    within_60_ppm: int | None = ppm("Share paid in 31 to 60 days.", "O", "not disclosed")
    over_60_ppm: int | None = ppm("Share paid after 60 days.", "O", "not disclosed")
    late_ppm: int | None = ppm("Share not paid within terms.", "C", "not disclosed")
    standard_terms_days: int | None = lasting("Standard terms.", "O", "not disclosed")
    max_terms_days: int | None = lasting("Longest terms.", "O", "not disclosed")
    suppliers: int | None = whole("Number of suppliers.", "O", "not disclosed")

    @model_validator(mode="after")
    def _shares_fill_at_most_the_whole(self) -> Self:
        shares = (self.within_30_ppm, self.within_60_ppm, self.over_60_ppm)
        total = sum(share for share in shares if share is not None)
        if total > WHOLE + 30_000:  # three shares rounded to whole percents
            raise ValueError(f"the shares by days add up to {total} ppm, more than the whole")
        return self


class PaymentDisclosure(Fact, PaymentDisclosureRow, table=True):
    """The table of payment disclosures."""

    __tablename__ = "payment_disclosure"
    __table_args__ = fact_table("payment_disclosure", "party")


class BureauSummaryRow(Stated):
    """A summary of a credit bureau, with licence and authorisation (domain.md E09)."""

    together: ClassVar[tuple[tuple[str, str], ...]] = (
        ("outstanding_minor", "currency"),
        ("limit_minor", "currency"),
        ("external_guarantee_minor", "currency"),
    )

    party: Key = who("Of whom.")
    bureau: Key = text("Which bureau.")
    reported_on: CalendarDay = on("State of this day.")
    lenders: int | None = whole("Active lenders.", "C")
    outstanding_minor: int | None = money("Drawn.", "C")
    limit_minor: int | None = money("Lines granted.", "C")
    currency: Currency | None = currency("C")
    utilisation_ppm: int | None = ppm(
        "Drawn over granted; may pass the whole.", "C", most=10 * WHOLE
    )
    max_dpd_24m_days: int | None = lasting("Worst days past due in 24 months.", "C")
    five_class: Literal["normal", "special_mention", "substandard", "doubtful", "loss"] | None = (
        choice("正常、关注、次级、可疑、损失: the worst.", "C")
    )
    special_mention_count: int | None = whole("Accounts of special mention or worse.", "O")
    external_guarantee_minor: int | None = money("Guarantees given for others.", "C")
    inquiries_3m: int | None = whole("Inquiries of lenders in 3 months.", "C")


class BureauSummary(Fact, BureauSummaryRow, table=True):
    """The table of bureau summaries."""

    __tablename__ = "bureau_summary"
    __table_args__ = fact_table("bureau_summary", "party")
