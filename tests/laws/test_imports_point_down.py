"""Imports point down: service, training -> scoring -> lending -> models -> features -> ledger."""

import sys
from pathlib import Path

import pytest

from tests.laws import house

# What a room may import of the others: a whole room, or the modules named.
LEDGER_VALUES = ("ledger.clocks", "ledger.faults", "ledger.money")
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "ledger": (),
    "features": ("ledger",),
    # the declarations, never a session; and the keys that sign bundles
    "models": (
        "features.feature",
        "features.catalogue",
        "ledger.audit.signing_keys",
        *LEDGER_VALUES,
    ),
    # pure functions: the values it is handed, never where they come from
    "lending": (
        "models.assessment",
        "models.event",
        "models.facility",
        "features.circumstances",
        *LEDGER_VALUES,
    ),
    "scoring": ("lending", "models", "features", "ledger"),
    "training": ("scoring", "lending", "models", "features", "ledger"),
    "service": ("scoring", "lending", "models", "features", "ledger"),
    "simulator": ("ledger",),
}
OWN_NAMES = {*house.ROOMS, house.COMMAND_LINE, "tests", "benchmarks"}

# Rooms without a database, a web framework or an engine.
PURE_ROOMS = ("models", "lending")
IMPURE = {
    "adbc_driver_manager",
    "adbc_driver_postgresql",
    "adbc_driver_sqlite",
    "alembic",
    "duckdb",
    "fastapi",
    "psycopg",
    "sqlalchemy",
    "sqlite3",
    "sqlmodel",
    "starlette",
}


def is_of(name: str, allowed: str) -> bool:
    """Tell whether a dotted name is the allowed one or inside of it."""
    return name == allowed or name.startswith(f"{allowed}.")


def upward(path: Path, room: str) -> list[str]:
    """Return the imports of a file that its room may not have."""
    allowed = (room, *MAY_IMPORT[room])
    return [
        f"{path}:{line} imports {name}"
        for line, name in house.imports(path)
        if name.split(".")[0] in OWN_NAMES and not any(is_of(name, way) for way in allowed)
    ]


@pytest.mark.parametrize("room", house.ROOMS)
def test_a_room_imports_only_what_lies_below(room: str) -> None:
    assert [fault for path in house.sources(room) for fault in upward(path, room)] == []


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_a_pure_room_imports_no_store_and_no_framework(room: str) -> None:
    faults = [
        f"{path}:{line} imports {name}"
        for path in house.sources(room)
        for line, name in house.imports(path)
        if name.split(".")[0] in IMPURE
    ]

    assert faults == []


def test_nothing_imports_the_command_line() -> None:
    faults = [
        f"{path}:{line}"
        for path in (*house.sources(*house.ROOMS, "benchmarks"), Path(f"{house.COMMAND_LINE}.py"))
        if (house.ROOT / path).exists()
        for line, name in house.imports(path)
        if is_of(name, house.COMMAND_LINE)
    ]

    assert faults == []


def test_rooms_have_names_that_nothing_else_has() -> None:
    assert OWN_NAMES.isdisjoint(sys.stdlib_module_names)


def test_the_law_sees_an_upward_arrow(tmp_path: Path) -> None:
    price = tmp_path / "price.py"
    price.write_text(
        "from models.assessment import Assessment\n"
        "from models import bundle\n"
        "def later():\n"
        "    import service.app\n",
        encoding="utf-8",
    )

    assert upward(price, "lending") == [
        f"{price}:2 imports models.bundle",
        f"{price}:4 imports service.app",
    ]
