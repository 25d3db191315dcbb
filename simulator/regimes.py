"""How buyers pay: four regimes, and how a buyer moves between them from month to month."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats, Ints, stream

REGIMES = ("prompt", "typical", "slow", "distressed")
"""From best to worst; arrays hold the place in this tuple."""

MIXTURES: tuple[tuple[float, float, float, float], ...] = (
    (0.80, 0.17, 0.025, 0.005),
    (0.64, 0.26, 0.085, 0.015),
    (0.38, 0.34, 0.24, 0.04),
    (0.15, 0.30, 0.40, 0.15),
)
"""Share of payments on time, a little late, long late and very late (domain.md section 4.3)."""

MOVE = 0.05
"""Chance in a month of a step to the next worse regime, and to the next better one, from home."""

PULL = 1.0
"""By how much a regime's distance from home weighs the two steps, in log-odds."""

BURN_IN_MONTHS = 12
MONTHS_AHEAD = 6
"""Months after the world's last for which regimes are drawn: until its last receivable is due."""


def transitions() -> Floats:
    """Chances of next month's regime.

    Returns
    -------
    float64 array of shape (home, regime now, regime next)
        Rows sum to 1; a step leads to a neighbouring regime.
    """
    count = len(REGIMES)
    chances = np.zeros((count, count, count))
    for home in range(count):
        for now in range(count):
            worse = MOVE * np.exp(-PULL * (now - home)) if now < count - 1 else 0.0
            better = MOVE * np.exp(PULL * (now - home)) if now > 0 else 0.0
            scale = min(1.0, 0.9 / max(worse + better, 0.9))
            if worse:
                chances[home, now, now + 1] = worse * scale
            if better:
                chances[home, now, now - 1] = better * scale
            chances[home, now, now] = 1.0 - chances[home, now].sum()
    return chances


def transitions_ahead() -> Floats:
    """Chances of the regime some months on; shape (months 0 to MONTHS_AHEAD, home, now, then)."""
    step = transitions()
    powers = [np.broadcast_to(np.eye(len(REGIMES)), step.shape)]
    for _ in range(MONTHS_AHEAD):
        powers.append(powers[-1] @ step)
    return np.stack(powers)


def regime_paths(home: Ints, months: int, seed: int) -> Ints:
    """Draw the regime of each buyer in each month; shape (buyers, months + MONTHS_AHEAD)."""
    rng = stream(seed, "regimes")
    cumulative = np.cumsum(transitions(), axis=-1)
    now = home
    path = []
    for _ in range(BURN_IN_MONTHS + months + MONTHS_AHEAD):
        path.append(now)
        reached = rng.random(len(home))[:, None] >= cumulative[home, now, :-1]
        now = reached.sum(axis=1).astype(np.int64)
    return np.stack(path[BURN_IN_MONTHS:], axis=1)
