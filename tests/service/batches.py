"""Batches and jobs as a caller sends them, to a service that approves whatever is asked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import httpx2 as httpx
from fastapi.testclient import TestClient

from tests.service.offers import TODAY

NDJSON = "application/x-ndjson"

Json = dict[str, Any]
Client = TestClient | httpx.Client


def asked(number: int, claim: str = "I-1", **more: Any) -> Json:
    """A request that names what the book has."""
    return {
        "request_id": f"R-{number}",
        "supplier": {"ref": "S"},
        "buyer": {"ref": "B"},
        "receivables": [{"ref": claim}],
        **more,
    }


def brings(number: int) -> Json:
    """A request that brings a receivable along."""
    terms = {"issued_on": TODAY.isoformat(), "due_on": "2199-01-01", "face_minor": 1_000}
    claim = {"ref": f"N-{number}", "currency": "CNY", **terms}
    return {**asked(number), "receivables": [claim]}


def body_of(lines: Iterable[Json | bytes]) -> bytes:
    """Lines as a body."""
    return b"".join(
        (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines
    )


def send(client: Client, body: bytes, key: str | None = None, kind: str = NDJSON) -> Any:
    """Send a batch."""
    headers = {"content-type": kind} | ({} if key is None else {"idempotency-key": key})
    return client.post("/score/batch", content=body, headers=headers)


def told(answer: bytes) -> list[Json]:
    """What an answer says, line by line."""
    return [json.loads(line) for line in answer.splitlines()]


def replies_of(answer: bytes) -> list[bytes]:
    """The replies in an answer, to the byte."""
    found = []
    for line in answer.splitlines():
        _, mark, reply = line.partition(b',"reply":')
        if mark:
            found.append(reply[:-1])
    return found
