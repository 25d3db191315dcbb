"""Cross terms are the products that they say, whatever their factors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import cross_terms
from features.feature import with_those_before
from features.pipeline import columns_of
from ledger.kinds import KINDS
from scoring.gather import Gathered
from scoring.spines import spine_for
from tests.features.cross_theme import FACTORS, products
from tests.features.live_claim_theme import world_of
from tests.features.worlds_of_facts import table

FACTOR = st.none() | st.sampled_from((0.0, 1.0, 0.25, 2.0, 4.0)) | st.floats(-12, 100)
NAMES = [name for relation in FACTORS for name in relation.columns]
WORLD = world_of(3)


@given(st.fixed_dictionaries(dict.fromkeys(NAMES, FACTOR)))
def test_a_cross_term_is_the_product_that_it_says(factors: dict[str, float | None]) -> None:
    request = WORLD.requests[0]
    spine = spine_for(Gathered(WORLD.book, 1_000_000, WORLD.tables), [request])
    made = {
        one.name: np.array([[np.nan if (v := factors[n]) is None else v for n in one.columns]])
        for one in with_those_before(cross_terms.RELATION.after)
    }
    facts = {kind.name: table(kind.name, ()) for kind in KINDS}

    columns = columns_of(facts, spine, "UTC", [cross_terms.RELATION], made=made)

    told = [np.nan if value is None else value for value in products(factors).values()]
    assert columns["cross_terms"][0] == pytest.approx(told, rel=1e-12, abs=1e-12, nan_ok=True)
