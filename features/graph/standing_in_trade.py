"""A supplier's place among all who trade: its weight, its neighbours' distress, its community."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from scipy import sparse
from sknetwork.clustering import Louvain

from features.graph.trade_graph import Floats, Ints, Network, TradeGraph, network, nodes

DAMPING = 0.85
"""Chance that money is followed on; else the walk begins anew anywhere."""

ROUNDS, CLOSE = 200, 1e-12
"""At most so many rounds of PageRank, and the change at which it is done."""

GRAVE = 3
"""An adverse record counts from this severity on (1 slight to 5 grave)."""

FADES_DAYS = 182
"""An adverse record counts for exp(-age / so many days)."""

MATURE_DAYS, BACK_DAYS = 90, 730
"""A financing is judged from so many days past its maturity on, for so many days."""

KAPPA = 50
"""A community's share is drawn to the book's as by so many financings."""

MONEY = (
    "SELECT buyer AS source, seller AS target, year_minor AS weight FROM trade WHERE year_minor > 0"
)
"""The edges run as the money does: from the buyer to the seller."""

NEIGHBOUR_DISTRESS = f"""
    WITH record AS (
        SELECT f.party, MIN(GREATEST(d.day - f.opened_on, 0)) AS age
        FROM known_adverse_record AS f
        JOIN moment AS d ON f.from_day <= d.day AND d.day < f.until_day
        WHERE f.severity >= {GRAVE} AND (f.role IS NULL OR f.role <> 'plaintiff')
        GROUP BY f.party
    ),
    asked AS (
        SELECT t.seller, t.buyer, t.year_minor, SUM(t.year_minor) OVER (PARTITION BY t.seller)
            AS whole_minor
        FROM trade AS t
        JOIN measured ON measured.party = t.seller
        JOIN told ON told.party = t.buyer
        WHERE t.year_minor > 0 AND told.courts
    )
    SELECT a.seller AS party, CAST(NULL AS VARCHAR) AS other,
        CAST(SUM(CAST(
            CASE WHEN r.party IS NULL THEN 0.0E0
                ELSE CAST(a.year_minor AS DOUBLE) / CAST(a.whole_minor AS DOUBLE)
                    * EXP(-CAST(r.age AS DOUBLE) / {FADES_DAYS}.0E0) END
            AS DECIMAL(18, 12))) AS DOUBLE) AS value
    FROM asked AS a
    LEFT JOIN record AS r ON r.party = a.buyer
    GROUP BY a.seller
"""  # noqa: S608 - composed of literals
"""Of the customers of whom the courts have told; the youngest grave record of each counts."""

ENDED = f"""
    SELECT f.supplier AS party, COUNT(f.ref) AS ended,
        SUM(CASE WHEN o.defaulted THEN 1 ELSE 0 END) AS bad
    FROM known_outcome AS o
    JOIN moment AS d ON o.from_day <= d.day AND d.day < o.until_day
    JOIN known_financing AS f ON f.ref = o.financing
        AND f.from_day <= d.day AND d.day < f.until_day
    WHERE COALESCE(o.technical, FALSE) = FALSE
        AND d.day - f.matures_on >= {MATURE_DAYS}
        AND d.day - f.matures_on < {MATURE_DAYS + BACK_DAYS}
    GROUP BY f.supplier
"""  # noqa: S608 - composed of literals

COMMUNITY_BAD = f"""
    WITH book AS (SELECT SUM(ended) AS ended, SUM(bad) AS bad FROM ended),
    around AS (
        SELECT c.community, SUM(e.ended) AS ended, SUM(e.bad) AS bad
        FROM community AS c JOIN ended AS e ON e.party = c.party
        GROUP BY c.community
    ),
    others AS (
        SELECT m.party,
            COALESCE(around.ended, 0) - COALESCE(own.ended, 0) AS ended,
            COALESCE(around.bad, 0) - COALESCE(own.bad, 0) AS bad,
            book.ended - COALESCE(own.ended, 0) AS book_ended,
            book.bad - COALESCE(own.bad, 0) AS book_bad
        FROM measured AS m
        CROSS JOIN book
        JOIN community AS c ON c.party = m.party
        LEFT JOIN around ON around.community = c.community
        LEFT JOIN ended AS own ON own.party = m.party
    )
    SELECT party, CAST(NULL AS VARCHAR) AS other,
        (CAST(bad AS DOUBLE)
            + {KAPPA}.0E0 * CAST(book_bad AS DOUBLE) / CAST(book_ended AS DOUBLE))
        / (CAST(ended AS DOUBLE) + {KAPPA}.0E0) AS value
    FROM others
    WHERE book_ended > 0
"""  # noqa: S608 - composed of literals
"""Of the others of a supplier's community, drawn to the others of the book: its own financings are
in neither, or the measure would tell what the model is to foretell."""


def ln_pagerank(graph: TradeGraph) -> pa.Table:
    """Ln of a supplier's PageRank over the mean of all who trade, money being followed (D51)."""
    money = network(graph, MONEY)
    if not len(money.source):
        return _of_measured(graph, nodes(money.parties, value=np.zeros(0)))
    return _of_measured(graph, nodes(money.parties, value=np.log(weights_of(money))))


def weights_of(money: Network) -> Floats:
    """PageRank of each party as a multiple of the mean.

    Ours, for most suppliers pay nobody here: scikit-network 0.33 lets such nodes keep what they get
    instead of spreading it over all.
    """
    count = len(money.parties)
    paid = np.bincount(money.source, money.weight, count)
    shares = money.weight / paid[money.source]
    follow = sparse.csr_matrix((shares, (money.target, money.source)), (count, count))
    ends = paid == 0.0  # who pays nobody: from there the walk begins anew anywhere
    rank = np.ones(count)
    for _ in range(ROUNDS):
        spread = DAMPING * float(rank[ends].sum()) / count + 1.0 - DAMPING
        before, rank = rank, DAMPING * (follow @ rank) + spread
        if np.abs(rank - before).max() < CLOSE:
            break
    return rank


def neighbour_distress(graph: TradeGraph) -> pa.Table:
    """Share of sales to customers with grave adverse records, faded with their age (D52)."""
    return graph.table(NEIGHBOUR_DISTRESS)


def community_bad(graph: TradeGraph) -> pa.Table:
    """Share of defaults among the other suppliers of a supplier's community (D53)."""
    money = network(graph, MONEY)
    graph.make("ended", ENDED)
    graph.connection.register("community", nodes(money.parties, community=communities(money)))
    found = graph.table(COMMUNITY_BAD)
    graph.connection.unregister("community")
    return found


def communities(money: Network) -> Ints:
    """Number of the community of each party: Louvain's, of trade in either direction.

    The nodes are visited in the order of their keys and nothing is drawn, so that the same trade
    gives the same communities.
    """
    if not len(money.source):
        return np.zeros(0, dtype=np.int64)
    one_way = money.matrix()
    louvain = Louvain(modularity="newman", shuffle_nodes=False, random_state=0)
    return np.asarray(louvain.fit_predict(one_way + one_way.T), dtype=np.int64)


def _of_measured(graph: TradeGraph, found: pa.Table) -> pa.Table:
    """The rows of measured suppliers."""
    graph.connection.register("found", found)
    rows = graph.table(
        "SELECT m.party, CAST(NULL AS VARCHAR) AS other, f.value "
        "FROM measured AS m JOIN found AS f ON f.party = m.party"
    )
    graph.connection.unregister("found")
    return rows
