"""API keys: made once and shown once, kept as a digest, looked up by their public part.

A key reads ``scf_ID_SECRET``. The secret is 32 random bytes, so that a fast keyed digest keeps it
as well as a slow one would, and nobody can make the service work by sending wrong keys. Without the
pepper, which lies outside the database, a copy of the table lets nobody in and tests no guess.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self, cast

from sqlalchemy import Connection, Row, insert, select, update

from ledger.api_key_table import ApiKey
from ledger.clocks import aware
from ledger.facts import checked_key
from ledger.faults import UnknownApiKey, WrongApiKey, WrongHashKey
from ledger.kinds import table_of
from ledger.principals import ROLES, Principal, Role
from ledger.tenants import book

SECRET_BYTES = 32
LEAST_PEPPER_BYTES = 32
FORM = re.compile(r"scf_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")

_TABLE = str(ApiKey.__tablename__)


class Pepper:
    """Makes digests of secrets; one a ledger, kept apart from it.

    Parameters
    ----------
    pepper : bytes
        32 random bytes or more. Another one makes every key of the ledger worthless.

    Raises
    ------
    WrongHashKey
        Where it is shorter.
    """

    def __init__(self, pepper: bytes) -> None:
        if len(pepper) < LEAST_PEPPER_BYTES:
            raise WrongHashKey(
                f"a pepper of {len(pepper)} bytes is too short",
                field="key_pepper",
                remedy=f"use {LEAST_PEPPER_BYTES} random bytes, for example openssl rand -hex 32",
            )
        self._pepper = pepper

    @classmethod
    def of_hex(cls, digits: str) -> Self:
        """The pepper in hexadecimal digits; raise `WrongHashKey` where it is none."""
        try:
            pepper = bytes.fromhex(digits)
        except ValueError as error:
            raise WrongHashKey(
                "the pepper is not in hexadecimal digits",
                field="key_pepper",
                remedy="give 64 digits or more, as openssl rand -hex 32 makes them",
            ) from error
        return cls(pepper)

    def digest(self, secret: str) -> bytes:
        """HMAC-SHA-256 of the secret part of a key."""
        return hmac.digest(self._pepper, secret.encode(), "sha256")


@dataclass(frozen=True)
class KeyOnFile:
    """A key as the ledger keeps it.

    Attributes
    ----------
    id : str
        Its public part.
    principal : Principal
        Whom it makes of a caller.
    digest : bytes
        See `Pepper.digest`.
    """

    id: str
    principal: Principal
    digest: bytes
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None


def parts_of(text: str) -> tuple[str, str] | None:
    """The public part of a key and its secret; None where a text has not the form of a key."""
    found = FORM.fullmatch(text)
    return None if found is None else (found[1], found[2])


def checked_roles(names: Iterable[str]) -> frozenset[Role]:
    """Roles by name; raise `WrongApiKey` where one is none, or there are none."""
    roles = frozenset(names)
    if not roles or not roles <= ROLES:
        wrong = ", ".join(sorted(roles - ROLES)) or "none"
        raise WrongApiKey(
            f"these are no roles: {wrong}",
            field="roles",
            remedy=f"give one or more of {', '.join(sorted(ROLES))}",
        )
    return cast("frozenset[Role]", roles)


def make_key(
    connection: Connection,
    maker: Principal,
    pepper: Pepper,
    *,
    name: str,
    roles: Iterable[str],
    now: datetime,
    expires_at: datetime | None = None,
) -> str:
    """Make a key for the maker's tenant and return it: the only time that it can be read.

    Raises
    ------
    Forbidden
        Where the maker is no admin.
    WrongApiKey
        Where a role is none, or it would have expired already.
    WrongKey, UnknownTenant
    """
    maker.require("admin")
    book(connection, maker.tenant)
    if expires_at is not None and aware(expires_at) <= now:
        raise WrongApiKey("it would have expired", field="expires", remedy="give a later instant")
    id = secrets.token_hex(8)
    secret = urlsafe_b64encode(secrets.token_bytes(SECRET_BYTES)).rstrip(b"=").decode()
    row = ApiKey.model_validate(
        {
            "id": id,
            "tenant": maker.tenant,
            "name": checked_key(name, "name"),
            "roles": " ".join(sorted(checked_roles(roles))),
            "digest": pepper.digest(secret),
            "created_at": now,
            "created_by": maker.name,
            "expires_at": expires_at,
        }
    )
    connection.execute(insert(table_of(_TABLE)), row.model_dump())
    return f"scf_{id}_{secret}"


def revoke_key(connection: Connection, by: Principal, id: str, now: datetime) -> None:
    """Revoke a key of the tenant for good; again, it stays revoked as of the first time.

    Raises
    ------
    Forbidden
        Where ``by`` is no admin.
    UnknownApiKey
        Where the tenant has no such key.
    """
    by.require("admin")
    table = table_of(_TABLE)
    mine = (table.c.tenant == by.tenant) & (table.c.id == id)
    if connection.execute(select(table.c.id).where(mine)).one_or_none() is None:
        raise UnknownApiKey(
            f"there is no key {id!r}", field="id", remedy="tricredit keys list names them"
        )
    ended = {"revoked_at": now, "revoked_by": by.name}
    connection.execute(update(table).where(mine, table.c.revoked_at.is_(None)).values(ended))


def key_on_file(connection: Connection, id: str) -> KeyOnFile | None:
    """The key with that public part, of whatever tenant, also one that is over; None without."""
    table = table_of(_TABLE)
    row = connection.execute(select(table).where(table.c.id == id)).one_or_none()
    return None if row is None else _on_file(row)


def keys_of_tenant(connection: Connection, tenant: str) -> list[KeyOnFile]:
    """Every key of a tenant, also those that are over, the oldest first."""
    table = table_of(_TABLE)
    wanted = select(table).where(table.c.tenant == tenant)
    rows: Sequence[Row[tuple[object, ...]]] = connection.execute(
        wanted.order_by(table.c.created_at, table.c.id)
    ).all()
    return [_on_file(row) for row in rows]


def any_key(connection: Connection) -> bool:
    """Whether a key was ever made, for any tenant; one that is revoked counts."""
    return connection.execute(select(table_of(_TABLE).c.id).limit(1)).first() is not None


def _on_file(row: Row[tuple[object, ...]]) -> KeyOnFile:
    told = row._mapping
    roles = cast("frozenset[Role]", frozenset(str(told["roles"]).split()))
    return KeyOnFile(
        id=told["id"],
        principal=Principal(told["tenant"], told["name"], roles),
        digest=bytes(told["digest"]),
        created_at=told["created_at"],
        created_by=told["created_by"],
        expires_at=told["expires_at"],
        revoked_at=told["revoked_at"],
    )
