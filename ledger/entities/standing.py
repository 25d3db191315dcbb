"""Facts on the standing of a party: statements, tax returns, ratings (domain.md E04-E06)."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.declaring import (
    Stated,
    choice,
    currency,
    fact_table,
    flag,
    money,
    names,
    on,
    ppm,
    text,
    who,
    whole,
)
from ledger.facts import CalendarDay, Currency, Fact, Key

Concept = Literal[
    "cash",
    "restricted_cash",
    "receivables",
    "notes_receivable",
    "contract_assets",
    "prepayments",
    "other_receivables",
    "inventory",
    "current_assets",
    "fixed_assets",
    "goodwill",
    "short_term_debt",
    "notes_payable",
    "accounts_payable",
    "contract_liabilities",
    "current_part_of_long_term_debt",
    "current_liabilities",
    "long_term_debt",
    "bonds",
    "retained_earnings",
    "revenue",
    "cost_of_goods_sold",
    "taxes_and_surcharges",
    "selling_and_administration",
    "research_and_development",
    "finance_cost",
    "interest_expense",
    "impairment",
    "ebit",
    "net_profit",
    "operating_cash_flow",
    "cash_received_from_sales",
    "cash_paid_for_goods",
    "capital_expenditure",
    "principal_due_12m",
    "external_guarantees",
    "sme_payables_overdue",
]
"""The taxonomy of statement lines; totals stand on the statement itself."""


class StatementRow(Stated):
    """The head of a financial statement; its lines name it (domain.md E04).

    Assets that differ from liabilities and equity by more than 0.5 % are a doubt
    (``ledger.doubts``), not a refusal: such statements exist and say something.
    """

    spans: ClassVar[tuple[tuple[str, str], ...]] = (("period_start", "period_end"),)
    differ: ClassVar[tuple[tuple[str, str], ...]] = (("party", "auditor"),)

    party: Key = who("Whose statement.")
    period_start: CalendarDay = on("First day of the period.")
    period_end: CalendarDay = on("First day after it; the balance sheet is of the day before.")
    period_type: Literal["year", "half", "quarter", "month"] = choice("Length of the period.")
    gaap: Literal["CAS", "CAS_small", "IFRS", "US_GAAP", "other"] | None = choice(
        "Accounting rules.", "C"
    )
    audit: Literal["unqualified", "qualified", "none"] | None = choice("Opinion.", "C")
    auditor: Key | None = who("Who audited.", "O")
    consolidated: bool | None = flag("Of the group, not of the company.", "C")
    currency: Currency = currency()
    total_assets_minor: int | None = money("Total assets.", "C")
    total_liabilities_minor: int | None = money("Total liabilities.", "C")
    equity_minor: int | None = money("Equity; may be negative.", "C", signed=True)


class Statement(Fact, StatementRow, table=True):
    """The table of statements."""

    __tablename__ = "statement"
    __table_args__ = fact_table("statement", "party", "auditor")


class StatementLineRow(Stated):
    """One amount of a statement (domain.md E04)."""

    statement: Key = names("statement", "The statement it stands in.")
    concept: Concept = choice("What it is.")
    amount_minor: int = money(
        "Amount, in the statement's currency; costs are positive.", signed=True
    )


class StatementLine(Fact, StatementLineRow, table=True):
    """The table of statement lines; a concept without a line is unknown, not zero."""

    __tablename__ = "statement_line"
    __table_args__ = fact_table("statement_line", "statement")


class TaxReturnRow(Stated):
    """A tax return, with the taxpayer's authorisation (domain.md E05)."""

    spans: ClassVar[tuple[tuple[str, str], ...]] = (("period_start", "period_end"),)

    party: Key = who("The taxpayer.")
    tax: Literal["vat", "income", "stamp"] = choice("Which tax.")
    period_start: CalendarDay = on("First day of the period.")
    period_end: CalendarDay = on("First day after the period.")
    currency: Currency = currency()
    taxable_sales_minor: int | None = money("Sales declared.", "C", signed=True)
    output_tax_minor: int | None = money("Tax on sales.", "C", signed=True)
    input_tax_minor: int | None = money("Tax on purchases.", "C", signed=True)
    tax_paid_minor: int | None = money("Tax paid.", "C")
    late_fee_minor: int | None = money("Fee for lateness.", "O")
    arrears_minor: int | None = money("Tax owed and overdue.", "C")


class TaxReturn(Fact, TaxReturnRow, table=True):
    """The table of tax returns."""

    __tablename__ = "tax_return"
    __table_args__ = fact_table("tax_return", "party")


class RatingRow(Stated):
    """A rating action (domain.md E06)."""

    in_order: ClassVar[tuple[tuple[str, str], ...]] = (("acted_on", "valid_until"),)

    party: Key = who("Who is rated.")
    agency: Key = text(
        "Agency; `internal` is the lender's own rating, `shadow` one from accounts alone."
    )
    scale: Key = text("Its scale; grades of two scales don't compare.")
    grade: Key = text("Grade in the scale's own letters.", longest=16)
    outlook: Literal["positive", "stable", "negative", "watch"] | None = choice("Outlook.", "O")
    acted_on: CalendarDay = on("Published.")
    valid_until: CalendarDay | None = on("Ends on this day.", "O", "until the next action")
    notch: int | None = whole(
        "Mapped by observed default, 1 best.",
        "C",
        "scale not mapped",
        unit="1-21",
        least=1,
        most=21,
    )
    pd_12m_ppm: int | None = ppm("Probability of default in 12 months.", "C")


class Rating(Fact, RatingRow, table=True):
    """The table of rating actions."""

    __tablename__ = "rating"
    __table_args__ = fact_table("rating", "party")
