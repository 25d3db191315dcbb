"""What a request brings along becomes live facts once, and never moves what is others'."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from ledger.database import reading, writing
from ledger.faults import UnknownParty, UnknownReceivable, WrongCurrency
from ledger.kinds import table_of
from ledger.principals import DEFAULT_TENANT, OWNER
from ledger.tenants import book
from ledger.writer import append
from scoring.brought import (
    Brought,
    IssuedInFuture,
    PartyBrought,
    ReceivableBrought,
    ReceivableOfOthers,
    Terms,
    bring,
)

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TERMS = Terms(date(2026, 3, 1), date(2026, 5, 30), 1_000_000, "CNY", 5_990)
BROUGHT = Brought(
    PartyBrought("S-1", name="供应商", country="CN"),
    PartyBrought("B-1", person_linked=False),
    (ReceivableBrought("I-1", TERMS),),
)


def write(engine: Engine, brought: Brought, now: datetime = NOW) -> datetime:
    with writing(engine) as connection:
        return bring(connection, OWNER, brought, now)


def facts(engine: Engine, kind: str) -> Sequence[Any]:
    table = table_of(kind)
    with reading(engine) as connection:
        return connection.execute(select(table).order_by(table.c.seq)).all()


def last_seq(engine: Engine) -> int:
    with reading(engine) as connection:
        return book(connection, DEFAULT_TENANT).last_seq


def test_everything_brought_along_is_a_live_fact(ledger: Engine) -> None:
    assert write(ledger, BROUGHT) == NOW

    supplier, buyer = facts(ledger, "party")
    (claim,) = facts(ledger, "receivable")
    assert (supplier.ref, supplier.name, supplier.country) == ("S-1", "供应商", "CN")
    assert (supplier.happened_at, supplier.visible_at) == (NOW, NOW)
    assert (buyer.ref, buyer.person_linked) == ("B-1", False)
    assert (claim.supplier, claim.buyer, claim.face_minor) == ("S-1", "B-1", 1_000_000)
    assert claim.happened_at == datetime(2026, 2, 28, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    assert claim.visible_at == NOW


def test_the_same_again_writes_nothing(ledger: Engine) -> None:
    write(ledger, BROUGHT)
    before = last_seq(ledger)

    write(ledger, BROUGHT, NOW + timedelta(days=3))
    named = replace(BROUGHT, supplier=PartyBrought("S-1"), buyer=PartyBrought("B-1"))
    write(ledger, named, NOW + timedelta(days=3))

    assert last_seq(ledger) == before


def test_a_change_is_a_correction_that_keeps_what_is_not_said(ledger: Engine) -> None:
    write(ledger, BROUGHT)
    later = NOW + timedelta(hours=1)
    changed = Brought(
        PartyBrought("S-1", country="BR"),
        PartyBrought("B-1"),
        (ReceivableBrought("I-1", replace(TERMS, face_minor=900_000, rate_ppm=None)),),
    )

    write(ledger, changed, later)

    supplier, claim = facts(ledger, "party")[-1], facts(ledger, "receivable")[-1]
    assert (supplier.revision, supplier.name, supplier.country) == (1, "供应商", "BR")
    assert (claim.revision, claim.face_minor, claim.rate_ppm) == (1, 900_000, 5_990)
    assert len(facts(ledger, "party")) == 3


def test_it_matches_what_was_imported_with_other_clocks(ledger: Engine) -> None:
    claim = {
        "ref": "I-1",
        "happened_at": datetime(2026, 3, 1, 3, 0, tzinfo=UTC),
        "known_at": datetime(2026, 3, 1, 9, 0, tzinfo=UTC),
        "supplier": "S-1",
        "buyer": "B-1",
        "issued_on": TERMS.issued_on,
        "due_on": TERMS.due_on,
        "face_minor": TERMS.face_minor,
        "currency": "CNY",
        "rate_ppm": TERMS.rate_ppm,
    }
    parties = [{"ref": ref, "happened_at": claim["happened_at"]} for ref in ("S-1", "B-1")]
    with writing(ledger) as connection:
        append(
            connection,
            OWNER,
            {"party": parties, "receivable": [claim]},
            source_system="import",
            historical=True,
            recorded_at=NOW,
        )
    before = last_seq(ledger)

    write(ledger, replace(BROUGHT, supplier=PartyBrought("S-1"), buyer=PartyBrought("B-1")))

    assert last_seq(ledger) == before


def test_a_fact_written_meanwhile_by_a_later_clock_is_waited_for(ledger: Engine) -> None:
    later = NOW + timedelta(milliseconds=5)
    write(ledger, BROUGHT, later)

    assert write(ledger, BROUGHT, NOW) == later


REFUSED = [
    (replace(BROUGHT, supplier=PartyBrought("S-9")), UnknownParty, "/supplier"),
    (replace(BROUGHT, buyer=PartyBrought("B-9")), UnknownParty, "/buyer"),
    (
        replace(BROUGHT, receivables=(*BROUGHT.receivables, ReceivableBrought("I-9"))),
        UnknownReceivable,
        "/receivables/1",
    ),
    (
        replace(BROUGHT, receivables=(ReceivableBrought("I-1", replace(TERMS, currency="BRL")),)),
        WrongCurrency,
        "/receivables/0/currency",
    ),
    (
        replace(
            BROUGHT,
            receivables=(ReceivableBrought("I-1", replace(TERMS, issued_on=date(2026, 3, 3))),),
        ),
        IssuedInFuture,
        "/receivables/0/issued_on",
    ),
]


@pytest.mark.parametrize(("brought", "fault", "field"), REFUSED)
def test_what_can_t_be_brought_leaves_nothing_behind(
    ledger: Engine, brought: Brought, fault: type[Exception], field: str
) -> None:
    with pytest.raises(fault) as refused:
        write(ledger, brought)

    assert getattr(refused.value, "field", None) == field
    assert getattr(refused.value, "remedy", "")
    assert last_seq(ledger) == 0


def test_a_receivable_can_t_be_moved_to_other_parties(ledger: Engine) -> None:
    write(ledger, BROUGHT)
    before = last_seq(ledger)
    thief = replace(BROUGHT, supplier=PartyBrought("S-2", name="another"))

    with pytest.raises(ReceivableOfOthers) as refused:
        write(ledger, thief)

    assert refused.value.field == "/receivables/0"
    assert last_seq(ledger) == before


def test_the_day_of_issue_begins_in_the_time_zone_of_the_book(ledger: Engine) -> None:
    first_moment = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)  # 3 March in Shanghai
    terms = replace(TERMS, issued_on=date(2026, 3, 3))
    brought = replace(BROUGHT, receivables=(ReceivableBrought("I-1", terms),))

    with pytest.raises(IssuedInFuture):
        write(ledger, brought, first_moment - timedelta(microseconds=1))
    assert write(ledger, brought, first_moment) == first_moment
