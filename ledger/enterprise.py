"""What is known of one enterprise as of a time: every fact in which it is named."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Integer,
    Select,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    union_all,
)

from ledger.clocks import Cut
from ledger.faults import UnknownEnterprise
from ledger.kinds import KINDS, table_of
from ledger.seen_facts import at_cut, by_index, facts_of, fetch, seen
from ledger.stored_form import Stored

MOST_COUNTED = 10_000
"""Facts of a role that an outline counts; a large buyer has millions."""


@dataclass(frozen=True, order=True)
class Part:
    """A role that a party has in facts: the field of a kind that names it."""

    kind: str
    field: str


@dataclass(frozen=True)
class Enterprise:
    """What is known of a party at a cut; facts in stored form (``seen_facts``).

    Attributes
    ----------
    party : Stored
        The party itself.
    profile : list of Stored
        Of its profiles the one that happened last; empty where there is none.
    facts : dict
        The facts that name it, by the part it has in them, the last recorded first. A part that it
        has in no fact is left out.
    counts : dict
        How many facts there are of each part; `MOST_COUNTED` + 1 stands for more.
    """

    party: Stored
    profile: list[Stored]
    facts: dict[Part, list[Stored]]
    counts: dict[Part, int]


@cache
def parts() -> tuple[Part, ...]:
    """Every part that facts are looked up by: fields that name a party and have an index."""
    return tuple(
        Part(kind.name, field)
        for kind in KINDS
        for field, named in kind.names.items()
        if named == "party" and field in indexed(kind.name)
    )


@cache
def indexed(kind: str) -> frozenset[str]:
    """The fields of a kind that have an index, each behind the tenant."""
    return frozenset(
        column.name for index in table_of(kind).indexes for column in list(index.columns)[1:2]
    )


def enterprise(
    connection: Connection, tenant: str, ref: str, cut: Cut, *, most: int | None = None
) -> Enterprise:
    """Read what is known of a party.

    Parameters
    ----------
    connection : Connection
        Of ``ledger.database.reading``: all queries see one state of the store.
    ref : str
        The party.
    cut : Cut
        What may be seen: ``live_through`` and ``ledger_seq`` of it.
    most : int or None
        Facts of each part that are read, and then counted up to `MOST_COUNTED`; None reads all.

    Raises
    ------
    UnknownEnterprise
        Where the ledger has no such party, or not yet at the cut.
    """
    by_index(connection)
    asked = {**at_cut(tenant, cut), "named": ref}
    party = fetch(connection, _naming("party", "ref", 1), asked)
    if not party:
        raise UnknownEnterprise(
            f"there is no party {ref!r} at {cut.live_through}",
            field="id",
            remedy="name a party of the ledger, or a later as_of",
        )
    found = {
        part: rows
        for part in _parts_of(connection, tenant, ref)
        if (rows := fetch(connection, _naming(part.kind, part.field, most), asked))
    }
    counts = {
        part: len(rows) if most is None or len(rows) < most else _count(connection, part, asked)
        for part, rows in found.items()
    }
    profile = fetch(connection, _last_profile(), asked)
    return Enterprise(party[0], profile, found, counts)


def latest_naming(
    connection: Connection, tenant: str, part: Part, ref: str, cut: Cut, *, most: int
) -> list[Stored]:
    """Of the facts in which a party has a part those recorded last, as stored (``seen_facts``)."""
    by_index(connection)
    asked = {**at_cut(tenant, cut), "named": ref}
    return fetch(connection, _naming(part.kind, part.field, most), asked)


def _parts_of(connection: Connection, tenant: str, ref: str) -> list[Part]:
    """The parts that some fact gives to a party: one query instead of one for each part."""
    asked = {"tenant": tenant, "named": ref}
    return [parts()[row[0]] for row in connection.execute(_having_parts(), asked)]


@cache
def _having_parts() -> CompoundSelect[Any]:
    asked: list[Select[Any]] = []
    for at, part in enumerate(parts()):
        columns = table_of(part.kind).c
        named = columns[part.field] == bindparam("named")
        one = exists().where(columns.tenant == bindparam("tenant"), named)
        asked.append(select(literal_column(str(at), Integer)).where(one))
    return union_all(*asked)


@cache
def _naming(kind: str, field: str, most: int | None) -> Select[Any]:
    """The facts that name a party in a field, the last recorded first."""
    facts = facts_of(kind)
    query = seen(kind, facts).where(facts.c[field] == bindparam("named"))
    return query.order_by(facts.c.seq.desc()).limit(most)


@cache
def _last_profile() -> Select[Any]:
    facts = facts_of("party_profile")
    query = seen("party_profile", facts).where(facts.c.party == bindparam("named"))
    return query.order_by(facts.c.happened_at.desc(), facts.c.seq.desc()).limit(1)


def _count(connection: Connection, part: Part, asked: dict[str, Any]) -> int:
    counted: int = connection.execute(_counting(part), asked).scalar_one()
    return counted


@cache
def _counting(part: Part) -> Select[Any]:
    facts = facts_of(part.kind)
    named = seen(part.kind, facts).where(facts.c[part.field] == bindparam("named"))
    some = named.with_only_columns(literal_column("1")).limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(some)
