"""Who acts, and for which lender."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_TENANT = "default"


@dataclass(frozen=True)
class Principal:
    """A caller and the tenant (lender) whose book it may see.

    Attributes
    ----------
    tenant : str
        Key of the lender; part of the key of every row.
    name : str
        Who signs what is written.
    """

    tenant: str
    name: str


OWNER = Principal(tenant=DEFAULT_TENANT, name="owner")
"""The principal of a ledger with a single lender, until callers have keys of their own."""
