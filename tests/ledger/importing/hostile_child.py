"""Import the folders that are named, draft a mapping for each, and tell what became of it.

Run as a program, so that a file that fills memory or never ends takes nothing with it. Each folder
holds ``mapping.toml``, ``name.txt`` and the file of that name, and becomes a lender's book of its
own. A line of JSON is printed for each.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select
from sqlmodel import SQLModel

from ledger.database import migrate, open_database, reading
from ledger.faults import Fault
from ledger.importing.drafting.draft import draft_mapping
from ledger.importing.loading import import_folder
from ledger.importing.mapping import parse_mapping, read_mapping
from ledger.principals import ROLES, Principal

NOW = datetime(2026, 1, 1, tzinfo=UTC)
KILOBYTE = 1024
ANEW = "5"
"""What Linux takes for the wish to measure the peak of memory from now on."""


def counts(engine: Engine) -> dict[str, int]:
    """Rows of every table."""
    with reading(engine) as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in SQLModel.metadata.tables.items()
        }


def imported(folder: Path, engine: Engine) -> dict[str, Any]:
    """What the importer makes of a folder, and whether the ledger holds just what it says."""
    lender = Principal(tenant=folder.name, name="owner", roles=ROLES)
    before = counts(engine)
    try:
        report = import_folder(read_mapping(folder / "mapping.toml"), folder, engine, lender, NOW)
    except Fault as fault:
        return _refusal(fault) | {"untouched": counts(engine) == before}
    report.write_rejects(folder / "rejects.csv")
    after = counts(engine)
    return {
        "code": "",
        "loaded": sum(file.loaded for file in report.files),
        "rejected": sorted({(one.line, one.fault) for one in report.rejects}),
        "reported": {one.kind: one.added for one in report.facts},
        "stored": {kind: after[kind] - before[kind] for kind in ("party", "party_report")},
    }


def drafted(folder: Path) -> dict[str, Any]:
    """What a draft of a mapping for the file comes to; it must be one."""
    name = (folder / "name.txt").read_text(encoding="utf-8")
    try:
        draft = draft_mapping(folder / name, NOW)
    except Fault as fault:
        return _refusal(fault)
    return {"code": "", "name": parse_mapping(draft.text.encode(), "draft").file[0].name}


def measure_anew() -> None:
    """Forget the peak of memory so far, where the system can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text(ANEW, encoding="ascii")


def peak() -> int:
    """The most memory that was in use at once since it was last measured anew, in bytes.

    That of ``getrusage`` is no use here: a child begins with the peak of its parent. 0 where the
    system doesn't tell.
    """
    with suppress(OSError):
        status = Path("/proc/self/status").read_text(encoding="ascii")
        found = (line for line in status.splitlines() if line.startswith("VmHWM:"))
        return sum(int(line.split()[1]) * KILOBYTE for line in found)
    return 0


def _refusal(fault: Fault) -> dict[str, Any]:
    return {"code": fault.code, "message": fault.message, "remedy": fault.remedy}


def watched(look: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a look at a file gives, with the time and the memory that it took."""
    measure_anew()
    before = resource.getrusage(resource.RUSAGE_SELF)
    result = look()
    after = resource.getrusage(resource.RUSAGE_SELF)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {**result, "cpu_seconds": spent, "peak_bytes": peak()}


def main(url: str, names: list[str]) -> None:
    """Go through the folders: import each, then draft a mapping for its file."""
    engine = open_database(url)
    migrate(engine)
    for folder in map(Path, names):
        result = {
            "imported": watched(partial(imported, folder, engine)),
            "drafted": watched(partial(drafted, folder)),
        }
        print(json.dumps({"folder": folder.name, **result}), flush=True)
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
