"""Every feature is what its definition says: equal to a slow plain one, on small ledgers."""

from collections.abc import Sequence
from dataclasses import replace
from math import isnan

import numpy as np
import pytest
from hypothesis import settings

from features.data import last_claims
from features.feature import Relation
from tests.features import claim_theme, plain_data
from tests.features.ladder import REQUESTED, ladder
from tests.features.many_worlds import Shared, shared_worlds
from tests.features.plain_requests import Plain
from tests.features.small_ledgers import TODAY
from tests.features.theme import Theme, Values
from tests.features.themes import THEMES
from tests.features.worlds_of_facts import DAY, World, fact, measured


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_relation_has_a_plain_definition(theme: Theme) -> None:
    assert set(theme.plain) == {relation.name for relation in theme.relations}


def compare(theme: Theme, shared: Shared) -> None:
    """Every feature and measure of every request with its plain definition."""
    relations = _measured(theme.relations)
    names = [feature.name for relation in relations for feature in relation.features]
    every = [(world, request) for world in shared.worlds for request in world.requests]
    asked = [Plain(*one, built) for one, built in zip(every, _built(theme, shared), strict=True)]
    for one, row in zip(asked, shared.features(relations).tolist(), strict=True):
        plain = {name: v for each in theme.plain.values() for name, v in each(one).items()}
        told = {name: np.nan if value is None else value for name, value in plain.items()}
        values = dict(zip(names, row, strict=True))
        assert values == pytest.approx(told, rel=1e-9, abs=1e-9, nan_ok=True)


def _built(theme: Theme, shared: Shared) -> list[Values]:
    """Of every request what its theme takes as it is built."""
    relations = _measured(theme.built)
    names = [feature.name for relation in relations for feature in relation.features]
    if not names:
        return [{} for _ in shared.ledger.requests]
    return [
        {name: None if isnan(value) else value for name, value in zip(names, row, strict=True)}
        for row in shared.features(relations).tolist()
    ]


def _measured(relations: Sequence[Relation]) -> tuple[Relation, ...]:
    return tuple(measured(relation) for relation in relations)


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


LAST_CLAIMS = replace(
    claim_theme.THEME,
    relations=(last_claims.RELATION,),
    plain={"last_claims": plain_data.last_claims},
)


@pytest.mark.parametrize("in_time_days", [0, 10, 60])
def test_a_large_buyers_last_claims_are_found_without_going_through_its_year(
    in_time_days: int,
) -> None:
    """More than fifty claims a month; those that fell due lately are all paid in time."""
    world = _thrice(ladder(0))
    since = TODAY - in_time_days
    claims = world.facts["receivable"]
    lately = {row["ref"] for row in claims if row["due_on"] > since}
    paid = [row for row in world.facts["payment"] if row["receivable"] not in lately]
    in_time = [
        fact("payment", f"t{row['ref']}", 20_000 + at, row["due_on"] * DAY + 1,
             paid_on=row["due_on"], amount_minor=row["face_minor"], receivable=row["ref"])
        for at, row in enumerate(claims) if row["ref"] in lately and row["due_on"] < TODAY
    ]  # fmt: skip

    compare(LAST_CLAIMS, Shared((world.of({**world.facts, "payment": [*paid, *in_time]}),)))


def _thrice(world: World) -> World:
    """Every claim three times, with what was paid of it."""
    more = [
        {**row, "ref": f"{row['ref']}{copy}"}
        for copy in "ab" for row in world.facts["receivable"] if row["ref"] not in REQUESTED
    ]  # fmt: skip
    paid = [
        {**row, "ref": f"{row['ref']}{copy}", "receivable": f"{row['receivable']}{copy}"}
        for copy in "ab" for row in world.facts["payment"]
    ]  # fmt: skip
    facts = world.facts
    every = {"receivable": [*facts["receivable"], *more], "payment": [*facts["payment"], *paid]}
    return world.of({**facts, **every})
