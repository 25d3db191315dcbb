"""Requests as they are kept: a natural person is named in them as the ledger names it."""

from __future__ import annotations

import json

from sqlalchemy import Connection

from ledger.persons import hidden
from service.schemas import ScoreRequest


def discreet(connection: Connection, *, tenant: str, asked: ScoreRequest, body: str) -> str:
    """The body of a request, to the character unless it names a natural person.

    Such a name is replaced by the ciphertext that the ledger keeps, which erasing the person makes
    unreadable. Call it after the facts of the request were written.
    """
    parties = {"supplier": asked.supplier, "buyer": asked.buyer}
    names = {role: one.name for role, one in parties.items() if one.name is not None}
    kept = {
        role: hidden(connection, tenant, parties[role].ref, "name", name)
        for role, name in names.items()
    }
    if kept == names:
        return body
    told = json.loads(body)
    for role, name in kept.items():
        told[role]["name"] = name
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
