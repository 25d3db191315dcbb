"""Signed checkpoints: what the heads of a tenant's chains were, kept outside the database.

A checkpoint is RFC 8785 JSON signed with Ed25519. Besides the heads it holds *marks*: seals and
digests at up to a thousand places, evenly spaced, so that a ledger whose later rows were all hashed
anew is not only found out but the place found where it departs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Connection, select

from ledger.audit.chain import RECORDS
from ledger.audit.signing_keys import key_id
from ledger.clocks import aware
from ledger.faults import FileInTheWay, WrongCheckpoint
from ledger.kinds import KINDS, table_of
from ledger.shadow_scores import last_shadow
from ledger.tenants import book

FORMAT = "tricredit checkpoint 1"
MARKS = 1_000
"""Places marked at most, besides the heads."""

LARGEST = 64 * 2**20
"""Bytes of a checkpoint file at most: one of a thousand writers is far below."""


class HeadThen(BaseModel):
    """Head of a chain then: the writing process, its last ``seq`` by then, the digest in hex."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    writer: str
    last_seq: int
    digest: str


class Mark(BaseModel):
    """A place: the ``seq`` of a row and its seal (a fact) or digest (a score record) in hex."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    seq: int
    seal: str


class Statement(BaseModel):
    """What is signed.

    Attributes
    ----------
    tenant, time_zone, base_currency : str
        The book and what it was opened with.
    last_seq : int
        ``seq`` of its last fact or record.
    made_at : str
        When, ISO 8601 in UTC, by the clock of whoever made it.
    key : str
        Id of the key that signs.
    heads : tuple of HeadThen
        All chains of the tenant, by name of the writing process.
    batches : tuple of HeadThen
        What a head was after some batches: of every one that holds a mark.
    marks : tuple of Mark
        In the order of ``seq``.
    shadows : HeadThen or None
        Number and digest of the last shadow score; None where there is none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: str
    tenant: str
    time_zone: str
    base_currency: str
    last_seq: int
    made_at: str
    key: str
    heads: tuple[HeadThen, ...]
    batches: tuple[HeadThen, ...]
    marks: tuple[Mark, ...]
    shadows: HeadThen | None = None


@dataclass(frozen=True)
class Checkpoint:
    """A statement and its signature (64 bytes)."""

    statement: Statement
    signature: bytes

    def signed_by(self, key: Ed25519PublicKey) -> bool:
        """Tell whether this key signed the statement as it stands."""
        try:
            key.verify(self.signature, _signed_bytes(self.statement))
        except InvalidSignature:
            return False
        return True


def make_checkpoint(
    connection: Connection, tenant: str, key: Ed25519PrivateKey, made_at: datetime
) -> Checkpoint:
    """Sign what the heads of a tenant's chains are now.

    It signs what it finds: run ``verifying.verify`` with the checkpoint before it first.

    Parameters
    ----------
    connection : Connection
        Of ``ledger.database.reading``: heads and marks are of one state.
    made_at : datetime
        Now, aware.

    Raises
    ------
    UnknownTenant, NaiveTime
        Where an argument is wrong.
    """
    opened = book(connection, tenant)
    step = -(-opened.last_seq // MARKS) or 1
    statement = Statement(
        format=FORMAT,
        tenant=tenant,
        time_zone=opened.tz.key,
        base_currency=opened.base_currency,
        last_seq=opened.last_seq,
        made_at=aware(made_at, "made_at").astimezone(UTC).isoformat(timespec="microseconds"),
        key=key_id(key.public_key()),
        heads=_heads(connection, tenant),
        batches=_batches(connection, tenant, step),
        marks=_marks(connection, tenant, step),
        shadows=_shadows(connection, tenant),
    )
    return Checkpoint(statement, key.sign(_signed_bytes(statement)))


def write_checkpoint(checkpoint: Checkpoint, path: Path) -> None:
    """Write a checkpoint to a new file; raise `FileInTheWay` where there is one already."""
    shown = {
        "signature": checkpoint.signature.hex(),
        **_plain(checkpoint.statement),
    }
    try:
        with path.open("xb") as file:
            file.write(rfc8785.dumps(shown) + b"\n")
    except FileExistsError as error:
        raise FileInTheWay(
            f"{path} exists", field="out", remedy="keep every checkpoint; name a new file"
        ) from error
    except OSError as error:
        raise WrongCheckpoint(
            f"{path} can't be written: {error.strerror}", field="out", remedy="name another file"
        ) from error


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint, without believing it: ``verifying.verify`` asks for the signature.

    Raises `WrongCheckpoint` where the file is none.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("too large")
        found = json.loads(path.read_bytes())
        signature = bytes.fromhex(found.pop("signature"))
        statement = Statement.model_validate_json(json.dumps(found))
        if statement.format != FORMAT:
            raise ValueError(statement.format)
        _signed_bytes(statement)
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
        ValidationError,
    ) as error:
        raise WrongCheckpoint(
            f"{path} is no checkpoint that can be read",
            field="checkpoint",
            remedy="name a file that tricredit ledger checkpoint wrote",
        ) from error
    return Checkpoint(statement, signature)


def _signed_bytes(statement: Statement) -> bytes:
    return rfc8785.dumps(_plain(statement))


def _plain(statement: Statement) -> dict[str, Any]:
    """What isn't there is left out, so that what was signed before stays as it was signed."""
    return statement.model_dump(mode="json", exclude_none=True)


def _shadows(connection: Connection, tenant: str) -> HeadThen | None:
    number, digest = last_shadow(connection, tenant)
    return HeadThen(writer="", last_seq=number, digest=digest.hex()) if number else None


def _heads(connection: Connection, tenant: str) -> tuple[HeadThen, ...]:
    columns = table_of("chain_head").c
    asked = select(columns.writer, columns.last_seq, columns.digest)
    found = connection.execute(asked.where(columns.tenant == tenant))
    heads = (HeadThen(writer=row[0], last_seq=row[1], digest=row[2].hex()) for row in found)
    return tuple(sorted(heads, key=lambda head: head.writer))


def _batches(connection: Connection, tenant: str, step: int) -> tuple[HeadThen, ...]:
    columns = table_of("batch").c
    asked = select(columns.writer, columns.last_seq, columns.digest).where(
        columns.tenant == tenant,
        columns.last_seq - columns.last_seq % step >= columns.first_seq,
    )
    found = (
        HeadThen(writer=writer, last_seq=last_seq, digest=digest.hex())
        for writer, last_seq, digest in connection.execute(asked)
    )
    return tuple(sorted(found, key=lambda head: head.last_seq))


def _marks(connection: Connection, tenant: str, step: int) -> tuple[Mark, ...]:
    sealed = [(table_of(kind.name), "seal") for kind in KINDS]
    marks: list[Mark] = []
    linked = [(table_of(name), "digest") for name in RECORDS]
    for table, seal in (*sealed, *linked):
        asked = select(table.c.seq, table.c[seal]).where(
            table.c.tenant == tenant, table.c.seq % step == 0
        )
        marks += (Mark(seq=seq, seal=found.hex()) for seq, found in connection.execute(asked))
    return tuple(sorted(marks, key=lambda mark: mark.seq))
