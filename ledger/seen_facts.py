"""Which facts of the store count at a cut: the one place where SQL over the ledger applies it.

Of each ``ref`` the latest revision counts that is visible at the cut (``ledger.clocks``). Live
features see the same; history ends with the day before (``features.views``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    bindparam,
    func,
    select,
)

from ledger.clocks import Cut, from_day_number, from_micros
from ledger.columns import Day, Instant
from ledger.facts import Fact
from ledger.kinds import kind_of, table_of
from ledger.persons import revealed
from ledger.stored_form import Stored

Facts: TypeAlias = FromClause
"""The table of a kind as a query names it."""

FROM_LEDGER = tuple(
    name for name in Fact.model_fields if name not in ("tenant", "known_at", "digest", "seal")
)
"""What the ledger adds to a row and tells; ``known_at`` is a field of the row."""


@cache
def told_columns(kind: str) -> tuple[str, ...]:
    """The columns of a kind that are read: what was reported, then what the ledger added.

    A fact that was read is a tuple of them in stored form (``ledger.stored_form``).
    """
    return (*kind_of(kind).row.model_fields, *FROM_LEDGER)


def facts_of(kind: str) -> Facts:
    """The table of a kind as the subject of a query; its columns are those of the table."""
    return table_of(kind).alias("fact")


def seen(kind: str, facts: Facts, *, every_revision: bool = False) -> Select[Any]:
    """The query for the facts that count at a cut, to be narrowed down; parameters: `at_cut`.

    Parameters
    ----------
    facts : Facts
        Of `facts_of`.
    every_revision : bool
        Also what a later visible revision supersedes.
    """
    counts = [_in_sight(facts)] if every_revision else [_in_sight(facts), _is_latest(kind, facts)]
    return select(*(facts.c[name] for name in told_columns(kind))).where(*counts)


def place_of(facts: Facts) -> ColumnElement[int]:
    """``seq`` as a value for which no index is used: that by ``seq`` holds all facts of a tenant.

    SQLite has no statistics, and might go through all of them to have some in order.
    """
    place: ColumnElement[int] = facts.c.seq + 0
    return place


def at_cut(tenant: str, cut: Cut) -> dict[str, Any]:
    """The parameters of a query of `seen`."""
    return {
        "seen_tenant": tenant,
        "seen_through": cut.live_through,
        "seen_seq": cut.ledger_seq,
    }


def by_index(connection: Connection) -> None:
    """Look facts up by their keys whatever the statistics say, until the transaction ends.

    A PostgreSQL that hasn't counted since a load takes a table for small: it then reads through all
    of it, or through all facts of the tenant and sorts, once for each row: 130 ms instead of 5.
    """
    if connection.dialect.name == "postgresql":
        habits = ("enable_seqscan", "enable_sort", "jit")
        connection.execute(select(*(func.set_config(habit, "off", True) for habit in habits)))


def fetch(connection: Connection, query: Select[Any], parameters: dict[str, Any]) -> list[Stored]:
    """Run a query of `seen`; values come as stored, none is converted on the way."""
    return list(connection.execute(query, parameters).cursor.fetchall())


def told(
    connection: Connection, tenant: str, kind: str, facts: Sequence[Stored]
) -> list[dict[str, Any]]:
    """Stored facts as JSON values: days as YYYY-MM-DD, instants in UTC with a Z.

    A text that names a natural person is None where that person was erased, or where the database
    was opened without a vault.
    """
    tellers = _tellers(kind)
    rows = [
        {
            name: value if value is None or tell is None else tell(value)
            for (name, tell), value in zip(tellers, fact, strict=True)
        }
        for fact in facts
    ]
    return revealed(connection, tenant, kind, rows)


def instant_text(moment: datetime) -> str:
    """An instant in UTC as text."""
    return moment.isoformat().replace("+00:00", "Z")


@cache
def _tellers(kind: str) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    ways: dict[type, Callable[[Any], Any]] = {
        Instant: lambda micros: instant_text(from_micros(micros)),
        Day: lambda number: from_day_number(number).isoformat(),
        Boolean: bool,
    }
    columns = table_of(kind).c
    return tuple((name, ways.get(type(columns[name].type))) for name in told_columns(kind))


def _in_sight(facts: Facts) -> ColumnElement[bool]:
    return and_(
        facts.c.tenant == bindparam("seen_tenant"),
        facts.c.visible_at <= bindparam("seen_through"),
        place_of(facts) <= bindparam("seen_seq"),
    )


def _is_latest(kind: str, facts: Facts) -> ColumnElement[bool]:
    """No later revision is in sight.

    A scalar query, looked up by key for each row: of NOT EXISTS PostgreSQL may make a join with the
    whole table.
    """
    other = table_of(kind).alias("other")
    latest = select(other.c.revision).where(_in_sight(other), other.c.ref == facts.c.ref)
    newest_first = latest.order_by(other.c.revision.desc()).limit(1).correlate(facts)
    return facts.c.revision == newest_first.scalar_subquery()
