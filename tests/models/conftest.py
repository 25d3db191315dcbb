"""Fixtures of the models: the small world's bundle, and rows to assess."""

import pytest

from models.bundle import Bundle, load
from models.trees import Matrix
from tests.worlds import SmallWorld


@pytest.fixture(scope="session")
def bundle(small_world: SmallWorld) -> Bundle:
    """A bundle over every feature, learned from the small world."""
    return load(small_world.bundle)


@pytest.fixture(scope="session")
def rows(small_world: SmallWorld) -> Matrix:
    """Every receivable of the small world, in the order of the bundle's features."""
    return small_world.known.rows
