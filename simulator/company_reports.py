"""What parties report each month: turnover and headcount, some of it missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Flags, Floats, Ints, month_of, season, stream
from simulator.lateness import Market
from simulator.trade import Claims

CORE_TURNOVER_YUAN = 4e8
SMALL_TURNOVER_YUAN = 8e6
"""Monthly turnover of a core enterprise, and of a smaller buyer, of usual size."""

SUPPLIER_TURNOVER_YUAN = 1.5e6
OTHER_INCOME_SHARE = 0.3
"""Monthly turnover by which suppliers are staffed, and the share of it from outside this world."""

YUAN_A_HEAD = (8e4, 5e4)
"""Monthly turnover a head, at buyers and at suppliers."""

REGIME_LOSS = 0.10
"""How much of ln(turnover) each step to a worse regime costs a buyer."""

UNTOLD_HEADCOUNT_SHARE = 0.10


@dataclass(frozen=True, eq=False)
class Reports:
    """Reports of all parties, buyers first and then suppliers; shape (parties, months).

    Attributes
    ----------
    turnover_minor : int array
        In fen.
    employees : int array
        At the end of the month.
    given, headcount_given : bool array
        Whether there is a report, and whether it tells the headcount.
    """

    turnover_minor: Ints
    employees: Ints
    given: Flags
    headcount_given: Flags


def draw_reports(market: Market, claims: Claims, seed: int) -> Reports:
    """Draw the reports of every month of the world."""
    rng = stream(seed, "reports")
    months = market.first_month + np.arange(market.scenario.months)
    turnover = np.concatenate(
        [_buyer_turnover(market, months), _supplier_turnover(market, claims, months)]
    )
    buyer_heads = _buyer_scale(market) / YUAN_A_HEAD[0]
    supplier_heads = _supplier_scale(market) / YUAN_A_HEAD[1]
    heads = np.concatenate([buyer_heads, supplier_heads])[:, None]
    drift = np.cumsum(rng.normal(0.0, 0.01, turnover.shape), axis=1)
    silent = rng.random((len(turnover), 1)) < market.scenario.silent_party_share
    missing = rng.random(turnover.shape) < market.scenario.missing_report_share
    noise = rng.lognormal(0.0, 0.08, turnover.shape)
    return Reports(
        turnover_minor=np.rint(100 * turnover * noise).astype(np.int64),
        employees=np.maximum(1, np.rint(heads * np.exp(drift))).astype(np.int64),
        given=~silent & ~missing,
        headcount_given=rng.random(turnover.shape) >= UNTOLD_HEADCOUNT_SHARE,
    )


def _buyer_scale(market: Market) -> Floats:
    usual = np.where(market.buyers.core, CORE_TURNOVER_YUAN, SMALL_TURNOVER_YUAN)
    scale: Floats = usual * np.exp(market.buyers.size)
    return scale


def _supplier_scale(market: Market) -> Floats:
    scale: Floats = SUPPLIER_TURNOVER_YUAN * np.exp(market.suppliers.size)
    return scale


def _buyer_turnover(market: Market, months: Ints) -> Floats:
    regime = market.regimes[:, : len(months)]
    turnover: Floats = (
        _buyer_scale(market)[:, None] * season(months) * np.exp(-REGIME_LOSS * regime)
    )
    return turnover


def _supplier_turnover(market: Market, claims: Claims, months: Ints) -> Floats:
    sales = np.zeros((len(market.suppliers), len(months)))
    seller = market.pairs.supplier[claims.pair]
    np.add.at(sales, (seller, month_of(claims.issued) - market.first_month), claims.face_minor)
    other: Floats = OTHER_INCOME_SHARE * _supplier_scale(market)[:, None] * season(months)
    return sales / 100 + other
