"""SQL of lateness rates: windows, shrinkage, and a supplier's whole book as the prior.

A claim's lateness of k days is settled from the day due + k + 1 on (``claims_seen``), so a window
of w days holds the claims with ``past_days`` from k + 1 to k + w. A ratio over few claims is drawn
to a prior worth kappa claims: ``(x + kappa * prior) / (n + kappa)``, domain.md section 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

WINDOWS = ((1, 14, 0.20), (1, 365, 0.20), (5, 30, 0.10), (5, 365, 0.10), (30, 365, 0.02))
"""Lateness in days, window in days, and what is believed of a supplier without any claim."""

BOOK_KAPPA = 20


def window(late_days: int, width_days: int) -> str:
    """SQL condition: lateness of ``late_days`` was settled within the last ``width_days``."""
    return f"past_days BETWEEN {late_days + 1} AND {late_days + width_days}"


def counted(late_days: int, width_days: int) -> str:
    """SQL of the number of claims in a window and of the late ones: ``n5_30``, ``x5_30``."""
    inside = window(late_days, width_days)
    name = f"{late_days}_{width_days}"
    return (
        f"SUM(CASE WHEN {inside} THEN 1 ELSE 0 END) AS n{name}, "
        f"SUM(CASE WHEN {inside} THEN late{late_days} ELSE 0 END) AS x{name}"
    )


def shrunk(late: str, claims: str, prior: str, kappa: float) -> str:
    """SQL of a rate drawn to a prior worth ``kappa`` claims."""
    return (
        f"(COALESCE(CAST({late} AS DOUBLE), 0.0E0) + {kappa:.1f}E0 * {prior}) "
        f"/ (COALESCE(CAST({claims} AS DOUBLE), 0.0E0) + {kappa:.1f}E0)"
    )


def logit(rate: str) -> str:
    """SQL of the log-odds of a rate strictly between 0 and 1."""
    return f"LN(({rate}) / (1.0E0 - ({rate})))"


def decayed(value: str, since: str, scale_days: float) -> str:
    """SQL of a value fading with age, as an exact decimal: sums don't depend on their order."""
    return (
        f"CAST(({value}) * EXP(-CAST({since} AS DOUBLE) / {scale_days:.1f}E0) AS DECIMAL(18, 12))"
    )


_LATE_AND_ALL = {"n": "1", "x": "late"}


def running(
    keys: tuple[str, ...],
    name: str = "running",
    sums: Mapping[str, str] = MappingProxyType(_LATE_AND_ALL),
) -> str:
    """SQL of running totals: CTE ``name`` with ``n`` and ``x``, or other sums, by keys and day.

    Expects a CTE ``stay`` (keys, ``enters``, ``leaves``: a claim counts on the days from the one to
    before the other; and what is summed) and a CTE ``point`` (keys, ``day``). Every point is a row
    of the result, and costs the same however many claims there are.

    Parameters
    ----------
    sums : mapping of str to str
        Columns of the result: SQL of what each adds up, never null, over ``stay``.
    """
    by = ", ".join(keys)
    total = {
        "enters": ", ".join(f"{value} AS {one}" for one, value in sums.items()),
        "leaves": ", ".join(f"-({value}) AS {one}" for one, value in sums.items()),
    }
    return f"""change_{name} AS (
        SELECT {by}, enters AS day, {total["enters"]} FROM stay WHERE enters < leaves
        UNION ALL
        SELECT {by}, leaves AS day, {total["leaves"]} FROM stay WHERE enters < leaves
        UNION ALL
        SELECT {by}, day, {", ".join(f"0 AS {one}" for one in sums)} FROM point
    ),
    daily_{name} AS (
        SELECT {by}, day, {", ".join(f"SUM({one}) AS {one}" for one in sums)}
        FROM change_{name} GROUP BY {by}, day
    ),
    {name} AS (
        SELECT {by}, day, {", ".join(f"SUM({one}) OVER total AS {one}" for one in sums)}
        FROM daily_{name}
        WINDOW total AS (
            PARTITION BY {by} ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        )
    )"""  # noqa: S608 - the arguments are literals of the callers


def settled_counts(party: str, windows: Sequence[tuple[int, int]]) -> str:
    """SQL of the claims settled as late or not at each point of a party: ``n5_30``, ``x5_30``.

    By running totals: a claim enters when its lateness is settled and leaves at the window's end.

    Parameters
    ----------
    party : str
        ``supplier`` or ``buyer``.
    windows : sequence of (int, int)
        Lateness in days and window in days.
    """
    kinds = ", ".join(f"({late_days}, {width})" for late_days, width in windows)
    picked = ", ".join(
        f"MAX(CASE WHEN late_days = {late_days} AND width_days = {width} THEN {one} END) "
        f"AS {one}{late_days}_{width}"
        for late_days, width in windows
        for one in "nx"
    )
    return f"""
        WITH kind AS (SELECT * FROM (VALUES {kinds}) AS v (late_days, width_days)),
        stay AS (
            SELECT c.{party}, kind.late_days, kind.width_days,
                CASE WHEN c.settled_on IS NULL OR c.settled_on - c.due_on >= kind.late_days
                    THEN 1 ELSE 0 END AS late,
                GREATEST(c.from_day, c.due_on + kind.late_days + 1) AS enters,
                LEAST(c.until_day, c.due_on + kind.late_days + 1 + kind.width_days) AS leaves
            FROM known_claim AS c CROSS JOIN kind
        ),
        point AS (
            SELECT k.{party}, kind.late_days, kind.width_days, k.day
            FROM {party}_day AS k CROSS JOIN kind
        ),
        {running((party, "late_days", "width_days"))}
        SELECT k.{party}, k.day, {picked}
        FROM {party}_day AS k
        JOIN running AS r ON r.{party} = k.{party} AND r.day = k.day
        GROUP BY k.{party}, k.day
    """  # noqa: S608 - the arguments are literals of the callers


_RATES = ", ".join(
    f"{shrunk(f'c.x{late}_{width}', f'c.n{late}_{width}', f'{prior}E0', BOOK_KAPPA)} "
    f"AS rate{late}_{width}"
    for late, width, prior in WINDOWS
)

SUPPLIER_RATE = f"""
    WITH counts AS ({settled_counts("supplier", [(late, width) for late, width, _ in WINDOWS])})
    SELECT k.supplier, k.day, {_RATES}
    FROM supplier_day AS k
    JOIN counts AS c ON c.supplier = k.supplier AND c.day = k.day
"""  # noqa: S608 - composed of the literals above
"""``supplier_rate``: shrunk late rates of each supplier's whole book at each of its points."""
