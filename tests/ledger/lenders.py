"""A lender that registers bundles and moves aliases, in as few words as a test wants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, Engine, text

from ledger import triggers
from ledger.aliases import Alias, Move, history, holder, promote, retire, roll_back
from ledger.database import reading, writing
from ledger.principals import OWNER, Principal, Role
from ledger.registry import Gates, Registered, every_registered, register
from ledger.registry_proof import Finding, verify_registry
from ledger.registry_steps import Signer, Step, steps
from tests.ledger.made_rows import NOW

ROLES = OWNER.roles


def key_named(name: str) -> Ed25519PrivateKey:
    """The same key for the same name, as a person has."""
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


def signer(principal: Principal) -> Signer:
    """Who signs with a key of their own."""
    return Signer(principal, key_named(principal.name))


def trusted(*signers: Signer) -> Mapping[str, Ed25519PublicKey]:
    return {one.key_id: one.key.public_key() for one in signers}


@dataclass(frozen=True)
class Lender:
    """A lender of a ledger that other tests use too: each has a tenant of its own.

    ``who`` promotes, ``maker`` registers.
    """

    engine: Engine
    who: Signer
    maker: Signer

    @classmethod
    def of(cls, engine: Engine, tenant: str) -> Lender:
        people = (Principal(tenant, name, ROLES) for name in ("checker", "maker"))
        return cls(engine, *map(signer, people))

    @property
    def tenant(self) -> str:
        return self.who.tenant

    def as_(self, name: str, *roles: Role) -> Lender:
        one = signer(Principal(self.tenant, name, frozenset(roles)))
        return replace(self, who=one, maker=one)

    def takes(self, bundle: Registered) -> None:
        with writing(self.engine) as connection:
            register(connection, self.maker, bundle, NOW)

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

    def back(self, instead_of: Registered, alias: Alias = "champion") -> Move:
        with writing(self.engine) as connection:
            return roll_back(
                connection, self.who, alias, instead_of=instead_of.id, reason="worse", now=NOW
            )

    def retires(self, bundle: Registered) -> None:
        with writing(self.engine) as connection:
            retire(connection, self.who, bundle.id, reason="old", now=NOW)

    def signed(self) -> list[Step]:
        with reading(self.engine) as connection:
            return list(steps(connection, self.tenant))

    def wrong(self) -> tuple[Finding, ...]:
        """What is found where both keys are trusted."""
        with reading(self.engine) as connection:
            return verify_registry(connection, self.tenant, trusted(self.who, self.maker))

    def moves(self, alias: Alias = "champion") -> list[Move]:
        with reading(self.engine) as connection:
            return list(history(connection, self.tenant, alias))

    def holder(self, alias: Alias = "champion") -> Registered:
        with reading(self.engine) as connection:
            return holder(connection, self.tenant, alias)

    def knows(self) -> list[Registered]:
        with reading(self.engine) as connection:
            return list(every_registered(connection, self.tenant))


def version(number: int, name: str = "late5", gates: Gates = "passed") -> Registered:
    cut = NOW + timedelta(days=number)
    id_, manifest = f"{name}-{number:012x}", bytes([number]) * 32
    return Registered(id_, name, number, cut, manifest, "0" * 16, gates, b"{}")


def lived(lender: Lender) -> Lender:
    """A registry with steps of every kind."""
    one, two, three = version(1), version(2), version(3)
    for bundle in (one, two, three):
        lender.takes(bundle)
    lender.gives(one, None)
    lender.gives(two, one)
    lender.gives(three, None, "shadow")
    lender.back(two)
    lender.retires(three)
    return lender


def unlocked(connection: Connection, sql: str, lender: Lender) -> None:
    """What somebody does who owns the database."""
    triggers.remove(connection)
    wanted = {name: value for name, value in (("other", b"other"),) if f":{name}" in sql}
    assert connection.execute(text(sql), {"tenant": lender.tenant, **wanted}).rowcount == 1
    triggers.install(connection)
