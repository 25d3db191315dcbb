"""Whether requests default as often as they should, by tenths of their true PD."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from simulator.arrays import Flags, Floats, Ints

LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class Calibration:
    """Requests in groups of rising PD; arrays of one row a group.

    Attributes
    ----------
    requests, defaults : int array
        How many there are, and how many ended in default.
    expected : float array
        Mean true PD.
    low, high : float array
        Jeffreys interval (95 %) of the chance that made these defaults, were requests independent.
    """

    requests: Ints
    defaults: Ints
    expected: Floats
    low: Floats
    high: Floats


def calibrate(chances: Floats, defaulted: Flags, groups: int = 10) -> Calibration:
    """Group requests by their chance of default, each group as large as the next.

    Parameters
    ----------
    chances : float array of shape (requests,)
        True PD.
    defaulted : bool array of shape (requests,)
    groups : int
        At most as many as there are requests.
    """
    parts = np.array_split(np.argsort(chances, kind="stable"), groups)
    requests = np.array([len(part) for part in parts])
    defaults = np.array([int(defaulted[part].sum()) for part in parts])
    tail = (1 - LEVEL) / 2
    low, high = (
        betaincinv(defaults + 0.5, requests - defaults + 0.5, level) for level in (tail, 1 - tail)
    )
    return Calibration(
        requests=requests,
        defaults=defaults,
        expected=np.array([chances[part].mean() for part in parts]),
        low=np.where(defaults == 0, 0.0, low),
        high=np.where(defaults == requests, 1.0, high),
    )
