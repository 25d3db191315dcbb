"""What is traded: orders by month and season, and the receivables they leave.

An order is delivered and invoiced at once here: lead times, partial deliveries and acceptance
are not told apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Flags, Floats, Ints, first_day_of, season, stream
from simulator.network import TERM_SHARES, TERMS_DAYS, Pairs
from simulator.scenario import Scenario

USUAL_TERM_SHARE = 0.75
"""Share of orders on the usual term of the pair; the others draw one anew."""


@dataclass(frozen=True, eq=False)
class Claims:
    """Receivables as they arise.

    Attributes
    ----------
    pair : int array
        Place in `Pairs`.
    issued, due : int array
        Days since 1970-01-01.
    amount_z : float array
        How far ln(amount) is from what is usual for the pair, in standard deviations.
    face_minor : int array
        Amount in fen.
    """

    pair: Ints
    issued: Ints
    due: Ints
    amount_z: Floats
    face_minor: Ints

    def __len__(self) -> int:
        """Count the receivables."""
        return len(self.pair)

    def take(self, which: Ints | Flags) -> Claims:
        """Return some of them, in the order asked for."""
        return Claims(
            self.pair[which],
            self.issued[which],
            self.due[which],
            self.amount_z[which],
            self.face_minor[which],
        )

    def followed_by(self, other: Claims) -> Claims:
        """Return these and then the others."""
        return Claims(
            np.concatenate([self.pair, other.pair]),
            np.concatenate([self.issued, other.issued]),
            np.concatenate([self.due, other.due]),
            np.concatenate([self.amount_z, other.amount_z]),
            np.concatenate([self.face_minor, other.face_minor]),
        )


def trade(scenario: Scenario, pairs: Pairs, months: Ints, last_day: int, seed: int) -> Claims:
    """Draw the receivables issued up to ``last_day``, in the order of their issue.

    Parameters
    ----------
    months : int array
        The months of the world, since January 1970.
    last_day : int
        Days since 1970-01-01; included.
    """
    rng = stream(seed, "trade")
    pair, month = _orders(pairs, months, rng)
    begin = first_day_of(months[month])
    length = first_day_of(months[month] + 1) - begin
    issued = _on_weekday(begin + np.floor(rng.random(len(pair)) * length).astype(np.int64))
    usual = rng.random(len(pair)) < USUAL_TERM_SHARE
    other = rng.choice(TERMS_DAYS, len(pair), p=TERM_SHARES)
    amount_z = rng.normal(0.0, 1.0, len(pair))
    face_minor = face_of(scenario, pairs, pair, amount_z)
    due = issued + np.where(usual, pairs.term_days[pair], other)
    claims = Claims(pair, issued, due, amount_z, face_minor)
    claims = claims.take(claims.issued <= last_day)
    return claims.take(np.argsort(claims.issued, kind="stable"))


def face_of(scenario: Scenario, pairs: Pairs, pair: Ints, amount_z: Floats) -> Ints:
    """Amount in fen of receivables whose ln(amount) is so far from the usual one of their pair."""
    yuan = np.exp(pairs.log_amount[pair] + scenario.log_amount_sd * amount_z)
    face_minor: Ints = np.maximum(1, np.rint(100 * yuan)).astype(np.int64)
    return face_minor


def _orders(pairs: Pairs, months: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw how often each pair trades in each month; one row an order."""
    place = np.arange(len(months))
    trades = (pairs.from_month[:, None] <= place) & (place < pairs.until_month[:, None])
    orders = rng.poisson(pairs.orders[:, None] * season(months) * trades)
    pair, month = np.nonzero(orders)
    times = orders[pair, month]
    return np.repeat(pair, times).astype(np.int64), np.repeat(month, times).astype(np.int64)


def _on_weekday(days: Ints) -> Ints:
    rolled = np.busday_offset(days.astype("datetime64[D]"), 0, roll="forward")
    return rolled.astype("datetime64[D]").astype(np.int64)
