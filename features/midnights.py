"""The first day of use of a fact in SQL, for facts that stay in their files.

`features.views.first_day_of_use` says the same of facts in memory, and is quicker there. Here each
day of UTC is cut into pieces at the local midnights within it, and a fact falls into one of them.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pyarrow as pa

from features.views import MICROS_A_DAY, first_day_of_use, start_micros

MIDNIGHT = "midnight"
"""Name of the table of `midnights`."""

LAST_DAY = 60_000
"""A day in 2134. What was seen after it counts as seen on it, and what before 1970 as in 1970."""


@lru_cache(maxsize=8)
def midnights(time_zone: str) -> pa.Table:
    """Pieces of time in which all that is seen has the same first day of use.

    Returns
    -------
    pyarrow.Table
        ``opens`` (the start of a day of UTC), ``since`` and ``until`` (a piece of that day,
        half-open) in microseconds, and ``seen_day``.
    """
    opens = np.arange(LAST_DAY + 1, dtype="int64") * MICROS_A_DAY
    local = [start_micros(day, time_zone) for day in range(LAST_DAY + 1)]
    since = np.union1d(opens, local)
    since = since[(since >= opens[0]) & (since <= opens[-1])]
    columns = {
        "opens": since - since % MICROS_A_DAY,
        "since": since,
        "until": np.append(since[1:], opens[-1] + 1),
    }
    table = pa.table({name: pa.array(values) for name, values in columns.items()})
    return table.append_column("seen_day", first_day_of_use(table["since"], time_zone))


def with_seen_day(table: str) -> str:
    """SQL of a table of facts with ``seen_day``; it reads `midnights`."""
    seen = f"LEAST(GREATEST(f.visible_at, 0), {LAST_DAY * MICROS_A_DAY})"
    return (
        f"SELECT f.*, m.seen_day FROM {table} AS f JOIN {MIDNIGHT} AS m "  # noqa: S608 - literals
        f"ON m.opens = {seen} - {seen} % {MICROS_A_DAY} AND m.since <= {seen} AND {seen} < m.until"
    )
