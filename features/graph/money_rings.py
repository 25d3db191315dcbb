"""Money that is passed on round a ring of firms, invoice by invoice.

`cycle_share` adds up what two firms sell each other in a quarter, so that honest trade between two
firms of a ring hides it, and it ends at four firms. Here each invoice is followed by itself: who
was paid buys from the next for nearly as much within days, until the money is back. What a ring
leaves behind is told pair by pair, so that whoever looks into it knows whom to ask.
"""

from __future__ import annotations

import pyarrow as pa

from features.graph.trade_graph import QUARTER_DAYS, TradeGraph
from features.graph.two_way_trade import make_ring_edges

FIRMS = (3, 6)
"""Firms of a ring, at least and at most (domain.md section 4.5); of two `reciprocity` tells."""

PASSED_LOW, PASSED_HIGH = 9, 10
"""Each passes on at least nine tenths of what it got, and no more than all."""

PASSED_DAYS = 10
"""And does so within so many days."""

RING_INVOICE = f"""
    SELECT f.ref, f.buyer AS payer, f.seller AS payee, f.issued_on, f.gross_minor,
        FLOOR(LN(CAST(f.gross_minor AS DOUBLE)) / LN({PASSED_HIGH / PASSED_LOW!r})) AS band
    FROM known_invoice AS f
    JOIN moment AS d ON f.from_day <= d.day AND d.day < f.until_day
    JOIN ring_edge AS e ON e.source = f.seller AND e.target = f.buyer
    WHERE f.gross_minor > 0 AND f.issued_on <= d.day AND d.day - f.issued_on < {QUARTER_DAYS}
"""  # noqa: S608 - composed of literals

RING_SHARE = """
    WITH passed AS (
        SELECT i.payee AS seller, i.payer AS buyer, SUM(i.gross_minor) AS minor
        FROM ring_invoice AS i
        JOIN ringed ON ringed.ref = i.ref
        GROUP BY i.payee, i.payer
    ),
    sold AS (
        SELECT seller, SUM(quarter_minor) AS minor
        FROM trade
        WHERE quarter_minor > 0
        GROUP BY seller
    )
    SELECT p.seller AS party, p.buyer AS other,
        LEAST(CAST(p.minor AS DOUBLE) / CAST(s.minor AS DOUBLE), 1.0E0) AS value
    FROM passed AS p
    JOIN sold AS s ON s.seller = p.seller
    JOIN measured ON measured.party = p.seller
"""


def ring_share(graph: TradeGraph) -> pa.Table:
    """Share of a supplier's sales, 90 days, that it made to a firm of a ring it stands in."""
    if not make_ring_edges(graph):
        return graph.table("SELECT '' AS party, '' AS other, 0.0E0 AS value WHERE FALSE")
    _make_ringed(graph)
    return graph.table(RING_SHARE)


def _make_ringed(graph: TradeGraph) -> None:
    """Follow the money from each invoice until it is back, and keep the invoices of the way.

    What is passed on lies in the band of what was got, or one below (two, for the logarithm is
    rounded): a join by band leaves a large hub few ways on.
    """
    graph.make("ring_invoice", RING_INVOICE)
    graph.make(
        "passed_on",
        "SELECT i.ref, i.payer, i.payee, i.issued_on, i.gross_minor, i.band AS own_band, "
        "i.band + more.bands AS band "
        "FROM ring_invoice AS i CROSS JOIN (VALUES (0), (1), (2)) AS more (bands)",
    )
    graph.make(
        "way1",
        "SELECT payer AS first, payee AS last, issued_on, gross_minor, band, ref AS ref1 "
        "FROM ring_invoice",
    )
    least, most = FIRMS
    for step in range(2, most + 1):
        graph.make(f"way{step}", _longer(step))
    back = [
        f"SELECT ref{at} AS ref FROM way{step} WHERE last = first"  # noqa: S608
        for step in range(least, most + 1)
        for at in range(1, step + 1)
    ]
    graph.make("ringed", " UNION ".join(back))


def _longer(step: int) -> str:
    """SQL of the ways of so many invoices, from those that are one shorter and not yet back."""
    before = step - 1
    refs = ", ".join(f"p.ref{at}" for at in range(1, step))
    between = [f"middle{at}" for at in range(1, before)]
    passed = "".join(f", p.{name}" for name in between)
    elsewhere = "".join(f" AND n.payee <> p.{name}" for name in (*between, "last"))
    home = " AND n.payee = p.first" if step == FIRMS[1] else ""
    return f"""
        SELECT p.first, n.payee AS last{passed}, p.last AS middle{before}, n.issued_on,
            n.gross_minor, n.own_band AS band, {refs}, n.ref AS ref{step}
        FROM way{before} AS p
        JOIN passed_on AS n ON n.payer = p.last AND n.band = p.band
            AND n.issued_on BETWEEN p.issued_on AND p.issued_on + {PASSED_DAYS}
            AND n.gross_minor <= p.gross_minor
            AND {PASSED_HIGH} * n.gross_minor >= {PASSED_LOW} * p.gross_minor
        WHERE p.last <> p.first{elsewhere}{home}
    """  # noqa: S608 - composed of literals
