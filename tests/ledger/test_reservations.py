"""Reservations: nothing is held beyond its face, whoever asks at once.

Races are run on both stores, and so is any order of steps (``test_reservation_machine``).
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from ledger import held_amounts
from ledger.asked_amounts import Asked, InvoiceAmount
from ledger.committing import Committer
from ledger.database import open_database, reading, writing
from ledger.faults import NaiveTime, UnknownTenant
from ledger.held_amounts import held
from ledger.money import LARGEST_MINOR
from ledger.principals import OWNER, Principal
from ledger.reservation_faults import (
    FaceExceeded,
    LimitExceeded,
    ReservationOver,
    UnknownReservation,
)
from ledger.reservations import Hold, draw, release, reserve
from tests.ledger.made_rows import NOW, OTHER, a_ledger

ONE, TWO = "1" * 64, "2" * 64
HOUR = timedelta(hours=1)


@pytest.fixture
def engine(sqlite_ledger: str) -> Iterator[Engine]:
    """A ledger with two empty books."""
    with a_ledger(sqlite_ledger) as opened:
        yield opened


def asked(*amounts: tuple[str, int], face: int = 100, **more: Any) -> Asked:
    invoices = tuple(InvoiceAmount(one, face, amount) for one, amount in amounts)
    said = {"score": "s", "buyer": "b", "supplier": "a", "lasts": HOUR}
    return Asked(**{**said, "invoices": invoices, **more})


def hold(engine: Engine, one: Asked, now: datetime = NOW, principal: Principal = OWNER) -> Hold:
    with writing(engine) as connection:
        return reserve(connection, principal, one, now)


def take(
    engine: Engine,
    step: Callable[[Connection, Principal, str, datetime], Hold],
    one: Hold | str,
    now: datetime = NOW,
    principal: Principal = OWNER,
) -> Hold:
    with writing(engine) as connection:
        return step(connection, principal, one.id if isinstance(one, Hold) else one, now)


def amounts(engine: Engine, now: datetime = NOW, tenant: str = "default") -> tuple[int, int, int]:
    """What is held of the two invoices, and on the buyer."""
    with reading(engine) as connection:
        found = held(connection, tenant, [ONE, TWO], "b", now)
    return found.invoices[ONE], found.invoices[TWO], found.buyer_minor


def test_a_reservation_holds_until_it_expires(engine: Engine) -> None:
    made = hold(engine, asked((ONE, 60), (TWO, 10)))

    assert (made.state, made.amount_minor, made.expires_at) == ("held", 70, NOW + HOUR)
    last = NOW + HOUR - timedelta(microseconds=1)
    assert amounts(engine) == amounts(engine, last) == (60, 10, 70)
    assert amounts(engine, NOW + HOUR) == (0, 0, 0)
    assert amounts(engine, tenant="other") == (0, 0, 0)
    hold(engine, asked((ONE, 100)), NOW + HOUR)


def test_several_may_hold_parts_of_an_invoice_up_to_its_face(engine: Engine) -> None:
    hold(engine, asked((ONE, 60)))
    hold(engine, asked((ONE, 40)))

    with pytest.raises(FaceExceeded) as caught:
        hold(engine, asked((TWO, 5), (ONE, 1)))

    fault = caught.value
    assert (fault.canonical_hash, fault.face_minor, fault.held_minor, fault.asked_minor) == (
        ONE,
        100,
        100,
        1,
    )
    assert fault.field == "/invoices/1/amount_minor"
    assert amounts(engine) == (100, 0, 100)


def test_more_than_the_face_is_refused_from_the_first(engine: Engine) -> None:
    with pytest.raises(FaceExceeded, match="0 of 100 are held"):
        hold(engine, asked((ONE, 101)))


def test_where_holders_disagree_on_the_face_the_least_counts(engine: Engine) -> None:
    hold(engine, asked((ONE, 50), face=90))

    with pytest.raises(FaceExceeded, match="50 of 90"):
        hold(engine, asked((ONE, 41), face=200))
    hold(engine, asked((ONE, 40), face=200))


def test_without_a_ceiling_sums_stay_exact(engine: Engine) -> None:
    hold(engine, asked((ONE, LARGEST_MINOR), face=LARGEST_MINOR))

    with pytest.raises(LimitExceeded):
        hold(engine, asked((TWO, 1)))


def test_a_drawn_reservation_lasts_until_it_is_released(engine: Engine) -> None:
    made = hold(engine, asked((ONE, 60), (TWO, 10)))
    later = NOW + timedelta(days=300)

    drawn = take(engine, draw, made, NOW + timedelta(minutes=59))
    assert drawn == replace(made, state="drawn")
    assert amounts(engine, later) == (60, 10, 70)
    assert take(engine, draw, made, later) == drawn  # it says so again, however late

    assert take(engine, release, made, later).state == "released"
    assert take(engine, release, made, later).state == "released"
    assert amounts(engine, later) == (0, 0, 0)
    with pytest.raises(ReservationOver, match="released"):
        take(engine, draw, made, later)


def test_an_expired_reservation_is_not_drawn(engine: Engine) -> None:
    made = hold(engine, asked((ONE, 60)))

    with pytest.raises(ReservationOver, match="expired"):
        take(engine, draw, made, NOW + HOUR)
    assert take(engine, release, made, NOW + HOUR).state == "released"


def test_a_released_reservation_frees_its_amounts_at_once(engine: Engine) -> None:
    made = hold(engine, asked((ONE, 100)))
    take(engine, release, made)

    assert amounts(engine) == (0, 0, 0)
    hold(engine, asked((ONE, 100)))
    with pytest.raises(ReservationOver, match="released"):
        take(engine, draw, made)


def test_a_clock_that_is_behind_draws_nothing_that_was_given_away(engine: Engine) -> None:
    first = hold(engine, asked((ONE, 100)))
    second = hold(engine, asked((ONE, 100)), NOW + HOUR)

    with pytest.raises(ReservationOver, match="expired"):
        take(engine, draw, first, NOW + timedelta(minutes=30))
    late = hold(engine, asked((TWO, 5)), NOW)
    assert late.expires_at == NOW + 2 * HOUR  # counted from the last step of the book
    assert take(engine, draw, second, NOW).state == "drawn"


def test_nor_where_an_invoice_is_named_under_two_buyers(engine: Engine) -> None:
    first = hold(engine, asked((ONE, 60)))
    second = hold(engine, asked((ONE, 60), buyer="its other key"), NOW + HOUR)

    with pytest.raises(ReservationOver, match="expired"):
        take(engine, draw, first, NOW + timedelta(minutes=30))
    take(engine, draw, second, NOW)


def test_what_one_tenant_holds_is_nothing_to_another(engine: Engine) -> None:
    made = hold(engine, asked((ONE, 100)))
    theirs = hold(engine, asked((ONE, 100)), principal=OTHER)

    for step in (draw, release):
        with pytest.raises(UnknownReservation):
            take(engine, step, made, principal=OTHER)
    take(engine, draw, theirs, principal=OTHER)
    assert amounts(engine) == amounts(engine, tenant="other") == (100, 0, 100)
    with pytest.raises(UnknownTenant):
        hold(engine, asked((ONE, 1)), principal=Principal("nobody", "x"))
    with pytest.raises(UnknownReservation):
        take(engine, draw, "nothing")


def test_many_invoices_are_asked_about_in_several_queries(
    sqlite_ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_amounts, "KEYS_A_QUERY", 1)
    with a_ledger(sqlite_ledger) as engine:
        hold(engine, asked((ONE, 60), (TWO, 10)))
        drawn = take(engine, draw, hold(engine, asked((ONE, 40))))

        assert amounts(engine) == (100, 10, 110)
        take(engine, release, drawn)
        assert amounts(engine) == (60, 10, 70)


def test_a_refused_reservation_leaves_nothing(engine: Engine) -> None:
    hold(engine, asked((TWO, 100)))
    with pytest.raises(FaceExceeded):
        hold(engine, asked((ONE, 10), (TWO, 1)))

    with reading(engine) as connection:
        rows = connection.execute(text("SELECT count(*) FROM reserved_invoice")).scalar_one()
    assert rows == 1


def test_a_time_without_an_offset_is_refused(engine: Engine) -> None:
    with pytest.raises(NaiveTime):
        hold(engine, asked((ONE, 1)), datetime(2024, 6, 1))  # noqa: DTZ001 - the fault


@pytest.mark.parametrize("grouped", [True, False])
def test_of_sixteen_that_want_thirty_percent_three_get_it(database_url: str, grouped: bool) -> None:
    with a_ledger(database_url) as engine:
        second = open_database(database_url)
        committers = [Committer(engine), Committer(second)] if grouped else []

        def attempt(number: int) -> bool:
            def work(connection: Connection) -> Hold:
                return reserve(connection, OWNER, asked((ONE, 30), score=f"{number}"), NOW)

            try:
                if grouped:
                    committers[number % 2].run(work, "default")
                else:
                    with writing((engine, second)[number % 2]) as connection:
                        work(connection)
            except FaceExceeded as fault:
                return (fault.held_minor, fault.face_minor) != (90, 100)
            return True

        with ThreadPoolExecutor(16) as pool:
            won = list(pool.map(attempt, range(16)))
        for committer in committers:
            committer.close()
        second.dispose()

        assert sum(won) == 3
        assert amounts(engine) == (90, 0, 90)
