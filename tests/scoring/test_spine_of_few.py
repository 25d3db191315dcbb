"""The spine of a few requests, made without an engine, is the one that the engine makes."""

from hypothesis import given, settings

from features.engine import session, spine_of
from scoring.asking import request_table, wanted_table
from scoring.gather import Gathered
from scoring.spines import spine_for
from tests.features.small_ledgers import worlds
from tests.features.worlds_of_facts import World


@settings(max_examples=settings().max_examples)
@given(worlds(most_claims=6))
def test_both_ways_give_the_same(world: World) -> None:
    gathered = Gathered(world.book, 1_000_000, world.tables)
    table = request_table(world.requests, world.book)
    with session(1) as connection:
        wanted = wanted_table(world.requests)
        made = spine_of(connection, table, wanted, gathered.facts["receivable"])

    found = spine_for(gathered, world.requests)

    assert found.request.equals(made.request)
    assert found.asked.equals(made.asked)
