"""Fixtures of scoring: the small world's ledger, to read and to write to, and its bundle."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.database import open_database
from models.bundle import Bundle, load
from tests.worlds import SmallWorld


@pytest.fixture(scope="session")
def bundle(small_world: SmallWorld) -> Bundle:
    """A bundle over every feature, learned from the small world."""
    return load(small_world.bundle)


@pytest.fixture(scope="session")
def engine(small_world: SmallWorld) -> Iterator[Engine]:
    """The small world's ledger; don't write to it."""
    opened = open_database(small_world.url)
    yield opened
    opened.dispose()


@pytest.fixture
def own_engine(small_world: SmallWorld, tmp_path: Path) -> Iterator[Engine]:
    """A copy of the small world's ledger to write to."""
    opened = open_database(small_world.copy(tmp_path))
    yield opened
    opened.dispose()
