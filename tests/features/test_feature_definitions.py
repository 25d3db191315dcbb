"""Every feature is what its definition says: equal to a slow plain one, on small ledgers."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings

from features.catalogue import RELATIONS
from tests.features import plain_data, plain_object, plain_subject
from tests.features.ladder import REQUESTED, ladder
from tests.features.plain_requests import Plain
from tests.features.small_ledgers import TODAY, worlds
from tests.features.worlds_of_facts import World, features_of

PLAIN: dict[str, Callable[[Plain], dict[str, float | None]]] = {
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
}
"""The plain definition of each relation."""


def test_every_relation_has_a_plain_definition() -> None:
    assert set(PLAIN) == {relation.name for relation in RELATIONS}


def compare(world: World) -> None:
    """Every feature of every request with its plain definition."""
    names = [feature.name for relation in RELATIONS for feature in relation.features]
    for request, row in zip(world.requests, features_of(world).tolist(), strict=True):
        asked = Plain(world, request)
        plain = {name: value for each in PLAIN.values() for name, value in each(asked).items()}
        told = {name: np.nan if value is None else value for name, value in plain.items()}
        values = dict(zip(names, row, strict=True))
        assert values == pytest.approx(told, rel=1e-9, abs=1e-9, nan_ok=True)


@settings(max_examples=settings().max_examples // 2)
@given(worlds())
def test_a_feature_is_what_its_definition_says(world: World) -> None:
    compare(world)


@pytest.mark.parametrize("offset", [0, 1_234])
def test_every_window_begins_and_ends_where_it_says(offset: int) -> None:
    compare(ladder(offset))


@pytest.mark.parametrize("offset", [0, 1_234])
def test_what_is_a_year_past_due_still_counts_and_what_is_older_does_not(offset: int) -> None:
    world = ladder(offset)
    old = [
        row
        for row in world.facts["receivable"]
        if TODAY - 369 <= row["due_on"] <= TODAY - 364 or row["ref"] in REQUESTED
    ]

    compare(world.of({**world.facts, "receivable": old}))
