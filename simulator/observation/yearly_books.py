"""A company's books of one year: lines that add up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Floats, Ints

INTEREST = 0.05
DEPRECIATION = 0.08
PROFIT_TAX = 0.15
TAXES_AND_SURCHARGES = 0.005
SHORT_PART = 0.25
RESTRICTED = 0.1
"""Interest and depreciation a year; income tax; surcharges on sales; parts of long-term debt that
are due in a year, and of cash that can't be used (it is in ``cash``)."""


COSTS = ("taxes_and_surcharges", "selling_and_administration", "research_and_development")
"""Lines between revenue and operating profit, besides the costs of goods."""

CURRENT_ASSETS = ("cash", "receivables", "prepayments", "other_receivables", "inventory")
CURRENT_LIABILITIES = (
    "short_term_debt",
    "notes_payable",
    "accounts_payable",
    "contract_liabilities",
    "current_part_of_long_term_debt",
)
"""Lines that make up these two."""


@dataclass(frozen=True, eq=False)
class Year:
    """What books are drawn up from: float arrays of one entry a company, amounts in fen.

    Attributes
    ----------
    revenue
        Of the year, without tax.
    ebit_share, administration, research
        Operating profit and two costs, as shares of revenue.
    receivables, receivables_before
        At the end of the year, and of the one before.
    impairment
        Claims given up in the year.
    cash, inventory, fixed
        Assets.
    short_debt, long_debt, payables, notes, prepaid_by_customers
        Debts.
    guarantees
        Given for others.
    capital
        Paid in by the owners.
    flattered
        Share of EBITDA that is added to it, and to the inventory.
    """

    revenue: Floats
    ebit_share: Floats
    administration: Floats
    research: Floats
    receivables: Floats
    receivables_before: Floats
    impairment: Floats
    cash: Floats
    inventory: Floats
    fixed: Floats
    short_debt: Floats
    long_debt: Floats
    payables: Floats
    notes: Floats
    prepaid_by_customers: Floats
    guarantees: Floats
    capital: Floats
    flattered: Floats


@dataclass(frozen=True, eq=False)
class Books:
    """Amounts in whole fen, one entry a company.

    Attributes
    ----------
    assets, liabilities, equity : int array
        Assets are the sum of the other two.
    lines : dict
        By concept of ``ledger.entities.standing.Concept``.
    """

    assets: Ints
    liabilities: Ints
    equity: Ints
    lines: dict[str, Ints]


def draw_up(year: Year) -> Books:
    """Draw up the books; totals are sums of whole amounts, so that they add up to the fen."""
    result = _results(year)
    lines = {name: np.rint(amount).astype(np.int64) for name, amount in result.items()}
    costs = _sum(lines, COSTS)
    lines["cost_of_goods_sold"] = lines["revenue"] - costs - lines["ebit"]
    lines["current_assets"] = _sum(lines, CURRENT_ASSETS)
    lines["current_liabilities"] = _sum(lines, CURRENT_LIABILITIES)
    assets = lines["current_assets"] + lines["fixed_assets"]
    liabilities = lines["current_liabilities"] + lines["long_term_debt"]
    lines["retained_earnings"] = assets - liabilities - np.rint(year.capital).astype(np.int64)
    return Books(assets, liabilities, assets - liabilities, lines)


def _sum(lines: dict[str, Ints], names: tuple[str, ...]) -> Ints:
    total: Ints = np.sum([lines[name] for name in names], axis=0, dtype=np.int64)
    return total


def _results(year: Year) -> dict[str, Floats]:
    """All lines but the sums, in fen and parts of it."""
    depreciation = DEPRECIATION * year.fixed
    earned = year.ebit_share * year.revenue
    flattery = year.flattered * np.abs(earned + depreciation)
    ebit = earned + flattery
    interest = INTEREST * (year.short_debt + year.long_debt)
    before_tax = ebit - 1.1 * interest - year.impairment
    net = before_tax - PROFIT_TAX * np.maximum(before_tax, 0)
    more_owed = year.receivables - year.receivables_before
    current = SHORT_PART * year.long_debt
    return {
        "cash": year.cash,
        "restricted_cash": RESTRICTED * year.cash,
        "receivables": year.receivables,
        "prepayments": 0.02 * year.revenue,
        "other_receivables": 0.01 * year.revenue,
        "inventory": year.inventory + flattery,
        "fixed_assets": year.fixed,
        "short_term_debt": year.short_debt,
        "notes_payable": year.notes,
        "accounts_payable": year.payables,
        "contract_liabilities": year.prepaid_by_customers,
        "current_part_of_long_term_debt": current,
        "long_term_debt": year.long_debt - current,
        "revenue": year.revenue,
        "taxes_and_surcharges": TAXES_AND_SURCHARGES * year.revenue,
        "selling_and_administration": year.administration * year.revenue,
        "research_and_development": year.research * year.revenue,
        "finance_cost": 1.1 * interest,
        "interest_expense": interest,
        "impairment": year.impairment,
        "ebit": ebit,
        "net_profit": net,
        # what is flattered was never paid
        "operating_cash_flow": net - flattery + depreciation + year.impairment - more_owed,
        "cash_received_from_sales": np.maximum(year.revenue - more_owed, 0),
        "cash_paid_for_goods": np.maximum(0.6 * year.revenue, 0),
        "capital_expenditure": 1.1 * depreciation,
        "principal_due_12m": year.short_debt + current,
        "external_guarantees": year.guarantees,
    }
