"""Arrays of the simulator: their types, and where chance comes from."""

from __future__ import annotations

from typing import TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the generator of one step of the world.

    Each step has a stream of its own, so that a change in one leaves the draws of the others.
    """
    return np.random.default_rng([seed, crc32(name.encode())])


def logistic(x: Floats) -> Floats:
    """Chance of log-odds x."""
    chance: Floats = 1.0 / (1.0 + np.exp(-x))
    return chance


def log_odds(p: Floats) -> Floats:
    """Log-odds of chances strictly between 0 and 1."""
    odds: Floats = np.log(p) - np.log1p(-p)
    return odds
