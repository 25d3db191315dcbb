"""GET /features tells what every number of a score means."""

from typing import Any

from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from features.catalogue import BY_NAME, fingerprints
from service.feature_route import DeclaredFeature

DECLARED = TypeAdapter(list[DeclaredFeature])


def test_every_feature_is_declared_as_documented(service: TestClient) -> None:
    answer = service.get("/features")

    assert answer.status_code == 200
    declared = DECLARED.validate_json(answer.content)
    assert [one.name for one in declared] == list(BY_NAME)
    assert {one.name: one.fingerprint for one in declared} == fingerprints()


def test_a_score_has_the_features_and_says_why_one_is_missing(
    service: TestClient, named: dict[str, Any]
) -> None:
    reply = service.post("/score", json=named).json()

    assert {name for name, value in reply["features"].items() if value is None} == set(
        reply["missing"]
    )
    wanted = {name for one in reply["data"]["would_add"] for name in one["features"]}
    assert wanted <= set(reply["missing"])
    assert reply["data"]["tier"] in {"T0", "T1", "T2", "T3"}
    assert set(reply["data"]["sources"]) == {"supplier", "buyer"}


def test_it_takes_no_parameters(service: TestClient) -> None:
    answer = service.get("/features", params={"name": "x"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/name" or "name" in answer.text
