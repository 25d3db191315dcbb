"""For which tenant a thread or task reads and writes just now: what the second wall goes by.

The first wall is that every question names its tenant. Where the database is PostgreSQL and its
role doesn't own the tables, row-level security is the second (``ledger.wall``): each transaction
says for whom it is, and sees nothing of others, whatever it asks. Who says nothing sees nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

EVERY = "*"
"""For the few tables that the service itself has to look through: lenders, keys of callers, jobs.
No tenant has this key where it matters: rows of others aren't told to it."""

_TENANT: ContextVar[str] = ContextVar("tenant", default="")


def acting_tenant() -> str:
    """The tenant; empty where nobody has said."""
    return _TENANT.get()


def act_for(tenant: str) -> None:
    """From now on, in this task and in threads that it starts."""
    _TENANT.set(tenant)


@contextmanager
def acting_for(tenant: str) -> Iterator[None]:
    """While the block runs."""
    before = _TENANT.set(tenant)
    try:
        yield
    finally:
        _TENANT.reset(before)
