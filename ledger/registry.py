"""The model registry: which bundles may be used.

A bundle is registered once, and only if it is newer than what is registered of its model. Every
step is signed by who takes it (``ledger.registry_steps``), under the lock of the book, one after
the other, in the caller's transaction. Which bundle is champion: ``ledger.aliases``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import Connection, func, insert, select

from ledger.clocks import aware
from ledger.kinds import table_of
from ledger.registry_faults import OlderBundle, RetiredBundle, UnknownBundle
from ledger.registry_steps import (
    REGISTER,
    RETIRE,
    Signer,
    Told,
    step_of,
    take_step,
    written_instant,
)
from ledger.tenants import lock_book

Gates = Literal["passed", "failed", "untested"]


@dataclass(frozen=True)
class Registered:
    """A bundle as the registry knows it; its fields are those of `RegisteredBundle`."""

    id: str
    name: str
    version: int
    trained_through: datetime
    manifest: bytes
    signing_key: str
    gates: Gates = "untested"
    validation: bytes | None = None

    def told(self) -> Told:
        """What a registration tells of a bundle beside its id."""
        proof = self.validation
        return {
            "manifest": self.manifest.hex(),
            "version": self.version,
            "trained_through": written_instant(self.trained_through),
            "bundle_key": self.signing_key,
            "gates": self.gates,
            "validation": None if proof is None else sha256(proof).hexdigest(),
        }


def register(connection: Connection, signer: Signer, bundle: Registered, now: datetime) -> None:
    """Let a bundle be used; nothing happens where it is registered already.

    One that was registered before registrations were signed is signed for now.

    Call it inside ``ledger.database.writing``, and only for a bundle whose signature was checked.

    Raises
    ------
    OlderBundle
        Where its version isn't larger than those registered of its name, or its training cut is
        before one of them: what was replaced doesn't come back under a newer name.
    Forbidden, UnknownTenant, NaiveTime, WrongName
    """
    signer.principal.require("analyst")
    lock_book(connection, signer.tenant)
    known = _known(connection, signer.tenant, bundle.id)
    if known is None or known.manifest != bundle.manifest:
        _require_newer(connection, signer.tenant, bundle)
        row = {"recorded_at": aware(now, "now"), "signed_by": signer.name}
        row |= {**vars(bundle), "tenant": signer.tenant}
        connection.execute(insert(table_of("registered_bundle")), row)
        known = bundle
    if step_of(connection, signer.tenant, bundle.id, REGISTER) is None:
        take_step(connection, signer, now, {"act": REGISTER, "bundle": known.id, **known.told()})


def _require_newer(connection: Connection, tenant: str, bundle: Registered) -> None:
    columns = table_of("registered_bundle").c
    latest = connection.execute(
        select(func.max(columns.version), func.max(columns.trained_through)).where(
            columns.tenant == tenant, columns.name == bundle.name
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


def is_retired(connection: Connection, tenant: str, bundle: str) -> bool:
    """Whether a bundle may hold no alias any more."""
    return step_of(connection, tenant, bundle, RETIRE) is not None


def require_in_use(connection: Connection, tenant: str, bundle: str) -> None:
    """Raise `RetiredBundle` where a bundle was retired."""
    if is_retired(connection, tenant, bundle):
        raise RetiredBundle(
            f"{bundle} was retired", field="bundle", remedy="promote a bundle that is in use"
        )


def _bundles(tenant: str) -> Any:
    columns = table_of("registered_bundle").c
    wanted = (columns[name] for name in Registered.__annotations__)
    return select(*wanted).where(columns.tenant == tenant)


def _known(connection: Connection, tenant: str, bundle: str) -> Registered | None:
    if "\0" in bundle:  # no id has one, and PostgreSQL can't even look for it
        return None
    asked = _bundles(tenant).where(table_of("registered_bundle").c.id == bundle)
    row = connection.execute(asked).mappings().one_or_none()
    return None if row is None else Registered(**row)
