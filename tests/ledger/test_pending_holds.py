"""Pending holds: what is held now, and what was held at an earlier instant."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from ledger.clocks import to_micros
from ledger.database import reading, writing
from ledger.held_amounts import held_on
from ledger.pending_holds import pending_holds
from ledger.principals import OWNER
from ledger.reservations import draw, release, reserve
from tests.ledger.made_rows import NOW, a_ledger
from tests.ledger.test_reservations import HOUR, ONE, TWO, asked, hold

MINUTE = timedelta(minutes=1)


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[Engine]:
    with a_ledger(empty_database_url) as opened:
        yield opened


def pending(
    engine: Engine, at: datetime, buyers: list[str] | None = None, suppliers: Sequence[str] = ()
) -> int:
    """What was pending at an instant."""
    parties = None if buyers is None else (buyers, suppliers)
    with reading(engine) as connection:
        found = pending_holds(connection, OWNER.tenant, at, parties)
    return sum(one.amount_minor for one in found if one.counts(to_micros(at)))


def test_a_hold_counts_from_when_it_was_made_until_it_is_drawn_released_or_expired(
    engine: Engine,
) -> None:
    drawn = hold(engine, asked((ONE, 60), (TWO, 10)))
    freed = hold(engine, asked((ONE, 5)), NOW + MINUTE)
    hold(engine, asked((TWO, 3), buyer="c", supplier="z"), NOW + 2 * MINUTE)
    with writing(engine) as connection:
        draw(connection, OWNER, drawn.id, NOW + 3 * MINUTE)
    with writing(engine) as connection:
        release(connection, OWNER, freed.id, NOW + 4 * MINUTE)

    assert pending(engine, NOW - MINUTE) == 0  # nothing recorded later counts
    assert [pending(engine, NOW + at * MINUTE) for at in range(5)] == [70, 75, 78, 8, 3]
    assert pending(engine, NOW + 2 * MINUTE + HOUR - timedelta(microseconds=1)) == 3
    assert pending(engine, NOW + 2 * MINUTE + HOUR) == 0
    assert [pending(engine, NOW + 2 * MINUTE, on) for on in (["b"], ["c"], ["d"])] == [75, 3, 0]
    assert pending(engine, NOW + 2 * MINUTE, [], ["z"]) == 3
    assert pending(engine, NOW + 2 * MINUTE, ["b"], ["a", "z"]) == 78  # each once


def test_what_is_pending_is_what_is_held_less_what_is_drawn(engine: Engine) -> None:
    made = [hold(engine, asked((ONE, amount))) for amount in (10, 20, 30)]
    with writing(engine) as connection:
        draw(connection, OWNER, made[0].id, NOW + MINUTE)
        reserve(connection, OWNER, asked((TWO, 7)), NOW + MINUTE)

    with reading(engine) as connection:
        held = held_on(connection, OWNER.tenant, "b", NOW + MINUTE)
        (one,) = {
            invoice
            for each in pending_holds(connection, OWNER.tenant, NOW + MINUTE, (["b"], []))
            for invoice in each.invoices
        } - {TWO}
    assert held - 10 == pending(engine, NOW + MINUTE) == 57
    assert one == ONE
