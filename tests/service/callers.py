"""Callers with keys and tokens, as a lender's operator and an issuer make them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from fastapi.testclient import TestClient
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from sqlalchemy import Engine

from ledger.api_keys import Pepper, make_key, parts_of, revoke_key
from ledger.database import migrate, open_database, writing
from ledger.principals import DEFAULT_TENANT, ROLES, Principal
from ledger.tenants import ensure_tenant
from service.app import create_app
from service.settings import Settings

PEPPER = "6f1d0b7c9ae84a5f93c2e10b64d87a3f5c8e2b91a07d46f3b8e5921c70af4d68"
ISSUER, AUDIENCE = "https://issuer.example", "tricredit"


def operator(tenant: str = DEFAULT_TENANT) -> Principal:
    """Who makes keys."""
    return Principal(tenant, "operator", ROLES)


def a_key(
    engine: Engine,
    *roles: str,
    tenant: str = DEFAULT_TENANT,
    name: str = "someone",
    expired: bool = False,
    revoked: bool = False,
) -> str:
    """A key of a caller with these roles."""
    now = datetime.now(UTC)
    made_at = now - timedelta(days=2)
    ends = made_at + timedelta(days=1) if expired else None
    with writing(engine) as connection:
        ensure_tenant(connection, tenant, "Asia/Shanghai", "CNY")
        made = make_key(
            connection,
            operator(tenant),
            Pepper.of_hex(PEPPER),
            name=name,
            roles=roles,
            now=made_at,
            expires_at=ends,
        )
        if revoked:
            revoke_key(connection, operator(tenant), id_of(made), now)
    return made


def id_of(key: str) -> str:
    """The public part of a key."""
    parts = parts_of(key)
    assert parts is not None
    return parts[0]


def shows(key: str) -> dict[str, str]:
    """The header of a caller with a key."""
    return {"X-API-Key": key}


def bears(token: str) -> dict[str, str]:
    """The header of a caller with a token."""
    return {"Authorization": f"Bearer {token}"}


class Issuer:
    """An issuer of tokens with a key of each kind; its public keys lie in a file."""

    def __init__(self, folder: Path) -> None:
        self.keys: dict[str, Any] = {
            "PS256": rsa.generate_private_key(65537, 2048),
            "ES256": ec.generate_private_key(ec.SECP256R1()),
            "EdDSA": ed25519.Ed25519PrivateKey.generate(),
        }
        self.file = folder / "jwks.json"
        self.publish()

    def published(self) -> dict[str, Any]:
        """The JWK set."""
        forms: Mapping[str, Any] = {"PS256": RSAAlgorithm, "ES256": ECAlgorithm}
        return {
            "keys": [
                {
                    **forms.get(name, OKPAlgorithm).to_jwk(key.public_key(), as_dict=True),
                    "kid": name,
                    "use": "sig",
                }
                for name, key in self.keys.items()
            ]
        }

    def publish(self) -> None:
        """Write the JWK set anew."""
        self.file.write_text(json.dumps(self.published()), encoding="utf-8")

    def settings(self, **more: Any) -> dict[str, Any]:
        """What makes a service believe it."""
        named = {"token_issuer": ISSUER, "token_audience": AUDIENCE}
        return {**named, "token_keys": str(self.file), **more}

    def token(self, *roles: str, algorithm: str = "PS256", **claims: Any) -> str:
        """A token of a caller with these roles; a claim of None is left out."""
        told = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "a client",
            "exp": int(time.time()) + 600,
            "tenant": DEFAULT_TENANT,
            "roles": list(roles),
            **claims,
        }
        body = {name: value for name, value in told.items() if value is not None}
        key = self.keys[algorithm]
        return jwt.encode(body, key, algorithm=algorithm, headers={"kid": algorithm})


@contextmanager
def a_guarded_service(url: str, *tenants: str, **settings: Any) -> Iterator[TestClient]:
    """A client of a service without a model, on a new ledger with these lenders in CNY."""
    engine = open_database(url)
    migrate(engine)
    with writing(engine) as connection:
        for tenant in tenants or (DEFAULT_TENANT,):
            ensure_tenant(connection, tenant, "Asia/Shanghai", "CNY")
    engine.dispose()
    app = create_app(Settings(db=url, **{"key_pepper": PEPPER, "keys_kept_s": 0.0, **settings}))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client
