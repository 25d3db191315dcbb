"""Fixtures of the ledger's tests."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.ledger.changing_facts import write_changing_facts
from tests.ledger.made_rows import a_ledger


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def changing(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """A ledger of corrected, moved and backfilled facts on each store; don't write to it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('changing') / 'ledger.db'}"
    else:
        url = request.getfixturevalue("postgres_server").create_database()
    with a_ledger(url) as engine:
        write_changing_facts(engine)
        yield engine
