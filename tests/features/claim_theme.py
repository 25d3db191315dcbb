"""Claims and payments, and what parties report of themselves."""

from features.data import conduct, last_claims, likeness, open_claims, pair_tenure, supplier_trade
from features.object import claim_company, claim_record, claim_terms
from features.subject import buyer_peers, buyer_standing, supplier_standing
from tests.features import plain_data, plain_object, plain_subject
from tests.features.small_ledgers import worlds
from tests.features.theme import Theme

THEME = Theme(
    name="claims",
    relations=(
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
    ),
    worlds=worlds(),
    plain={
        "buyer_standing": plain_subject.buyer_standing,
        "buyer_peers": plain_subject.buyer_peers,
        "supplier_standing": plain_subject.supplier_standing,
        "claim_terms": plain_object.claim_terms,
        "claim_record": plain_object.claim_record,
        "claim_company": plain_object.claim_company,
        "conduct": plain_data.conduct,
        "open_claims": plain_data.open_claims,
        "last_claims": plain_data.last_claims,
        "likeness": plain_data.likeness,
        "pair_tenure": plain_data.pair_tenure,
        "supplier_trade": plain_data.supplier_trade,
    },
)
