"""SQL of how long payment takes beyond the due date: Kaplan-Meier curves over censored claims.

A claim's wait is the days from due to settled, 0 to 90; an open one waits for more than
``day - 2 - due_on`` days (`features.claims_seen`), so it is at risk on the days before
``day - 1 - due_on`` and leaves then, neither good nor dropped. Where no claim is followed further,
the curve ends: the last one counts with the days it has waited.
"""

from __future__ import annotations

from features.claims_seen import LONGEST_TERM_DAYS
from features.rates import window

LONGEST_DAYS = 90
"""A wait counts up to this."""

ON_TIME_DAYS = 7
"""What is paid within so many days of the due date is paid on time."""

_JUST = "0.000000001E0"


def waits(points: str, keys: tuple[str, ...], widths: tuple[int, ...], on_time_width: int) -> str:
    """SQL of the buckets of `curves` by looking at each claim from each point.

    Parameters
    ----------
    points : str
        ``pair_day``: parties with so few claims that this costs little.
    keys : tuple of str
        The parties by which the points see claims.
    widths : tuple of int
        Windows in days, the widest first: the claims whose lateness of a day was settled in them.
    on_time_width : int
        Window of ``n_on_time`` (claims of which it is settled whether they were paid on time) and
        ``x_on_time`` (those that were); not wider than the widest.
    """
    by = ", ".join(keys)
    at = ", ".join(f"k.{key}" for key in keys)
    on = " AND ".join(f"c.{key} = k.{key}" for key in keys)
    widest = max(widths[0], on_time_width + ON_TIME_DAYS)
    settled_on_time = window(ON_TIME_DAYS + 1, on_time_width)
    return f"""
        WITH cell AS (
            SELECT {by}, due_on, from_day, until_day,
                CASE WHEN settled_on IS NOT NULL
                    THEN GREATEST(0, LEAST(settled_on - due_on, {LONGEST_DAYS})) END AS wait,
                COUNT(*) AS n
            FROM known_claim
            WHERE term_days <= {LONGEST_TERM_DAYS}
            GROUP BY {by}, due_on, from_day, until_day, CASE WHEN settled_on IS NOT NULL
                THEN GREATEST(0, LEAST(settled_on - due_on, {LONGEST_DAYS})) END
        ),
        waiting AS (
            SELECT {at}, k.day, k.day - c.due_on AS past_days,
                COALESCE(c.wait, LEAST(k.day - 1 - c.due_on, {LONGEST_DAYS})) AS wait,
                CASE WHEN c.wait IS NULL THEN 0 ELSE c.n END AS paid, c.n
            FROM {points} AS k
            JOIN cell AS c ON {on} AND c.from_day <= k.day AND k.day < c.until_day
                AND k.day - c.due_on BETWEEN 2 AND {widest + 1}
        )
        SELECT {by}, day, wait, {", ".join(_bucket(width) for width in widths)},
            SUM(CASE WHEN {settled_on_time} THEN n ELSE 0 END) AS n_on_time,
            SUM(CASE WHEN {settled_on_time} AND wait <= {ON_TIME_DAYS} THEN paid ELSE 0 END)
                AS x_on_time
        FROM waiting
        GROUP BY {by}, day, wait
    """  # noqa: S608 - the arguments are literals of the relations


def curves(buckets: str, keys: tuple[str, ...], widths: tuple[int, ...]) -> str:
    """SQL of a row per point that has a bucket.

    Parameters
    ----------
    buckets : str
        SQL of the claims of each point that waited for so many days, ``wait``, 0 to 90: for each
        window w ``e{w}`` that were paid then and ``n{w}`` with those that were last seen waiting;
        ``n_on_time`` and ``x_on_time``.
    keys : tuple of str
        The parties of a point.
    widths : tuple of int
        The windows.

    Columns are, for a window w, ``n{w}`` claims, ``mean{w}`` the restricted mean, ``p75_{w}`` and
    ``p90_{w}`` the waits by which 75 and 90 % are paid; ``n_on_time`` and ``x_on_time``.
    """
    by = ", ".join(keys)
    return f"""
        WITH bucket AS ({buckets}),
        risk AS (
            SELECT {by}, day, wait, n_on_time, x_on_time,
                LEAD(wait) OVER (PARTITION BY {by}, day ORDER BY wait) - wait AS gap,
                {", ".join(_at_risk(by, width) for width in widths)}
            FROM bucket
        ),
        hazard AS (
            SELECT {by}, day, wait, gap, n_on_time, x_on_time,
                {", ".join(_hazard(width) for width in widths)}
            FROM risk
        ),
        survival AS (
            SELECT {by}, day, wait, gap, n_on_time, x_on_time,
                {", ".join(_survival(width) for width in widths)}
            FROM hazard
            WINDOW running AS (
                PARTITION BY {by}, day ORDER BY wait
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            )
        )
        SELECT {by}, day, SUM(n_on_time) AS n_on_time, SUM(x_on_time) AS x_on_time,
            {", ".join(_curve(width) for width in widths)}
        FROM survival
        GROUP BY {by}, day
    """  # noqa: S608 - the arguments are literals of the relations


def _bucket(width: int) -> str:
    inside = window(1, width)
    return (
        f"SUM(CASE WHEN {inside} THEN paid ELSE 0 END) AS e{width}, "
        f"SUM(CASE WHEN {inside} THEN n ELSE 0 END) AS n{width}"
    )


def _at_risk(by: str, width: int) -> str:
    """Claims in the bucket, paid in it, and left after it."""
    return (
        f"n{width}, e{width}, SUM(n{width}) OVER (PARTITION BY {by}, day) - SUM(n{width}) OVER ("
        f"PARTITION BY {by}, day ORDER BY wait ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
        f") AS left{width}"
    )


def _hazard(width: int) -> str:
    """The logarithm of the share that isn't paid in the bucket; where all are, that apart."""
    risk = f"CAST(left{width} + e{width} AS DOUBLE)"
    return (
        f"n{width}, left{width}, CASE WHEN e{width} > 0 AND left{width} > 0 "
        f"THEN CAST(LN(CAST(left{width} AS DOUBLE) / {risk}) AS DECIMAL(18, 12)) "
        f"ELSE CAST(0 AS DECIMAL(18, 12)) END AS log{width}, "
        f"CASE WHEN e{width} > 0 AND left{width} = 0 THEN 1 ELSE 0 END AS end{width}"
    )


def _survival(width: int) -> str:
    return (
        f"n{width}, left{width}, CASE WHEN SUM(end{width}) OVER running > 0 THEN 0.0E0 "
        f"ELSE EXP(CAST(SUM(log{width}) OVER running AS DOUBLE)) END AS s{width}"
    )


def _curve(width: int) -> str:
    area = f"CAST(s{width} * CAST(gap AS DOUBLE) AS DECIMAL(18, 12))"
    mean = (
        f"CAST(MIN(wait) AS DOUBLE) + COALESCE(CAST("
        f"SUM(CASE WHEN left{width} > 0 THEN {area} END) AS DOUBLE), 0.0E0)"
    )
    return (
        f"SUM(n{width}) AS n{width}, CASE WHEN SUM(n{width}) > 0 THEN {mean} END AS mean{width}, "
        f"{_percentile(width, 75)}, {_percentile(width, 90)}"
    )


def _percentile(width: int, percent: int) -> str:
    """The first wait by which so many are paid; else the longest seen."""
    reached = f"MIN(CASE WHEN s{width} <= {1 - percent / 100:.2f}E0 + {_JUST} THEN wait END)"
    longest = f"MAX(CASE WHEN n{width} > 0 THEN wait END)"
    return f"COALESCE({reached}, {longest}) AS p{percent}_{width}"
