"""Idempotency: a request with a key is carried out once; sent again it gets what it got before.

The key is written with what the request writes, in one transaction. It is looked for under the lock
of the book, and not claimed first by ``ON CONFLICT DO NOTHING``: the table is append-only, so that
a claim couldn't be filled in later. A request that fails leaves no key: it may be sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, insert, select

from ledger.books import IdempotencyKey
from ledger.faults import KeyReused
from ledger.kinds import table_of
from ledger.tenants import lock_book


@dataclass(frozen=True)
class Given:
    """What a request is answered with.

    Attributes
    ----------
    reply : str
        The answer, kept to the character.
    record : str or None
        Id of the score record that holds the same text as its reply: it isn't kept twice.
    """

    reply: str
    record: str | None = None


@dataclass(frozen=True)
class RequestKey:
    """The key of a request, and what it asks.

    Attributes
    ----------
    text : str
        As the caller gave it, 1 to 128 characters; each tenant has its own.
    asked : bytes
        `fingerprint` of the request.
    """

    text: str
    asked: bytes


def fingerprint(*parts: str) -> bytes:
    """SHA-256 (32 bytes) of what is asked: method, route and body, each to the character."""
    # with their lengths, so that nothing can move from one part to the next
    return sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).digest()


def given_before(connection: Connection, tenant: str, key: RequestKey) -> str | None:
    """What a request was answered with, or None where its key is new.

    Look before the work, to spare it; `once` decides.

    Raises
    ------
    KeyReused
        Where the key was given to another request.
    """
    keys, records = table_of("idempotency_key"), table_of("score_record").c
    held = (records.tenant == keys.c.tenant) & (records.id == keys.c.record)
    wanted = (
        select(keys.c.fingerprint, keys.c.reply, records.reply)
        .select_from(keys.outerjoin(table_of("score_record"), held))
        .where(keys.c.tenant == tenant, keys.c.key == key.text)
    )
    found = connection.execute(wanted).one_or_none()
    if found is None:
        return None
    before, own, recorded = found
    if before != key.asked:
        raise KeyReused(
            f"the key {key.text!r} was used for another request",
            field="Idempotency-Key",
            remedy="use a new key for a new request; the same one gives the same answer again",
        )
    reply: str = recorded if own is None else own
    return reply


def once(
    connection: Connection,
    tenant: str,
    key: RequestKey,
    recorded_at: datetime,
    work: Callable[[Connection], Given],
) -> str:
    """Carry out a request unless its key was answered before, and return its one reply.

    A unit of ``ledger.committing.Committer``, or of a transaction of ``ledger.database.writing``:
    twins wait for each other at the head of the book, and the second gets the reply of the first.

    Parameters
    ----------
    recorded_at : datetime
        Now, aware.
    work : function of a connection
        Writes what the request asks for, in this transaction, and returns the answer. Where it
        raises, the key stays unused.

    Raises
    ------
    KeyReused
        Where the key was given to another request; nothing was done.
    UnknownTenant
        Where there is no book.
    """
    lock_book(connection, tenant)
    before = given_before(connection, tenant, key)
    if before is not None:
        return before
    given = work(connection)
    keep_keys(connection, tenant, [(key, given)], recorded_at)
    return given.reply


def keep_keys(
    connection: Connection,
    tenant: str,
    answered: Sequence[tuple[RequestKey, Given]],
    recorded_at: datetime,
) -> None:
    """Keep the keys of requests and what they were answered with, under the lock of the book."""
    rows = [
        IdempotencyKey.model_validate(
            {
                "tenant": tenant,
                "key": key.text,
                "fingerprint": key.asked,
                "reply": given.reply if given.record is None else None,
                "record": given.record,
                "recorded_at": recorded_at,
            }
        ).model_dump()
        for key, given in answered
    ]
    if rows:
        connection.execute(insert(table_of("idempotency_key")), rows)
