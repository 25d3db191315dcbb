"""Records looked into: made again and compared. Blocking; runs in a thread."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ledger.database import reading
from ledger.principals import Principal
from ledger.records import read_record
from ledger.tenants import book
from scoring.replaying import ReplayFrom, replay
from scoring.reply import as_text
from service.composition import Composition


def replayed(
    composition: Composition, principal: Principal, score_id: str, source: ReplayFrom
) -> bytes:
    """Make a recorded score again and tell what differs: JSON in UTF-8.

    Raises
    ------
    UnknownRecord, NotReplayable, UnknownPack, BundleRefused, PackRefused
    """
    engine = composition.ledger()
    with reading(engine) as connection:
        record = read_record(connection, principal.tenant, score_id)
        opened = book(connection, principal.tenant)
        parts = composition.archive.parts_of(connection, principal.tenant, record)
    told: dict[str, Any] = asdict(replay(engine, opened, record, parts, source))
    told["from"] = told.pop("source")
    return as_text(told).encode()
