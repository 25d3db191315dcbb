"""The one way in: a batch of reported rows becomes facts, wholly or not at all.

What fits into memory goes in by `append`; more comes in chunks (``ledger.loads``), on the same way.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from ledger.audit.chain import MAIN
from ledger.checking import Rows
from ledger.faults import RejectedRows
from ledger.loads import Load, Receipt
from ledger.principals import Principal


def append(
    connection: Connection,
    principal: Principal,
    rows: Rows,
    *,
    source_system: str,
    historical: bool,
    recorded_at: datetime,
    keep_good: bool = False,
    writer: str = MAIN,
) -> Receipt:
    """Append a batch that fits into memory to the ledger of the principal's tenant.

    Parameters
    ----------
    connection : Connection
        Of ``ledger.database.writing``; the caller's transaction commits the batch.
    source_system, historical, recorded_at, writer
        As for `Load`.
    keep_good : bool
        Write the good rows and report the bad, instead of refusing all.

    Raises
    ------
    RejectedRows
        Where a row can't be right; nothing was written. Not with ``keep_good``.
    UnknownKind, UnknownTenant, NaiveTime, WrongKey
        Where an argument is wrong.
    """
    load = Load(
        connection,
        principal,
        source_system=source_system,
        historical=historical,
        recorded_at=recorded_at,
        writer=writer,
    )
    settled = load.settle(load.check(rows))
    if settled.faults and not keep_good:
        raise RejectedRows(settled.faults)
    load.write(settled)
    return load.close(settled.faults)
