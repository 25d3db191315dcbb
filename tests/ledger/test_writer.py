"""The laws of the one way in, on both stores."""

import threading
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from ledger.clocks import to_micros
from ledger.database import reading
from ledger.entities.claims import Payment
from ledger.entities.parties import Party
from ledger.faults import NaiveTime, UnknownKind, UnknownTenant, WrongKey
from ledger.kinds import KINDS
from ledger.principals import OWNER, Principal
from tests.ledger.made_rows import (
    EARLIER,
    NOW,
    OTHER,
    a_ledger,
    a_world,
    days,
    everything,
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


def parties(engine: Engine, ref: str, tenant: str = OWNER.tenant) -> list[Party]:
    with Session(engine) as session:
        asked = select(Party).where(Party.ref == ref, Party.tenant == tenant)
        return list(session.exec(asked.order_by(col(Party.seq))))


def test_a_batch_is_written_with_what_the_ledger_adds(engine: Engine) -> None:
    receipt = put(engine, a_world())

    assert (receipt.added, receipt.corrected, receipt.unchanged, receipt.last_seq) == (8, 0, 0, 8)
    with Session(engine) as session:
        found = session.exec(select(Payment).where(Payment.ref == "y1")).one()
    assert (found.tenant, found.seq, found.revision, found.supersedes) == ("default", 7, 0, None)
    assert (found.batch, found.source_system) == (receipt.batch, "test")
    assert (found.happened_at, found.known_at) == (EARLIER, EARLIER + days(1))
    assert (found.recorded_at, found.visible_at) == (NOW, EARLIER + days(1))
    assert (found.paid_on, found.amount_minor) == (date(2024, 3, 4), 10_000)


def test_seq_follows_the_kinds_and_then_the_rows(engine: Engine) -> None:
    world = a_world()
    put(engine, dict(reversed(world.items())))

    found = []
    with reading(engine) as connection:
        for kind in KINDS:
            asked = text(f"SELECT ref FROM {kind.name} ORDER BY seq")  # noqa: S608
            found += list(connection.scalars(asked))
        seqs = connection.scalars(text("SELECT seq FROM payment ORDER BY seq")).all()
    assert found == [row["ref"] for rows in world.values() for row in rows]
    assert seqs == [7, 8]


def test_sending_a_batch_again_changes_nothing(engine: Engine) -> None:
    put(engine, a_world())
    before = everything(engine)

    receipt = put(engine, a_world(), recorded_at=NOW + days(1), historical=False)

    assert everything(engine) == before
    assert (receipt.batch, receipt.added, receipt.unchanged, receipt.last_seq) == (None, 0, 8, 8)


def test_an_empty_batch_changes_nothing(engine: Engine) -> None:
    before = everything(engine)

    assert put(engine, {}).last_seq == put(engine, {"party": []}).last_seq == 0
    assert everything(engine) == before


def test_a_correction_supersedes_and_the_old_fact_stays(engine: Engine) -> None:
    put(engine, {"party": [party("p", name="Old")]})
    put(engine, {"party": [party("p", name="New")]})
    receipt = put(engine, {"party": [party("p", name="Old"), party("q")]})

    first, second, third = parties(engine, "p")
    assert [one.name for one in (first, second, third)] == ["Old", "New", "Old"]
    assert [one.revision for one in (first, second, third)] == [0, 1, 2]
    assert (first.supersedes, second.supersedes, third.supersedes) == (None, first.id, second.id)
    assert (receipt.added, receipt.corrected, receipt.unchanged) == (1, 1, 0)


def test_equal_twins_in_a_batch_count_once(engine: Engine) -> None:
    receipt = put(engine, {"party": [party("p"), party("q"), party("p")]})

    assert (receipt.added, receipt.unchanged) == (2, 1)


@pytest.mark.parametrize(
    ("historical", "known_at", "visible_at"),
    [
        (True, None, EARLIER),
        (True, EARLIER + days(3), EARLIER + days(3)),
        (False, None, NOW),
        (False, EARLIER + days(3), NOW),
    ],
)
def test_historical_facts_are_visible_when_known_and_live_ones_when_recorded(
    engine: Engine, historical: bool, known_at: datetime | None, visible_at: datetime
) -> None:
    put(engine, {"party": [party("p", known_at=known_at)]}, historical=historical)

    assert parties(engine, "p")[0].visible_at == visible_at


def test_what_the_ledger_has_got_is_known_however_slow_its_source(engine: Engine) -> None:
    put(engine, a_world())
    today = payment("now", happened_at=NOW)
    put(engine, {"payment": [today]}, historical=False)

    with Session(engine) as session:
        found = session.exec(select(Payment).where(Payment.ref == "now")).one()
    assert (found.known_at, found.visible_at) == (NOW, NOW)


def test_known_at_by_the_source_and_by_latency_are_different_reports(engine: Engine) -> None:
    put(engine, {"party": [party("p")]})

    assert put(engine, {"party": [party("p", known_at=EARLIER)]}).corrected == 1


def test_two_lenders_use_one_key_and_see_nothing_of_each_other(engine: Engine) -> None:
    put(engine, {"party": [party("p", name="Ours")]})
    assert put(engine, {"party": [party("p", name="Theirs")]}, principal=OTHER).added == 1
    put(engine, {"party": [party("b")]}, principal=OTHER)

    ours, theirs = parties(engine, "p"), parties(engine, "p", OTHER.tenant)
    assert [(one.name, one.seq) for one in ours] == [("Ours", 1)]
    assert [(one.name, one.seq) for one in theirs] == [("Theirs", 1)]
    assert faults_of(engine, {"receivable": [receivable("r", supplier="p")]}) == [
        ("receivable", 0, "buyer")
    ]


def test_wrong_arguments_are_faults_of_their_own(engine: Engine) -> None:
    with pytest.raises(UnknownKind, match="moonbeam"):
        put(engine, {"moonbeam": []})
    with pytest.raises(UnknownTenant, match="nobody"):
        put(engine, a_world(), principal=Principal("nobody", "x"))
    with pytest.raises(NaiveTime):
        put(engine, a_world(), recorded_at=datetime(2024, 6, 1))  # noqa: DTZ001 - the fault
    with pytest.raises(WrongKey):
        put(engine, a_world(), principal=Principal("default", "a\nb"))


def test_rows_beyond_one_chunk_are_written_once_and_in_order(engine: Engine) -> None:
    many = [party(f"p{number:05}") for number in range(21_003)]
    put(engine, {"party": many[:1]})

    receipt = put(engine, {"party": many})

    assert (receipt.added, receipt.unchanged, receipt.last_seq) == (21_002, 1, 21_003)
    assert put(engine, {"party": many}).unchanged == 21_003
    with reading(engine) as connection:
        refs = connection.scalars(text("SELECT ref FROM party ORDER BY seq")).all()
    assert refs == [row["ref"] for row in many]


def test_seq_follows_commit_order_while_two_write(engine: Engine) -> None:
    failures: list[BaseException] = []
    done = threading.Event()

    def write(writer: int) -> None:
        try:
            for number in range(25):
                rows = [party(f"{writer}-{number}-{row}") for row in range(3)]
                put(engine, {"party": rows}, recorded_at=NOW)
        except BaseException as error:
            failures.append(error)

    def watch() -> None:
        # whoever sees a head sees every seq up to it, and nothing behind it
        asked = text(
            "SELECT last_seq, (SELECT count(*) FROM party), (SELECT max(seq) FROM party) "
            "FROM tenant WHERE tenant = 'default'"
        )
        while not done.is_set():
            with reading(engine) as connection:
                head, count, highest = connection.execute(asked).one()
            if not head == count == (highest or 0):
                failures.append(AssertionError((head, count, highest)))

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(2)]
    watcher = threading.Thread(target=watch)
    for thread in (*writers, watcher):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    watcher.join()

    assert failures == []
    with reading(engine) as connection:
        seqs = connection.scalars(text("SELECT seq FROM party ORDER BY seq")).all()
        spans = connection.execute(
            text("SELECT first_seq, last_seq FROM batch ORDER BY first_seq")
        ).all()
    assert seqs == list(range(1, 151))
    assert [tuple(span) for span in spans] == [(low, low + 2) for low in range(1, 151, 3)]


def test_times_are_whole_microseconds_in_the_database(engine: Engine) -> None:
    put(engine, {"party": [party("p")]})

    with reading(engine) as connection:
        assert connection.scalar(text("SELECT happened_at FROM party")) == to_micros(EARLIER)
