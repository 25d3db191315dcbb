"""Lines hold over a buyer, its group and a supplier: what is out, what is held, what is drawn."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from ledger.asked_amounts import Ceiling
from ledger.database import reading
from ledger.reservation_faults import LimitExceeded
from ledger.reservations import draw, release
from ledger.tenants import book
from tests.ledger.made_rows import NOW, a_ledger, party, put
from tests.ledger.test_reservations import HOUR, ONE, TWO, amounts, asked, hold, take


@pytest.fixture
def engine(sqlite_ledger: str) -> Iterator[Engine]:
    """A ledger with two empty books."""
    with a_ledger(sqlite_ledger) as opened:
        yield opened


def test_the_ceiling_of_a_buyer_holds_over_all_its_invoices(engine: Engine) -> None:
    limit = (Ceiling("buyer", 100),)
    hold(engine, asked((ONE, 60), ceilings=limit))

    with pytest.raises(LimitExceeded) as caught:
        hold(engine, asked((TWO, 41), ceilings=limit))

    fault = caught.value
    assert (fault.of, fault.party, fault.limit_minor, fault.held_minor, fault.asked_minor) == (
        "buyer",
        "b",
        100,
        60,
        41,
    )
    hold(engine, asked((TWO, 40), ceilings=limit))
    hold(engine, asked((TWO, 41), buyer="other", ceilings=(Ceiling("buyer", 41),)))
    assert amounts(engine)[2] == 100


def test_the_ceiling_of_a_group_holds_over_its_members(engine: Engine) -> None:
    group = (Ceiling("buyer", 100), Ceiling("group", 100, ("b", "c")))
    hold(engine, asked((ONE, 60), ceilings=group))
    hold(engine, asked((TWO, 10), buyer="d"))

    with pytest.raises(LimitExceeded, match="group line of 'c' 60 of 100") as caught:
        hold(engine, asked((TWO, 41), buyer="c", ceilings=group))
    assert (caught.value.of, caught.value.field) == ("group", "/ceilings/1")
    hold(engine, asked((TWO, 40), buyer="c", ceilings=group))


def test_the_ceiling_of_a_supplier_holds_over_its_buyers_drawn_or_not(engine: Engine) -> None:
    name = (Ceiling("single_name", 100),)
    drawn = take(engine, draw, hold(engine, asked((ONE, 60), ceilings=name)))
    hold(engine, asked((TWO, 7), buyer="c", ceilings=name))
    hold(engine, asked((TWO, 50), supplier="another", ceilings=name))

    with pytest.raises(LimitExceeded, match="single_name line of 'a' 67 of 100"):
        hold(engine, asked((TWO, 34), buyer="d", ceilings=name))
    assert hold(engine, asked((TWO, 33), buyer="d", ceilings=name), NOW).supplier == "a"
    take(engine, release, drawn, NOW + HOUR)
    hold(engine, asked((TWO, 100), buyer="d", ceilings=name), NOW + HOUR)


def test_what_is_out_by_the_facts_counts_once(engine: Engine) -> None:
    drawn = take(engine, draw, hold(engine, asked((ONE, 60))))
    with reading(engine) as connection:
        through = book(connection, "default").last_seq
    put(engine, {"party": [party("p")]})  # as the facts of the financing do, the book moves on
    since = {"through_seq": through + 1}

    with pytest.raises(LimitExceeded, match="85 of 100"):  # no facts of it are read yet
        hold(engine, asked((TWO, 16), ceilings=(Ceiling("buyer", 100, out_minor=25),)))
    with pytest.raises(LimitExceeded, match="25 of 100"):
        hold(engine, asked((TWO, 76), ceilings=(Ceiling("buyer", 100, (), 25, **since),)))
    hold(engine, asked((TWO, 75), ceilings=(Ceiling("buyer", 100, (), 25, **since),)))
    assert drawn.state == "drawn"
