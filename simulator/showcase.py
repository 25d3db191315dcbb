"""Three requests to show: a good, a doubtful and a bad receivable, issued on the last day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simulator.arrays import Flags, Floats, Ints
from simulator.lateness import Market, chances_at_issue
from simulator.regimes import REGIMES
from simulator.trade import Claims, face_of

REGIME_WORDS = ("付款及时", "付款一般", "付款拖延", "付款困难")
"""`REGIMES` in Chinese."""

STEADY_MONTHS = 4
"""Months for which a buyer must have kept its regime, so that the ledger shows it."""

KNOWN_CLAIMS = 8
"""Receivables a pair must have had."""


class Showcase(NamedTuple):
    """A receivable to show: what it is in English and in Chinese, and its key in the ledger."""

    title_en: str
    title_zh: str
    receivable: str


@dataclass(frozen=True)
class Part:
    """One of the three.

    Attributes
    ----------
    word_en, word_zh : str
        What it is called.
    amount : float
        Its amount as a multiple of the usual one of the pair.
    term_days : int
        Its term.
    regimes : tuple of int
        Regimes of the buyer that are looked for.
    chance : float
        The chance of being late that is looked for.
    """

    word_en: str
    word_zh: str
    amount: float
    term_days: int
    regimes: tuple[int, ...]
    chance: float


PARTS = (
    Part("Good", "好", 0.8, 30, (0,), 0.0),
    Part("Doubtful", "存疑", 1.2, 90, (1, 2), 0.45),
    Part("Bad", "差", 2.5, 120, (3,), 1.0),
)
"""From good to bad, as they are listed."""


def showcase_claims(market: Market, claims: Claims, last_day: int) -> Claims:
    """Choose a pair for each part, with a buyer of its own.

    If it can be, one that the ledger knows well and whose buyer is in a regime looked for; among
    those by the true chance.
    """
    fit = _fit(market, claims)
    chosen: list[Claims] = []
    for part in PARTS:
        every = _every_pair(market, part, last_day)
        distance = np.abs(chances_at_issue(market, every) - part.chance)
        taken = [market.pairs.buyer[one.pair[0]] for one in chosen]
        free = ~np.isin(market.pairs.buyer, taken)
        wanted = np.isin(market.regime(every, every.issued), part.regimes)
        best = np.lexsort((distance, ~wanted, ~fit, ~free))[:1]
        chosen.append(every.take(best))
    good, doubtful, bad = chosen
    return good.followed_by(doubtful).followed_by(bad)


def titles(market: Market, claims: Claims) -> list[tuple[str, str]]:
    """Say in English and in Chinese what each of the three is; true of any world."""
    regimes = market.regime(claims, claims.issued)
    return [
        (
            f"{part.word_en}: {REGIMES[regime]} payer, {part.amount:g} times the pair's usual "
            f"amount, {part.term_days} days",
            f"{part.word_zh}：买方{REGIME_WORDS[regime]}，金额为双方惯常的{part.amount:g}倍，"
            f"账期{part.term_days}天",
        )
        for part, regime in zip(PARTS, regimes, strict=True)
    ]


def _every_pair(market: Market, part: Part, last_day: int) -> Claims:
    pairs = market.pairs
    z: Floats = np.full(len(pairs), np.log(part.amount) / market.scenario.log_amount_sd)
    days: Ints = np.full(len(pairs), last_day)
    every = np.arange(len(pairs))
    face_minor = face_of(market.scenario, pairs, every, z)
    return Claims(every, days, days + part.term_days, z, face_minor)


def _fit(market: Market, claims: Claims) -> Flags:
    """Which pairs still trade, have a history, and a buyer that has kept its regime."""
    months = market.scenario.months
    recent = market.regimes[:, months - STEADY_MONTHS : months]
    steady = (recent == recent[:, -1:]).all(axis=1)[market.pairs.buyer]
    known = np.bincount(claims.pair, minlength=len(market.pairs)) >= KNOWN_CLAIMS
    fit: Flags = steady & known & (market.pairs.until_month >= months)
    return fit
