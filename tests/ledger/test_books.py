"""Books of lenders and the records of scores."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from ledger.audit.chain import link
from ledger.books import ScoreRecord
from ledger.database import reading, writing
from ledger.faults import (
    TenantConflict,
    UnknownCurrency,
    UnknownRecord,
    UnknownTenant,
    UnknownTimeZone,
    WrongKey,
)
from ledger.ids import new_id
from ledger.principals import OWNER
from ledger.records import append_record, read_record
from ledger.tenants import Book, book, ensure_tenant
from tests.ledger.made_rows import EARLIER, NOW, a_ledger, a_world, put


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A ledger with two empty books."""
    with a_ledger(database_url) as opened:
        yield opened


def record(engine: Engine, reply: str = "{}", id: str | None = None) -> ScoreRecord:
    with writing(engine) as connection:
        return append_record(
            connection,
            OWNER,
            recorded_at=NOW,
            bundle="bundle",
            pack="pack",
            as_of=NOW - timedelta(microseconds=1),
            history_before=EARLIER,
            cut_seq=8,
            request='{"a": 1.0}',
            features="{}",
            circumstances="{}",
            reply=reply,
            id=id,
        )


def test_a_book_is_opened_once(engine: Engine) -> None:
    with writing(engine) as connection:
        first = ensure_tenant(connection, "bank", "Asia/Shanghai", "CNY")
        again = ensure_tenant(connection, "bank", "Asia/Shanghai", "CNY")

    assert first == again == Book("bank", ZoneInfo("Asia/Shanghai"), "CNY", 0)


@pytest.mark.parametrize(("zone", "currency"), [("UTC", "BRL"), ("America/Sao_Paulo", "USD")])
def test_a_book_keeps_its_zone_and_currency(engine: Engine, zone: str, currency: str) -> None:
    with writing(engine) as connection, pytest.raises(TenantConflict, match="BRL"):
        ensure_tenant(connection, "default", zone, currency)


def test_a_book_cannot_be_opened_on_nonsense(engine: Engine) -> None:
    with writing(engine) as connection:
        with pytest.raises(UnknownTimeZone):
            ensure_tenant(connection, "bank", "Mars/Base", "CNY")
        with pytest.raises(UnknownCurrency):
            ensure_tenant(connection, "bank", "UTC", "XXQ")
        with pytest.raises(WrongKey):
            ensure_tenant(connection, "a\x00", "UTC", "CNY")


def test_a_missing_book_is_a_fault_with_a_remedy(engine: Engine) -> None:
    with reading(engine) as connection, pytest.raises(UnknownTenant) as caught:
        book(connection, "nobody")

    assert "tricredit tenants create nobody" in caught.value.remedy


def test_a_record_comes_back_as_it_was(engine: Engine) -> None:
    put(engine, a_world())
    given = new_id()
    written = record(engine, reply='{"pd": 0.10, "名": "é"}', id=given)

    with reading(engine) as connection:
        found = read_record(connection, "default", given)
        head = book(connection, "default").last_seq

    assert found == written
    assert (found.id, found.seq, head) == (given, 9, 9)
    assert found.digest == link("score_record", found.model_dump())
    assert (found.recorded_at, found.signed_by) == (NOW, "owner")


def test_facts_and_records_share_one_sequence(engine: Engine) -> None:
    first = record(engine)
    receipt = put(engine, a_world())
    second = record(engine)

    assert (first.seq, receipt.last_seq, second.seq) == (1, 9, 10)
    assert first.digest != second.digest


def test_a_record_of_another_lender_is_not_there(engine: Engine) -> None:
    written = record(engine)

    with reading(engine) as connection:
        for tenant, id in (("other", written.id), ("default", "nothing")):
            with pytest.raises(UnknownRecord):
                read_record(connection, tenant, id)
