"""A book read for a recipe is narrower than the whole one, and says the same of all it's asked."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from features.pipeline import silent
from ledger.clocks import to_day_number
from ledger.database import open_database
from ledger.reader import arrow_schema
from models.event import Event
from scoring.gather import Gathered
from tests.training.conftest import CUT, ROOT
from tests.worlds import LAST_DAY, LATE, SmallWorld
from training.asked_requests import decisions, past_requests
from training.book_read import KINDS, read_book
from training.default_examples import LENDING, with_lending
from training.events import KINDS as EVENTS
from training.examples import last_day
from training.recipe import Recipe, read_recipe

DAYS = [to_day_number(day) for day in (CUT, LAST_DAY)]


def shipped(name: str) -> Recipe:
    return read_recipe(ROOT / "recipes" / f"{name}.toml")


@pytest.fixture(scope="module")
def whole(small_world: SmallWorld) -> Gathered:
    return with_lending(open_database(small_world.url), read_book(open_database(small_world.url)))


@pytest.fixture(scope="module")
def without_features() -> Recipe:
    """A recipe of every kind of event that takes next to nothing from the facts."""
    default = shipped("default")
    events = (*default.events, LATE)
    few = ("buyer_sources", "supplier_sources", "buyer_standing", "supplier_standing")
    more = {"events": events, "relations": few, "one_variable": "buyer_years_known"}
    return default.model_copy(update=more)


def asked(recipe: Recipe, event: Event, gathered: Gathered) -> tuple[object, ...]:
    """Examples of an event and its labels, in a form that can be compared."""
    kind = EVENTS[event.kind]
    known = kind.describe(gathered, recipe.names_for(event), 1, silent)
    labels = [kind.labels(gathered, known, event, day) for day in DAYS]
    told = tuple((one.known.tolist(), one.event.tolist()) for one in labels)
    assert len(known.keys) > 10
    assert set(known.groups) == {"tier", "size", "sector", "region", "ownership", "loan"}
    rows = np.nan_to_num(known.rows, nan=-1e300).tolist()
    return known.keys, known.clusters, known.day.tolist(), dict(known.groups), rows, told


@pytest.mark.parametrize("name", ["demo", "default", "receivables_br"])
def test_examples_and_labels_are_those_of_the_whole_book(
    small_world: SmallWorld, whole: Gathered, name: str
) -> None:
    recipe = shipped(name)
    narrow = read_book(open_database(small_world.url), recipe)

    for event in recipe.events:
        assert asked(recipe, event, narrow) == asked(recipe, event, whole)


def test_what_examples_and_labels_read_is_there_whatever_the_features(
    small_world: SmallWorld, whole: Gathered, without_features: Recipe
) -> None:
    narrow = read_book(open_database(small_world.url), without_features)

    for event in without_features.events:
        assert asked(without_features, event, narrow) == asked(without_features, event, whole)
    for question in (past_requests, partial(decisions, day=DAYS[1])):
        assert question(narrow) == question(whole)


def test_every_kind_is_read_so_that_the_book_ends_where_it_does(
    small_world: SmallWorld, whole: Gathered, without_features: Recipe
) -> None:
    told: list[tuple[str, int, int]] = []

    narrow = read_book(
        open_database(small_world.url), without_features, lambda *said: told.append(said)
    )

    assert set(narrow.facts) == set(whole.facts) == KINDS
    assert last_day(narrow) == last_day(whole)
    for kind, facts in narrow.facts.items():
        assert facts.num_rows == whole.facts[kind].num_rows
        assert set(facts.column_names) < set(arrow_schema(kind).names)
    assert told == [("reading the ledger", done, len(KINDS)) for done in range(len(KINDS))]


def test_lending_is_read_anew_only_where_it_is_not_there_whole(
    small_world: SmallWorld, whole: Gathered, without_features: Recipe, tmp_path: Path
) -> None:
    narrow = read_book(open_database(small_world.url), without_features)
    nowhere = open_database(f"sqlite:///{tmp_path / 'nothing.db'}")

    read = with_lending(open_database(small_world.url), narrow)

    assert with_lending(nowhere, whole).facts == whole.facts
    for kind in LENDING:
        assert read.facts[kind].equals(whole.facts[kind])
        assert not narrow.facts[kind].equals(whole.facts[kind])
