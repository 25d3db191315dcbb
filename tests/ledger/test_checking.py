"""Rows that can't be right are refused by field and reason, and nothing of them is written."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine

from tests.ledger.made_rows import (
    EARLIER,
    NOW,
    Row,
    a_ledger,
    a_world,
    days,
    faults_of,
    party,
    payment,
    put,
    receivable,
)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A ledger with two empty books."""
    with a_ledger(database_url) as opened:
        yield opened


def test_one_bad_row_refuses_the_batch(engine: Engine) -> None:
    world = a_world()
    world["payment"].append(payment("bad", amount_minor=-1))

    assert faults_of(engine, world) == [("payment", 2, "amount_minor")]


def test_good_rows_go_in_alone_where_that_is_asked(engine: Engine) -> None:
    world = a_world()
    world["party"].append(party("x", country="Brazil"))
    world["receivable"].append(receivable("r3", supplier="x"))
    world["payment"].append(payment("y3", receivable="r3"))

    receipt = put(engine, world, keep_good=True)

    assert receipt.added == 8
    assert [(fault.kind, fault.index, fault.field) for fault in receipt.faults] == [
        ("party", 2, "country"),
        ("receivable", 2, "supplier"),
        ("payment", 2, "receivable"),
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"face_minor": "5"}, "face_minor"),
        ({"face_minor": True}, "face_minor"),
        ({"face_minor": 5.0}, "face_minor"),
        ({"face_minor": float("nan")}, "face_minor"),
        ({"face_minor": -1}, "face_minor"),
        ({"face_minor": 2**53}, "face_minor"),
        ({"supplier": "a\x00"}, "supplier"),
        ({"supplier": "a\ud800"}, "supplier"),
        ({"supplier": ""}, "supplier"),
        ({"supplier": "x" * 129}, "supplier"),
        ({"supplier": "b"}, ""),
        ({"due_on": date(2024, 1, 1)}, ""),
        ({"due_on": date(2200, 1, 1)}, "due_on"),
        ({"due_on": "2024-01-03"}, "due_on"),
        ({"due_on": datetime(2024, 1, 3, tzinfo=UTC)}, "due_on"),
        ({"happened_at": datetime(2024, 1, 1)}, "happened_at"),  # noqa: DTZ001 - the fault
        ({"happened_at": NOW + days(1e-9)}, "happened_at"),
        ({"known_at": NOW + days(1)}, "known_at"),
        ({"known_at": EARLIER - days(1)}, "known_at"),
        ({"currency": "CNY"}, "currency"),
        ({"currency": "XXQ"}, "currency"),
        ({"unheard_of": 1}, "unheard_of"),
        ({"ref": None}, "ref"),
        ({"supplier": "nobody"}, "supplier"),
    ],
    ids=str,
)
def test_a_row_that_cannot_be_right_is_refused_by_its_field(
    engine: Engine, change: Row, field: str
) -> None:
    put(engine, {"party": [party("s"), party("b")]})

    assert faults_of(engine, {"receivable": [{**receivable("r"), **change}]}) == [
        ("receivable", 0, field)
    ]


@pytest.mark.parametrize("name", ["", "a\x00b", "a\ud800", "x" * 301])
def test_a_name_that_a_store_cannot_keep_is_refused(engine: Engine, name: str) -> None:
    assert faults_of(engine, {"party": [party("p", name=name)]}) == [("party", 0, "name")]


@pytest.mark.parametrize(
    "change", [{"turnover_minor": 1}, {"period_end": date(2023, 12, 1)}], ids=str
)
def test_a_report_without_currency_or_days_is_refused(engine: Engine, change: Row) -> None:
    world = a_world()
    report = {**world["party_report"][0], "currency": None, "turnover_minor": None, **change}

    assert faults_of(engine, {**world, "party_report": [report]}) == [("party_report", 0, "")]


def test_every_fault_of_every_row_is_told_at_once(engine: Engine) -> None:
    bad = receivable("r", face_minor=-1, due_on=None)
    unknown = receivable("r2", supplier="x", buyer="y")

    assert faults_of(engine, {"receivable": [bad, unknown]}) == [
        ("receivable", 0, "due_on"),
        ("receivable", 0, "face_minor"),
        ("receivable", 1, "supplier"),
        ("receivable", 1, "buyer"),
    ]


def test_a_row_may_name_what_is_in_the_ledger_or_comes_along(engine: Engine) -> None:
    put(engine, {"party": [party("s")]})
    put(engine, {"party": [party("b")], "receivable": [receivable("r")]})

    assert put(engine, {"payment": [payment("y", receivable="r")]}).added == 1
    assert faults_of(engine, {"payment": [payment("z", receivable="gone")]}) == [
        ("payment", 0, "receivable")
    ]


def test_a_claim_may_fall_due_in_the_future(engine: Engine) -> None:
    world = a_world()
    world["receivable"][0]["due_on"] = date(2030, 1, 1)

    assert put(engine, world).added == 8


def test_twins_that_differ_are_refused_both_and_named(engine: Engine) -> None:
    rows = [party("p", name="A"), party("q"), party("p", name="B")]
    assert faults_of(engine, {"party": rows}) == [("party", 0, "ref"), ("party", 2, "ref")]

    receipt = put(engine, {"party": rows}, keep_good=True)

    assert receipt.added == 1
    assert [fault.reason[:12] for fault in receipt.faults] == ["rows 0 and 2", "rows 2 and 0"]
