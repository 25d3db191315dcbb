"""Import the folders that are named, one after the other, and tell what became of each.

Run as a program, so that a file that fills memory or never ends takes nothing with it. Each folder
holds ``mapping.toml`` and its file; a line of JSON is printed for each.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select
from sqlmodel import SQLModel

from ledger.database import migrate, open_database, reading
from ledger.faults import Fault
from ledger.importing.drafting.draft import draft_mapping
from ledger.importing.loading import import_folder
from ledger.importing.mapping import read_mapping
from ledger.principals import OWNER

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


def imported(folder: Path, template: Path) -> dict[str, Any]:
    """What the importer makes of a folder, in a new ledger."""
    shutil.copy(template, folder / "ledger.db")
    engine = open_database(f"sqlite:///{folder / 'ledger.db'}")
    before = counts(engine)
    try:
        report = import_folder(read_mapping(folder / "mapping.toml"), folder, engine, OWNER, NOW)
    except Fault as fault:
        result = _refusal(fault) | {"untouched": counts(engine) == before}
    else:
        report.write_rejects(folder / "rejects.csv")
        result = {
            "code": "",
            "loaded": sum(file.loaded for file in report.files),
            "rejected": sorted({(one.line, one.fault) for one in report.rejects}),
            "facts": {one.kind: one.added for one in report.facts},
            "stored": {kind: counts(engine)[kind] for kind in ("party", "party_report")},
        }
    engine.dispose()
    return result


def drafted(folder: Path, file: str) -> dict[str, Any]:
    """What a draft of a mapping for the file comes to."""
    try:
        draft = draft_mapping(folder / file, NOW)
    except Fault as fault:
        return _refusal(fault)
    return {"code": "", "text": draft.text[:200]}


def peak() -> int:
    """The most memory that was in use at once since it was last measured anew, in bytes.

    That of ``getrusage`` is no use here: a child begins with the peak of its parent.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * KILOBYTE


def _refusal(fault: Fault) -> dict[str, Any]:
    return {"code": fault.code, "message": fault.message, "remedy": fault.remedy}


def main(way: str, names: list[str]) -> None:
    """Go through the folders; ``way`` is import or draft."""
    template = Path(names[0]).parent / f"template-{Path(names[0]).name}.db"
    engine = open_database(f"sqlite:///{template}")
    migrate(engine)
    engine.dispose()
    for name in names:
        folder, file = Path(name), (Path(name) / "name.txt").read_text(encoding="utf-8")
        spent = resource.getrusage(resource.RUSAGE_SELF)
        Path("/proc/self/clear_refs").write_text(ANEW, encoding="ascii")
        result = imported(folder, template) if way == "import" else drafted(folder, file)
        now = resource.getrusage(resource.RUSAGE_SELF)
        result["cpu_seconds"] = now.ru_utime + now.ru_stime - spent.ru_utime - spent.ru_stime
        result["peak_bytes"] = peak()
        print(json.dumps({"folder": folder.name, **result}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
