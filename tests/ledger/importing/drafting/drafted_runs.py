"""Draft a mapping for a file, and load the file by it as it stands."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from ledger.importing.drafting.decisions import Ask, nobody
from ledger.importing.drafting.draft import Draft, draft_mapping, write_draft
from ledger.importing.import_report import ImportReport
from ledger.importing.loading import import_folder
from ledger.importing.mapping import read_mapping
from ledger.principals import OWNER
from tests.ledger.importing.small_bank import empty_ledger

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def draft(path: Path, *, kind: str | None = None, ask: Ask = nobody, rows: int = 1_000) -> Draft:
    """The draft for a file."""
    return draft_mapping(path, NOW, kind=kind, rows=rows, ask=ask)


def load_as_drafted(engine: Engine, path: Path, made: Draft) -> ImportReport:
    """Write the draft beside the file and import the folder by it."""
    out = path.parent / "drafted.toml"
    write_draft(made, out)
    return import_folder(read_mapping(out), path.parent, engine, OWNER, NOW)


def drafted_and_loaded(url: str, path: Path, *, kind: str | None = None) -> tuple[Draft, Engine]:
    """Draft and load into a new ledger; every row must load."""
    made = draft(path, kind=kind)
    assert (made.problems, made.findings.lacking) == ((), ()), made.text
    engine = empty_ledger(url)
    report = load_as_drafted(engine, path, made)
    assert report.rejects == ()
    return made, engine
