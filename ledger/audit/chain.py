"""The audit chain: one chain of headers for each tenant and writing process.

A link of the chain is a batch, a score record or an override. Its header is RFC 8785 JSON of all
that its row holds, the head before it among that; the SHA-256 of the header is the new head. The
facts of a batch are sealed one onto the other (``ledger.audit.digests``), beginning at the head
before the batch, and the header holds the last seal. So a head rests on every byte of every row
before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256
from json import JSONEncoder
from types import MappingProxyType
from typing import Any

import rfc8785
from sqlalchemy import Connection, Insert, Select, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from ledger.books import Batch, ScoreRecord
from ledger.clocks import to_micros
from ledger.kinds import table_of
from ledger.override_table import ScoreOverride
from ledger.shadow_table import ShadowScore

MAIN = "main"
"""Name of the writing process where there is only one."""

VERSION = 1
"""Version of the headers."""

HEADER_FIELDS: dict[str, tuple[str, ...]] = {
    str(table.__tablename__): tuple(name for name in table.model_fields if name != "digest")
    for table in (Batch, ScoreRecord, ScoreOverride, ShadowScore)
}
"""What a header holds, by table: every column but the header's own digest."""

LARGEST = 2**53 - 1
"""Largest whole number of RFC 8785 JSON."""

RECORDS = ("score_record", "score_override")
"""Tables each of whose rows is a link by itself, in the order of ``seq`` with the facts."""

TEXTS = ("request", "features", "circumstances", "reply", "provenance")
"""Long texts of a record or shadow score: the header holds their SHA-256."""


def genesis(tenant: str, writer: str, time_zone: str, base_currency: str) -> bytes:
    """The head of a chain without links: it binds what the book was opened with."""
    opened = {
        "format": f"tricredit chain {VERSION}",
        "tenant": tenant,
        "writer": writer,
        "time_zone": time_zone,
        "base_currency": base_currency,
    }
    return sha256(rfc8785.dumps(opened)).digest()


def sealed(text: str) -> str:
    """The SHA-256 of a long text as a header holds it: 64 hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def header(
    name: str, values: Mapping[str, Any], seals: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """The header of a batch, score record or override, RFC 8785 JSON in UTF-8.

    Parameters
    ----------
    name : str
        ``batch``, ``shadow_score`` or one of `RECORDS`.
    values : Mapping
        Its columns; an instant as a datetime or as microseconds since 1970. None is left out, so
        that a column added later leaves older headers as they were.
    seals : mapping of str to str
        What `sealed` gives for some of the texts, where that is known already.
    """
    shown: dict[str, str | int] = {"format": f"tricredit {name} {VERSION}"}
    for field in HEADER_FIELDS[name]:
        value = values[field]
        if value is None:
            continue
        if field in TEXTS:
            shown[f"{field}_sha256"] = seals.get(field) or sealed(value)
        else:
            shown[field] = _plain(value)
    return canonical(shown)


def canonical(flat: Mapping[str, str | int]) -> bytes:
    """RFC 8785 JSON in UTF-8 of an object of texts and whole numbers, names in ASCII.

    Of such an object Python's own encoder gives the same bytes as ``rfc8785``, in a tenth of the
    time: a law says so. A number beyond 2^53 is left to the library, which refuses it.
    """
    if any(isinstance(value, int) and abs(value) > LARGEST for value in flat.values()):
        return rfc8785.dumps(dict(flat))
    return _ENCODER.encode(flat).encode()


_ENCODER = JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def link(
    name: str, values: Mapping[str, Any], seals: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """The digest (32 bytes) of a batch, score record or override: SHA-256 over its `header`."""
    return sha256(header(name, values, seals)).digest()


def head_of(connection: Connection, tenant: str, writer: str) -> bytes:
    """The head of a chain, of a book that is locked (``ledger.tenants.lock_book``)."""
    asked = {"of_tenant": tenant, "of_writer": writer}
    digest, time_zone, base_currency = connection.execute(_head(), asked).one()
    return digest or genesis(tenant, writer, time_zone, base_currency)


def move_chain(
    connection: Connection, tenant: str, writer: str, *, last_seq: int, digest: bytes
) -> None:
    """Set the head of a chain, of a book that is locked."""
    moved = {"tenant": tenant, "writer": writer, "last_seq": last_seq, "digest": digest}
    connection.execute(_moved(connection.dialect.name), moved)


@cache
def _head() -> Select[Any]:
    """Made once, as with `_moved`: to put it together takes as long as to run it."""
    books, heads = table_of("tenant").c, table_of("chain_head").c
    mine = (heads.tenant == books.tenant) & (heads.writer == bindparam("of_writer"))
    return (
        select(heads.digest, books.time_zone, books.base_currency)
        .select_from(table_of("tenant").outerjoin(table_of("chain_head"), mine))
        .where(books.tenant == bindparam("of_tenant"))
    )


@cache
def _moved(store: str) -> Insert:
    dialect = postgresql if store == "postgresql" else sqlite
    statement = dialect.insert(table_of("chain_head"))
    new = {name: statement.excluded[name] for name in ("last_seq", "digest")}
    moved: Insert = statement.on_conflict_do_update(index_elements=["tenant", "writer"], set_=new)
    return moved


def _plain(value: Any) -> str | int:
    if isinstance(value, bytes):
        return value.hex()
    return to_micros(value) if isinstance(value, datetime) else value
