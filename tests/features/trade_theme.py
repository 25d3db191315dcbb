"""Whether the four flows of trade match, and how claims are settled."""

from features.data import asked_flows, asked_seals, pair_flows, pair_parts, pair_settlement
from tests.features.plain_asked_flows import plain_asked_flows, plain_asked_seals
from tests.features.plain_flows import plain_pair_flows
from tests.features.plain_settlement import plain_pair_parts, plain_pair_settlement
from tests.features.theme import Theme
from tests.features.trade_worlds import worlds

THEME = Theme(
    name="trade",
    relations=(
        pair_flows.RELATION,
        pair_settlement.RELATION,
        pair_parts.RELATION,
        asked_flows.RELATION,
        asked_seals.RELATION,
    ),
    worlds=worlds(),
    plain={
        "pair_flows": plain_pair_flows,
        "pair_settlement": plain_pair_settlement,
        "pair_parts": plain_pair_parts,
        "asked_flows": plain_asked_flows,
        "asked_seals": plain_asked_seals,
    },
)
