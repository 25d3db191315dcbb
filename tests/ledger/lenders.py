"""A lender that registers bundles and moves aliases, in as few words as a test wants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from ledger.database import reading, writing
from ledger.principals import OWNER, Principal, Role
from ledger.registry import (
    Alias,
    Move,
    Registered,
    every_registered,
    history,
    holder,
    promote,
    register,
    roll_back,
)
from tests.ledger.made_rows import NOW

ROLES = OWNER.roles


@dataclass(frozen=True)
class Lender:
    """A lender of a ledger that other tests use too: each has a tenant of its own."""

    engine: Engine
    who: Principal

    def as_(self, name: str, *roles: Role) -> Lender:
        return Lender(self.engine, Principal(self.who.tenant, name, frozenset(roles)))

    def takes(self, bundle: Registered) -> None:
        with writing(self.engine) as connection:
            register(connection, self.who, bundle, NOW)

    def gives(
        self,
        bundle: Registered,
        instead_of: Registered | None,
        alias: Alias = "champion",
        *,
        reason: str = "better",
        now: datetime = NOW,
    ) -> Move:
        seen = instead_of.id if instead_of else None
        with writing(self.engine) as connection:
            return promote(
                connection, self.who, alias, bundle.id, instead_of=seen, reason=reason, now=now
            )

    def back(self, instead_of: Registered) -> Move:
        with writing(self.engine) as connection:
            return roll_back(
                connection,
                self.who,
                "champion",
                instead_of=instead_of.id,
                reason="worse",
                now=NOW,
            )

    def moves(self, alias: Alias = "champion") -> list[Move]:
        with reading(self.engine) as connection:
            return list(history(connection, self.who.tenant, alias))

    def holder(self, alias: Alias = "champion") -> Registered:
        with reading(self.engine) as connection:
            return holder(connection, self.who.tenant, alias)

    def knows(self) -> list[Registered]:
        with reading(self.engine) as connection:
            return list(every_registered(connection, self.who.tenant))


def version(number: int, name: str = "late5") -> Registered:
    cut = NOW + timedelta(days=number)
    return Registered(f"{name}-{number:012x}", name, number, cut, bytes([number]) * 32, "0" * 16)
