"""Rows and ledgers that the tests of the ledger are made of."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from ledger.database import migrate, open_database, reading, writing
from ledger.faults import RejectedRows
from ledger.kinds import APPEND_ONLY
from ledger.loads import Receipt
from ledger.principals import OWNER, Principal
from ledger.tenants import ensure_tenant
from ledger.writer import append

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
EARLIER = datetime(2024, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)
OTHER = Principal(tenant="other", name="someone")

Row = dict[str, Any]


@contextmanager
def a_ledger(url: str) -> Iterator[Engine]:
    """A migrated database with the books of two lenders, both in BRL."""
    engine = open_database(url)
    try:
        migrate(engine)
        with writing(engine) as connection:
            for principal in (OWNER, OTHER):
                ensure_tenant(connection, principal.tenant, "America/Sao_Paulo", "BRL")
        yield engine
    finally:
        engine.dispose()


def party(ref: str, **more: Any) -> Row:
    return {"ref": ref, "happened_at": EARLIER, **more}


def receivable(ref: str, **more: Any) -> Row:
    terms = {"issued_on": date(2024, 1, 2), "due_on": date(2024, 3, 2), "face_minor": 10_000}
    parties = {"supplier": "s", "buyer": "b", "currency": "BRL"}
    return {"ref": ref, "happened_at": EARLIER, **parties, **terms, **more}


def payment(ref: str, **more: Any) -> Row:
    parties = {"payer": "b", "payee": "s", "currency": "BRL"}
    return {"ref": ref, "happened_at": EARLIER, **parties, "paid_on": date(2024, 3, 4), **more}


def a_world() -> dict[str, list[Row]]:
    """One row or two of every kind, with and without what may be missing."""
    return {
        "party": [
            party("s", name="Fornecedora São João", country="BR", person_linked=False),
            party("b", onboarded_on=date(2023, 5, 6)),
        ],
        "party_profile": [
            party("profile", party="s", industry="steel", size_class="micro", region="SP")
        ],
        "party_report": [
            party(
                "report",
                party="b",
                period_start=date(2023, 12, 1),
                period_end=date(2024, 1, 1),
                turnover_minor=5,
                currency="BRL",
            )
        ],
        "receivable": [receivable("r1"), receivable("r2", face_minor=None, rate_ppm=59_900)],
        "payment": [payment("y1", receivable="r1", amount_minor=10_000), payment("y2")],
    }


def put(
    engine: Engine,
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    principal: Principal = OWNER,
    historical: bool = True,
    recorded_at: datetime = NOW,
    keep_good: bool = False,
    writer: str = "main",
) -> Receipt:
    """Append rows in a transaction of their own."""
    with writing(engine) as connection:
        return append(
            connection,
            principal,
            rows,
            source_system="test",
            historical=historical,
            recorded_at=recorded_at,
            keep_good=keep_good,
            writer=writer,
        )


def days(count: float) -> timedelta:
    return timedelta(days=count)


def everything(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, as the database has them."""
    with reading(engine) as connection:
        return {
            table: sorted(map(tuple, connection.execute(text(f"SELECT * FROM {table}"))), key=str)  # noqa: S608
            for table in (*APPEND_ONLY, "tenant", "chain_head")
        }


def faults_of(engine: Engine, rows: Mapping[str, list[Row]]) -> list[tuple[str, int, str]]:
    """Where the faults of a refused batch are; the ledger is unchanged by it."""
    before = everything(engine)
    with pytest.raises(RejectedRows) as caught:
        put(engine, rows)
    assert everything(engine) == before
    return [(fault.kind, fault.index, fault.field) for fault in caught.value.faults]
