"""A world, made in one go from a scenario, a seed and its last day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from ledger.clocks import to_day_number
from simulator.arrays import month_of
from simulator.cast import cast_buyers, cast_suppliers
from simulator.company_reports import draw_reports
from simulator.lateness import Market, chances_at_issue, chances_when_due, draw_days_late
from simulator.network import link
from simulator.oracle import Oracle
from simulator.regimes import regime_paths
from simulator.rows import (
    Row,
    party_rows,
    payment_rows,
    profile_rows,
    receivable_keys,
    receivable_rows,
    report_rows,
)
from simulator.scenario import Scenario
from simulator.showcase import PARTS, Showcase, showcase_claims, titles
from simulator.trade import Claims, trade


@dataclass(frozen=True, eq=False)
class World:
    """What is told to the ledger, and what is not.

    Attributes
    ----------
    last_day : date
        The last day, in Shanghai. Every row is known by its first instant.
    rows : mapping of str to sequence of mappings
        Rows by the name of their kind, as ``ledger.writer.append`` takes them.
    oracle : Oracle
        The truth of every receivable; no row holds any of it.
    showcase : list of Showcase
        A good, a doubtful and a bad receivable, issued on the last day and open.
    """

    last_day: date
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    oracle: Oracle
    showcase: list[Showcase]


def make_world(scenario: Scenario, seed: int, last_day: date) -> World:
    """Make a world; the same arguments make the same world.

    Parameters
    ----------
    seed : int
        Not negative.
    last_day : date
        Day on which the world ends; it begins on the first day of a month, so that the last of
        its ``scenario.months`` months may be cut short.
    """
    end = to_day_number(last_day)
    market = _market(scenario, seed, end)
    months = market.first_month + np.arange(scenario.months)
    claims = trade(scenario, market.pairs, months, end, seed)
    shown = showcase_claims(market, claims, end)
    claims = claims.followed_by(shown)
    oracle = _oracle(market, claims, seed)
    told = titles(market, shown)
    keys = oracle.receivables[-len(PARTS) :]
    return World(
        last_day=last_day,
        rows=_rows(market, claims, oracle, end, seed),
        oracle=oracle,
        showcase=[Showcase(*title, key) for title, key in zip(told, keys, strict=True)],
    )


def _market(scenario: Scenario, seed: int, end: int) -> Market:
    buyers = cast_buyers(scenario, seed)
    suppliers = cast_suppliers(scenario, seed)
    return Market(
        scenario=scenario,
        buyers=buyers,
        suppliers=suppliers,
        pairs=link(scenario, buyers, suppliers, seed),
        regimes=regime_paths(buyers.home, scenario.months, seed),
        first_month=int(month_of(np.array([end]))[0]) - scenario.months + 1,
    )


def _oracle(market: Market, claims: Claims, seed: int) -> Oracle:
    regime = market.regime(claims, claims.due)
    return Oracle(
        receivables=receivable_keys(len(claims)),
        at_issue=chances_at_issue(market, claims),
        when_due=chances_when_due(market, claims)[np.arange(len(claims)), regime],
        regime=regime,
        days_late=draw_days_late(market, claims, seed),
    )


def _rows(
    market: Market, claims: Claims, oracle: Oracle, end: int, seed: int
) -> dict[str, list[Row]]:
    reports = draw_reports(market, claims, seed)
    return {
        "party": party_rows(market, seed),
        "party_profile": profile_rows(market, seed),
        "party_report": report_rows(market, reports, end),
        "receivable": receivable_rows(market, claims),
        "payment": payment_rows(market, claims, oracle.days_late, end),
    }
