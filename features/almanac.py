"""The calendar as a table, so that relations need no date arithmetic of any engine."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

FIRST, LAST = np.datetime64("1899-01-01", "D"), np.datetime64("2201-01-01", "D")


@cache
def almanac() -> pa.Table:
    """One line per day from 1899 to 2200.

    Returns
    -------
    pyarrow.Table
        ``day`` (days since 1970-01-01), ``weekday`` (0 Monday to 6 Sunday), ``day_of_month``
        (1-31), ``days_left`` (days to the end of the month, 0 on the last) and ``month`` (months
        since 1970-01, so 0 in January 1970); int32.
    """
    days = np.arange(FIRST, LAST)
    months = days.astype("datetime64[M]")
    first = months.astype("datetime64[D]")
    last = (months + 1).astype("datetime64[D]") - 1
    number = days.astype("int64")
    columns = {
        "day": number,
        "weekday": (number + 3) % 7,  # 1970-01-01 was a Thursday
        "day_of_month": (days - first).astype("int64") + 1,
        "days_left": (last - days).astype("int64"),
        "month": months.astype("int64"),
    }
    return pa.table({name: pa.array(values.astype("int32")) for name, values in columns.items()})
