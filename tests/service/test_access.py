"""Who may do what: every route of the application, with every kind of caller."""

import base64
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi.testclient import TestClient

from ledger.principals import ROLES
from service.access import MAY
from service.routes import ROUTES
from tests.service.callers import Issuer, a_guarded_service, a_key, bears, shows
from tests.service.loading import ledger_of

TABLE: dict[str, str] = {
    "POST /facts": "analyst",
    "POST /facts/{kind}": "analyst",
    "GET /facts/{kind}": "analyst auditor",
    "GET /enterprises/{id}": "analyst auditor",
    "POST /score": "scorer",
    "POST /score/batch": "scorer",
    "POST /score/jobs": "scorer",
    "GET /score/jobs": "scorer",
    "GET /score/jobs/{id}": "scorer",
    "GET /score/jobs/{id}/result": "scorer",
    "DELETE /score/jobs/{id}": "scorer",
    "GET /scores/{score_id}": "scorer analyst approver auditor",
    "GET /scores/{score_id}/explain": "scorer analyst approver auditor",
    "POST /what-if": "scorer",
    "POST /scores/{score_id}/replay": "analyst auditor",
    "POST /scores/{score_id}/reserve": "scorer",
    "POST /scores/{score_id}/release": "scorer",
    "POST /scores/{score_id}/drawdown": "scorer",
    "POST /scores/{score_id}/overrides": "approver",
    "GET /scores/{score_id}/overrides": "scorer analyst approver auditor",
    "POST /scores/{score_id}/outcomes": "scorer analyst",
    "GET /scores/{score_id}/outcomes": "scorer analyst approver auditor",
    "GET /models": "analyst approver auditor",
    "GET /models/{id}": "analyst approver auditor",
    "GET /models/{id}/shadow": "analyst approver auditor",
    "GET /scores/{score_id}/shadows": "analyst approver auditor",
    "GET /policies": "scorer analyst approver auditor",
    "GET /policies/{id}": "scorer analyst approver auditor",
    "GET /policies/{id}/diff": "scorer analyst approver auditor",
    "GET /features": "scorer analyst approver auditor",
    "GET /monitoring": "analyst approver auditor",
    "GET /health/live": "*",
    "GET /health/ready": "*",
    "GET /metrics": "*",
    "GET /problems": "*",
    "GET /problems/{code}": "*",
    "GET /docs": "*",
    "GET /docs/{name}": "*",
    "GET /openapi.json": "*",
}
"""Roles by route; a star is open to everyone. Written by hand: it is compared with the routes."""

GUARDED = [name for name, roles in TABLE.items() if roles != "*"]


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(scope="module")
def guarded(issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    url = f"sqlite:///{tmp_path_factory.mktemp('access') / 'ledger.db'}"
    with a_guarded_service(url, keys_kept_s=60.0, **issuer.settings()) as client:
        yield client


@pytest.fixture(scope="module")
def strangers(guarded: TestClient, issuer: Issuer) -> dict[str, dict[str, str]]:
    """Headers of callers that nobody may take in, although each claims every role."""
    engine = ledger_of(guarded)
    good = a_key(engine, *ROLES)
    token = issuer.token(*ROLES)
    head, body, signature = token.split(".")
    public = issuer.keys["PS256"].public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    claims = jwt.decode(token, options={"verify_signature": False})
    other = rsa.generate_private_key(65537, 2048)
    return {
        "nobody": {},
        "no key at all": shows("hello"),
        "an unknown key": shows(f"scf_{'0' * 16}_{'A' * 43}"),
        "another secret": shows(good[:-43] + "A" * 43),
        "a longer key": shows(good + "A"),
        "two keys": {**shows(good), **bears(good)},
        "a password": {"Authorization": "Basic " + base64.b64encode(b"a:b").decode()},
        "an expired key": shows(a_key(engine, *ROLES, expired=True)),
        "a revoked key": shows(a_key(engine, *ROLES, revoked=True)),
        "an expired token": bears(issuer.token(*ROLES, exp=int(time.time()) - 60)),
        "a token of tomorrow": bears(issuer.token(*ROLES, nbf=int(time.time()) + 86_400)),
        "a token for another": bears(issuer.token(*ROLES, aud="someone else")),
        "a token for nobody": bears(issuer.token(*ROLES, aud=None)),
        "a token of another": bears(issuer.token(*ROLES, iss="https://other.example")),
        "a token without end": bears(issuer.token(*ROLES, exp=None)),
        "a token without a lender": bears(issuer.token(*ROLES, tenant=None)),
        "a lender that isn't here": bears(issuer.token(*ROLES, tenant="elsewhere")),
        "a token that was changed": bears(f"{head}.{body[:-4]}AAAA.{signature}"),
        "a token that isn't signed": bears(jwt.encode(claims, "", algorithm="none")),
        "the public key as a secret": bears(_hs256(claims, pem)),
        "another's key": bears(
            jwt.encode(claims, other, algorithm="PS256", headers={"kid": "PS256"})
        ),
        "an unknown key id": bears(
            jwt.encode(claims, other, algorithm="PS256", headers={"kid": "new"})
        ),
        "another algorithm": bears(
            jwt.encode(claims, issuer.keys["PS256"], algorithm="RS256", headers={"kid": "PS256"})
        ),
        "a key of another kind": bears(
            jwt.encode(claims, issuer.keys["ES256"], algorithm="ES256", headers={"kid": "PS256"})
        ),
        "a token bound to a certificate": bears(issuer.token(*ROLES, cnf={"x5t#S256": "A" * 43})),
        "a certificate told by anybody": {**shows(good), "Client-Cert": ":AAAA:"},
    }


def _hs256(claims: dict[str, Any], secret: bytes) -> str:
    """A token signed with what everybody knows; the library refuses to make one, so by hand."""

    def coded(value: bytes) -> bytes:
        return base64.urlsafe_b64encode(value).rstrip(b"=")

    head = coded(json.dumps({"alg": "HS256", "typ": "JWT", "kid": "PS256"}).encode())
    signed = head + b"." + coded(json.dumps(claims).encode())
    return (signed + b"." + coded(hmac.digest(secret, signed, "sha256"))).decode()


def ask(client: TestClient, name: str, headers: dict[str, str]) -> Any:
    """Call a route, with whatever body."""
    method, _, path = name.partition(" ")
    path = path.format(kind="party", id="x", score_id="x", code="busy", name="docs.css")
    return client.request(method, path, headers={"content-type": "text/plain", **headers})


def test_the_table_names_every_route_of_the_application_and_its_roles(guarded: TestClient) -> None:
    app: Any = guarded.app
    there = {
        f"{method} {route.path}"
        for route in app.routes
        for method in getattr(route, "methods", {"MOUNT"})
    }
    declared = {
        f"{route.method} {route.path}": "*" if route.act is None else set(MAY[route.act])
        for route in ROUTES
    }

    assert there == set(TABLE)
    assert declared == {
        name: "*" if roles == "*" else set(roles.split()) for name, roles in TABLE.items()
    }


@pytest.mark.parametrize("name", GUARDED)
def test_strangers_are_refused_before_anything_is_read(
    guarded: TestClient, strangers: dict[str, dict[str, str]], name: str
) -> None:
    for who, headers in strangers.items():
        answer = ask(guarded, name, headers)
        told = answer.json()
        assert (answer.status_code, told["type"]) == (401, "/problems/unauthenticated"), who
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        for secret in headers.values():
            assert secret.removeprefix("Bearer ") not in answer.text


@pytest.mark.parametrize("name", GUARDED)
def test_a_caller_needs_a_role_for_it(
    guarded: TestClient, keys: dict[str, dict[str, str]], name: str
) -> None:
    for role in ROLES:
        for headers in (keys[role], keys[f"{role} by token"]):
            answer = ask(guarded, name, headers)
            if role in TABLE[name].split():
                assert answer.status_code not in {401, 403, 500}, (role, answer.text)
            else:
                assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")
                assert "someone" not in answer.text


@pytest.fixture(scope="module")
def keys(guarded: TestClient, issuer: Issuer) -> dict[str, dict[str, str]]:
    """Headers of a caller with each role, by key and by token."""
    engine = ledger_of(guarded)
    ways = zip(sorted(ROLES), ["PS256", "ES256", "EdDSA"] * 2, strict=False)
    return {
        **{role: shows(a_key(engine, role)) for role in ROLES},
        **{f"{role} by token": bears(issuer.token(role, algorithm=way)) for role, way in ways},
    }


def test_what_is_open_is_open_to_everyone_and_tells_nothing_of_a_book(guarded: TestClient) -> None:
    for name, roles in TABLE.items():
        if roles == "*":
            assert ask(guarded, name, {}).status_code in {200, 503}, name


def test_no_role_may_do_everything() -> None:
    for role in ROLES:
        assert [act for act, roles in MAY.items() if role not in roles]
