"""SQL that several relations share: the claims a point of history sees, and how late each is.

On day D a payment is known through D - 2 (it is known the day after, and history ends with the day
before), so an open claim past due is late by D - 1 - due_on days at least. Lateness of k days is
therefore settled from ``past_days >= k + 1`` on, whether the claim is paid or open: open claims are
censored, neither good nor dropped.
"""

from __future__ import annotations

LONGEST_TERM_DAYS = 365
"""A longer term is taken for a wrong due date: its delay isn't believed."""

STATE = f"""
    p.day - p.due_on AS past_days,
    CASE WHEN p.term_days > {LONGEST_TERM_DAYS} THEN NULL
        WHEN p.settled_on IS NOT NULL THEN GREATEST(-30, LEAST(p.settled_on - p.due_on, 90))
        WHEN p.day - p.due_on >= 2 THEN LEAST(p.day - 1 - p.due_on, 90) END AS delay_days,
    CASE WHEN p.settled_on IS NULL OR p.settled_on - p.due_on >= 1 THEN 1 ELSE 0 END AS late1,
    CASE WHEN p.settled_on IS NULL OR p.settled_on - p.due_on >= 5 THEN 1 ELSE 0 END AS late5,
    CASE WHEN p.settled_on IS NULL OR p.settled_on - p.due_on >= 30 THEN 1 ELSE 0 END AS late30,
    CASE WHEN p.settled_on IS NULL THEN 1 ELSE 0 END AS is_open,
    CASE WHEN p.day - p.due_on < -30 OR p.day - p.due_on > 366 THEN NULL
        WHEN p.settled_on IS NOT NULL THEN GREATEST(p.settled_on - p.issued_on, 0)
        WHEN p.day - p.due_on >= 2 THEN p.day - 1 - p.issued_on END AS days_to_pay
"""
"""Columns of a claim's state. ``past_days`` since the due date; ``delay_days`` -30 to 90, missing
while unknown; ``lateK`` is to be read where ``past_days >= K + 1``; ``days_to_pay`` from issue,
within a year past due, missing while unknown."""


def seen(points: str, keys: tuple[str, ...], claims: str = "known_claim") -> str:
    """SQL of every claim seen from each point: the point's keys and day, the claim, its state.

    Parameters
    ----------
    points : str
        ``buyer_day``, ``pair_day`` or ``supplier_day``, or with their columns and more.
    keys : tuple of str
        The parties, and what else, by which the points see claims.
    claims : str
        ``known_claim``, or what has its columns and more.
    """
    on = " AND ".join(f"c.{key} = k.{key}" for key in keys)
    return f"""
        SELECT p.*, {STATE}
        FROM (
            SELECT k.day, c.receivable, c.supplier, c.buyer, c.issued_on, c.due_on, c.term_days,
                c.face_minor, c.settled_on
            FROM {points} AS k
            JOIN {claims} AS c ON {on} AND c.from_day <= k.day AND k.day < c.until_day
        ) AS p
    """  # noqa: S608 - the arguments are literals of the relations


BLOCK_DAYS = 16
"""Points and what lasts some days meet by blocks of so many days, so that each claim is compared
with the points of its own days and not with all of them."""


def _block(day: str) -> str:
    """SQL of the first day of the block of a day, before 1970 as well."""
    return f"{day} - ({day} % {BLOCK_DAYS} + {BLOCK_DAYS}) % {BLOCK_DAYS}"


def seen_briefly(points: str, stays: str, longest_days: int) -> str:
    """SQL of the claims seen from each of a buyer's points, where none is seen for long.

    As `seen`, at the cost of the days on which each claim is seen.

    Parameters
    ----------
    points : str
        ``buyer_day``.
    stays : str
        SQL of claims as in ``known_claim``, seen from ``from_day`` to before ``until_day``.
    longest_days : int
        No more than so many days lie between the two.
    """
    backs = ", ".join(f"({days})" for days in range(0, longest_days + BLOCK_DAYS, BLOCK_DAYS))
    placed = f"""
        SELECT s.*, {_block("s.from_day")} + back.days AS block
        FROM ({stays}) AS s
        JOIN (SELECT * FROM (VALUES {backs}) AS v (days)) AS back
            ON {_block("s.from_day")} + back.days < s.until_day
        WHERE s.from_day < s.until_day
    """  # noqa: S608 - the arguments are literals of the relations
    at = f"SELECT buyer, day, {_block('day')} AS block FROM {points}"  # noqa: S608
    return seen(f"({at})", ("buyer", "block"), f"({placed})")
