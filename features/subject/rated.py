"""SQL of the rating in force of a party: of each agency's scale the last action, until it ends.

A rating of the lender's own counts before an agency's, and that before a shadow rating; of several
the last action.
"""

from __future__ import annotations

YEAR_DAYS = 365


def best_of(agency: str) -> str:
    """SQL of how much a rating of an agency counts, the least first."""
    return f"CASE {agency} WHEN 'internal' THEN 0 WHEN 'shadow' THEN 2 ELSE 1 END"


def rated(points: str, party: str) -> str:
    """SQL of the CTE ``rating``: a row per party and day with a rating in force.

    ``pd_ppm`` is the chance of default in twelve months by the best rating that tells one, from
    1 to 999,999; ``notch_change`` the notch of the best rating that has one, less that of the same
    agency and scale in force 365 days before.

    Parameters
    ----------
    points : str
        ``supplier_day`` or ``buyer_day``.
    party : str
        ``supplier`` or ``buyer``.
    """
    best = "best_of, acted_on DESC, seq DESC"
    return f"""rating_action AS (
        SELECT k.{party} AS party, k.day, v.ago, r.agency, r.scale, r.acted_on, r.seq, r.notch,
            r.valid_until, r.pd_12m_ppm,
            {best_of("r.agency")} AS best_of,
            ROW_NUMBER() OVER (
                PARTITION BY k.{party}, k.day, v.ago, r.agency, r.scale
                ORDER BY r.acted_on DESC, r.seq DESC
            ) AS place
        FROM {points} AS k
        CROSS JOIN (VALUES (0), ({YEAR_DAYS})) AS v (ago)
        JOIN known_rating AS r ON r.party = k.{party} AND r.from_day <= k.day
            AND k.day < r.until_day AND r.acted_on <= k.day - v.ago
    ),
    in_force AS (
        SELECT party, day, ago, agency, scale, notch, pd_12m_ppm,
            ROW_NUMBER() OVER (
                PARTITION BY party, day, ago
                ORDER BY CASE WHEN pd_12m_ppm IS NULL THEN 1 ELSE 0 END, {best}
            ) AS pd_place,
            ROW_NUMBER() OVER (
                PARTITION BY party, day, ago
                ORDER BY CASE WHEN notch IS NULL THEN 1 ELSE 0 END, {best}
            ) AS notch_place
        FROM rating_action
        WHERE place = 1 AND (valid_until IS NULL OR valid_until > day - ago)
    ),
    rating AS (
        SELECT l.party, l.day,
            MAX(CASE WHEN l.pd_place = 1 AND l.pd_12m_ppm IS NOT NULL
                THEN GREATEST(1, LEAST(l.pd_12m_ppm, 999999)) END) AS pd_ppm,
            MAX(CASE WHEN l.notch_place = 1 THEN l.notch - e.notch END) AS notch_change
        FROM in_force AS l
        LEFT JOIN in_force AS e ON e.ago = {YEAR_DAYS} AND e.party = l.party AND e.day = l.day
            AND e.agency = l.agency AND e.scale = l.scale
        WHERE l.ago = 0
        GROUP BY l.party, l.day
    )"""  # noqa: S608 - composed of literals


def log_odds(ppm: str) -> str:
    """SQL of the log-odds of a chance in millionths, from 1 to 999,999."""
    return f"LN(CAST({ppm} AS DOUBLE)) - LN(1000000.0E0 - CAST({ppm} AS DOUBLE))"
