"""The walk along a tenant's shadow scores that ``verifying`` takes: a chain beside the ledger's."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ledger.audit.chain import link
from ledger.audit.chain_walk import Finding
from ledger.audit.checkpoints import Checkpoint
from ledger.shadow_scores import NAME, before_all, every_shadow
from ledger.shadow_table import ShadowScore


class ShadowWalk:
    """A walk through the shadow scores of a tenant, with the checkpoints it must agree with.

    Attributes
    ----------
    walked : int
        How many were found right.
    """

    def __init__(self, tenant: str, checkpoints: Sequence[Checkpoint]) -> None:
        self.walked = 0
        self._tenant = tenant
        ends = [one.statement.shadows for one in checkpoints]
        self._ends = {one.last_seq: one.digest for one in ends if one is not None}

    def through(self, connection: Connection) -> tuple[Finding, ...]:
        """Walk from the first to the last; the first thing that is wrong, if any."""
        head = before_all(self._tenant)
        try:
            with closing(every_shadow(connection, self._tenant)) as rows:
                for row in rows:
                    wrong = self._wrong(row, head)
                    if wrong:
                        return self._found(f"number {row.number}: {wrong}")
                    self.walked, head = row.number, row.digest
        except (DBAPIError, sqlite3.Error, ValueError, TypeError, AttributeError) as error:
            return self._found(f"after number {self.walked}: it can't be read: {error}")
        if self._ends:
            return self._found(f"they end at {self.walked}; a checkpoint knows {max(self._ends)}")
        return ()

    def _wrong(self, row: ShadowScore, head: bytes) -> str:
        if row.number != self.walked + 1:
            return f"number {self.walked + 1} is missing"
        if row.previous != head:
            return "it doesn't follow the one before"
        if link(NAME, row.model_dump()) != row.digest:
            return "it is not what its digest was taken over"
        if self._ends.pop(row.number, row.digest.hex()) != row.digest.hex():
            return "a checkpoint knows another one here: they were hashed anew"
        return ""

    @staticmethod
    def _found(reason: str) -> tuple[Finding, ...]:
        return (Finding(NAME, "", None, None, reason),)
