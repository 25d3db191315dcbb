"""The service starts without its parts, says what is missing, and is ready once they are there."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ledger.database import migrate, open_database, writing
from ledger.principals import DEFAULT_TENANT
from ledger.tenants import ensure_tenant
from service.app import create_app
from service.settings import Settings
from tests.default_bundles import DefaultBundles
from tests.postgres import PostgresServer
from tests.worlds import SmallWorld


def kinds(answer: Any) -> str:
    return " ".join(error["fault"] for error in answer.json()["errors"])


def test_without_anything_it_is_live_and_says_what_to_do(bare: TestClient) -> None:
    ready = bare.get("/health/ready")

    assert bare.get("/health/live").status_code == 200
    assert ready.status_code == 503
    assert ready.headers["content-type"] == "application/problem+json"
    assert "python -m training.retrain" in ready.json()["detail"]
    assert "--bundle" in ready.json()["detail"]
    assert "tricredit ledger migrate" in ready.json()["detail"]


def test_a_score_without_a_bundle_names_the_same_remedy(
    lender: SmallWorld, tmp_path: Path, named: dict[str, Any]
) -> None:
    with TestClient(create_app(Settings(db=lender.copy(tmp_path)))) as client:
        ready, score = client.get("/health/ready"), client.post("/score", json=named)

    assert score.status_code == 503
    assert score.json()["type"] == "/problems/no-bundle"
    assert score.headers["retry-after"]
    assert ready.json()["errors"][0]["remedy"][1:] in score.json()["detail"]


def test_with_everything_it_names_its_parts(service: TestClient, lender: SmallWorld) -> None:
    ready = service.get("/health/ready")

    assert ready.status_code == 200
    assert ready.json()["bundle"] == lender.bundle.name
    assert ready.json()["party_bundles"] == {}
    assert (ready.json()["store"], ready.json()["tables"]) == ("sqlite", "current")


def test_it_becomes_ready_when_the_ledger_does(
    lender: SmallWorld, tmp_path: Path, along: dict[str, Any]
) -> None:
    url = f"sqlite:///{tmp_path / 'later.db'}"
    with TestClient(create_app(lender.settings(url))) as client:
        assert client.post("/score", json=along).json()["type"] == "/problems/schema-behind"
        engine = open_database(url)
        migrate(engine)
        assert client.get("/health/ready").status_code == 503
        assert client.post("/score", json=along).json()["type"] == "/problems/unknown-tenant"
        with writing(engine) as connection:
            ensure_tenant(connection, DEFAULT_TENANT, "Asia/Shanghai", "CNY")
        engine.dispose()
        assert client.get("/health/ready").status_code == 200
        assert client.post("/score", json=along).status_code == 200


@pytest.mark.parametrize("file", ["additive.txt", "bundle.json", "manifest.json", "manifest.sig"])
def test_an_altered_bundle_is_not_used(lender: SmallWorld, tmp_path: Path, file: str) -> None:
    bundle = tmp_path / lender.bundle.name
    shutil.copytree(lender.bundle, bundle)
    content = (bundle / file).read_bytes()
    (bundle / file).write_bytes(content.replace(b"1", b"2", 1))

    settings = Settings(db=lender.copy(tmp_path), bundle=str(bundle), trust=lender.keys)

    with TestClient(create_app(settings)) as client:
        ready = client.get("/health/ready")

    assert ready.status_code == 503
    assert "bundle" in kinds(ready)


def test_a_broken_pack_is_not_used(lender: SmallWorld, tmp_path: Path) -> None:
    pack = tmp_path / "mine.toml"
    pack.write_text("name = 'mine'\n", encoding="utf-8")
    settings = Settings(db=lender.copy(tmp_path), bundle=str(lender.bundle), pack=str(pack))

    with TestClient(create_app(settings)) as client:
        ready = client.get("/health/ready")

    assert ready.status_code == 503
    assert "policy pack" in kinds(ready)
    assert str(tmp_path) not in ready.text


def test_a_database_that_goes_and_comes_back(
    postgres_server: PostgresServer, lender: SmallWorld, along: dict[str, Any]
) -> None:
    url = postgres_server.create_database()
    engine = open_database(url)
    migrate(engine)
    with writing(engine) as connection:
        ensure_tenant(connection, DEFAULT_TENANT, "Asia/Shanghai", "CNY")
    engine.dispose()
    with TestClient(create_app(lender.settings(url))) as client:
        assert client.post("/score", json=along).status_code == 200

        postgres_server.drop_database(url)  # cuts the connections
        gone = [client.post("/score", json=along) for _ in range(3)]
        ready = client.get("/health/ready")

    assert {answer.status_code for answer in gone} == {503}
    assert all(answer.headers["retry-after"] for answer in gone)
    assert ready.status_code == 503
    assert url.rpartition("@")[0].rpartition(":")[2] not in ready.text


def test_a_refused_bundle_of_a_party_is_named_and_nothing_is_scored(
    lender: SmallWorld, default_bundles: DefaultBundles, tmp_path: Path, named: dict[str, Any]
) -> None:
    """A PD that was asked for is not left out silently."""
    wrong = {"buyer_bundle": str(default_bundles.supplier)}
    settings = lender.settings(lender.copy(tmp_path)).model_copy(update=wrong)
    with TestClient(create_app(settings)) as client:
        ready, score = client.get("/health/ready"), client.post("/score", json=named)

    assert (ready.status_code, score.status_code) == (503, 503)
    assert "of kind buyer" in ready.json()["detail"]
    assert score.json()["type"] == "/problems/bundle-refused"
