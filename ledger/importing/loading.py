"""The run as a whole: check what can be checked, then load everything in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from ledger.database import writing
from ledger.faults import UnknownTenant
from ledger.importing.chunks import Destination
from ledger.importing.import_report import ImportReport
from ledger.importing.mapping import Mapping
from ledger.importing.mapping_checks import check_mapping
from ledger.importing.passage import Passage
from ledger.importing.run_progress import Progress, Stage, silent
from ledger.importing.source_files import check_files, find_files
from ledger.importing.torn_keys import Mark
from ledger.principals import Principal
from ledger.tenants import book, ensure_tenant


def import_folder(
    mapping: Mapping,
    folder: Path,
    engine: Engine,
    principal: Principal,
    recorded_at: datetime,
    *,
    check: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Load the files that a mapping names from a folder into the ledger, in one transaction.

    Rows that can't be right are left out and reported, each with all its facts; the others load. A
    second run of the same files changes nothing. The tables must be there
    (``ledger.database.migrate``); the tenant's book is opened where there is none.

    Every file is read once. Where it shows at the end that rows claim one key for different content
    (``torn_keys``), nothing was loaded yet, and the files are read a second time.

    Parameters
    ----------
    mapping : Mapping
        Of ``mapping.read_mapping``.
    folder : Path
        Where the files are.
    engine : Engine
        Of ``ledger.database.open_database``.
    principal : Principal
        Who imports, and for which lender.
    recorded_at : datetime
        Now, aware: ``recorded_at`` of every fact; nothing may have happened or been known later.
    check : bool
        Do all of it and undo it at the end: the report says what would happen, nothing is written,
        not even the tenant's book.
    progress : callable
        Told what is being done and the share done, 0-1; from 0 again where files are read again.

    Raises
    ------
    WrongMapping, MissingFile, WrongHeader, UnreadableFile
        Nothing is loaded then, also where a file turns out to be broken at its end.
    TenantConflict
        Where the tenant has another time zone or currency than the source.
    """
    check_mapping(mapping)
    files = find_files(mapping, folder)
    check_files(files, mapping.source)
    stage = Stage("checking" if check else "loading", [file.size for file in files], progress)
    torn: frozenset[Mark] = frozenset()
    while True:
        with writing(engine) as connection:
            before = _head(connection, principal)
            passage = Passage(mapping, _opened(connection, principal, mapping, recorded_at), torn)
            report = passage.through(files, stage)
            more = passage.newly_torn()
            if more or check:
                connection.rollback()
                report = replace(report, written=False, last_seq=before)
        if not more:
            progress("done", 1.0)
            return report
        torn |= more
        stage = replace(stage, verb=f"{stage.verb} again, for rows contradict each other:")


def _head(connection: Connection, principal: Principal) -> int:
    """The last ``seq`` of the tenant's book; 0 where there is none."""
    try:
        return book(connection, principal.tenant).last_seq
    except UnknownTenant:
        return 0


def _opened(
    connection: Connection, principal: Principal, mapping: Mapping, recorded_at: datetime
) -> Destination:
    source = mapping.source
    ensure_tenant(connection, principal.tenant, source.time_zone, source.currency)
    return Destination(connection, principal, source.name, source.historical, recorded_at)
