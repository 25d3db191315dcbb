"""The live relations give the same in the store that has the facts as in DuckDB, on both stores."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, MetaData, Table, insert

from features.catalogue import RELATIONS
from features.feature import Relation, with_those_before
from features.pipeline import columns_of
from ledger.database import open_database, reading, writing
from ledger.kinds import KINDS
from ledger.reader import stored_columns
from scoring.gather import Gathered
from scoring.history import is_history
from scoring.live_store import live_columns
from scoring.spines import spine_for
from tests.features.theme import Theme
from tests.features.themes import THEMES
from tests.features.worlds_of_facts import World

LIVE = [theme for theme in THEMES if any(one.is_live for one in theme.relations)]
FEWER = settings(
    max_examples=max(4, settings().max_examples // 5),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
BARE = MetaData()
for _kind in KINDS:
    Table(_kind.name, BARE, *(Column(name, kind) for name, kind in stored_columns(_kind.name)))


@contextmanager
def filled(url: str, world: World) -> Iterator[Engine]:
    """A store with tables like the ledger's, without its checks: worlds name what isn't there."""
    engine = open_database(url)
    try:
        with writing(engine) as connection:
            BARE.drop_all(connection)
            BARE.create_all(connection)
            for kind in KINDS:
                rows = [dict(row) for row in world.tables[kind.name].to_pylist()]
                if rows:
                    connection.execute(insert(BARE.tables[kind.name]), rows)
        yield engine
    finally:
        engine.dispose()


def compare(url: str, theme: Theme, world: World) -> None:
    relations = [one for one in with_those_before(theme.relations) if one.is_live]
    past = [one for one in with_those_before(relations) if is_history(one)]
    gathered = Gathered(world.book, 1_000_000, world.tables)
    with filled(url, world) as engine:
        for request in world.requests:
            spine = spine_for(gathered, [request])
            made = columns_of(world.tables, spine, world.time_zone, past)
            expected = columns_of(world.tables, spine, world.time_zone, relations)
            with reading(engine) as connection:
                found = live_columns(connection, world.book, spine, relations, made)
            for one in relations:
                assert_same(one, found[one.name], expected[one.name])


def assert_same(relation: Relation, found: np.ndarray, expected: np.ndarray) -> None:
    for name, one, other in zip(relation.columns, found[0], expected[0], strict=True):
        assert one == pytest.approx(other, rel=1e-12, abs=1e-12, nan_ok=True), name


@pytest.mark.parametrize("theme", LIVE, ids=lambda theme: theme.name)
@FEWER
@given(data=st.data())
def test_sqlite_gives_what_duckdb_gives(theme: Theme, data: st.DataObject, sqlite_url: str) -> None:
    compare(sqlite_url, theme, data.draw(theme.worlds))


@pytest.mark.parametrize("theme", LIVE, ids=lambda theme: theme.name)
@FEWER
@given(data=st.data())
def test_postgresql_gives_what_duckdb_gives(
    theme: Theme, data: st.DataObject, postgresql_url: str
) -> None:
    compare(postgresql_url, theme, data.draw(theme.worlds))


def test_every_live_relation_is_compared() -> None:
    compared = {one.name for theme in LIVE for one in theme.relations}

    assert {one.name for one in RELATIONS if one.is_live} <= compared
