"""Fixtures of the service: an open book on each store, a request as a caller writes it."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from ledger.database import migrate, open_database, writing
from ledger.principals import DEFAULT_TENANT
from ledger.tenants import ensure_tenant
from service.app import create_app
from service.settings import Settings
from tests.models.tampering import Pair, make_pair
from tests.worlds import SmallWorld


@pytest.fixture
def ledger(database_url: str) -> Iterator[Engine]:
    """A migrated ledger with an empty book in CNY, days as in Shanghai."""
    engine = open_database(database_url)
    migrate(engine)
    with writing(engine) as connection:
        ensure_tenant(connection, DEFAULT_TENANT, "Asia/Shanghai", "CNY")
    yield engine
    engine.dispose()


@pytest.fixture
def along() -> dict[str, Any]:
    """A request that brings everything along; a new copy for each test."""
    text = """{
        "request_id": "R-1",
        "supplier": {"ref": "S-1", "name": "供应商", "country": "CN", "person_linked": false},
        "buyer": {"ref": "B-1", "onboarded_on": "2020-02-29"},
        "receivables": [
            {"ref": "I-1", "issued_on": "2026-03-01", "due_on": "2026-05-30",
             "face_minor": 1000000, "currency": "CNY", "rate_ppm": 5990},
            {"ref": "I-2", "issued_on": "2026-03-01", "due_on": "2026-05-30",
             "face_minor": 9007199254740991, "currency": "CNY"}
        ],
        "amount_requested_minor": 500000,
        "currency": "CNY"
    }"""
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@pytest.fixture(scope="session")
def lender(small_world: SmallWorld) -> SmallWorld:
    """A lender's ledger and bundle, of the small world; don't write to it."""
    return small_world


@pytest.fixture
def service(lender: SmallWorld, tmp_path: Path) -> Iterator[TestClient]:
    """A client of a service that can score, on its own copy of the lender's ledger.

    What the service fails at is an answer here, as for any caller, and no exception.
    """
    app = create_app(lender.settings(lender.copy(tmp_path)))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def named(lender: SmallWorld) -> dict[str, Any]:
    """A request that only names what the lender's ledger has; a new copy for each test."""
    return {
        "request_id": "R-2",
        "supplier": {"ref": lender.supplier},
        "buyer": {"ref": lender.buyer},
        "receivables": [{"ref": lender.receivable}],
    }


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[TestClient]:
    """A client of a service without a bundle, on a database without tables."""
    with TestClient(create_app(Settings(db=f"sqlite:///{tmp_path / 'bare.db'}"))) as client:
        yield client


@pytest.fixture(scope="session")
def pair(lender: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Two versions of the small bundle; don't write to them."""
    return make_pair(lender.bundle, tmp_path_factory.mktemp("served") / "bundles")


@pytest.fixture
def shop(pair: Pair, tmp_path: Path) -> Pair:
    """The same two bundles, in a folder of this test."""
    bundles = shutil.copytree(pair.newer.parent, tmp_path / "bundles")
    return Pair(bundles / pair.older.name, bundles / pair.newer.name, pair.keys)


@pytest.fixture
def engine(lender: SmallWorld, tmp_path: Path) -> Iterator[Engine]:
    """A copy of the lender's ledger, opened."""
    opened = open_database(lender.copy(tmp_path))
    yield opened
    opened.dispose()
