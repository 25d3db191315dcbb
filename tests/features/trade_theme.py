"""Whether the four flows of trade match, and how claims are settled."""

from features.data import asked_flows, pair_flows, pair_settlement
from tests.features.plain_asked_flows import plain_asked_flows
from tests.features.plain_flows import plain_pair_flows
from tests.features.plain_settlement import plain_pair_settlement
from tests.features.theme import Theme
from tests.features.trade_worlds import worlds

THEME = Theme(
    name="trade",
    relations=(pair_flows.RELATION, pair_settlement.RELATION, asked_flows.RELATION),
    worlds=worlds(),
    plain={
        "pair_flows": plain_pair_flows,
        "pair_settlement": plain_pair_settlement,
        "asked_flows": plain_asked_flows,
    },
)
