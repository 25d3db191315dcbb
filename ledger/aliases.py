"""Which bundle is champion, challenger or shadow, and how that came about.

An alias has no row of its own: its last move says who holds it, so that holder and history can't
disagree. A promotion wants two people, the maker of the bundle and another who checks it, and a
champion whose gates have passed. Going back, or taking a bundle out of use, is anybody's who may
approve: it lowers the risk, and waits for nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Connection, insert, select

from ledger.clocks import aware
from ledger.kinds import table_of
from ledger.registry import Registered, is_retired, registered, require_in_use
from ledger.registry_faults import (
    AliasMoved,
    GatesNotPassed,
    MakerAlone,
    NothingBefore,
    OlderBundle,
    StillChampion,
    UnknownAlias,
    UnsignedBundle,
)
from ledger.registry_steps import (
    PROMOTE,
    REGISTER,
    RETIRE,
    ROLL_BACK,
    Act,
    Signer,
    step_of,
    take_step,
    worded,
)
from ledger.tenants import lock_book

Alias = Literal["champion", "challenger", "shadow"]
ALIASES: tuple[Alias, ...] = get_args(Alias)


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


def holder(connection: Connection, tenant: str, alias: Alias) -> Registered:
    """The bundle that holds an alias; raise `UnknownAlias` where none does."""
    held = held_by(connection, tenant, alias)
    if held is None:
        raise UnknownAlias(
            f"no bundle of {tenant!r} is {alias}", field="alias", remedy="promote one first"
        )
    return registered(connection, tenant, held)


def held_by(connection: Connection, tenant: str, alias: Alias) -> str | None:
    """Id of the bundle that holds an alias; None where none does, or it was retired since."""
    moves = history(connection, tenant, alias)
    if not moves or is_retired(connection, tenant, moves[-1].after):
        return None
    return moves[-1].after


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
    signer: Signer,
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
    MakerAlone
        Where the key that signs has also signed the bundle or its registration, or the name is that
        of who registered it.
    GatesNotPassed
        Where it shall be champion, and a gate of its validation failed or it was never tested.
    RetiredBundle, UnsignedBundle, UnknownBundle, UnknownAlias
    WrongReason, WrongName, Forbidden, UnknownTenant, NaiveTime
    """
    signer.principal.require("approver")
    lock_book(connection, signer.tenant)
    _require_holder(connection, signer.tenant, alias, instead_of)
    new = registered(connection, signer.tenant, bundle)
    require_in_use(connection, signer.tenant, bundle)
    _require_another(connection, signer, new)
    if alias == "champion" and new.gates != "passed":
        raise GatesNotPassed(
            f"{new.id} has {'failed a gate' if new.gates == 'failed' else 'not been tested'}",
            field="bundle",
            remedy="it may be challenger or shadow; train one that passes the gates of its recipe",
        )
    if instead_of is not None:
        old = registered(connection, signer.tenant, instead_of)
        if new.name == old.name and new.version <= old.version:
            raise OlderBundle(
                f"{new.id} is version {new.version}; {old.id}, version {old.version}, is {alias}",
                field="bundle",
                remedy="promote a later version, or roll the alias back",
            )
    return _move(connection, signer, alias, PROMOTE, new, instead_of, reason, now)


def roll_back(
    connection: Connection,
    signer: Signer,
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
    RetiredBundle
        Where the bundle before it was retired.
    AliasMoved, UnknownAlias, WrongReason, WrongName, Forbidden, UnknownTenant, NaiveTime
    """
    signer.principal.require("approver")
    lock_book(connection, signer.tenant)
    _require_holder(connection, signer.tenant, alias, instead_of)
    held: list[str] = []
    for move in history(connection, signer.tenant, alias):
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
    require_in_use(connection, signer.tenant, held[-2])
    old = registered(connection, signer.tenant, held[-2])
    return _move(connection, signer, alias, ROLL_BACK, old, instead_of, reason, now)


def retire(
    connection: Connection, signer: Signer, bundle: str, *, reason: str, now: datetime
) -> None:
    """Take a bundle out of use for good; where it is challenger or shadow, none is from then on.

    Raises
    ------
    StillChampion
        Where it is champion: requests would be left without a model.
    RetiredBundle, UnknownBundle, WrongReason, WrongName, Forbidden, UnknownTenant, NaiveTime
    """
    signer.principal.require("approver")
    lock_book(connection, signer.tenant)
    old = registered(connection, signer.tenant, bundle)
    require_in_use(connection, signer.tenant, bundle)
    if held_by(connection, signer.tenant, "champion") == bundle:
        raise StillChampion(
            f"{bundle} is champion",
            field="bundle",
            remedy="promote another bundle or roll the alias back, then retire it",
        )
    told = {"act": RETIRE, "bundle": old.id, "manifest": old.manifest.hex()}
    take_step(connection, signer, now, {**told, "reason": worded(reason)})


def _require_holder(connection: Connection, tenant: str, alias: Alias, seen: str | None) -> None:
    now = held_by(connection, tenant, alias)
    if now != seen:
        raise AliasMoved(
            f"{now or 'no bundle'} is {alias} by now, not {seen or 'none'}",
            field="instead_of",
            remedy="look at the history of the alias, and decide again",
        )


def _require_another(connection: Connection, signer: Signer, new: Registered) -> None:
    """Refuse who made the bundle: the holder of its key, and who registered it."""
    made = step_of(connection, signer.tenant, new.id, REGISTER)
    if made is None:
        raise UnsignedBundle(
            f"nobody has signed for the registration of {new.id}",
            field="bundle",
            remedy="let its maker register it again, signed",
        )
    if signer.key_id in {made.signing_key, new.signing_key} or signer.name == made.said.by:
        raise MakerAlone(
            f"{signer.name} (key {signer.key_id}) made or registered {new.id}",
            field="sign",
            remedy="let another person check it, and sign with a key of their own",
        )


def _move(  # noqa: PLR0917 - the columns of a row
    connection: Connection,
    signer: Signer,
    alias: Alias,
    act: Act,
    bundle: Registered,
    before: str | None,
    reason: str,
    now: datetime,
) -> Move:
    why = worded(reason)
    number = len(history(connection, signer.tenant, alias)) + 1
    move = Move(number, act, before, bundle.id, why, aware(now, "now"), signer.name)
    told = {"act": act, "bundle": bundle.id, "manifest": bundle.manifest.hex()}
    take_step(connection, signer, now, {**told, "alias": alias, "before": before, "reason": why})
    row = {**vars(move), "tenant": signer.tenant, "alias": alias}
    connection.execute(insert(table_of("alias_move")), row)
    return move
