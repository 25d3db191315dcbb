"""Which features there are: the index."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from features import cross_terms
from features.data import (
    asked_flows,
    asked_seals,
    buyer_delays,
    conduct,
    last_claims,
    likeness,
    open_claims,
    pair_delays,
    pair_financings,
    pair_flows,
    pair_graph,
    pair_invoices,
    pair_parts,
    pair_settlement,
    pair_tenure,
    supplier_cross_checks,
    supplier_financings,
    supplier_goods,
    supplier_graph,
    supplier_invoice_habits,
    supplier_partners,
    supplier_repeated_invoices,
    supplier_rhythm,
    supplier_sources,
    supplier_trade,
)
from features.feature import Credit, Feature, Relation
from features.object import (
    claim_asked,
    claim_company,
    claim_cover,
    claim_promises,
    claim_rank,
    claim_record,
    claim_terms,
    claim_title,
    pair_usual,
)
from features.subject import (
    buyer_accounts,
    buyer_credit,
    buyer_paper,
    buyer_peers,
    buyer_sources,
    buyer_standing,
    supplier_accounts,
    supplier_links,
    supplier_record,
    supplier_sales,
    supplier_standing,
)

RELATIONS: tuple[Relation, ...] = (
    buyer_sources.RELATION,
    buyer_standing.RELATION,
    buyer_peers.RELATION,
    supplier_standing.RELATION,
    buyer_accounts.RELATION,
    buyer_credit.RELATION,
    buyer_paper.RELATION,
    supplier_accounts.RELATION,
    supplier_record.RELATION,
    supplier_links.RELATION,
    supplier_sales.RELATION,
    claim_terms.RELATION,
    claim_record.RELATION,
    claim_company.RELATION,
    pair_usual.RELATION,
    claim_asked.RELATION,
    claim_title.RELATION,
    claim_rank.RELATION,
    claim_promises.RELATION,
    claim_cover.RELATION,
    conduct.RELATION,
    open_claims.RELATION,
    last_claims.RELATION,
    likeness.RELATION,
    pair_tenure.RELATION,
    supplier_trade.RELATION,
    supplier_sources.RELATION,
    supplier_graph.RELATION,
    pair_graph.RELATION,
    supplier_partners.RELATION,
    supplier_rhythm.RELATION,
    supplier_invoice_habits.RELATION,
    supplier_repeated_invoices.RELATION,
    pair_invoices.RELATION,
    supplier_goods.RELATION,
    supplier_cross_checks.RELATION,
    buyer_delays.RELATION,
    pair_delays.RELATION,
    supplier_financings.RELATION,
    pair_financings.RELATION,
    pair_flows.RELATION,
    pair_settlement.RELATION,
    pair_parts.RELATION,
    asked_flows.RELATION,
    asked_seals.RELATION,
    cross_terms.RELATION,
)
"""Every relation, by credit."""

BY_NAME: dict[str, Feature] = {f.name: f for relation in RELATIONS for f in relation.features}
RELATION_OF: dict[str, Relation] = {
    f.name: relation for relation in RELATIONS for f in relation.features
}
CREDIT_OF: dict[str, Credit] = {
    f.name: relation.credit for relation in RELATIONS for f in relation.features
}


def relations_of(names: Collection[str]) -> tuple[Relation, ...]:
    """The relations that yield features of those names, in the order of the catalogue."""
    wanted = {RELATION_OF[name].name for name in names}
    return tuple(relation for relation in RELATIONS if relation.name in wanted)


@cache
def fingerprints() -> dict[str, str]:
    """Fingerprint of every feature, by name."""
    return {
        feature.name: relation.fingerprint(feature)
        for relation in RELATIONS
        for feature in relation.features
    }
