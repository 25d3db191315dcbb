"""The model registry: which bundles may be used, and which of them is champion.

A bundle is registered once, and only if it is newer than what is registered of its model. An alias
has no row of its own: its last move says who holds it, so that holder and history can't disagree.
Moves are made under the lock of the book, one after the other, in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, func, insert, select

from ledger.clocks import aware
from ledger.facts import Words
from ledger.kinds import table_of
from ledger.principals import Principal
from ledger.registry_faults import (
    AliasMoved,
    NothingBefore,
    OlderBundle,
    UnknownAlias,
    UnknownBundle,
    WrongReason,
)
from ledger.tenants import lock_book

Alias = Literal["champion", "challenger", "shadow"]
ALIASES: tuple[Alias, ...] = get_args(Alias)

PROMOTE, ROLL_BACK = "promote", "roll-back"
_WORDS: TypeAdapter[str] = TypeAdapter(Words)


@dataclass(frozen=True)
class Registered:
    """A bundle as the registry knows it; its fields are those of `RegisteredBundle`."""

    id: str
    name: str
    version: int
    trained_through: datetime
    manifest: bytes
    signing_key: str


@dataclass(frozen=True)
class Move:
    """A move of an alias; its fields are those of `AliasMove`."""

    number: int
    act: str
    before: str | None
    after: str
    reason: str
    recorded_at: datetime
    signed_by: str


def register(
    connection: Connection, principal: Principal, bundle: Registered, now: datetime
) -> None:
    """Let a bundle be used; nothing happens where it is registered already.

    Call it inside ``ledger.database.writing``, and only for a bundle whose signature was checked.

    Raises
    ------
    OlderBundle
        Where its version isn't larger than those registered of its name, or its training cut is
        before one of them: what was replaced doesn't come back under a newer name.
    Forbidden, UnknownTenant, NaiveTime
    """
    principal.require("analyst")
    lock_book(connection, principal.tenant)
    known = _known(connection, principal.tenant, bundle.id)
    if known is not None and known.manifest == bundle.manifest:
        return
    columns = table_of("registered_bundle").c
    latest = connection.execute(
        select(func.max(columns.version), func.max(columns.trained_through)).where(
            columns.tenant == principal.tenant, columns.name == bundle.name
        )
    ).one()
    if latest[0] is not None and (
        bundle.version <= latest[0] or bundle.trained_through < latest[1]
    ):
        raise OlderBundle(
            f"{bundle.id} is version {bundle.version}, trained to {bundle.trained_through.date()};"
            f" of {bundle.name} version {latest[0]}, to {latest[1].date()}, is registered",
            field="version",
            remedy=f"train it on newer facts as version {latest[0] + 1}, or roll the alias back",
        )
    connection.execute(
        insert(table_of("registered_bundle")),
        {
            **vars(bundle),
            "tenant": principal.tenant,
            "recorded_at": aware(now, "now"),
            "signed_by": principal.name,
        },
    )


def registered(connection: Connection, tenant: str, bundle: str) -> Registered:
    """The bundle of that id; raise `UnknownBundle` where the tenant's registry hasn't it."""
    found = _known(connection, tenant, bundle)
    if found is None:
        raise UnknownBundle(
            f"{bundle!r} is not registered for {tenant!r}",
            field="bundle",
            remedy="register it first",
        )
    return found


def every_registered(connection: Connection, tenant: str) -> Sequence[Registered]:
    """All bundles of a tenant, by name and version."""
    columns = table_of("registered_bundle").c
    asked = _bundles(tenant).order_by(columns.name, columns.version)
    return [Registered(**row) for row in connection.execute(asked).mappings()]


def holder(connection: Connection, tenant: str, alias: Alias) -> Registered:
    """The bundle that holds an alias; raise `UnknownAlias` where none does."""
    moves = history(connection, tenant, alias)
    if not moves:
        raise UnknownAlias(
            f"no bundle of {tenant!r} is {alias}", field="alias", remedy="promote one first"
        )
    return registered(connection, tenant, moves[-1].after)


def history(connection: Connection, tenant: str, alias: Alias) -> Sequence[Move]:
    """Every move of an alias, the first one first."""
    if alias not in ALIASES:
        raise UnknownAlias(
            f"{alias!r} is no alias", field="alias", remedy=f"use one of {', '.join(ALIASES)}"
        )
    columns = table_of("alias_move").c
    asked = (
        select(*(columns[name] for name in Move.__annotations__))
        .where(columns.tenant == tenant, columns.alias == alias)
        .order_by(columns.number)
    )
    return [Move(**row) for row in connection.execute(asked).mappings()]


def promote(
    connection: Connection,
    principal: Principal,
    alias: Alias,
    bundle: str,
    *,
    instead_of: str | None,
    reason: str,
    now: datetime,
) -> Move:
    """Give an alias to a registered bundle; one of the same model must be newer than the holder.

    Parameters
    ----------
    instead_of : str or None
        Id of the bundle that the mover saw hold it, None where none did: a promotion was decided
        against that bundle and no other.

    Raises
    ------
    AliasMoved
        Where another bundle holds it by now, and so for the later of two who promote at once.
    OlderBundle
        Where the holder is a later version of the same model: roll back instead.
    UnknownBundle, UnknownAlias, WrongReason, Forbidden, UnknownTenant, NaiveTime
    """
    principal.require("approver")
    lock_book(connection, principal.tenant)
    moves = history(connection, principal.tenant, alias)
    _require_holder(alias, moves, instead_of)
    new = registered(connection, principal.tenant, bundle)
    if instead_of is not None:
        old = registered(connection, principal.tenant, instead_of)
        if new.name == old.name and new.version <= old.version:
            raise OlderBundle(
                f"{new.id} is version {new.version}; {old.id}, version {old.version}, is {alias}",
                field="bundle",
                remedy="promote a later version, or roll the alias back",
            )
    return _move(connection, principal, alias, moves, PROMOTE, bundle, reason, now)


def roll_back(
    connection: Connection,
    principal: Principal,
    alias: Alias,
    *,
    instead_of: str,
    reason: str,
    now: datetime,
) -> Move:
    """Give an alias back to the bundle that held it before the last promotion in force.

    Rolled back twice, it goes back two promotions. `instead_of` is as in `promote`.

    Raises
    ------
    NothingBefore
        Where the holder is the first that is left.
    AliasMoved, UnknownAlias, WrongReason, Forbidden, UnknownTenant, NaiveTime
    """
    principal.require("approver")
    lock_book(connection, principal.tenant)
    moves = history(connection, principal.tenant, alias)
    _require_holder(alias, moves, instead_of)
    held: list[str] = []
    for move in moves:
        if move.act == PROMOTE:
            held.append(move.after)
        else:
            held.pop()
    if len(held) < 2:
        raise NothingBefore(
            f"nothing was {alias} before {instead_of}",
            field="alias",
            remedy="promote another bundle",
        )
    return _move(connection, principal, alias, moves, ROLL_BACK, held[-2], reason, now)


def _require_holder(alias: Alias, moves: Sequence[Move], seen: str | None) -> None:
    now = moves[-1].after if moves else None
    if now != seen:
        raise AliasMoved(
            f"{now or 'no bundle'} is {alias} by now, not {seen or 'none'}",
            field="instead_of",
            remedy="look at the history of the alias, and decide again",
        )


def _move(  # noqa: PLR0917 - the columns of a row
    connection: Connection,
    principal: Principal,
    alias: Alias,
    moves: Sequence[Move],
    act: str,
    bundle: str,
    reason: str,
    now: datetime,
) -> Move:
    try:
        why = _WORDS.validate_python(reason.strip())
    except ValidationError as error:
        raise WrongReason(
            f"the reason can't be kept: {error.errors()[0]['msg']}",
            field="reason",
            remedy="say why in 1 to 300 characters, on one line",
        ) from error
    before = moves[-1].after if moves else None
    move = Move(len(moves) + 1, act, before, bundle, why, aware(now, "now"), principal.name)
    row = {**vars(move), "tenant": principal.tenant, "alias": alias}
    connection.execute(insert(table_of("alias_move")), row)
    return move


def _bundles(tenant: str) -> Any:
    columns = table_of("registered_bundle").c
    wanted = (columns[name] for name in Registered.__annotations__)
    return select(*wanted).where(columns.tenant == tenant)


def _known(connection: Connection, tenant: str, bundle: str) -> Registered | None:
    asked = _bundles(tenant).where(table_of("registered_bundle").c.id == bundle)
    row = connection.execute(asked).mappings().one_or_none()
    return None if row is None else Registered(**row)
