"""Writing a world into a ledger, as any other source would be."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from ledger.database import writing
from ledger.loads import Receipt
from ledger.principals import Principal
from ledger.tenants import ensure_tenant
from ledger.writer import append
from simulator.rows import CURRENCY, TIME_ZONE
from simulator.world import World

SOURCE_SYSTEM = "simulator"


def write_world(
    world: World, engine: Engine, principal: Principal, recorded_at: datetime
) -> Receipt:
    """Append the rows of a world as one historical batch; writing it again changes nothing.

    Parameters
    ----------
    engine : Engine
        Of a database with current tables (``ledger.database.migrate``). The book of the
        principal's tenant is opened unless it is there.
    recorded_at : datetime
        Now, aware; not before the world's last day begins in Shanghai.

    Raises
    ------
    RejectedRows
        Where the last day is after ``recorded_at``, or the book holds what contradicts a row.
    TenantConflict
        Where the book is there with another time zone or currency.
    """
    with writing(engine) as connection:
        ensure_tenant(connection, principal.tenant, TIME_ZONE, CURRENCY)
        return append(
            connection,
            principal,
            world.rows,
            source_system=SOURCE_SYSTEM,
            historical=True,
            recorded_at=recorded_at,
        )
