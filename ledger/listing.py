"""The facts of a kind, page by page, as they were known at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, select

from ledger.clocks import Cut
from ledger.enterprise import indexed
from ledger.kinds import kind_of, table_of
from ledger.seen_facts import Facts, at_cut, by_index, facts_of, fetch, place_of, seen
from ledger.stored_form import Stored


@dataclass(frozen=True)
class Listing:
    """Which facts of a kind are asked for.

    Attributes
    ----------
    kind : str
        A name of ``ledger.kinds``.
    refs : tuple of str
        Facts of these keys; empty for all.
    named : Mapping
        Values of fields of `fields_to_filter`.
    source_system, batch : str or None
        Who said it; the batch it came in.
    known_from, known_until : datetime or None
        Known at or after the first and before the second.
    every_revision : bool
        Also what a later visible revision supersedes.
    """

    kind: str
    refs: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    source_system: str | None = None
    batch: str | None = None
    known_from: datetime | None = None
    known_until: datetime | None = None
    every_revision: bool = False


def fields_to_filter(kind: str) -> tuple[str, ...]:
    """The text fields by which facts are listed: those that name a fact or have an index."""
    columns = table_of(kind).c
    wanted = indexed(kind) | kind_of(kind).names.keys()
    return tuple(
        name
        for name in kind_of(kind).row.model_fields
        if name in wanted and columns[name].type.python_type is str
    )


def page(
    connection: Connection, tenant: str, listing: Listing, cut: Cut, *, after: int, most: int
) -> list[Stored]:
    """Facts in the order of ``seq``, as stored (``ledger.seen_facts``).

    Facts never change and ``seq`` follows commit order, so that pages of one cut never shift,
    whatever is recorded meanwhile.

    Parameters
    ----------
    cut : Cut
        What may be seen: ``live_through`` and ``ledger_seq`` of it.
    after : int
        ``seq`` of the last fact of the page before; 0 for the first.
    most : int
        Facts of a page.
    """
    by_index(connection)
    facts = facts_of(listing.kind)
    place = place_of(facts) if listing.refs else facts.c.seq  # some few are looked up by their key
    wanted = and_(place > after, *_narrowed(connection, tenant, listing, facts))
    query = seen(listing.kind, facts, every_revision=listing.every_revision)
    query = query.where(wanted).order_by(place).limit(most)
    return fetch(connection, query, at_cut(tenant, cut))


def _narrowed(
    connection: Connection, tenant: str, listing: Listing, facts: Facts
) -> Iterator[ColumnElement[bool]]:
    columns = facts.c
    if listing.refs:
        yield columns.ref.in_(listing.refs)
    for name, value in listing.named.items():
        yield columns[name] == value
    if listing.source_system is not None:
        yield columns.source_system == listing.source_system
    if listing.batch is not None:
        yield from _of_batch(connection, tenant, listing.batch, columns)
    if listing.known_from is not None:
        yield columns.known_at >= listing.known_from
    if listing.known_until is not None:
        yield columns.known_at < listing.known_until


def _of_batch(
    connection: Connection, tenant: str, batch: str, columns: Any
) -> Sequence[ColumnElement[bool]]:
    """A batch is a run of ``seq``, which has an index."""
    header = table_of("batch").c
    asked = select(header.first_seq, header.last_seq).where(
        header.tenant == tenant, header.id == batch
    )
    row = connection.execute(asked).one_or_none()
    if row is None:
        return [false()]
    return [columns.seq.between(row.first_seq, row.last_seq), columns.batch == batch]
