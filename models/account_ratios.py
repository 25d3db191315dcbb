"""Ratios of accounts that a shadow rating reads: each declared once, all of them free of size.

A ratio is a quotient of sums of amounts. Where an amount of it isn't told, or what it is divided by
isn't above 0, it is missing: nothing that isn't told is taken for 0. Equity below 0 needs no rule
of its own, for nothing is divided by equity: liabilities over assets are then above 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from features.feature import Risk
from models.trees import Matrix, Vector

BEFORE = "_before"
"""After the name of an amount: the same of the twelve months before."""


class Sheet(StrEnum):
    """The part of a statement that an amount stands in."""

    BALANCE = "balance sheet"
    INCOME = "income statement"


@dataclass(frozen=True)
class Amount:
    """An amount of twelve months of accounts, and where a statement tells it.

    Attributes
    ----------
    name : str
        The line of the statement (``statement_line.concept``) or the total of its head
        (``total_assets_minor`` and so on) that tells it.
    sheet : Sheet
        Levels of the balance sheet are those at the end, sums of the income statement of twelve
        months.
    zh : str
        Where it stands in a Chinese statement (CAS).
    """

    name: str
    sheet: Sheet
    zh: str


AMOUNTS = (
    Amount("total_assets", Sheet.BALANCE, "资产总计"),
    Amount("total_liabilities", Sheet.BALANCE, "负债合计"),
    Amount("equity", Sheet.BALANCE, "所有者权益合计"),
    Amount("current_assets", Sheet.BALANCE, "流动资产合计"),
    Amount("inventory", Sheet.BALANCE, "存货"),
    Amount("current_liabilities", Sheet.BALANCE, "流动负债合计"),
    Amount("retained_earnings", Sheet.BALANCE, "盈余公积 + 未分配利润"),
    Amount("revenue", Sheet.INCOME, "营业收入"),
    Amount("cost_of_goods_sold", Sheet.INCOME, "营业成本"),
    Amount("ebit", Sheet.INCOME, "利润总额 + 利息费用"),
    Amount("net_profit", Sheet.INCOME, "净利润"),
)
"""What a statement in domestic concepts gives a shadow rating. Only amounts that mean the same in
the accounts learned from: cash and cash flows, say, aren't told there."""


@dataclass(frozen=True)
class Ratio:
    """One input of the model.

    Attributes
    ----------
    name : str
        Column of the model.
    of, over : tuple of str
        Names of `AMOUNTS`, or those with `BEFORE`, that are added up; with a ``-`` they are
        subtracted. The ratio is the one sum over the other.
    risk : Risk
        How the risk moves as the ratio rises; FREE where that isn't certain.
    zh : str
        Its name in Chinese.
    """

    name: str
    of: tuple[str, ...]
    over: tuple[str, ...]
    risk: Risk
    zh: str

    @property
    def formula(self) -> str:
        """The formula in words of `AMOUNTS`, such as ``(a - b) / c``."""
        return f"{_written(self.of)} / {_written(self.over)}"

    @property
    def missing(self) -> str:
        """What a missing value means."""
        return f"an amount of it isn't told, or {_written(self.over)} isn't above 0"

    @property
    def fingerprint(self) -> str:
        """Digest of name, formula and direction: 16 hexadecimal digits."""
        meaning = "\x1f".join((self.name, self.formula, str(int(self.risk))))
        return hashlib.sha256(meaning.encode()).hexdigest()[:16]


RATIOS = (
    Ratio("leverage", ("total_liabilities",), ("total_assets",), Risk.RISES, "资产负债率"),
    Ratio(
        "working_capital",
        ("current_assets", "-current_liabilities"),
        ("total_assets",),
        Risk.FALLS,
        "营运资金/总资产",
    ),
    Ratio("current_ratio", ("current_assets",), ("current_liabilities",), Risk.FALLS, "流动比率"),
    Ratio(
        "quick_ratio",
        ("current_assets", "-inventory"),
        ("current_liabilities",),
        Risk.FALLS,
        "速动比率",
    ),
    Ratio("retained", ("retained_earnings",), ("total_assets",), Risk.FALLS, "留存收益/总资产"),
    Ratio("earned", ("ebit",), ("total_assets",), Risk.FALLS, "息税前利润/总资产"),
    Ratio("profit", ("net_profit",), ("total_assets",), Risk.FALLS, "总资产净利率"),
    Ratio("earned_on_debts", ("ebit",), ("total_liabilities",), Risk.FALLS, "息税前利润/总负债"),
    Ratio("earned_margin", ("ebit",), ("revenue",), Risk.FALLS, "息税前利润率"),
    Ratio("net_margin", ("net_profit",), ("revenue",), Risk.FALLS, "销售净利率"),
    Ratio("gross_margin", ("revenue", "-cost_of_goods_sold"), ("revenue",), Risk.FREE, "毛利率"),
    Ratio("turnover", ("revenue",), ("total_assets",), Risk.FREE, "总资产周转率"),
    Ratio("stock", ("inventory",), ("revenue",), Risk.FREE, "存货/营业收入"),
    Ratio(
        "short_part", ("current_liabilities",), ("total_liabilities",), Risk.FREE, "流动负债占比"
    ),
    Ratio(
        "sales_growth", ("revenue", "-revenue_before"), ("revenue_before",), Risk.FREE, "营收增长率"
    ),
    Ratio(
        "growth",
        ("total_assets", "-total_assets_before"),
        ("total_assets_before",),
        Risk.FREE,
        "总资产增长率",
    ),
    Ratio(
        "profit_change",
        ("net_profit", "-net_profit_before"),
        ("total_assets_before",),
        Risk.FALLS,
        "净利润变动/上年总资产",
    ),
    Ratio(
        "equity_change",
        ("equity", "-equity_before"),
        ("total_assets_before",),
        Risk.FALLS,
        "净资产变动/上年总资产",
    ),
)

NAMES = tuple(ratio.name for ratio in RATIOS)


def amounts_read() -> tuple[str, ...]:
    """Names of all amounts that ratios read, with those of the year before; sorted."""
    return tuple(
        sorted({name.removeprefix("-") for ratio in RATIOS for name in (*ratio.of, *ratio.over)})
    )


def ratios_of(amounts: Mapping[str, Vector]) -> Matrix:
    """Compute every ratio of many accounts.

    Parameters
    ----------
    amounts : mapping of `amounts_read` to float64 array of shape (n,)
        In any unit and currency, all of one account in the same; NaN where not told.

    Returns
    -------
    float64 array of shape (n, ratios)
        In the order of `RATIOS`; NaN where missing, never infinite.
    """
    columns = [_quotient(_sum(ratio.of, amounts), _sum(ratio.over, amounts)) for ratio in RATIOS]
    return np.column_stack(columns)


def _sum(names: Sequence[str], amounts: Mapping[str, Vector]) -> Vector:
    signed = [-amounts[name[1:]] if name.startswith("-") else amounts[name] for name in names]
    total: Vector = np.sum(signed, axis=0)
    return total


def _quotient(one: Vector, other: Vector) -> Vector:
    found = np.full(len(one), np.nan)
    with np.errstate(over="ignore"):  # a divisor next to 0: the quotient isn't a number of use
        np.divide(one, other, out=found, where=other > 0.0)
    found[np.isinf(found)] = np.nan
    return found


def _written(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    first, *others = names
    signs = [f" - {name[1:]}" if name.startswith("-") else f" + {name}" for name in others]
    return f"({first}{''.join(signs)})"
