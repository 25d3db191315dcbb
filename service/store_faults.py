"""Faults of the store, as the service tells them: it is away for now, or has no room."""

from __future__ import annotations

import logging
import sqlite3

import psycopg
from sqlalchemy.exc import InterfaceError, OperationalError

from ledger.faults import DatabaseUnreachable, Fault
from service.refusals import NoRoom

log = logging.getLogger("tricredit.service")

STORE_FAILED = (OperationalError, InterfaceError, DatabaseUnreachable)
"""What a store raises that has gone away, is locked for too long or has no room left."""


def store_fault(error: Exception, remedy: str) -> Fault:
    """What befell the store, for a caller; it is logged.

    Parameters
    ----------
    error : Exception
        One of `STORE_FAILED`.
    remedy : str
        What the caller can do, where the store may be back soon.
    """
    log.warning("the store failed: %s", getattr(error, "orig", error))
    if _is_full(getattr(error, "orig", None)):
        return NoRoom("there is no room for what would be recorded", remedy=remedy)
    return DatabaseUnreachable(str(error), remedy=remedy)


def _is_full(error: object) -> bool:
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return isinstance(error, psycopg.errors.DiskFull)
