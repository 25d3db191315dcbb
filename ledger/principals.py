"""Who acts, for which lender, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from ledger.faults import Forbidden

DEFAULT_TENANT = "default"

Role = Literal["scorer", "analyst", "approver", "auditor", "admin"]
"""scorer asks for scores; analyst loads facts and reads; approver signs promotions and overrides;
auditor reads all and verifies chains; admin keeps keys and tenants."""

ROLES: frozenset[Role] = frozenset(get_args(Role))


@dataclass(frozen=True)
class Principal:
    """A caller, the tenant (lender) whose book it may see, and its roles.

    Attributes
    ----------
    tenant : str
        Key of the lender; part of the key of every row.
    name : str
        Who signs what is written.
    roles : frozenset of str
        What it may do; none unless given.
    """

    tenant: str
    name: str
    roles: frozenset[Role] = frozenset()

    def require(self, role: Role) -> None:
        """Raise `Forbidden` unless the principal has that role; no role includes another."""
        if role not in self.roles:
            has = ", ".join(sorted(self.roles)) or "no role"
            raise Forbidden(
                f"{self.name!r} has {has}, not {role}",
                field="principal",
                remedy=f"ask an admin of {self.tenant!r} for the role {role}",
            )


OWNER = Principal(tenant=DEFAULT_TENANT, name="owner", roles=ROLES)
"""The principal of a ledger with a single lender, until callers have keys of their own."""
