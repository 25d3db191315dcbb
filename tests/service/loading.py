"""A service whose ledger is loaded over HTTP, and rows as a sender writes them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import Engine

from ledger.database import migrate, open_database, writing
from ledger.principals import DEFAULT_TENANT
from ledger.tenants import ensure_tenant
from service.app import create_app
from service.settings import Settings

TYPES = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}
MORNING = "2024-01-02T09:00:00+08:00"

Row = dict[str, Any]


@contextmanager
def a_service(url: str, **settings: Any) -> Iterator[TestClient]:
    """A client of a service without a model, on a new ledger in CNY."""
    engine = open_database(url)
    migrate(engine)
    with writing(engine) as connection:
        ensure_tenant(connection, DEFAULT_TENANT, "Asia/Shanghai", "CNY")
    engine.dispose()
    app = create_app(Settings(db=url, **settings))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def ledger_of(client: TestClient) -> Engine:
    """The ledger of a service."""
    engine: Engine = client.app.state.composition.ledger()  # type: ignore[attr-defined]
    return engine


def party(ref: str, **more: Any) -> Row:
    """A party."""
    return {"ref": ref, "happened_at": MORNING, **more}


def receivable(ref: str, **more: Any) -> Row:
    """A receivable of S on B."""
    terms = {"issued_on": "2024-01-02", "due_on": "2024-03-02", "face_minor": 10_000}
    parties = {"supplier": "S", "buyer": "B", "currency": "CNY"}
    return {"ref": ref, "happened_at": MORNING, **parties, **terms, **more}


def send(
    client: TestClient, kind: str, body: bytes | list[Row], form: str = "json", **query: Any
) -> Any:
    """Send rows of a kind."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(
        f"/facts/{kind}",
        params={"source_system": "erp", **query},
        content=content,
        headers={"content-type": TYPES.get(form, form)},
    )
