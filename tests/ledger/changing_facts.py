"""A ledger whose facts were corrected, moved and backfilled, and a slow plain reading of it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select

from ledger.clocks import Cut, zone
from ledger.database import reading
from ledger.kinds import table_of
from ledger.seen_facts import told_columns
from ledger.stored_form import Stored
from tests.ledger.made_rows import EARLIER, OTHER, party, payment, put, receivable

START = datetime(2024, 2, 1, tzinfo=UTC)
PARTIES = ("s", "t", "b", "c")
TZ = zone("America/Sao_Paulo")


def write_changing_facts(engine: Engine) -> None:
    """Facts in eleven batches, a day apart: some move to another buyer, some come late."""
    put(engine, {"party": [party(ref) for ref in PARTIES]}, recorded_at=START)
    put(engine, {"party": [party(ref) for ref in PARTIES]}, principal=OTHER, recorded_at=START)
    put(engine, {"receivable": [receivable("r1")]}, principal=OTHER, recorded_at=START)
    for day in range(1, 11):
        recorded_at = START + timedelta(days=day)
        claims = [
            receivable(
                f"r{number}",
                buyer="bc"[(number + day) % 2],
                supplier="st"[number % 2],
                face_minor=1_000 * number + day // 3,
                known_at=EARLIER + timedelta(days=day if number % 3 else day * 2),
            )
            for number in range(day, day + 4)
        ]
        paid = [payment(f"y{day}", payer="bc"[day % 2], receivable=f"r{day}", amount_minor=day)]
        put(
            engine,
            {"receivable": claims, "payment": paid},
            historical=day % 2 == 0,
            recorded_at=recorded_at,
        )


def cuts(last_seq: int) -> Iterator[Cut]:
    """Cuts before, within and after the facts, by both clocks."""
    for days in (-60, -20, 0, 3, 7, 100):
        for seq in (0, last_seq // 2, last_seq):
            yield Cut.at(START + timedelta(days=days), TZ, seq)


def plainly(
    engine: Engine,
    kind: str,
    cut: Cut,
    wanted: Callable[[Mapping[str, Any]], bool],
    *,
    every_revision: bool = False,
) -> list[str]:
    """Ids of the facts that count, by reading everything and thinking slowly; in order of seq."""
    table = table_of(kind)
    with reading(engine) as connection:
        asked = select(table).where(table.c.tenant == "default").order_by(table.c.seq)
        rows = [dict(row) for row in connection.execute(asked).mappings()]
    seen = [
        row
        for row in rows
        if row["visible_at"] <= cut.live_through and row["seq"] <= cut.ledger_seq
    ]
    latest = {row["ref"]: row["id"] for row in sorted(seen, key=lambda row: int(row["revision"]))}
    return [
        row["id"]
        for row in seen
        if wanted(row) and (every_revision or latest[row["ref"]] == row["id"])
    ]


def ids(kind: str, facts: list[Stored]) -> list[str]:
    """Ids of stored facts."""
    place = told_columns(kind).index("id")
    return [fact[place] for fact in facts]


def has(**wanted: Any) -> Callable[[Mapping[str, Any]], bool]:
    """The test that fields of a row have these values."""
    return lambda row: all(row[name] == value for name, value in wanted.items())


def never(_row: Mapping[str, Any]) -> bool:
    """The test that no row passes."""
    return False
