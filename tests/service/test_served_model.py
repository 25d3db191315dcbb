"""The champion of the registry is served, and goes on being served whatever is done to bundles."""

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from ledger.aliases import roll_back
from ledger.database import reading, writing
from ledger.principals import OWNER
from ledger.registry import every_registered
from ledger.registry_faults import OlderBundle
from models.storage import BundleRefused
from scoring.model_registry import load_holder
from service.app import create_app
from service.settings import Settings
from tests.models.tampering import TAMPERINGS, Pair
from tests.service.crowning import CHECKER, NOW, crown, take

TIMES = 5


def settings(engine: Engine, shop: Pair) -> Settings:
    return Settings(db=str(engine.url), bundles=str(shop.newer.parent), trust=shop.keys)


def test_the_champion_is_served_once_there_is_one(
    engine: Engine, shop: Pair, named: dict[str, Any]
) -> None:
    with TestClient(create_app(settings(engine, shop))) as client:
        ready, score = client.get("/health/ready"), client.post("/score", json=named)
        assert (ready.status_code, score.json()["type"]) == (503, "/problems/no-bundle")
        assert "champion" in ready.json()["detail"]

        take(engine, shop, shop.older)
        crown(engine, shop.older)

        assert client.get("/health/ready").json()["bundle"] == shop.older.name
        assert client.post("/score", json=named).json()["bundle"] == shop.older.name
    take(engine, shop, shop.newer)
    crown(engine, shop.newer, shop.older)
    with TestClient(create_app(settings(engine, shop))) as client:
        assert client.get("/health/ready").json()["bundle"] == shop.newer.name
    with writing(engine) as connection:
        roll_back(
            connection, CHECKER, "champion", instead_of=shop.newer.name, reason="worse", now=NOW
        )
    with TestClient(create_app(settings(engine, shop))) as client:
        assert client.get("/health/ready").json()["bundle"] == shop.older.name


def test_a_bundle_that_is_named_goes_before_the_champion(engine: Engine, shop: Pair) -> None:
    take(engine, shop, shop.older)
    crown(engine, shop.older)
    both = settings(engine, shop).model_copy(update={"bundle": str(shop.newer)})

    with TestClient(create_app(both)) as client:
        assert client.get("/health/ready").json()["bundle"] == shop.newer.name


def test_an_older_bundle_is_not_registered_after_a_newer_one(engine: Engine, shop: Pair) -> None:
    take(engine, shop, shop.newer)
    take(engine, shop, shop.newer)

    with pytest.raises(OlderBundle):
        take(engine, shop, shop.older)
    with reading(engine) as connection:
        (known,) = every_registered(connection, OWNER.tenant)
    assert (known.id, known.version) == (shop.newer.name, 2)


def test_a_tampered_bundle_changes_nothing_of_what_is_served(
    engine: Engine, shop: Pair, named: dict[str, Any], tmp_path: Path
) -> None:
    take(engine, shop, shop.older)
    crown(engine, shop.older)
    asked = {**named, "mode": "what_if", "as_of": "2026-06-16T16:00:00Z"}
    with TestClient(create_app(settings(engine, shop))) as client:
        good = client.post("/score", json=asked)
        assert good.status_code == 200, good.text
        for how, (tamper, _) in TAMPERINGS.items():
            for seed in range(TIMES):
                copy = shutil.copytree(shop.newer, tmp_path / how / str(seed) / shop.newer.name)
                altered = tamper(copy, shop, random.Random(f"{how} {seed}"))  # noqa: S311

                with pytest.raises(BundleRefused):
                    take(engine, shop, altered)

            again = client.post("/score", json=asked)
            assert (again.status_code, again.json()) == (200, good.json())
            assert client.get("/health/ready").json()["bundle"] == shop.older.name
    with reading(engine) as connection:
        assert [one.id for one in every_registered(connection, OWNER.tenant)] == [shop.older.name]


def test_a_champion_altered_after_its_promotion_is_not_used(
    engine: Engine, shop: Pair, named: dict[str, Any]
) -> None:
    take(engine, shop, shop.older)
    crown(engine, shop.older)
    with TestClient(create_app(settings(engine, shop))) as client:
        assert client.post("/score", json=named).status_code == 200
        (shop.older / "cross.txt").write_bytes(b"tree\n")
        assert client.post("/score", json=named).status_code == 200  # it is in memory

    with TestClient(create_app(settings(engine, shop))) as client:
        refused = client.post("/score", json=named)
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/bundle-refused")


def test_the_registry_is_believed_no_more_than_the_key(engine: Engine, shop: Pair) -> None:
    """What was registered under a name, and what lies there, must be the same to the last bit."""
    take(engine, shop, shop.older)
    crown(engine, shop.older)
    where = str(shop.older.parent)
    held = load_holder(engine, OWNER.tenant, "champion", where, trust=shop.keys)
    assert held.id == shop.older.name

    shutil.rmtree(shop.older)
    shutil.copytree(shop.newer, shop.older)

    with pytest.raises(BundleRefused):
        load_holder(engine, OWNER.tenant, "champion", where, trust=shop.keys)


def test_a_service_that_trusts_nobody_uses_no_bundle(
    engine: Engine, shop: Pair, named: dict[str, Any], tmp_path: Path
) -> None:
    take(engine, shop, shop.older)
    crown(engine, shop.older)
    for trust in (None, tmp_path):
        alone = settings(engine, shop).model_copy(update={"trust": trust})
        with TestClient(create_app(alone)) as client:
            refused = client.post("/score", json=named)
        assert refused.status_code == 503
        assert refused.json()["type"] in ("/problems/bundle-refused", "/problems/wrong-key-file")
