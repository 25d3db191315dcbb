"""Who may do what: every route has its act, and a caller without a role for it gets 403."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ledger.principals import ROLES, Principal, Role
from service.access import MAY, caller
from service.route import Route
from service.routes import ROUTES
from tests.service.loading import a_service

OPEN = {"/health/live", "/health/ready", "/problems", "/problems/{code}", "/docs", "/docs/{name}"}
OPEN |= {"/openapi.json", "/metrics"}
GUARDED = [route for route in ROUTES if route.act is not None]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("access")
    with a_service(f"sqlite:///{folder / 'ledger.db'}") as client:
        yield client


def ask(client: TestClient, route: Route, *roles: Role) -> Any:
    """Call a route, with whatever body, as somebody with these roles."""
    app: Any = client.app
    app.dependency_overrides[caller] = lambda: Principal("default", "someone", frozenset(roles))
    try:
        path = route.path.format(kind="party", id="x", score_id="x")
        return client.request(route.method, path, headers={"content-type": "text/plain"})
    finally:
        app.dependency_overrides.clear()


def test_every_route_is_open_or_has_an_act() -> None:
    assert {route.path for route in ROUTES if route.act is None} == OPEN
    assert {route.act for route in GUARDED} == set(MAY)


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: f"{route.method} {route.path}")
def test_a_caller_without_a_role_for_it_is_refused_before_anything_is_read(
    books: TestClient, route: Route
) -> None:
    assert route.act is not None
    wanting = [role for role in ROLES if role not in MAY[route.act]]

    for roles in ([], wanting):
        answer = ask(books, route, *roles)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")
        assert "someone" not in answer.text
    for role in MAY[route.act]:
        assert ask(books, route, role).status_code != 403


def test_no_role_may_do_everything() -> None:
    for role in ROLES:
        assert [act for act, roles in MAY.items() if role not in roles]
