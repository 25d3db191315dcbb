"""What is kept of a day's history is what working it out anew would give, whatever comes late."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import Engine, update

from features.catalogue import RELATIONS
from features.pipeline import kinds_read
from ledger.clocks import day_of
from ledger.database import migrate, open_database, reading, writing
from ledger.kinds import table_of
from ledger.principals import DEFAULT_TENANT, OWNER
from ledger.tenants import Book, book, ensure_tenant
from ledger.writer import append
from scoring.asking import Mode, Request
from scoring.gather import gather
from scoring.memory import Memory
from scoring.path import describe, with_sources
from scoring.refresh import refresh
from scoring.serving import look_up


def instant(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


AS_OF = datetime(2026, 3, 10, 6, tzinfo=UTC)
EARLIER = datetime(2026, 3, 1, tzinfo=UTC)
ASKED = Request("q", "S", "B", ("R1",), AS_OF, mode=Mode.BACKTEST)

SPOILT = 3.0
"""A state that a source can have, and the value of nothing else here."""

TOLD_HERE = {"party", "party_profile", "party_report", "receivable", "payment"}
OF_CLAIMS = [one for one in RELATIONS if TOLD_HERE.issuperset(kinds_read([one]))]
"""Relations of what is told here: the others would be missing throughout."""

PARTIES: list[dict[str, object]] = [
    {"ref": ref, "happened_at": instant("2020-01-01")} for ref in ("S", "T", "B", "C")
]


def claim(ref: str, supplier: str, buyer: str, issued: str, due: str) -> dict[str, object]:
    return {
        "ref": ref,
        "supplier": supplier,
        "buyer": buyer,
        "issued_on": datetime.fromisoformat(issued).date(),
        "due_on": datetime.fromisoformat(due).date(),
        "face_minor": 100_000,
        "currency": "CNY",
        "happened_at": instant(issued),
        "known_at": instant(issued),
    }


def payment(ref: str, claim_ref: str, paid: str, payer: str = "B") -> dict[str, object]:
    return {
        "ref": ref,
        "payer": payer,
        "payee": "S",
        "paid_on": datetime.fromisoformat(paid).date(),
        "amount_minor": 100_000,
        "currency": "CNY",
        "receivable": claim_ref,
        "happened_at": instant(paid),
        "known_at": instant(paid),
    }


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A book with one pair that trades, on either store."""
    yield from opened_book(database_url)


@pytest.fixture
def one_store(sqlite_ledger: str) -> Iterator[Engine]:
    """The same on SQLite."""
    yield from opened_book(sqlite_ledger)


def opened_book(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url)
    migrate(engine)
    with writing(engine) as connection:
        ensure_tenant(connection, DEFAULT_TENANT, "Asia/Shanghai", "CNY")
    claims = [
        claim("R1", "S", "B", "2026-02-01", "2026-04-01"),
        claim("R2", "S", "B", "2025-11-01", "2026-01-10"),
        claim("R3", "T", "C", "2025-11-01", "2026-01-10"),
    ]
    told(engine, {"party": PARTIES, "receivable": claims}, EARLIER)
    yield engine
    engine.dispose()


def told(engine: Engine, rows: dict[str, list[dict[str, object]]], at: datetime) -> None:
    with writing(engine) as connection:
        append(connection, OWNER, rows, source_system="t", historical=True, recorded_at=at)


def opened(engine: Engine) -> Book:
    with reading(engine) as connection:
        return book(connection, DEFAULT_TENANT)


def kept(
    engine: Engine,
    at: Book | None = None,
    asked: Request = ASKED,
    memory: Memory | None = None,
) -> np.ndarray:
    own = at or opened(engine)
    found, described = look_up(engine, own, [asked], OF_CLAIMS, memory=memory)
    assert found.facts["party"].num_rows
    return described.features.values


def fresh(engine: Engine, at: Book | None = None, asked: Request = ASKED) -> np.ndarray:
    own = at or opened(engine)
    gathered = gather(engine, own, own.last_seq, relations=with_sources(OF_CLAIMS))
    return describe(gathered, [asked], relations=OF_CLAIMS).features.values


def spoil(engine: Engine) -> None:
    """Put nonsense into all that is kept: who sees it has read it."""
    table = table_of("feature_snapshot")
    with writing(engine) as connection:
        for row in connection.execute(table.select()).all():
            nonsense = np.full(len(row.numbers) // 8, SPOILT).tobytes()
            connection.execute(
                update(table)
                .where(table.c.entity == row.entity, table.c.fingerprint == row.fingerprint)
                .values(numbers=nonsense)
            )


def test_what_is_kept_is_what_is_worked_out(engine: Engine) -> None:
    first, second = kept(engine), kept(engine)

    assert np.array_equal(first, second, equal_nan=True)
    assert np.array_equal(first, fresh(engine), equal_nan=True)


def test_it_is_read_the_second_time(engine: Engine) -> None:
    kept(engine)
    kept(engine)
    spoil(engine)

    assert (kept(engine) == SPOILT).sum() > 20


LATE_FACTS = pytest.mark.parametrize(
    "late",
    [
        {"receivable": [claim("R9", "S", "B", "2026-01-05", "2026-02-20")]},
        {"payment": [payment("Y1", "R2", "2026-01-09")]},
        {"payment": [payment("Y2", "R2", "2026-01-30", payer="C")]},
        {"party": [{**PARTIES[2], "onboarded_on": EARLIER.date()}]},
        {"receivable": [{**claim("R2", "S", "B", "2025-11-01", "2026-01-20")}]},
        {"receivable": [{**claim("R3", "S", "B", "2025-11-01", "2026-01-10")}]},
    ],
    ids=["claim", "payment", "payment of another", "party", "correction", "moved here"],
)


@LATE_FACTS
def test_a_fact_that_comes_late_is_seen(
    engine: Engine, late: dict[str, list[dict[str, object]]]
) -> None:
    before = opened(engine)
    first = kept(engine)
    kept(engine)
    spoil(engine)

    told(engine, late, AS_OF - timedelta(hours=1))

    assert np.array_equal(kept(engine), fresh(engine), equal_nan=True)
    assert not np.array_equal(kept(engine), first, equal_nan=True)
    # and the score of before, rebuilt at its cut, sees nothing of it
    assert np.array_equal(kept(engine, before), first, equal_nan=True)
    assert np.array_equal(fresh(engine, before), first, equal_nan=True)


@LATE_FACTS
def test_a_process_remembers_until_a_fact_comes_late(
    one_store: Engine, late: dict[str, list[dict[str, object]]]
) -> None:
    """What a memory asks of a store is what the snapshots above ask: one store is enough."""
    engine, memory = one_store, Memory()
    kept(engine, memory=memory)
    kept(engine, memory=memory)
    spoil(engine)
    before = opened(engine)
    first = kept(engine, memory=memory)

    assert np.array_equal(first, fresh(engine), equal_nan=True)
    told(engine, late, AS_OF - timedelta(hours=1))
    assert np.array_equal(kept(engine, memory=memory), fresh(engine), equal_nan=True)
    assert np.array_equal(kept(engine, before, memory=memory), first, equal_nan=True)


def test_a_claim_that_moves_away_is_seen_where_it_was(engine: Engine) -> None:
    kept(engine)
    kept(engine)
    spoil(engine)

    told(engine, {"receivable": [claim("R2", "T", "C", "2025-11-01", "2026-01-10")]}, AS_OF)

    assert np.array_equal(kept(engine), fresh(engine), equal_nan=True)


def test_facts_of_others_leave_it_as_it_is(engine: Engine) -> None:
    kept(engine)
    kept(engine)
    spoil(engine)

    told(engine, {"receivable": [claim("R9", "T", "C", "2026-01-05", "2026-02-20")]}, AS_OF)

    assert (kept(engine) == SPOILT).sum() > 20


def test_a_live_fact_is_for_the_next_day(engine: Engine) -> None:
    kept(engine)
    first = kept(engine)
    live = {"receivable": [claim("R9", "S", "B", "2026-01-05", "2026-02-20")]}
    with writing(engine) as connection:
        append(connection, OWNER, live, source_system="t", historical=False, recorded_at=AS_OF)

    assert np.array_equal(kept(engine), first, equal_nan=True)
    tomorrow = Request("q", "S", "B", ("R1",), AS_OF + timedelta(days=1), mode=Mode.BACKTEST)
    assert np.array_equal(
        kept(engine, asked=tomorrow), fresh(engine, asked=tomorrow), equal_nan=True
    )


def test_what_was_worked_out_ahead_is_what_a_request_would_have_been_told(engine: Engine) -> None:
    expected = fresh(engine)
    day = day_of(AS_OF, opened(engine).tz)

    done = refresh(engine, DEFAULT_TENANT, day)

    assert done.pairs == 2
    assert np.array_equal(kept(engine), expected, equal_nan=True)
    spoil(engine)
    assert (kept(engine) == SPOILT).sum() > 20


def test_old_days_are_forgotten(engine: Engine) -> None:
    day = day_of(AS_OF, opened(engine).tz)
    first = refresh(engine, DEFAULT_TENANT, day)

    later = refresh(engine, DEFAULT_TENANT, day + timedelta(days=8))

    assert later.forgotten == first.kept > 0
