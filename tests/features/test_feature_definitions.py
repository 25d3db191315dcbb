"""Every feature is what its definition says: equal to a slow plain one, on small ledgers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.features import claim_theme
from tests.features.ladder import REQUESTED, ladder
from tests.features.plain_requests import Plain
from tests.features.small_ledgers import TODAY
from tests.features.theme import Theme
from tests.features.themes import THEMES
from tests.features.worlds_of_facts import World, features_of, measured


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_relation_has_a_plain_definition(theme: Theme) -> None:
    assert set(theme.plain) == {relation.name for relation in theme.relations}


def compare(theme: Theme, world: World) -> None:
    """Every feature and measure of every request with its plain definition."""
    relations = [measured(relation) for relation in theme.relations]
    names = [feature.name for relation in relations for feature in relation.features]
    for request, row in zip(world.requests, features_of(world, relations).tolist(), strict=True):
        asked = Plain(world, request)
        plain = {name: v for each in theme.plain.values() for name, v in each(asked).items()}
        told = {name: np.nan if value is None else value for name, value in plain.items()}
        values = dict(zip(names, row, strict=True))
        assert values == pytest.approx(told, rel=1e-9, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@settings(max_examples=settings().max_examples // 3)
@given(data=st.data())
def test_a_feature_is_what_its_definition_says(theme: Theme, data: st.DataObject) -> None:
    compare(theme, data.draw(theme.worlds))


@pytest.mark.parametrize("offset", [0, 1_234])
def test_every_window_begins_and_ends_where_it_says(offset: int) -> None:
    compare(claim_theme.THEME, ladder(offset))


@pytest.mark.parametrize("offset", [0, 1_234])
def test_what_is_a_year_past_due_still_counts_and_what_is_older_does_not(offset: int) -> None:
    world = ladder(offset)
    old = [
        row
        for row in world.facts["receivable"]
        if TODAY - 369 <= row["due_on"] <= TODAY - 364 or row["ref"] in REQUESTED
    ]

    compare(claim_theme.THEME, world.of({**world.facts, "receivable": old}))
