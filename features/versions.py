"""Versions of a fact: from when and until when each revision was what the lender knew.

Every kind of fact has two views. ``known_<kind>`` is for history: on day D a row counts where
``from_day <= D AND D < until_day``. ``live_<kind>`` is for what is asked for: at the live cut a row
counts where ``from_at <= live_through AND live_through < until_at``, in microseconds. Both have the
fields of the kind (``docs/ledger.md``), ``ref``, ``happened_at`` and ``seq``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pyarrow as pa

from ledger.kinds import KINDS, kind_of

NEVER = 1_000_000
"""A day after every other: the end of what still holds."""

NEVER_AT = NEVER * 86_400_000_000
"""The same in microseconds."""

KNOWN, LIVE = "known_", "live_"

_CLOCKS = {
    KNOWN: ("seen_day", "from_day", "until_day", NEVER),
    LIVE: ("visible_at", "from_at", "until_at", NEVER_AT),
}

ALWAYS_THERE = ("ref", "happened_at", "seq")
"""Columns of every view besides the fields of the kind."""


def kind_viewed(view: str) -> tuple[str, str] | None:
    """The clock (`KNOWN` or `LIVE`) and the kind of a view's name; None where it isn't one."""
    for clock in (KNOWN, LIVE):
        kind = view.removeprefix(clock)
        if kind != view and kind in _KIND_NAMES:
            return clock, kind
    return None


_KIND_NAMES = frozenset(kind.name for kind in KINDS)


@cache
def fields_of(kind: str) -> tuple[str, ...]:
    """Columns that the views of a kind may have, but for the period."""
    return (*ALWAYS_THERE, *(name for name in kind_of(kind).row.model_fields if name not in _HEAD))


_HEAD = {"ref", "happened_at", "known_at"}


def only_versions(facts: pa.Table, columns: Sequence[str], clock: str) -> pa.Table:
    """What `versions` gives of facts none of which was corrected: each holds for ever."""
    seen, since, until, never = _CLOCKS[clock]
    known = facts.select([*columns, seen]).rename_columns([*columns, since])
    return known.append_column(until, pa.repeat(pa.scalar(never, known[since].type), len(known)))


def versions(table: str, columns: Sequence[str], clock: str, *, corrected: bool = True) -> str:
    """SQL of the versions of a fact, each until a later revision of it is known.

    Parameters
    ----------
    table : str
        Facts with ``seen_day`` (``features.views``) or ``visible_at``.
    columns : sequence of str
        What to keep of them.
    clock : str
        `KNOWN` or `LIVE`.
    corrected : bool
        Whether any fact has a second revision; without, each version holds for ever.
    """
    seen, since, until, never = _CLOCKS[clock]
    names = ", ".join(columns)
    if not corrected:
        return f"SELECT {names}, {seen} AS {since}, {never} AS {until} FROM {table}"  # noqa: S608
    return f"""
        SELECT {names}, {since}, {until}
        FROM (
            SELECT *, {seen} AS {since},
                COALESCE(MIN({seen}) OVER (
                    PARTITION BY ref ORDER BY revision
                    ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
                ), {never}) AS {until}
            FROM {table}
        ) AS version
        WHERE {since} < {until}
    """  # noqa: S608 - the names are literals of this room


def seen_live(fact: str, asked: str) -> str:
    """SQL condition: a row of a ``live_<kind>`` counts at the live cut of what is asked."""
    return f"{fact}.from_at <= {asked}.live_through AND {asked}.live_through < {fact}.until_at"
