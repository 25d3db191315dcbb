"""Prices of what lies in warehouses, and of emission rights: one a trading day and series."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats, Ints
from simulator.observation.view import CURRENCY, Sheets, View, days, joined, refs, whole

SERIES: dict[str, float] = {
    "CU-SPOT": 70_000.0,
    "AL-SPOT": 20_000.0,
    "PP-SPOT": 7_600.0,
    "SR-SPOT": 5_900.0,
    "CEA-SPOT": 80.0,
}
"""Series, and yuan for a tonne on the first day: two metals, plastic, sugar, emissions."""

GOODS = 4
"""The first series are goods, the last is of emission rights."""

DAILY_SWAY = (0.011, 0.009, 0.010, 0.008, 0.020)
"""Standard deviation of ln(price) from one trading day to the next."""

TONNE = "TNE"


def trading_days(view: View) -> Ints:
    """Weekdays of the world before its last day."""
    every = np.arange(view.world.chain.calendar.begin, view.end)
    weekdays: Ints = every[np.is_busday(every.astype("datetime64[D]"))]
    return weekdays


def prices(view: View) -> Floats:
    """Yuan for a tonne; shape (series, trading days)."""
    chance = view.chance("prices")
    steps = chance.normal(0.0, 1.0, (len(SERIES), len(trading_days(view))))
    sway = np.array(DAILY_SWAY)[:, None]
    steps[:, 0] = 0.0
    found: Floats = np.array(list(SERIES.values()))[:, None] * np.exp(
        sway * np.cumsum(steps, axis=1)
    )
    return found


def price_on(view: View, series: Ints, day: Ints) -> Floats:
    """The last price before a day, which is what is known on it."""
    place = np.searchsorted(trading_days(view), day) - 1
    found: Floats = prices(view)[series, np.maximum(place, 0)]
    return found


def price_sheets(view: View) -> Sheets:
    """Yield the series, each price known on the next day."""
    traded, yuan = trading_days(view), prices(view)
    chance = view.chance("volumes")
    for place, name in enumerate(SERIES):
        yield view.sheet(
            "price_point",
            {
                "ref": joined(f"{name}/", refs("", traded, 5)),
                "series": name,
                "priced_on": days(traded),
                "price_micro": whole(1e6 * np.round(yuan[place], 2)),
                "currency": CURRENCY,
                "volume_milli": whole(1e3 * chance.lognormal(8.0, 0.5, len(traded))),
            },
            traded,
            traded + 1,
        )
