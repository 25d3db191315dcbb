"""The graph of trade as it was known on a day: who sold to whom, and what is told of both.

The facts are laid into a session once, and a day is set after the other. Which facts a day may see
is decided by the views of ``features.versions`` alone: on day D those visible before D.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from scipy import sparse

from features.engine import make_views, session
from features.source_states import states
from features.sources import ASKED, TOLD, Source

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
Ints = np.ndarray[tuple[int], np.dtype[np.int64]]

YEAR_DAYS, QUARTER_DAYS = 365, 90
"""Windows of invoices, by their day of issue: so many days up to the day, that included."""

KINDS_READ = (
    "adverse_record",
    "financing",
    "guarantee",
    "invoice",
    "invoice_status",
    "outcome",
    "party_attribute",
    "party_profile",
    "party_relation",
    "receivable",
    "source_coverage",
)
"""Kinds of fact that the measures read."""

COLUMNS_READ = frozenset(
    (
        *("address_hash", "adverse", "attribute", "bank_account_hash", "buyer", "checked_at"),
        *("debtor", "defaulted", "email_hash", "financing", "gross_minor", "guarantor"),
        *("happened_at", "invoice", "issued_on", "legal_rep_hash", "matures_on", "opened_on"),
        *("other", "party", "phone_hash", "relation", "result", "role", "seller", "seq"),
        *("severity", "share_ppm", "source", "status", "supplier", "technical", "valid_from"),
        *("valid_until", "value_hash"),
    )
)
"""Fields of these kinds that are kept."""

_SOURCES = {source: ASKED[source] for source in (Source.INVOICES, Source.KINSHIP, Source.COURTS)}

_KNOWN = "f.from_day <= d.day AND d.day < f.until_day"

TRADE = f"""
    WITH voided AS (
        SELECT invoice
        FROM (
            SELECT f.invoice, f.status, ROW_NUMBER() OVER (
                PARTITION BY f.invoice ORDER BY f.happened_at DESC, f.seq DESC
            ) AS place
            FROM known_invoice_status AS f JOIN moment AS d ON {_KNOWN}
        ) AS stated
        WHERE place = 1 AND status = 'void'
    )
    SELECT f.seller, f.buyer, SUM(f.gross_minor) AS year_minor,
        COALESCE(
            SUM(CASE WHEN d.day - f.issued_on < {QUARTER_DAYS} THEN f.gross_minor END), 0
        ) AS quarter_minor
    FROM known_invoice AS f
    JOIN moment AS d ON {_KNOWN}
    LEFT JOIN voided ON voided.invoice = f.ref
    WHERE voided.invoice IS NULL
        AND f.issued_on <= d.day AND d.day - f.issued_on < {YEAR_DAYS}
    GROUP BY f.seller, f.buyer
"""  # noqa: S608 - composed of literals
"""``trade``: what each seller invoiced to each buyer, with tax, less red notes; void ones left out.
An edge of the graph is a positive amount."""

RELATED = f"""
    SELECT f.party, f.other, f.relation, f.share_ppm
    FROM known_party_relation AS f
    JOIN moment AS d ON {_KNOWN}
    WHERE (f.valid_from IS NULL OR f.valid_from <= d.day)
        AND (f.valid_until IS NULL OR d.day < f.valid_until)
"""  # noqa: S608 - composed of literals
"""``related``: relations of parties in force on the day."""

_TOLD = f"""
    SELECT party, invoices_state {TOLD} AS invoices, kinship_state {TOLD} AS kinship,
        courts_state {TOLD} AS courts
    FROM ({states("trading", "party", _SOURCES)}) AS stated
"""  # noqa: S608 - composed of literals

TABLES: dict[str, str] = {
    "trade": TRADE,
    "related": RELATED,
    "trading": """
        SELECT DISTINCT side.party, d.day
        FROM moment AS d
        CROSS JOIN (
            SELECT seller AS party, year_minor FROM trade
            UNION ALL SELECT buyer, year_minor FROM trade
        ) AS side
        WHERE side.year_minor > 0
    """,
    "told": _TOLD,
    "measured": """
        SELECT DISTINCT trade.seller AS party, told.kinship
        FROM trade JOIN told ON told.party = trade.seller
        WHERE trade.year_minor > 0 AND told.invoices
    """,
}
"""Tables of a day in the order in which they are made. ``measured`` are the suppliers that get
measures: they sold something in a year, and their invoices have been told of."""


@dataclass(frozen=True)
class TradeGraph:
    """What was known on a day, as tables of a session; valid until the next day is set.

    Attributes
    ----------
    connection : DuckDBPyConnection
        Holds `TABLES`, ``moment`` (the day) and the views of `KINDS_READ`.
    day : int
        Days since 1970-01-01.
    """

    connection: duckdb.DuckDBPyConnection
    day: int

    def table(self, sql: str) -> pa.Table:
        """Run a query."""
        return self.connection.sql(sql).to_arrow_table()

    def make(self, name: str, sql: str) -> None:
        """Make a table, instead of that of an earlier day."""
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS {sql}")


@contextmanager
def graphs(
    facts: Mapping[str, pa.Table], time_zone: str, threads: int = 1
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Lay facts (`KINDS_READ`, as `ledger.reader` gives them) into a session for `graph_of`."""
    with session(threads) as connection:
        names = [f"known_{kind}" for kind in KINDS_READ]
        make_views(connection, facts, time_zone, names, COLUMNS_READ)
        yield connection


def graph_of(connection: duckdb.DuckDBPyConnection, day: int) -> TradeGraph:
    """The graph of what is known on a day, from facts visible before it."""
    graph = TradeGraph(connection, day)
    graph.make("moment", f"SELECT {int(day)} AS day")
    for name, sql in TABLES.items():
        graph.make(name, sql)
    return graph


@dataclass(frozen=True)
class Network:
    """A directed, weighted graph in numbers.

    Attributes
    ----------
    parties : pyarrow.Array
        Keys of the nodes, sorted: numbers don't depend on the order of facts.
    source, target : int array
        Nodes of each edge, sorted by both.
    weight : float array
        Positive.
    """

    parties: pa.Array
    source: Ints
    target: Ints
    weight: Floats

    def matrix(self) -> sparse.csr_matrix:
        """Weights by source and target."""
        shape = (len(self.parties), len(self.parties))
        return sparse.csr_matrix((self.weight, (self.source, self.target)), shape)


def network(graph: TradeGraph, edges: str) -> Network:
    """The graph of a query that yields ``source``, ``target``, each pair once, and ``weight``."""
    graph.make("edge", edges)
    graph.make(
        "node",
        "SELECT party, ROW_NUMBER() OVER (ORDER BY party) - 1 AS number "
        "FROM (SELECT source AS party FROM edge UNION SELECT target FROM edge) AS side",
    )
    numbered = graph.table("""
        SELECT s.number AS source, t.number AS target, CAST(e.weight AS DOUBLE) AS weight
        FROM edge AS e
        JOIN node AS s ON s.party = e.source
        JOIN node AS t ON t.party = e.target
        ORDER BY 1, 2
    """)
    parties = graph.table("SELECT party FROM node ORDER BY number")["party"].combine_chunks()
    return Network(
        parties,
        numbered["source"].to_numpy(),
        numbered["target"].to_numpy(),
        numbered["weight"].to_numpy(),
    )


def nodes(parties: pa.Array, **columns: Floats | Ints) -> pa.Table:
    """A table of nodes with numbers of each, to go on with in SQL."""
    return pa.table({"party": parties, **{name: pa.array(v) for name, v in columns.items()}})
