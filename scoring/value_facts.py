"""What a ledger knows of every supplier's trade on a day, as arrays: sales, claims, lags, parties.

The facts are those that history may use on the day (``features.views``): visible before it began.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from features.engine import make_views, session
from scoring.value_sql import CELL, DUE, LATE, MONTHS, OPEN, PAIR, PARTY, SALE

Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

KINDS_READ = (
    *("invoice", "invoice_status", "dilution_event", "receivable", "receivable_invoice"),
    *("payment", "party_profile", "rating"),
)

_FIELDS = frozenset(
    (
        *("ref", "seller", "buyer", "issued_on", "due_on", "gross_minor", "red_of", "happened_at"),
        *("invoice", "status", "seq", "dilution", "non_cash", "amount_minor", "receivable"),
        *("payer", "payee", "party", "industry", "size_class", "agency", "scale", "acted_on"),
        *("notch", "valid_until", "pd_12m_ppm"),
    )
)


@dataclass(frozen=True, eq=False)
class TradeSeen:
    """What is known on a day of all that is sold; pairs are in the order of their keys.

    Attributes
    ----------
    day : int
        Days since 1970-01-01; what is known rests on facts visible before it.
    suppliers, buyers : tuple of str
        Keys, in order.
    supplier, buyer : int array of shape (pairs,)
        Places in them.
    count, gross : float array of shape (pairs, MONTHS)
        Invoices, and what they come to in minor units, by months of `MONTH_DAYS` back from the day:
        column 0 is the last one.
    first_days, last_days : float array of shape (pairs,)
        Days since the first and the last sale, 1 or more.
    loose : float array of shape (pairs,)
        Paid by the buyer without saying what for.
    aged_count, aged, less : float array of shape (pairs,)
        Invoices `AGED_DAYS` to `TOLD_DAYS` old: how many, their sum, and what lessened them.
    claimed_of, claimed : float array of shape (pairs,)
        Invoices whose claim is told, and their claims: retentions are no part of a claim.
    settled_count, settled_days : float array of shape (pairs,)
        Claims due and settled, and the sum of their days from issue to payment.
    due_count : float array of shape (suppliers, 2)
        Invoices that fell due in the same days, settled or not: those with a claim told, and those
        without.
    open_pair, open_age, open_term, open_minor, open_unclaimed
        Each invoice not known to be settled, the longest due of a pair first: place of its pair,
        days since its issue, days from issue to due, what is left of it, and 1 where no claim tells
        of it.
    late_days, late_count : float array
        How many of the claims settled were so many days late, 0 to `OPEN_DAYS`.
    sector : tuple of str
        Industry of each supplier, empty where not told.
    size_class : tuple of (str or None)
    supplier_pd, buyer_pd : float array
        Chance of default in twelve months by the rating in force; NaN where none tells.
    bought, sold : float array of shape (suppliers,)
        Purchases and sales by invoices of 365 days.
    """

    day: int
    suppliers: tuple[str, ...]
    buyers: tuple[str, ...]
    supplier: Ints
    buyer: Ints
    count: Floats
    gross: Floats
    first_days: Floats
    last_days: Floats
    loose: Floats
    aged_count: Floats
    aged: Floats
    less: Floats
    claimed_of: Floats
    claimed: Floats
    settled_count: Floats
    settled_days: Floats
    due_count: Floats
    open_pair: Ints
    open_age: Floats
    open_term: Floats
    open_minor: Floats
    open_unclaimed: Ints
    late_days: Floats
    late_count: Floats
    sector: tuple[str, ...]
    size_class: tuple[str | None, ...]
    supplier_pd: Floats
    buyer_pd: Floats
    bought: Floats
    sold: Floats


@contextmanager
def trade_views(
    facts: Mapping[str, pa.Table], time_zone: str, threads: int = 1
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a session with the views that `trade_seen` reads.

    Parameters
    ----------
    facts : mapping of `KINDS_READ` to pyarrow.Table
        As `ledger.reader` gives them.
    """
    views = ["known_claim", "known_profile"]
    views += [f"known_{kind}" for kind in KINDS_READ if kind not in {"receivable", "party_profile"}]
    with session(threads) as connection:
        make_views(connection, facts, time_zone, views, _FIELDS)
        yield connection


def trade_seen(connection: duckdb.DuckDBPyConnection, day: int) -> TradeSeen:
    """What is known on a day; see `trade_views`."""
    at = {"day": day}
    connection.execute(SALE, at)

    def found(sql: str) -> dict[str, np.ndarray]:
        table = connection.sql(sql, params=at).to_arrow_table()
        return {name: table[name].to_numpy() for name in table.column_names}

    pair, cell, open_, late, due, party = (
        found(sql) for sql in (PAIR, CELL, OPEN, LATE, DUE, PARTY)
    )
    suppliers, buyers = (tuple(sorted(set(pair[side]))) for side in ("supplier", "buyer"))
    place = {key: at for at, key in enumerate(zip(pair["supplier"], pair["buyer"], strict=True))}
    supplier_at = {key: at for at, key in enumerate(suppliers)}
    buyer_at = {key: at for at, key in enumerate(buyers)}
    count, gross = (np.zeros((len(place), MONTHS)) for _ in range(2))
    where = _places(place, cell), cell["month"]
    count[where], gross[where] = cell["n"], cell["gross"].astype(np.float64)
    party_at = {key: at for at, key in enumerate(party["party"])}
    seller = [party_at[key] for key in suppliers]
    payer = [party_at[key] for key in buyers]
    due_count = np.zeros((len(suppliers), 2))
    due_count[[supplier_at[key] for key in due["supplier"]], due["unclaimed"]] = due["n"]
    pd = party["pd_ppm"].astype(np.float64) / 1e6
    number = {name: pair[name].astype(np.float64) for name in pair if name not in _KEYS}
    return TradeSeen(
        day=day,
        suppliers=suppliers,
        buyers=buyers,
        supplier=np.array([supplier_at[key] for key in pair["supplier"]], dtype=np.int64),
        buyer=np.array([buyer_at[key] for key in pair["buyer"]], dtype=np.int64),
        count=count,
        gross=gross,
        **number,
        due_count=due_count,
        open_pair=_places(place, open_),
        open_age=open_["age_days"].astype(np.float64),
        open_term=open_["term_days"].astype(np.float64),
        open_minor=open_["minor"].astype(np.float64),
        open_unclaimed=open_["unclaimed"].astype(np.int64),
        late_days=late["days"].astype(np.float64),
        late_count=late["n"].astype(np.float64),
        sector=tuple(party["industry"][seller]),
        size_class=tuple(party["size_class"][seller]),
        supplier_pd=pd[seller],
        buyer_pd=pd[payer],
        bought=party["bought"][seller].astype(np.float64),
        sold=party["sold"][seller].astype(np.float64),
    )


_KEYS = ("supplier", "buyer")


def _places(place: Mapping[tuple[str, str], int], rows: Mapping[str, np.ndarray]) -> Ints:
    keys = zip(rows["supplier"], rows["buyer"], strict=True)
    return np.array([place[key] for key in keys], dtype=np.int64)


def sums(place: Ints, values: Floats, count: int) -> Floats:
    """Sum of the values at each of ``count`` places."""
    return np.bincount(place, values, count).astype(np.float64)
