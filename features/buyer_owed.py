"""SQL of what a buyer owes on each of its days, since when, and when it was late last.

Sums are running totals. An extreme that only grows, over claims that won't change any more, is one
so far; claims that are going to change are looked at on the days until they do.
"""

from __future__ import annotations

from features.claims_seen import seen_briefly
from features.rates import running
from features.versions import NEVER

YEAR = 365
"""Days: what is longer ago or overdue counts as so long."""

OWED = f"""
    WITH stay AS (
        SELECT buyer, 1 AS is_open, 0 AS overdue, 0 AS overdue_year, 0 AS old,
            COALESCE(face_minor, 0) AS face, from_day AS enters, until_day AS leaves
        FROM known_claim WHERE settled_on IS NULL
        UNION ALL
        SELECT buyer, 0 AS is_open, 1 AS overdue, 0 AS overdue_year, 0 AS old,
            COALESCE(face_minor, 0) AS face, GREATEST(from_day, due_on + 2) AS enters,
            until_day AS leaves
        FROM known_claim WHERE settled_on IS NULL
        UNION ALL
        SELECT buyer, 0 AS is_open, 0 AS overdue, 1 AS overdue_year, 0 AS old, 0 AS face,
            GREATEST(from_day, due_on + {YEAR + 1}) AS enters, until_day AS leaves
        FROM known_claim WHERE settled_on IS NULL
        UNION ALL
        SELECT buyer, 0 AS is_open, 0 AS overdue, 0 AS overdue_year, 1 AS old, 0 AS face,
            GREATEST(from_day, issued_on + {YEAR}) AS enters, until_day AS leaves
        FROM known_receivable
    ),
    point AS (SELECT buyer, day FROM buyer_day),
    {
    running(
        ("buyer",),
        sums={
            "open_n": "is_open",
            "open_face": "is_open * face",
            "overdue_n": "overdue",
            "overdue_face": "overdue * face",
            "overdue_year": "overdue_year",
            "old_n": "old",
        },
    )
}
    SELECT buyer, day, open_n, open_face, overdue_n, overdue_face, overdue_year, old_n
    FROM running
"""  # noqa: S608 - composed of literals
"""What a buyer owes, what of it is past due, and what for a year; and its claims of long ago."""

_OUTERMOST = ", ".join(
    f"{extreme}({name}){{0}} AS {name}"
    for name, extreme in (
        ("first_issue", "MIN"),
        ("last_issue", "MAX"),
        ("overdue_on", "MIN"),
        ("late1_on", "MAX"),
        ("late5_on", "MAX"),
    )
)

LASTING = f"""
    WITH since AS (
        SELECT buyer, from_day AS day, issued_on AS first_issue, issued_on AS last_issue,
            NULL AS overdue_on, NULL AS late1_on, NULL AS late5_on
        FROM known_receivable WHERE until_day = {NEVER}
        UNION ALL
        SELECT buyer, GREATEST(from_day, due_on + 2) AS day, NULL AS first_issue,
            NULL AS last_issue, CASE WHEN settled_on IS NULL THEN due_on END AS overdue_on,
            due_on AS late1_on, NULL AS late5_on
        FROM known_claim
        WHERE COALESCE(settled_on - due_on, 1) >= 1 AND until_day = {NEVER}
        UNION ALL
        SELECT buyer, GREATEST(from_day, due_on + 6) AS day, NULL AS first_issue,
            NULL AS last_issue, NULL AS overdue_on, NULL AS late1_on, due_on AS late5_on
        FROM known_claim
        WHERE COALESCE(settled_on - due_on, 5) >= 5 AND until_day = {NEVER}
        UNION ALL
        SELECT buyer, day, NULL AS first_issue, NULL AS last_issue, NULL AS overdue_on,
            NULL AS late1_on, NULL AS late5_on
        FROM buyer_day
    ),
    daily AS (SELECT buyer, day, {_OUTERMOST.format("")} FROM since GROUP BY buyer, day)
    SELECT buyer, day, {_OUTERMOST.format(" OVER so_far")}
    FROM daily
    WINDOW so_far AS (
        PARTITION BY buyer ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
"""  # noqa: S608 - composed of literals
"""First and last issue, and due dates of the first open claim and of the last late ones, of what
won't change any more."""

REVISED = seen_briefly(
    "buyer_day",
    f"""
    SELECT c.ref AS receivable, c.supplier, c.buyer, c.issued_on, c.due_on,
        c.due_on - c.issued_on AS term_days, c.face_minor, CAST(NULL AS DOUBLE) AS settled_on,
        GREATEST(c.from_day, c.issued_on - {YEAR}) AS from_day,
        LEAST(c.until_day, c.issued_on + {YEAR}) AS until_day
    FROM known_receivable AS c WHERE c.until_day < {NEVER}
    """,  # noqa: S608 - composed of literals
    2 * YEAR,
)
"""Claims that are going to be corrected, from a year before to a year after their issue."""
