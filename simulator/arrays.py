"""Arrays of the simulator: their types, the calendar on them, and where chance comes from."""

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


def month_of(days: Ints) -> Ints:
    """Month of each day; days since 1970-01-01, months since January 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def first_day_of(months: Ints) -> Ints:
    """First day of each month; months since January 1970, days since 1970-01-01."""
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def season(months: Ints) -> Floats:
    """Return how much is ordered in each month, 1 being usual (domain.md section 4.1).

    Spring Festival is taken to fall in February; quarter-ends and the year's end are busy.
    """
    by_month = np.array([1.0, 0.55, 1.15 * 1.25, 1, 1, 1.25, 1, 1, 1.25, 1, 1.2, 1.2 * 1.25])
    factors: Floats = by_month[months % 12]
    return factors
