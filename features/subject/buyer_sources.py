"""Which sources have told of the buyer: no number for the model, but what makes a zero a zero."""

from __future__ import annotations

from features.feature import Credit, Grain, Relation
from features.source_states import COLUMNS, states
from features.sources import Source

RELATION = Relation(
    name="buyer_sources",
    credit=Credit.SUBJECT,
    grain=Grain.BUYER,
    sql=states("buyer_day", "buyer"),
    needs=(Source.BOOK,),
    measures=COLUMNS,
    features=(),
)
