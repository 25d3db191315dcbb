"""Ratios of accounts: by hand, and what isn't told."""

from typing import get_args

import numpy as np
import pytest

from features.feature import Risk
from features.subject.twelve_months import FLOWS, TOTALS
from ledger.entities.standing import Concept
from models.account_ratios import (
    AMOUNTS,
    BEFORE,
    NAMES,
    RATIOS,
    Sheet,
    amounts_read,
    ratios_of,
)

COMPANY = {
    "total_assets": 1_000,
    "total_liabilities": 600,
    "equity": 400,
    "current_assets": 500,
    "inventory": 200,
    "current_liabilities": 400,
    "retained_earnings": 100,
    "revenue": 2_000,
    "cost_of_goods_sold": 1_500,
    "ebit": 90,
    "net_profit": 50,
    "total_assets_before": 800,
    "equity_before": 360,
    "revenue_before": 1_600,
    "net_profit_before": 70,
}
BY_HAND = {
    "leverage": 0.6,
    "working_capital": 0.1,
    "current_ratio": 1.25,
    "quick_ratio": 0.75,
    "retained": 0.1,
    "earned": 0.09,
    "profit": 0.05,
    "earned_on_debts": 0.15,
    "earned_margin": 0.045,
    "net_margin": 0.025,
    "gross_margin": 0.25,
    "turnover": 2.0,
    "stock": 0.1,
    "short_part": 400 / 600,
    "sales_growth": 0.25,
    "growth": 0.25,
    "profit_change": -0.025,
    "equity_change": 0.05,
}


def of(**changed: float | None) -> dict[str, float]:
    """Ratios of the company with some amounts changed; None isn't told."""
    amounts = {**COMPANY, **changed}
    given = {
        name: np.array([np.nan if amounts[name] is None else amounts[name]], dtype=np.float64)
        for name in amounts_read()
    }
    return dict(zip(NAMES, ratios_of(given)[0].tolist(), strict=True))


def missing(ratios: dict[str, float]) -> set[str]:
    return {name for name, value in ratios.items() if np.isnan(value)}


def test_ratios_are_as_by_hand() -> None:
    assert of() == pytest.approx(BY_HAND)


def test_a_ratio_does_not_depend_on_the_unit() -> None:
    in_fen = of(**{name: amount * 100 for name, amount in COMPANY.items()})

    assert in_fen == pytest.approx(BY_HAND)


def test_what_is_not_told_is_missing_and_nothing_else_is() -> None:
    for name in amounts_read():
        asks = {one.name for one in RATIOS if {name, f"-{name}"} & {*one.of, *one.over}}
        assert missing(of(**{name: None})) == asks


def test_an_amount_of_nothing_is_an_amount() -> None:
    assert of(inventory=0)["stock"] == 0.0
    assert of(inventory=0)["quick_ratio"] == 1.25


@pytest.mark.parametrize("revenue", [0, -5])
def test_what_is_not_above_zero_divides_nothing(revenue: int) -> None:
    assert missing(of(revenue=revenue)) == {"earned_margin", "net_margin", "gross_margin", "stock"}


def test_equity_below_zero_is_leverage_above_one() -> None:
    ratios = of(total_liabilities=1_300, equity=-300)

    assert ratios["leverage"] == 1.3
    assert ratios["equity_change"] == pytest.approx(-0.825)
    assert missing(ratios) == set()


def test_a_divisor_next_to_nothing_gives_no_infinity() -> None:
    assert np.isnan(of(current_liabilities=1e-320)["current_ratio"])


def test_every_amount_is_a_total_or_a_line_of_a_statement() -> None:
    for amount in AMOUNTS:
        assert amount.name in {*TOTALS, *get_args(Concept)}
        assert (amount.name in FLOWS) == (amount.sheet is Sheet.INCOME)


def test_ratios_read_the_amounts_declared_and_all_of_them() -> None:
    read = {name.removesuffix(BEFORE) for name in amounts_read()}

    assert read == {amount.name for amount in AMOUNTS}


def test_declarations_are_told_apart() -> None:
    assert len({ratio.fingerprint for ratio in RATIOS}) == len(set(NAMES)) == len(RATIOS)
    assert {ratio.risk for ratio in RATIOS} == set(Risk)
    assert RATIOS[1].formula == "(current_assets - current_liabilities) / total_assets"
