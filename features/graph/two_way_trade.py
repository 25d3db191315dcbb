"""Trade that comes back: two parties that sell to each other, and money that goes round."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from scipy.sparse import csgraph

from features.graph.trade_graph import TradeGraph, network, nodes

LONGEST = 4
"""Firms of a circle, at most."""

ALIKE_LOW, ALIKE_HIGH = 9, 10
"""Amounts of a circle are alike where the smallest is at least nine tenths of the largest."""

RECIPROCITY = """
    SELECT one.seller AS party, one.buyer AS other,
        CAST(LEAST(one.year_minor, back.year_minor) AS DOUBLE)
            / CAST(GREATEST(one.year_minor, back.year_minor) AS DOUBLE) AS value
    FROM trade AS one
    JOIN trade AS back ON back.seller = one.buyer AND back.buyer = one.seller
    JOIN measured ON measured.party = one.seller
    WHERE one.year_minor > 0 AND back.year_minor > 0
"""
"""Share of the smaller of two flows in the larger, 365 days; who sells one way has no row."""

CYCLE_SHARE = """
    SELECT t.seller AS party, CAST(NULL AS VARCHAR) AS other,
        CAST(SUM(CASE WHEN c.seller IS NOT NULL THEN t.quarter_minor ELSE 0 END) AS DOUBLE)
            / CAST(SUM(t.quarter_minor) AS DOUBLE) AS value
    FROM trade AS t
    JOIN measured ON measured.party = t.seller
    LEFT JOIN circling AS c ON c.seller = t.seller AND c.buyer = t.buyer
    WHERE t.quarter_minor > 0
    GROUP BY t.seller
"""

_ALIKE = f"n.weight >= p.least AND {ALIKE_LOW} * n.weight <= {ALIKE_HIGH} * p.least"


def reciprocity(graph: TradeGraph) -> pa.Table:
    """Pairs that sell to each other (D47)."""
    return graph.table(RECIPROCITY)


def cycle_share(graph: TradeGraph) -> pa.Table:
    """Share of a supplier's sales, 90 days, that lie on circles of like amounts (D48)."""
    graph.make("circling", "SELECT '' AS seller, '' AS buyer WHERE FALSE")
    if make_ring_edges(graph):
        _make_circling(graph)
    return graph.table(CYCLE_SHARE)


def make_ring_edges(graph: TradeGraph) -> bool:
    """Keep the edges that can lie on a circle: those inside a strongly connected part.

    In most books hardly an edge is left, for most buyers sell to nobody here.
    """
    whole = network(
        graph,
        "SELECT seller AS source, buyer AS target, quarter_minor AS weight "
        "FROM trade WHERE quarter_minor > 0",
    )
    if not len(whole.source):
        return False
    _, part = csgraph.connected_components(whole.matrix(), directed=True, connection="strong")
    inside = part[whole.source] == part[whole.target]
    ends = (whole.parties.take(pa.array(end[inside])) for end in (whole.source, whole.target))
    graph.connection.register("inside", pa.table(dict(zip(("seller", "buyer"), ends, strict=True))))
    graph.make(
        "ring_edge",
        f"""
        SELECT ROW_NUMBER() OVER (ORDER BY t.seller, t.buyer) AS number,
            t.seller AS source, t.buyer AS target, t.quarter_minor AS weight,
            FLOOR(LN(CAST(t.quarter_minor AS DOUBLE)) / LN({ALIKE_HIGH / ALIKE_LOW!r})) AS band
        FROM trade AS t JOIN inside AS i ON i.seller = t.seller AND i.buyer = t.buyer
        """,  # noqa: S608 - composed of literals
    )
    graph.connection.unregister("inside")
    return bool(inside.any())


def _make_circling(graph: TradeGraph) -> None:
    """Walk from each edge over like ones until the walk comes back, in at most four steps.

    Each walk begins at the smallest amount of its circle. Like amounts lie in the same band or the
    one above (two, for the logarithm is rounded): a join by band leaves a large hub few walks.
    """
    graph.make(
        "next_edge",
        "SELECT e.number, e.source, e.target, e.weight, e.band - less.bands AS band "
        "FROM ring_edge AS e CROSS JOIN (VALUES (0), (1), (2)) AS less (bands)",
    )
    graph.make(
        "walk1",
        "SELECT weight AS least, band, source AS first, target AS last, number AS edge1 "
        "FROM ring_edge",
    )
    for step in range(2, LONGEST + 1):
        graph.make(f"walk{step}", _longer(step))
    closed = [
        f"SELECT edge{edge} AS number FROM walk{step} WHERE last = first"  # noqa: S608
        for step in range(2, LONGEST + 1)
        for edge in range(1, step + 1)
    ]
    graph.make(
        "circling",
        "SELECT e.source AS seller, e.target AS buyer FROM ring_edge AS e "  # noqa: S608
        f"JOIN ({' UNION '.join(closed)}) AS found ON found.number = e.number",
    )


def _longer(step: int) -> str:
    """SQL of the walks of so many steps, open or closed, from the open ones a step shorter."""
    before = step - 1
    edges = ", ".join(f"p.edge{edge}" for edge in range(1, step))
    between = [f"middle{at}" for at in range(1, before)]
    passed = "".join(f", p.{name}" for name in between)
    elsewhere = "".join(f" AND n.target <> p.{name}" for name in (*between, "last"))
    home = " AND n.target = p.first" if step == LONGEST else ""
    return f"""
        SELECT p.least, p.band, p.first, n.target AS last{passed}, p.last AS middle{before},
            {edges}, n.number AS edge{step}
        FROM walk{before} AS p
        JOIN next_edge AS n ON n.source = p.last AND n.band = p.band
        WHERE p.last <> p.first AND {_ALIKE}{elsewhere}{home}
    """  # noqa: S608 - composed of literals


def guarantee_circle(graph: TradeGraph) -> pa.Table:
    """Parties with which a supplier stands in a circle of guarantees (S41).

    A circle is a strongly connected part of the graph of who guarantees for whom: each of it stands
    in for each other, in the end. The guarantees of this book count, and those of the register.
    """
    whole = network(graph, GUARANTEES)
    degree = np.zeros(len(whole.parties), dtype=np.int64)
    if len(whole.source):
        _, part = csgraph.connected_components(whole.matrix(), directed=True, connection="strong")
        inside = part[whole.source] == part[whole.target]
        ends = np.stack([whole.source[inside], whole.target[inside]])
        pairs = np.unique(np.sort(ends, axis=0), axis=1)
        degree = np.bincount(pairs.ravel(), minlength=len(degree))
    graph.connection.register("circle", nodes(whole.parties, degree=degree))
    found = graph.table(GUARANTEE_CIRCLE)
    graph.connection.unregister("circle")
    return found


GUARANTEES = """
    SELECT f.guarantor AS source, f.debtor AS target, 1 AS weight
    FROM known_guarantee AS f
    JOIN moment AS d ON f.from_day <= d.day AND d.day < f.until_day
    WHERE f.valid_from <= d.day AND (f.valid_until IS NULL OR d.day < f.valid_until)
    UNION
    SELECT party, other, 1 FROM related WHERE relation = 'guarantor_of'
"""

GUARANTEE_CIRCLE = """
    SELECT m.party, CAST(NULL AS VARCHAR) AS other,
        CAST(COALESCE(c.degree, 0) AS DOUBLE) AS value
    FROM measured AS m
    LEFT JOIN circle AS c ON c.party = m.party
    WHERE m.kinship OR c.degree > 0
"""
"""A supplier in no circle has 0 where the register of relations has told of it."""
