"""Fixtures for every test: the two stores, the small world, the real data, a browser.

What CI must have (PostgreSQL, Chromium) fails there when it is missing. Elsewhere a test
of the browser is skipped, and one of PostgreSQL where Python has no package of it.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Page, sync_playwright

from ledger.database import migrate, open_database
from tests import browser
from tests.default_bundles import DefaultBundles, save_default_bundles
from tests.postgres import PostgresMissingError, PostgresServer
from tests.worlds import SmallWorld, make_small_world

ROOT = Path(__file__).resolve().parent.parent
REAL_DATA = ROOT.parent / "shared" / "data"

# The same examples in each run: no test needs luck. `EXAMPLES=long` looks for new ones.
settings.register_profile(
    "plain",
    max_examples=30,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "long",
    settings.get_profile("plain"),
    max_examples=500,
    derandomize=False,
    print_blob=True,
)
settings.load_profile("plain")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests by what they ask for: the real data, a browser.

    Those of the real data come first, then those of training: files of them take a minute and more,
    and of several processes none should begin one when the others are about to end.
    """
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "real_data" in fixtures:
            item.add_marker("real_data")
        if "chromium" in fixtures:
            item.add_marker("browser")
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    if "real_data" in getattr(item, "fixturenames", ()):
        return 0
    return 1 if item.nodeid.startswith("tests/training/") else 2


def missing(reason: str) -> NoReturn:
    """Fail in CI, skip elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have this: {reason}")
    pytest.skip(reason)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Address of a SQLite file that doesn't exist yet."""
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The PostgreSQL server of this run, for a test that needs several databases."""
    try:
        server = PostgresServer()
    except PostgresMissingError as error:
        missing(str(error))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def postgresql_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Address of an empty PostgreSQL database (postgresql+psycopg://), dropped afterwards."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """Address of an empty database: the test runs once on each store."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and nothing in them, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "ledger.db"
    _migrated(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgresql(postgres_server: PostgresServer) -> str:
    """A PostgreSQL database with all tables and nothing in them, to be copied."""
    return _migrated(postgres_server.create_database())


def _migrated(url: str) -> str:
    engine = open_database(url)
    migrate(engine)
    engine.dispose()
    return url


@pytest.fixture
def sqlite_ledger(migrated_sqlite: Path, tmp_path: Path) -> str:
    """Address of a SQLite file of our own with all tables: a copy is quicker than to make them."""
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'ledger.db')}"


@pytest.fixture
def postgresql_ledger(postgres_server: PostgresServer, migrated_postgresql: str) -> Iterator[str]:
    """Address of a PostgreSQL database of our own with all tables, dropped afterwards."""
    url = postgres_server.create_database(like=migrated_postgresql)
    yield url
    postgres_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of a database with all tables: the test runs once on each store."""
    url: str = request.getfixturevalue(f"{request.param}_ledger")
    return url


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> SmallWorld:
    """A small known world in a ledger, and a bundle learned from it; don't write to it."""
    return make_small_world(tmp_path_factory.mktemp("small_world"))


@pytest.fixture(scope="session")
def default_bundles(
    small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory
) -> DefaultBundles:
    """Bundles of default: of financings, of buyers and of suppliers."""
    return save_default_bundles(small_world, tmp_path_factory.mktemp("default") / "bundles")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real data sets, beside the checkout."""
    if not REAL_DATA.is_dir():
        pytest.skip("the real data are not here: ../shared/data, beside the checkout")
    return REAL_DATA


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the system's Chromium."""
    path = browser.executable()
    if path is None:
        missing("no Chromium: install the system's package `chromium`")
    return path


@pytest.fixture
def page(chromium: str) -> Iterator[Page]:
    """An empty page of a new headless browser.

    The browser lives for one test only: Playwright's event loop would otherwise run on under
    the tests that follow, and refuse theirs.
    """
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium, args=browser.arguments(), headless=True
        )
        try:
            yield launched.new_page()
        finally:
            launched.close()
