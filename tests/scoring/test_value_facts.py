"""What is read of a book on a day: by hand on a small one, and nothing that came later."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ledger.clocks import start_of_day, to_day_number, zone
from ledger.principals import OWNER
from ledger.reader import facts, last_seq
from scoring.value_facts import KINDS_READ, TradeSeen, trade_seen, trade_views
from scoring.value_sql import MONTHS
from tests.ledger.made_rows import Row, a_ledger, put
from tests.worlds import SmallWorld

ZONE = "America/Sao_Paulo"
DAY = date(2024, 6, 1)


def at(day: date) -> datetime:
    return start_of_day(day, zone(ZONE))


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def told(ref: str, days: int, **more: Any) -> Row:
    return {"ref": ref, "happened_at": at(ago(days)), "known_at": at(ago(days - 1)), **more}


def invoice(ref: str, days: int, gross: int = 11_300, **more: Any) -> Row:
    amounts = {"net_minor": gross, "tax_minor": 0, "gross_minor": gross, "currency": "BRL"}
    parties = {"seller": "s", "buyer": "b", "kind": "commercial", "number": ref}
    return told(ref, days, **parties, issued_on=ago(days), **amounts, **more)


def claim(ref: str, days: int, face: int, term: int = 60, **more: Any) -> Row:
    terms = {"issued_on": ago(days), "due_on": ago(days - term), "face_minor": face}
    return told(ref, days, **{"supplier": "s", "buyer": "b"}, **terms, currency="BRL", **more)


def payment(ref: str, days: int, amount: int, **more: Any) -> Row:
    parties = {"payer": "b", "payee": "s", "currency": "BRL"}
    return told(ref, days, **parties, paid_on=ago(days), amount_minor=amount, **more)


def a_book() -> dict[str, list[Row]]:
    """Invoices of a pair: claimed and paid, retained and open, taken back, void; one unclaimed."""
    link = {"invoice": "i1", "receivable": "c1", "amount_minor": 10_735}
    return {
        "party": [told(ref, 2_000) for ref in ("s", "b", "b2")],
        "party_profile": [told("p", 2_000, party="s", industry="steel", size_class="small")],
        "invoice": [
            invoice("i1", 300),
            invoice("i2", 40, gross=20_000, due_on=ago(-20)),
            invoice("i3", 100, gross=5_000),
            invoice("i3-red", 90, gross=-5_000, red_of="i3"),
            invoice("i4", 100, gross=7_000),
            invoice("i5", 200, gross=10_000),
            invoice("i5-red", 190, gross=-1_000, red_of="i5"),
        ],
        "invoice_status": [told("i4-void", 95, invoice="i4", status="void")],
        # the claim leaves out what is retained
        "receivable": [
            claim("c1", 300, 10_735),
            {**claim("c9", 50, 4_000), "buyer": "b2"},
        ],
        "receivable_invoice": [told("c1/1", 300, **link)],
        "payment": [
            payment("y1", 230, 10_735, receivable="c1"),
            payment("y2", 30, 8_000),
        ],
        "rating": [
            told(
                "r",
                100,
                party="b",
                agency="an agency",
                scale="its own",
                grade="A",
                acted_on=ago(100),
                pd_12m_ppm=20_000,
            )
        ],
    }


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> TradeSeen:
    path = tmp_path_factory.mktemp("book") / "ledger.db"
    with a_ledger(f"sqlite:///{path}") as engine:
        put(engine, a_book())
        head = last_seq(engine, OWNER.tenant)
        rows = {kind: facts(engine, OWNER.tenant, kind, through_seq=head) for kind in KINDS_READ}
    with trade_views(rows, ZONE) as views:
        return trade_seen(views, to_day_number(DAY))


def test_sales_are_invoices_that_stand_by_months_back(known: TradeSeen) -> None:
    assert (known.suppliers, known.buyers) == (("s",), ("b", "b2"))
    assert known.gross.shape == (2, MONTHS)
    # i1 300 days ago, i2 40, i5 200; i3 was taken back whole and i4 is void
    months = {1: 20_000, 6: 10_000, 9: 11_300}
    assert {at: int(sold) for at, sold in enumerate(known.gross[0]) if sold} == months
    # of a pair without invoices the claims are its sales
    assert {at: int(sold) for at, sold in enumerate(known.gross[1]) if sold} == {1: 4_000}
    assert known.first_days.tolist() == [300, 50]
    assert known.last_days.tolist() == [40, 50]
    assert known.sold.tolist() == [45_300]


def test_credit_notes_retentions_and_lags_are_counted(known: TradeSeen) -> None:
    assert (known.aged[0], known.less[0], known.aged_count[0]) == (21_300, 1_000, 2)
    assert (known.claimed_of[0], known.claimed[0]) == (11_300, 10_735)
    # c1 fell due 240 days ago and was paid 230 days ago, seventy days after its issue
    assert (known.settled_count[0], known.settled_days[0]) == (1, 70)
    assert dict(zip(known.late_days, known.late_count, strict=True)) == {10.0: 1.0}
    assert known.due_count.tolist() == [[1, 0]]


def test_what_isnt_known_to_be_settled_comes_in_the_order_of_its_due_days(
    known: TradeSeen,
) -> None:
    mine = known.open_pair == 0
    # i5 without a due day counts as due after sixty days; a credit note is taken off
    assert known.open_minor[mine].tolist() == [9_000, 20_000]
    assert known.open_age[mine].tolist() == [200, 40]
    assert known.open_term[mine].tolist() == [60, 60]
    assert known.loose.tolist() == [8_000, 0]


def test_parties_have_the_rating_in_force_and_their_sector(known: TradeSeen) -> None:
    assert known.buyer_pd[0] == pytest.approx(0.02)
    assert np.isnan(known.buyer_pd[1])
    assert np.isnan(known.supplier_pd[0])
    assert (known.sector, known.size_class) == (("steel",), ("small",))


def test_what_came_later_changes_nothing(small_world: SmallWorld) -> None:
    """The law: a day seen in the whole book is the day seen in what was visible before it."""
    book = small_world.gathered.book
    day = date(2026, 3, 10)
    before = start_of_day(day, book.tz)
    micros = int(before.timestamp() * 1e6)
    every = small_world.gathered.facts
    then = {kind: table.filter(_visible(table, micros)) for kind, table in every.items()}

    first, second = _seen(every, day), _seen(then, day)

    assert len(first.suppliers) > 5
    for field in fields(TradeSeen):
        assert np.array_equal(
            getattr(first, field.name),
            getattr(second, field.name),
            equal_nan=_is_real(first, field.name),
        ), field.name


def _visible(table: pa.Table, micros: int) -> Any:
    return pc.less(table["visible_at"], micros)


def _is_real(seen: TradeSeen, name: str) -> bool:
    value = getattr(seen, name)
    return isinstance(value, np.ndarray) and value.dtype == np.float64


def _seen(every: Mapping[str, pa.Table], day: date) -> TradeSeen:
    with trade_views({kind: every[kind] for kind in KINDS_READ}, "Asia/Shanghai") as views:
        return trade_seen(views, to_day_number(day))
