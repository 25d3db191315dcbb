"""Which features there are: the index."""

from __future__ import annotations

from functools import cache

from features.data import conduct, last_claims, likeness, open_claims, pair_tenure, supplier_trade
from features.feature import Credit, Feature, Relation
from features.object import claim_company, claim_record, claim_terms
from features.subject import buyer_peers, buyer_standing, supplier_standing

RELATIONS: tuple[Relation, ...] = (
    buyer_standing.RELATION,
    buyer_peers.RELATION,
    supplier_standing.RELATION,
    claim_terms.RELATION,
    claim_record.RELATION,
    claim_company.RELATION,
    conduct.RELATION,
    open_claims.RELATION,
    last_claims.RELATION,
    likeness.RELATION,
    pair_tenure.RELATION,
    supplier_trade.RELATION,
)
"""Every relation, by credit."""

BY_NAME: dict[str, Feature] = {f.name: f for relation in RELATIONS for f in relation.features}
CREDIT_OF: dict[str, Credit] = {
    f.name: relation.credit for relation in RELATIONS for f in relation.features
}


@cache
def fingerprints() -> dict[str, str]:
    """Fingerprint of every feature, by name."""
    return {
        feature.name: relation.fingerprint(feature)
        for relation in RELATIONS
        for feature in relation.features
    }
