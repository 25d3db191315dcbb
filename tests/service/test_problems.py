"""Every answer that is no success is a problem, and the catalogue knows its kind."""

from collections import Counter
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from ledger.faults import (
    DatabaseUnreachable,
    Fault,
    LedgerBusy,
    LedgerClosed,
    UnknownParty,
)
from service.app import create_app
from service.problems import STATUS, catalogue, problem, problem_response
from service.settings import Settings


def test_each_code_is_one_class() -> None:
    codes = Counter(fault.code for fault in Fault.catalogue())

    assert [code for code, times in codes.items() if times > 1] == []
    assert set(STATUS) - set(codes) == set()


def test_the_message_of_a_fault_from_below_is_not_told() -> None:
    fault = UnknownParty("'张三' is not here", field="/buyer", remedy="load the party first")

    told = problem(fault)

    assert "张三" not in told.model_dump_json()
    assert (told.status, told.errors[0].pointer) == (422, "/buyer")
    assert "Load the party first." in told.detail


def test_an_address_of_ours_is_not_told() -> None:
    response = problem_response(DatabaseUnreachable("postgresql://me@db.internal is down"))

    assert b"internal" not in response.body
    assert response.status_code == 503
    assert response.headers["retry-after"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", "/score/", 404, "not-found"),
        ("GET", "/docs/../../etc/passwd", 404, "not-found"),
        ("GET", "/docs/..%2fdocs.html", 404, "not-found"),
        ("GET", "/docs/%00", 404, "not-found"),
        ("GET", "/problems/none", 404, "not-found"),
        ("GET", "/score", 405, "method-not-allowed"),
        ("DELETE", "/scores/x", 405, "method-not-allowed"),
        ("OPTIONS", "/score", 405, "method-not-allowed"),
        ("GET", "/redoc", 404, "not-found"),
    ],
)
def test_what_the_router_refuses_is_a_problem(
    bare: TestClient, method: str, path: str, status: int, code: str
) -> None:
    answer = bare.request(method, path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"/problems/{code}"
    if status == 405:
        assert answer.headers["allow"]


@pytest.mark.parametrize(
    ("path", "methods"),
    [("/facts/party", "GET, POST"), ("/score/jobs/x", "DELETE, GET"), ("/score", "POST")],
)
def test_every_method_of_an_address_is_named(bare: TestClient, path: str, methods: str) -> None:
    assert bare.request("PATCH", path).headers["allow"] == methods


def test_a_type_can_be_looked_up(bare: TestClient) -> None:
    for kind in bare.get("/problems").json():
        assert bare.get(kind["type"]).json() == kind


def test_a_fault_of_our_own_tells_nothing_of_the_inside(tmp_path: Path) -> None:
    app = create_app(Settings(db=f"sqlite:///{tmp_path / 'x.db'}"))
    app.add_api_route("/broken", lambda: 1 // 0)
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/broken")

    assert answer.status_code == 500
    assert answer.json()["type"] == "/problems/unexpected"
    assert "division" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_store_that_fails_in_between_is_told_as_unavailable(tmp_path: Path) -> None:
    def fail() -> None:
        raise OperationalError("SELECT secret", {}, Exception("server closed the connection"))

    app = create_app(Settings(db=f"sqlite:///{tmp_path / 'x.db'}"))
    app.add_api_route("/broken", fail)
    with TestClient(app) as client:
        answer = client.get("/broken")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "secret" not in answer.text


@pytest.mark.parametrize("fault", [LedgerBusy, LedgerClosed])
def test_a_ledger_that_takes_nothing_now_says_when_to_come_back(
    tmp_path: Path, fault: type[Fault]
) -> None:
    def fail() -> None:
        raise fault("1024 units of work wait", remedy="send the request again")

    app = create_app(Settings(db=f"sqlite:///{tmp_path / 'x.db'}"))
    app.add_api_route("/broken", fail)
    with TestClient(app) as client:
        answer = client.get("/broken")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["type"] == f"/problems/{fault.code}"


@pytest.mark.parametrize(
    "path", ["/health/live", "/nowhere", "/docs", "/docs/docs.js", "/problems"]
)
def test_every_answer_has_the_security_headers(bare: TestClient, path: str) -> None:
    headers = bare.get(path).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_catalogue_is_sorted_and_has_no_status_of_success() -> None:
    kinds = catalogue()

    assert [kind.code for kind in kinds] == sorted(kind.code for kind in kinds)
    assert all(kind.status >= 400 and kind.title.endswith(".") for kind in kinds)
