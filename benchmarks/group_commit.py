"""Group commit: score records from several threads, grouped against one transaction each."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from sqlalchemy import Connection, Engine, func, select

from benchmarks.stage.side_by_side import Ratio, in_turns, tell
from ledger.books import ScoreRecord
from ledger.committing import Committer
from ledger.database import migrate, open_database, reading, writing
from ledger.ids import new_id
from ledger.kinds import table_of
from ledger.principals import Principal
from ledger.records import append_record
from ledger.tenants import ensure_tenant

NOW = datetime(2026, 6, 17, 4, tzinfo=UTC)
TEXT = json.dumps({f"feature_{number}": number / 7 for number in range(60)})
"""About as long as the features of a score."""

Write = Callable[[], object]


def main(
    threads: Annotated[int, typer.Option(min=2, max=64)] = 8,
    records: Annotated[int, typer.Option(min=1, help="records of each thread in a round")] = 50,
    rounds: Annotated[int, typer.Option(min=1)] = 5,
    db: Annotated[
        str | None,
        typer.Option(help="URL of a database to throw away afterwards; a new SQLite file if none"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Measure durable score records per second, of several threads and of one."""
    with TemporaryDirectory() as folder:
        engine = open_database(db or f"sqlite:///{Path(folder) / 'ledger.db'}")
        migrate(engine)
        principal = Principal(new_id(), "benchmark")
        with writing(engine) as connection:
            ensure_tenant(connection, principal.tenant, "Asia/Shanghai", "CNY")
        record = partial(_record, principal=principal)
        with (
            Committer(engine) as patient,
            Committer(engine, gather_s=0.0) as hasty,
            Committer(engine, most=1) as alone,
        ):
            ways: dict[str, Write] = {
                "each": partial(_in_its_own, engine, record),
                "grouped": partial(patient.run, record, principal.tenant),
                "ungathered": partial(hasty.run, record, principal.tenant),
                "one by one": partial(alone.run, record, principal.tenant),
            }
            taken = in_turns(
                {name: partial(_crowd, write, threads, records) for name, write in ways.items()}
                | {
                    f"lone {name}": partial(_alone, ways[name], records)
                    for name in ("each", "grouped")
                },
                rounds,
            )
        _check(engine, principal.tenant, (rounds + 1) * records * (threads * len(ways) + 2))
        store = engine.dialect.name
        engine.dispose()
    own = f"a transaction each, {threads} threads"
    ratios = [
        Ratio("records a second, grouped", own, taken["each"] / taken["grouped"]),
        Ratio("the same without gathering", own, taken["each"] / taken["ungathered"]),
        Ratio("one thread that writes, no groups", own, taken["each"] / taken["one by one"]),
        Ratio(
            "records a second of a lone thread, grouped",
            "a transaction each, one thread",
            taken["lone each"] / taken["lone grouped"],
        ),
    ]
    sizes = {"threads": threads, "records a round": threads * records, "bytes of text": len(TEXT)}
    tell(f"group commit, {store}", sizes, ratios, as_json=as_json)


def _record(connection: Connection, principal: Principal) -> ScoreRecord:
    return append_record(
        connection,
        principal,
        recorded_at=NOW,
        bundle="b",
        pack="p",
        as_of=NOW,
        history_before=NOW,
        cut_seq=0,
        request=TEXT,
        features=TEXT,
        circumstances=TEXT,
        reply=TEXT,
    )


def _in_its_own(engine: Engine, record: Callable[[Connection], ScoreRecord]) -> None:
    with writing(engine) as connection:
        record(connection)


def _crowd(write: Write, threads: int, records: int) -> None:
    """So many threads at once, each with so many records one after the other."""
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(_alone, write, records) for _ in range(threads)]:
            done.result()


def _alone(write: Write, records: int) -> None:
    for _ in range(records):
        write()


def _check(engine: Engine, tenant: str, expected: int) -> None:
    table = table_of("score_record")
    asked = select(func.count()).where(table.c.tenant == tenant)
    with reading(engine) as connection:
        assert connection.scalar(asked) == expected


if __name__ == "__main__":
    typer.run(main)
