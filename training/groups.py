"""Groups of examples: by what was known of the supplier, or party, on the day of each.

A model is judged by them and never learns from them as such: whether it treats the small and the
private, a sector or a region as it should is asked of its results (domain.md section 7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import pyarrow as pa

from features.at_hand import AtHand
from features.engine import make_views, session
from scoring.gather import Gathered

Groups = Mapping[str, tuple[str | None, ...]]
"""Under what rows are grouped by: the group of each row, None where it isn't known."""

Segment = Literal["tier", "size", "sector", "region", "ownership", "loan"]
SEGMENTS: tuple[Segment, ...] = get_args(Segment)
"""What `groups_of` groups by; a recipe may name some."""

PROFILED = {
    "size": "size_class",
    "sector": "industry",
    "region": "region",
    "ownership": "ownership",
}
"""Groups that a party's profile tells, and its fields, in the order of `_OF_PROFILE`."""

_OF_PARTY = frozenset({"party", *PROFILED.values()})
_OF_LOAN = frozenset({"supplier"})

COLUMNS = _OF_PARTY | _OF_LOAN
"""What is read of the facts."""

FIRST, AGAIN = "first loan", "borrowed before"


def groups_of(
    gathered: Gathered, parties: Sequence[str], days: Sequence[int], at_hand: Sequence[AtHand]
) -> Groups:
    """Group examples by tier, size, sector, region, ownership, and whether it is the first loan.

    Parameters
    ----------
    parties, days : sequences of str and int
        Whom each example is of, and its day (days since 1970-01-01): what was known before counts.
    at_hand : sequence of AtHand
        What sources had told.
    """
    spine = pa.table(
        {"place": range(len(parties)), "party": list(parties), "day": list(days)},
        schema=pa.schema([("place", pa.int64()), ("party", pa.string()), ("day", pa.int32())]),
    )
    tier = tuple(f"T{one.tier}" for one in at_hand)
    return {"tier": tier, **_profiled(gathered, spine), **_lent(gathered, spine)}


def _profiled(gathered: Gathered, spine: pa.Table) -> Groups:
    found = _asked(
        gathered, spine, "known_party_profile", _OF_PARTY | {"happened_at", "seq"}, _OF_PROFILE
    )
    return {by: tuple(row[at] for row in found) for at, by in enumerate(PROFILED)}


def _lent(gathered: Gathered, spine: pa.Table) -> Groups:
    """Nothing where the financings of the book weren't read."""
    if "financing" not in gathered.facts:
        return {}
    found = _asked(gathered, spine, "known_financing", _OF_LOAN, _HAS_BORROWED)
    return {"loan": tuple(AGAIN if borrowed else FIRST for (borrowed,) in found)}


_OF_PROFILE = """
    SELECT fact.size_class, fact.industry, fact.region, fact.ownership
    FROM spine
    LEFT JOIN known_party_profile AS fact ON fact.party = spine.party
        AND fact.from_day <= spine.day AND spine.day < fact.until_day
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY spine.place ORDER BY fact.happened_at DESC, fact.seq DESC
    ) = 1
    ORDER BY spine.place
"""

_HAS_BORROWED = """
    SELECT COUNT(fact.supplier) > 0 AS borrowed
    FROM spine
    LEFT JOIN known_financing AS fact ON fact.supplier = spine.party
        AND fact.from_day <= spine.day AND spine.day < fact.until_day
    GROUP BY spine.place
    ORDER BY spine.place
"""


def _asked(
    gathered: Gathered, spine: pa.Table, view: str, columns: frozenset[str], query: str
) -> list[tuple[Any, ...]]:
    with session(threads=1) as connection:
        connection.register("spine", spine)
        make_views(connection, gathered.facts, gathered.book.tz.key, [view], columns)
        return connection.execute(query).fetchall()
