"""Commercial values as facts: what is written of each, and what a score reads of a supplier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import numpy as np
from sqlalchemy import Connection

from ledger.clocks import (
    MICROSECOND,
    Cut,
    day_of,
    from_day_number,
    start_of_day,
)
from ledger.faults import Fault
from ledger.seen_facts import at_cut, by_index, facts_of, fetch, seen, told_columns
from ledger.tenants import Book, book
from lending.commercial_value import BuyerPart, Driver, Value
from scoring.value_facts import TradeSeen
from scoring.value_inputs import NEWCOMERS

KIND = "business_value"


class NoValue(Fault):
    """A supplier of whom no value is kept that may be used."""

    code = "no-value"


LASTS_DAYS = 45
"""A value is used for so many days; as long as a measure of the graph is."""

BUYERS_TOLD = 10
"""So many buyers of a supplier have a row of their own, the largest first."""


@dataclass(frozen=True)
class KeptValue:
    """A value as the ledger tells it.

    Attributes
    ----------
    fact_id : str
        Of the row of the whole.
    valued_on : date
    method : str
    currency : str
    value : Value
        Its buyers are the largest only.
    index_share : float or None
        Share of its peers whose value is no higher, 0-1; None without a peer.
    """

    fact_id: str
    valued_on: date
    method: str
    currency: str
    value: Value
    index_share: float | None


def rows_of_day(
    known: TradeSeen, values: Sequence[Value], book: Book, day: date, method: str
) -> list[dict[str, Any]]:
    """The facts of a day: a row of each supplier, and of each of its largest buyers."""
    begin = start_of_day(day, book.tz)
    head = {
        "happened_at": begin,
        "known_at": begin,
        "valued_on": day,
        "method": method,
        "currency": book.base_currency,
    }
    standing = _standing(known, values)
    return [
        {**head, "ref": ref_of(row, day, method), **row}
        for one in values
        for row in _rows(one, standing.get(one.supplier))
    ]


def ref_of(row: Mapping[str, Any], day: date, method: str) -> str:
    """Key of a value, or of a buyer's part: the same whenever the day is valued by the method."""
    parties = f"{row['party']}\x1f{row.get('other') or ''}"
    return f"{day.isoformat()}/{method}/{sha256(parties.encode()).hexdigest()[:32]}"


def _rows(one: Value, index_share: float | None) -> Iterator[dict[str, Any]]:
    yield {
        "party": one.supplier,
        **_percentiles(one),
        "past_minor": one.past_minor,
        "expected_minor": one.expected_minor,
        "open_minor": one.open_minor,
        "margin_ppm": round(1e6 * one.margin_share),
        "index_ppm": None if index_share is None else round(1e6 * index_share),
        **{f"{driver}_minor": minor for driver, minor in one.takes_minor.items()},
    }
    known = [part for part in one.buyers if part.buyer not in (NEWCOMERS, one.supplier)]
    for part in known[:BUYERS_TOLD]:
        yield {"party": one.supplier, "other": part.buyer, **_percentiles(part)}


def _percentiles(of: Value | BuyerPart) -> dict[str, int]:
    names = ("p10_minor", "p50_minor", "p90_minor", "mean_minor")
    return {name: getattr(of, name) for name in names}


def _standing(known: TradeSeen, values: Sequence[Value]) -> dict[str, float]:
    """Share of the peers, of the same sector and size class, whose middle value is no higher."""
    place = {supplier: at for at, supplier in enumerate(known.suppliers)}
    groups: dict[tuple[str, str | None], list[Value]] = {}
    for one in values:
        at = place[one.supplier]
        groups.setdefault((known.sector[at], known.size_class[at]), []).append(one)
    found = {}
    for peers in groups.values():
        middles = np.sort([one.p50_minor for one in peers])
        for one in peers if len(peers) > 1 else ():
            below = int(np.searchsorted(middles, one.p50_minor, side="right")) - 1
            found[one.supplier] = below / (len(peers) - 1)
    return found


def value_of(connection: Connection, tenant: str, supplier: str, cut: Cut) -> KeptValue | None:
    """The value of a supplier that history tells at a cut; None where none is kept, or too old.

    A look by index, of one row.
    """
    found = _told(connection, tenant, supplier, cut, parts=False)
    return _kept(found[0], found[1:]) if found else None


def require_value(connection: Connection, tenant: str, supplier: str, as_of: datetime) -> KeptValue:
    """The value that a score of the supplier would see at an instant, with its largest buyers.

    Raises
    ------
    UnknownTenant
    NoValue
        Where none is kept, or it is too old.
    """
    opened = book(connection, tenant)
    cut = Cut.at(as_of, opened.tz, opened.last_seq)
    found = value_with_buyers(connection, tenant, supplier, cut)
    if found is None:
        raise NoValue(
            f"no value of {supplier!r} is known from the {LASTS_DAYS} days before "
            f"{day_of(as_of, opened.tz).isoformat()}",
            field="supplier",
            remedy="name a supplier that trades, and run `tricredit value refresh` the day before",
        )
    return found


def value_with_buyers(
    connection: Connection, tenant: str, supplier: str, cut: Cut
) -> KeptValue | None:
    """The same with the parts of its largest buyers."""
    found = _told(connection, tenant, supplier, cut, parts=True)
    return _kept(found[0], found[1:]) if found else None


def _told(
    connection: Connection, tenant: str, supplier: str, cut: Cut, *, parts: bool
) -> list[dict[str, Any]]:
    """The row of the last day that tells of a supplier, then those of its buyers."""
    by_index(connection)
    facts = facts_of(KIND)
    # history: what was visible before the day, and not what becomes so while it runs
    history = replace(cut, live_through=cut.history_before - MICROSECOND)
    oldest = cut.history_before.date() - timedelta(days=LASTS_DAYS)
    query = seen(KIND, facts).where(facts.c.party == supplier, facts.c.valued_on >= oldest)

    def rows(narrowed: Any) -> list[dict[str, Any]]:
        names = told_columns(KIND)
        stored = fetch(connection, narrowed, at_cut(tenant, history))
        return [dict(zip(names, one, strict=True)) for one in stored]

    whole = query.where(facts.c.other.is_(None)).order_by(facts.c.valued_on.desc()).limit(1)
    found = rows(whole)
    if not found or not parts:
        return found
    same_day = query.where(
        facts.c.other.is_not(None),
        facts.c.valued_on == from_day_number(found[0]["valued_on"]),
        facts.c.method == found[0]["method"],
    )
    return found + rows(same_day.order_by(facts.c.mean_minor.desc(), facts.c.other))


def _kept(whole: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> KeptValue:
    """A value of its rows, in stored form."""
    index = whole["index_ppm"]
    found = Value(
        supplier=whole["party"],
        **_percentiles_of(whole),
        past_minor=whole["past_minor"],
        expected_minor=whole["expected_minor"],
        open_minor=whole["open_minor"],
        margin_share=whole["margin_ppm"] / 1e6,
        takes_minor=MappingProxyType({one: whole[f"{one}_minor"] for one in Driver}),
        buyers=tuple(BuyerPart(buyer=part["other"], **_percentiles_of(part)) for part in parts),
    )
    return KeptValue(
        whole["id"],
        from_day_number(whole["valued_on"]),
        whole["method"],
        whole["currency"],
        found,
        None if index is None else index / 1e6,
    )


def _percentiles_of(row: Mapping[str, Any]) -> dict[str, int]:
    return {name: row[name] for name in ("p10_minor", "p50_minor", "p90_minor", "mean_minor")}
