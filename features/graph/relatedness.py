"""Trade within a family: who is related to whom, who holds whom, who shares an address."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from scipy.sparse import csgraph

from features.graph.trade_graph import TradeGraph, network, nodes

CONTROL_PPM = 250_000
"""Above this share a holding counts as control (level 2), up to it as a link (level 1)."""

STEPS_UP = 3
"""Holders of holders are followed so many steps."""

SHARED_BY_MANY = 20
"""An address, telephone or account of more parties than this tells nothing of them: it is that of
an agent, an office block or a bank."""

RELATED_SHARE = """
    SELECT t.seller AS party, CAST(NULL AS VARCHAR) AS other,
        CAST(SUM(CASE WHEN kin.party IS NOT NULL THEN t.year_minor ELSE 0 END) AS DOUBLE)
            / CAST(SUM(t.year_minor) AS DOUBLE) AS value
    FROM trade AS t
    JOIN measured AS m ON m.party = t.seller
    LEFT JOIN (
        SELECT party, other FROM related WHERE relation <> 'guarantor_of'
        UNION SELECT other, party FROM related WHERE relation <> 'guarantor_of'
    ) AS kin ON kin.party = t.seller AND kin.other = t.buyer
    WHERE t.year_minor > 0 AND m.kinship
    GROUP BY t.seller
"""

HOLDS = f"""
    SELECT party AS holder, other AS held,
        CASE WHEN relation = 'ultimate_controller' OR COALESCE(share_ppm, 0) > {CONTROL_PPM}
            THEN 2 ELSE 1 END AS level
    FROM related
    WHERE relation IN ('ultimate_controller', 'shareholder')
    UNION ALL
    SELECT other, party, 2 FROM related WHERE relation = 'branch_of'
"""  # noqa: S608 - composed of literals

CONTROLLER_LINK = f"""
    WITH RECURSIVE pair AS (
        SELECT seller AS supplier, buyer FROM trade
        UNION
        SELECT f.supplier, f.buyer
        FROM known_receivable AS f
        JOIN moment AS d ON f.from_day <= d.day AND d.day < f.until_day
    ),
    wanted AS (
        SELECT pair.supplier, pair.buyer
        FROM pair JOIN measured AS m ON m.party = pair.supplier
        WHERE m.kinship
    ),
    up (company, holder, level, steps) AS (
        SELECT party, party, 2, 0
        FROM (SELECT supplier AS party FROM wanted UNION SELECT buyer FROM wanted) AS side
        UNION
        SELECT up.company, holds.holder, LEAST(up.level, holds.level), up.steps + 1
        FROM up JOIN holds ON holds.held = up.holder
        WHERE up.steps < {STEPS_UP}
    ),
    above AS (SELECT company, holder, MAX(level) AS level FROM up GROUP BY company, holder)
    SELECT w.supplier AS party, w.buyer AS other,
        CAST(MAX(LEAST(s.level, b.level)) AS DOUBLE) AS value
    FROM wanted AS w
    JOIN above AS s ON s.company = w.supplier
    JOIN above AS b ON b.company = w.buyer AND b.holder = s.holder
    GROUP BY w.supplier, w.buyer
"""  # noqa: S608 - composed of literals
"""How two parties that trade hang together: through a party that holds both, or one the other. A
path is as strong as its weakest step; the strongest path counts. Without one there is no row."""

_OF_PROFILES = " UNION ALL ".join(
    f"SELECT party, '{name}' AS attribute, {name}_hash AS value_hash FROM profile"  # noqa: S608
    for name in ("address", "phone", "email", "legal_rep", "bank_account")
)

ATTRIBUTES = f"""
    WITH profile AS (
        SELECT *
        FROM (
            SELECT f.party, f.address_hash, f.phone_hash, f.email_hash, f.legal_rep_hash,
                f.bank_account_hash, ROW_NUMBER() OVER (
                    PARTITION BY f.party ORDER BY f.happened_at DESC, f.seq DESC
                ) AS place
            FROM known_party_profile AS f
            JOIN moment AS d ON f.from_day <= d.day AND d.day < f.until_day
        ) AS ranked
        WHERE place = 1
    )
    SELECT f.party, f.attribute, f.value_hash
    FROM known_party_attribute AS f
    JOIN moment AS d ON f.from_day <= d.day AND d.day < f.until_day
    WHERE (f.valid_from IS NULL OR f.valid_from <= d.day)
        AND (f.valid_until IS NULL OR d.day < f.valid_until)
    UNION
    SELECT party, attribute, value_hash FROM ({_OF_PROFILES}) AS every
    WHERE value_hash IS NOT NULL
"""  # noqa: S608 - composed of literals
"""``has``: attributes in force on the day, of the latest profile and of their own."""

SHARED = f"""
    SELECT party AS source, first AS target, 1 AS weight
    FROM (
        SELECT party, MIN(party) OVER same AS first, COUNT(party) OVER same AS parties
        FROM has
        WINDOW same AS (PARTITION BY attribute, value_hash)
    ) AS counted
    WHERE parties BETWEEN 2 AND {SHARED_BY_MANY} AND party <> first
    GROUP BY party, first
"""  # noqa: S608 - composed of literals
"""Who shares an attribute with the first of those that have it: as connected as all with all."""

ATTRIBUTE_CLUSTER = """
    SELECT m.party, CAST(NULL AS VARCHAR) AS other, CAST(COALESCE(c.size, 1) AS DOUBLE) AS value
    FROM measured AS m
    JOIN (SELECT DISTINCT party FROM has) AS known ON known.party = m.party
    LEFT JOIN cluster AS c ON c.party = m.party
"""


def related_share(graph: TradeGraph) -> pa.Table:
    """Share of a supplier's sales, 365 days, to parties that are related to it (D49)."""
    return graph.table(RELATED_SHARE)


def controller_link(graph: TradeGraph) -> pa.Table:
    """How supplier and buyer hang together by ownership: 1 a link, 2 control (S42)."""
    graph.make("holds", HOLDS)
    return graph.table(CONTROLLER_LINK)


def attribute_cluster(graph: TradeGraph) -> pa.Table:
    """Parties that share attributes with a supplier, and on through them, itself included (D50)."""
    graph.make("has", ATTRIBUTES)
    whole = network(graph, SHARED)
    _, part = csgraph.connected_components(whole.matrix(), directed=False)
    size = np.bincount(part, minlength=1)[part]
    graph.connection.register("cluster", nodes(whole.parties, size=size))
    found = graph.table(ATTRIBUTE_CLUSTER)
    graph.connection.unregister("cluster")
    return found
