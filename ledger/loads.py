"""A load: rows that come in chunks and become one batch.

Stands in for ``ledger.writer.Load``, which has the same shape: here each chunk is a batch of its
own, and a `ref` that an earlier chunk said otherwise is a correction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from ledger.audit.chain import MAIN
from ledger.faults import RowFault
from ledger.principals import Principal
from ledger.tenants import lock_book
from ledger.writer import Receipt, append


class Load:
    """Writes chunks of rows inside the caller's transaction."""

    def __init__(
        self,
        connection: Connection,
        principal: Principal,
        *,
        source_system: str,
        historical: bool,
        recorded_at: datetime,
        writer: str = MAIN,
    ) -> None:
        self._connection = connection
        self._principal = principal
        self._told = {
            "source_system": source_system,
            "historical": historical,
            "recorded_at": recorded_at,
            "writer": writer,
        }
        self._sum = Receipt(None, 0, 0, 0, lock_book(connection, principal.tenant).last_seq, ())

    def add(self, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[RowFault, ...]:
        """Write the good rows of a chunk and return what is wrong with the others."""
        told: dict[str, Any] = self._told
        fresh = append(self._connection, self._principal, rows, keep_good=True, **told)
        self._sum = replace(
            self._sum,
            batch=self._sum.batch or fresh.batch,
            added=self._sum.added + fresh.added,
            corrected=self._sum.corrected + fresh.corrected,
            unchanged=self._sum.unchanged + fresh.unchanged,
            last_seq=fresh.last_seq,
        )
        return fresh.faults

    def close(self) -> Receipt:
        """End the load."""
        return self._sum
