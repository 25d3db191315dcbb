"""Every feature is what its definition says: equal to a slow plain one, on small ledgers."""

import numpy as np
import pytest
from hypothesis import settings

from features.feature import Relation
from tests.features import claim_theme
from tests.features.ladder import REQUESTED, ladder
from tests.features.many_worlds import Shared, shared_worlds
from tests.features.plain_requests import Plain
from tests.features.small_ledgers import TODAY
from tests.features.theme import Theme
from tests.features.themes import THEMES
from tests.features.worlds_of_facts import measured


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_relation_has_a_plain_definition(theme: Theme) -> None:
    assert set(theme.plain) == {relation.name for relation in theme.relations}


def compare(theme: Theme, shared: Shared) -> None:
    """Every feature and measure of every request with its plain definition."""
    relations = _measured(theme)
    names = [feature.name for relation in relations for feature in relation.features]
    asked = [Plain(world, request) for world in shared.worlds for request in world.requests]
    for one, row in zip(asked, shared.features(relations).tolist(), strict=True):
        plain = {name: v for each in theme.plain.values() for name, v in each(one).items()}
        told = {name: np.nan if value is None else value for name, value in plain.items()}
        values = dict(zip(names, row, strict=True))
        assert values == pytest.approx(told, rel=1e-9, abs=1e-9, nan_ok=True)


def _measured(theme: Theme) -> tuple[Relation, ...]:
    return tuple(measured(relation) for relation in theme.relations)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_feature_is_what_its_definition_says(theme: Theme) -> None:
    for shared in shared_worlds(theme.worlds, settings().max_examples):
        compare(theme, shared)


@pytest.mark.parametrize("offset", [0, 1_234])
def test_every_window_begins_and_ends_where_it_says(offset: int) -> None:
    compare(claim_theme.THEME, Shared((ladder(offset),)))


@pytest.mark.parametrize("offset", [0, 1_234])
def test_what_is_a_year_past_due_still_counts_and_what_is_older_does_not(offset: int) -> None:
    world = ladder(offset)
    old = [
        row
        for row in world.facts["receivable"]
        if TODAY - 369 <= row["due_on"] <= TODAY - 364 or row["ref"] in REQUESTED
    ]

    compare(claim_theme.THEME, Shared((world.of({**world.facts, "receivable": old}),)))
