"""Records looked into: taken apart, made again and compared. Blocking; runs in a thread."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ledger.books import ScoreRecord
from ledger.database import reading
from ledger.principals import Principal
from ledger.records import read_record
from ledger.tenants import Book, book
from scoring.contributions import contributions
from scoring.replaying import Parts, ReplayFrom, from_inputs, replay
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
    record, opened, parts = _looked_up(composition, principal, score_id)
    told: dict[str, Any] = asdict(replay(composition.ledger(), opened, record, parts, source))
    told["from"] = told.pop("source")
    return as_text(told).encode()


def explained(composition: Composition, principal: Principal, score_id: str) -> bytes:
    """What every feature adds to a recorded score: JSON in UTF-8; raises as `replayed` does."""
    record, _, parts = _looked_up(composition, principal, score_id)
    told = contributions(from_inputs(record, parts), parts.bundle)
    return as_text({"score_id": record.id, **told}).encode()


def _looked_up(
    composition: Composition, principal: Principal, score_id: str
) -> tuple[ScoreRecord, Book, Parts]:
    with reading(composition.ledger()) as connection:
        record = read_record(connection, principal.tenant, score_id)
        opened = book(connection, principal.tenant)
        return record, opened, composition.archive.parts_of(connection, principal.tenant, record)
