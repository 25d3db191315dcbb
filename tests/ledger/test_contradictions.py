"""Rows that contradict what they name are refused, with it in the batch or in the ledger."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, event

from ledger.doubts import warnings
from ledger.kinds import BY_NAME
from ledger.size_class import CN_2011
from tests.ledger.made_kinds import every_kind, full_row
from tests.ledger.made_rows import Row, a_ledger, faults_of, put


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A ledger with rows of every kind."""
    with a_ledger(database_url) as opened:
        put(opened, every_kind())
        yield opened


def made(kind: str, ref: str, **more: Any) -> Row:
    return {**full_row(BY_NAME[kind]), "ref": ref, **more}


def red(ref: str, gross: int, **more: Any) -> Row:
    return made("invoice", ref, net_minor=gross, tax_minor=0, gross_minor=gross, **more)


def test_a_delivery_may_precede_its_order_by_a_year_and_no_more(engine: Engine) -> None:
    order = made("purchase_order", "o", ordered_on=date(2024, 1, 2), requested_on=None)
    early = made("delivery", "d", purchase_order="o", despatched_on=date(2023, 1, 1))
    rows = {"purchase_order": [order], "delivery": [early]}

    assert faults_of(engine, rows) == [("delivery", 0, "despatched_on")]
    put(engine, {"purchase_order": [order]})
    assert faults_of(engine, {"delivery": [early]}) == [("delivery", 0, "despatched_on")]
    assert put(engine, {"delivery": [{**early, "despatched_on": date(2023, 1, 2)}]}).added == 1


def test_a_red_note_takes_back_no_more_than_its_invoice(engine: Engine) -> None:
    above = red("above", -115, red_of="invoice-1")

    assert faults_of(engine, {"invoice": [above]}) == [("invoice", 0, "gross_minor")]
    assert put(engine, {"invoice": [red("whole", -113, red_of="invoice-1")]}).added == 1


def test_what_names_a_refused_row_falls_with_it(engine: Engine) -> None:
    above = red("above", -115, red_of="invoice-1")
    line = made("invoice_line", "line", invoice="above")
    chain = [red("c0", -1, red_of="nothing")]
    chain += [red(f"c{number}", 0, red_of=f"c{number - 1}") for number in range(1, 500)]

    assert faults_of(engine, {"invoice": [above], "invoice_line": [line]}) == [
        ("invoice", 0, "gross_minor"),
        ("invoice_line", 0, "invoice"),
    ]
    receipt = put(engine, {"invoice": chain}, keep_good=True)
    assert (receipt.added, len(receipt.faults)) == (0, 500)


def test_a_stranger_does_not_pay_an_invoice_unless_it_is_said(engine: Engine) -> None:
    stranger = made("payment", "p", payer="g", amount_minor=5)
    part = made("payment_allocation", "a", payment="p", amount_minor=5)

    assert faults_of(engine, {"payment": [stranger], "payment_allocation": [part]}) == [
        ("payment_allocation", 0, "invoice")
    ]
    put(engine, {"payment": [{**stranger, "channel": "third_party"}]})
    assert put(engine, {"payment_allocation": [part]}).added == 1


def test_no_more_is_allocated_than_was_paid(engine: Engine) -> None:
    paid = made("payment", "p", amount_minor=100)
    parts = [
        made("payment_allocation", f"a{number}", payment="p", amount_minor=60)
        for number in range(2)
    ]
    assert faults_of(engine, {"payment": [paid], "payment_allocation": parts}) == [
        ("payment_allocation", 0, "amount_minor"),
        ("payment_allocation", 1, "amount_minor"),
    ]

    put(engine, {"payment": [paid], "payment_allocation": parts[:1]})
    assert faults_of(engine, {"payment_allocation": parts[1:]}) == [
        ("payment_allocation", 0, "amount_minor")
    ]
    # the first is corrected, then the second has room
    put(engine, {"payment_allocation": [{**parts[0], "amount_minor": 40}, parts[1]]})


def test_the_ledger_is_asked_in_bulk(sqlite_ledger: str) -> None:
    asked: list[str] = []
    with a_ledger(sqlite_ledger) as engine:
        put(engine, every_kind())
        event.listen(engine, "before_cursor_execute", lambda _c, _k, sql, *_more: asked.append(sql))
        counts = []
        for size in (1, 300):
            rows = [
                made("payment_allocation", f"a{size}-{number}", amount_minor=0)
                for number in range(size)
            ]
            asked.clear()
            put(engine, {"payment_allocation": rows})
            counts.append(len(asked))

    assert counts[0] == counts[1]


def test_what_is_odd_is_told_and_not_refused() -> None:
    statement = made("statement", "s", total_assets_minor=1_000, total_liabilities_minor=600)

    assert warnings("statement", {**statement, "equity_minor": 395}) == []
    (doubt,) = warnings("statement", {**statement, "equity_minor": 390})
    assert "1.00 %" in doubt.reason
    assert warnings("statement", {**statement, "equity_minor": None}) == []
    (doubt,) = warnings("party", made("party", "p", uscc=None, country="CN"))
    assert doubt.field == "uscc"
    profile = made("party_profile", "p", size_rule_version=CN_2011, employees=1_000)
    (doubt,) = warnings("party_profile", {**profile, "operating_revenue_minor": 2**50})
    assert "large" in doubt.reason
    assert warnings("payment", made("payment", "y")) == []
