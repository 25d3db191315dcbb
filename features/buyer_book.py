"""SQL of what all claims on a buyer come to on each of its days: made once, for several relations.

A large buyer has thousands of claims and a point on most days: to look at each claim from each
point would cost the product of the two. What a claim adds to a sum, once settled for good, is the
same on all days of a window, so it enters a running total and leaves it. Only what is past due and
unpaid, or will be corrected, is looked at day by day: it doesn't stay so for long.
"""

from __future__ import annotations

from features.claims_seen import LONGEST_TERM_DAYS, seen_briefly
from features.rates import running, settled_counts
from features.versions import NEVER

BUYER_COUNTS = settled_counts("buyer", [(1, 30), (1, 365), (5, 90), (5, 365), (30, 365)])
"""``buyer_counts``: the buyer's claims settled as late or not within windows, and those late."""

_ISSUED_DAYS = (30, 90, 365)

_ISSUED = {"n": f"CASE WHEN width_days = {NEVER} THEN 1 ELSE 0 END"} | {
    name: f"CASE WHEN width_days = {days} THEN {value} ELSE 0 END"
    for days in _ISSUED_DAYS
    for name, value in ((f"issued_{days}", "1"), (f"face_{days}", "face"))
}

BUYER_ISSUED = f"""
    WITH width AS (
        SELECT * FROM (VALUES {", ".join(f"({days})" for days in (*_ISSUED_DAYS, NEVER))})
            AS v (width_days)
    ),
    stay AS (
        SELECT c.buyer, width.width_days, COALESCE(c.face_minor, 0) AS face, c.from_day AS enters,
            LEAST(c.until_day, c.issued_on + width.width_days + 1) AS leaves
        FROM known_receivable AS c CROSS JOIN width
    ),
    point AS (SELECT buyer, day FROM buyer_day),
    {running(("buyer",), sums=_ISSUED)}
    SELECT k.buyer, k.day, {", ".join(f"r.{name}" for name in _ISSUED)}
    FROM buyer_day AS k
    JOIN running AS r ON r.buyer = k.buyer AND r.day = k.day
    WHERE r.n > 0
"""  # noqa: S608 - composed of literals
"""``buyer_issued``: of a buyer with known claims their number, and the number and face of those
issued in 30, 90 and 365 days."""

DELAY_WINDOWS = ((1, 90), (1, 91), (1, 365), (8, 365))
"""Lateness in days and window in days, in which delays are counted."""

LONGEST_PAST_DAYS = 373
"""The last day past due of those windows."""

CAPPED_DAYS = 91
"""From so many days past due on, the delay of an open claim is 90 days and grows no more."""

_PASSING = seen_briefly(
    "buyer_day",
    f"""
    SELECT c.receivable, c.supplier, c.buyer, c.issued_on, c.due_on, c.term_days, c.face_minor,
        c.settled_on, GREATEST(c.from_day, c.due_on + 2) AS from_day,
        LEAST(c.until_day, c.due_on + CASE WHEN c.until_day = {NEVER} THEN {CAPPED_DAYS}
            ELSE {LONGEST_PAST_DAYS + 1} END) AS until_day
    FROM known_claim AS c
    WHERE c.settled_on IS NULL OR c.until_day < {NEVER}
    """,  # noqa: S608 - composed of literals
    LONGEST_PAST_DAYS,
)

PASSING_CLAIM = f"""
    SELECT buyer, day, due_on, past_days, delay_days, late1, late5, is_open
    FROM ({_PASSING}) AS passing
"""  # noqa: S608 - composed of literals
"""``passing_claim``: of a buyer's claims past due those that are open, up to 90 days past due, and
those that are going to be settled or corrected, up to 373, at each of its points; as
``features.claims_seen.seen`` tells them."""

_NAMES = [f"n{late}_{width}" for late, width in DELAY_WINDOWS]
_IN_WINDOW = {
    f"n{late}_{width}": f"CASE WHEN late_days = {late} AND width_days = {width} THEN 1 ELSE 0 END"
    for late, width in DELAY_WINDOWS
}
_SEEN_IN_WINDOW = ", ".join(
    f"SUM(CASE WHEN past_days BETWEEN {late + 1} AND {late + width} THEN 1 ELSE 0 END) "
    f"AS n{late}_{width}"
    for late, width in DELAY_WINDOWS
)

BUYER_DELAY = f"""
    WITH kind AS (
        SELECT * FROM (VALUES {", ".join(f"({late}, {width})" for late, width in DELAY_WINDOWS)})
            AS v (late_days, width_days)
    ),
    lasting AS (
        SELECT buyer, due_on, 0 AS is_open, from_day,
            GREATEST(-30, LEAST(settled_on - due_on, 90)) AS delay_days
        FROM known_claim
        WHERE settled_on IS NOT NULL AND until_day = {NEVER} AND term_days <= {LONGEST_TERM_DAYS}
        UNION ALL
        SELECT buyer, due_on, 1 AS is_open, GREATEST(from_day, due_on + {CAPPED_DAYS}) AS from_day,
            90 AS delay_days
        FROM known_claim
        WHERE settled_on IS NULL AND until_day = {NEVER} AND term_days <= {LONGEST_TERM_DAYS}
    ),
    stay AS (
        SELECT c.buyer, c.delay_days, c.is_open, kind.late_days, kind.width_days,
            GREATEST(c.from_day, c.due_on + kind.late_days + 1) AS enters,
            c.due_on + kind.late_days + 1 + kind.width_days AS leaves
        FROM lasting AS c CROSS JOIN kind
    ),
    delay AS (SELECT DISTINCT buyer, delay_days, is_open FROM lasting),
    point AS (
        SELECT k.buyer, k.day, delay.delay_days, delay.is_open
        FROM buyer_day AS k
        JOIN delay ON delay.buyer = k.buyer
    ),
    {running(("buyer", "delay_days", "is_open"), sums=_IN_WINDOW)}
    SELECT k.buyer, k.day, r.delay_days, r.is_open, {", ".join(f"r.{n}" for n in _NAMES)}
    FROM buyer_day AS k
    JOIN running AS r ON r.buyer = k.buyer AND r.day = k.day
    WHERE {" + ".join(f"r.{name}" for name in _NAMES)} > 0
    UNION ALL
    SELECT buyer, day, delay_days, is_open, {_SEEN_IN_WINDOW}
    FROM passing_claim
    WHERE delay_days IS NOT NULL
    GROUP BY buyer, day, delay_days, is_open
"""  # noqa: S608 - composed of literals
"""``buyer_delay``: how many of a buyer's claims have each delay, -30 to 90 days, within windows; an
open one counts with the days it is late already, and apart. A delay may have several rows."""
