"""Facts on cover by others: guarantees and insurance (domain.md E28, E29)."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.declaring import (
    Stated,
    choice,
    currency,
    fact_table,
    flag,
    lasting,
    money,
    names,
    on,
    ppm,
    text,
    who,
    words,
)
from ledger.facts import CalendarDay, Currency, Fact, Key, Words

_VALID: tuple[tuple[str, str], ...] = (("valid_from", "valid_until"),)


class GuaranteeRow(Stated):
    """A promise of a guarantor to pay for a debtor (domain.md E28)."""

    spans: ClassVar[tuple[tuple[str, str], ...]] = _VALID
    differ: ClassVar[tuple[tuple[str, str], ...]] = (("guarantor", "debtor"),)
    together: ClassVar[tuple[tuple[str, str], ...]] = (("cap_minor", "currency"),)

    guarantor: Key = who("Who promises.")
    debtor: Key = who("For whom.")
    receivable: Key | None = names("receivable", "For this claim.", "C", "for the debtor as such")
    guarantee: Literal["joint", "general", "government", "reinsurance", "counter"] = choice(
        "连带、一般、政府性融资担保、再担保、反担保."
    )
    share_ppm: int = ppm("Share of the loss covered.")
    cap_minor: int | None = money("At most this much.", "C", "no cap")
    currency: Currency | None = currency("C")
    first_loss: bool | None = flag("Pays first, not side by side.", "C")
    fee_ppm: int | None = ppm("Fee for a year.", "O")
    claim_waiting_days: int | None = lasting("Days before it pays.", "C")
    pool_cap_ppm: int | None = ppm("代偿上限 of the pool.", "C", "no cap")
    valid_from: CalendarDay = on("From this day.")
    valid_until: CalendarDay | None = on("Until the day before.", "C", "open")


class Guarantee(Fact, GuaranteeRow, table=True):
    """The table of guarantees."""

    __tablename__ = "guarantee"
    __table_args__ = fact_table("guarantee", "guarantor", "debtor", "receivable")


class InsuranceRow(Stated):
    """An insurance that may pay for a claim, goods or a business (domain.md E29)."""

    spans: ClassVar[tuple[tuple[str, str], ...]] = _VALID
    differ: ClassVar[tuple[tuple[str, str], ...]] = (("insurer", "insured"),)
    together: ClassVar[tuple[tuple[str, str], ...]] = (
        ("limit_minor", "currency"),
        ("deductible_minor", "currency"),
    )

    insurer: Key = who("Who insures.")
    insured: Key = who("Whom.")
    risk: Key | None = who("Whose default is insured.", "C", "no single one")
    receivable: Key | None = names("receivable", "For this claim.", "C", "for all")
    insurance: Literal[
        "trade_credit", "export_credit", "warehouse", "interruption", "surety", "other"
    ] = choice("What kind.")
    policy: Key | None = text("Number of the policy.", "C")
    insured_ppm: int = ppm("Share of the loss insured.")
    deductible_ppm: int | None = ppm("Deductible, of the loss.", "C", "none")
    deductible_minor: int | None = money("Deductible, as an amount.", "C", "none")
    limit_minor: int | None = money("At most this much.", "C", "no limit")
    currency: Currency | None = currency("C")
    waiting_days: int | None = lasting("Days before it pays.", "C")
    excludes_disputes: bool | None = flag("Disputed claims are excluded.", "C")
    exclusions: Words | None = words("Other exclusions.", "O")
    loss_payee: Key | None = who("Who is paid.", "C", "the insured")
    valid_from: CalendarDay = on("From this day.")
    valid_until: CalendarDay | None = on("Until the day before.", "C", "open")


class Insurance(Fact, InsuranceRow, table=True):
    """The table of insurances."""

    __tablename__ = "insurance"
    __table_args__ = fact_table(
        "insurance", "insured", "risk", "receivable", "insurer", "loss_payee"
    )
