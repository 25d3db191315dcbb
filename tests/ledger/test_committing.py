"""Group commit: one transaction for many, each caller answered after it, for itself alone."""

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from ledger.audit.verifying import verify
from ledger.committing import Committer
from ledger.database import open_database
from ledger.faults import LedgerBusy, LedgerClosed
from ledger.principals import OWNER
from tests.ledger.made_rows import OTHER, a_ledger
from tests.ledger.made_units import Work, counted, held, parties, written


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A ledger with two empty books."""
    with a_ledger(database_url) as opened:
        yield opened


@pytest.fixture
def committer(engine: Engine) -> Iterator[Committer]:
    with Committer(engine) as opened:
        yield opened


@pytest.fixture
def sqlite(sqlite_ledger: str) -> Iterator[Engine]:
    """The same on SQLite, for what doesn't depend on the store."""
    with a_ledger(sqlite_ledger) as opened:
        yield opened


def test_a_unit_is_written_and_its_result_returned(engine: Engine, committer: Committer) -> None:
    receipt = committer.run(parties("a", "b"), "default")

    assert (receipt.added, receipt.last_seq) == (2, 2)
    assert written(engine) == [("default", 1, "a"), ("default", 2, "b")]


def test_what_gathers_while_one_group_is_written_is_one_transaction(
    engine: Engine, committer: Committer
) -> None:
    with counted(engine, "commit") as commits:
        with held(committer):
            answers = [committer.submit(parties(f"p{n}"), "default") for n in range(20)]
        receipts = [answer.result() for answer in answers]

    assert len(commits) == 2  # of the unit that held it, and of the twenty
    assert [receipt.last_seq for receipt in receipts] == list(range(1, 21))
    assert verify(engine, "default").ok


def test_a_group_takes_no_more_than_its_most(sqlite: Engine) -> None:
    with (
        counted(sqlite, "commit") as commits,
        Committer(sqlite, most=3) as committer,
        held(committer),
    ):
        for number in range(7):
            committer.submit(parties(f"p{number}"), "default")

    assert len(commits) == 1 + 3
    assert len(written(sqlite)) == 7


def test_nobody_is_answered_before_the_commit(engine: Engine, committer: Committer) -> None:
    answers: list[Future[Any]] = []
    done: list[bool] = []

    def look(_connection: Connection) -> None:
        done.extend(answer.done() for answer in answers)

    with held(committer):
        answers += [committer.submit(parties(f"p{number}"), "default") for number in range(5)]
        event.listen(engine, "commit", look)
    for answer in answers:
        answer.result()
    event.remove(engine, "commit", look)

    assert done[-5:] == [False] * 5


def test_units_of_a_group_run_by_tenant_and_then_in_their_order(sqlite: Engine) -> None:
    with Committer(sqlite) as committer:
        ran: list[str] = []

        def note(name: str) -> Work:
            return lambda _connection: ran.append(name)

        with held(committer):
            names = ("other 1", "default 1", "other 2", "default 2")
            answers = [committer.submit(note(name), name.split()[0]) for name in names]
        for answer in answers:
            answer.result()

        assert ran == ["default 1", "default 2", "other 1", "other 2"]


def test_two_processes_that_write_to_two_books_never_lock_each_other_out(
    postgresql_ledger: str,
) -> None:
    with a_ledger(postgresql_ledger) as engine:
        second = open_database(postgresql_ledger)
        books = {"default": OWNER, "other": OTHER}

        def write(committer: Committer, name: str, tenants: tuple[str, str]) -> None:
            for number in range(40):
                with held(committer, tenants[0]):
                    answers = [
                        committer.submit(
                            parties(f"{name}{number}", principal=books[tenant]), tenant
                        )
                        for tenant in tenants
                    ]
                for answer in answers:
                    answer.result()

        with Committer(engine) as one, Committer(second) as two, ThreadPoolExecutor(2) as pool:
            callers = [
                pool.submit(write, one, "one", ("default", "other")),
                pool.submit(write, two, "two", ("other", "default")),
            ]
            for caller in callers:
                caller.result()
        second.dispose()

        assert len(written(engine)) == 160
        assert verify(engine, "default").ok
        assert verify(engine, "other").ok


def test_many_threads_write_each_row_once(engine: Engine, committer: Committer) -> None:
    def write(thread: int) -> list[int]:
        books = (OWNER, OTHER)
        return [
            committer.run(
                parties(f"{thread}-{number}", principal=books[number % 2]),
                books[number % 2].tenant,
            ).last_seq
            for number in range(10)
        ]

    with ThreadPoolExecutor(8) as pool:
        seqs = [seq for found in pool.map(write, range(8)) for seq in found]

    assert sorted(seqs) == sorted([*range(1, 41)] * 2)
    assert len(written(engine)) == 80
    assert verify(engine, "default").ok
    assert verify(engine, "other").ok


def test_a_unit_cancelled_in_time_never_runs(sqlite: Engine) -> None:
    with Committer(sqlite) as committer:
        with held(committer):
            unwanted = committer.submit(parties("unwanted"), "default")
            wanted = committer.submit(parties("wanted"), "default")
            assert unwanted.cancel()

        wanted.result()
        with pytest.raises(CancelledError):
            unwanted.result()
        assert [ref for _, _, ref in written(sqlite)] == ["wanted"]
        assert not wanted.cancel()


def test_a_group_of_which_nothing_is_wanted_is_no_transaction(sqlite: Engine) -> None:
    with counted(sqlite, "begin") as begun:
        with Committer(sqlite) as committer, held(committer):
            assert committer.submit(parties("unwanted"), "default").cancel()
        assert len(begun) == 1


def test_more_than_the_queue_takes_is_refused_at_once(sqlite: Engine) -> None:
    with Committer(sqlite, queue=2) as committer, held(committer):
        committer.submit(parties("a"), "default")
        committer.submit(parties("b"), "default")
        with pytest.raises(LedgerBusy):
            committer.submit(parties("c"), "default")

    assert [ref for _, _, ref in written(sqlite)] == ["a", "b"]


def test_closing_writes_what_was_handed_in_and_then_refuses(sqlite: Engine) -> None:
    committer = Committer(sqlite)
    closing = threading.Thread(target=committer.close)
    with held(committer):
        answers = [committer.submit(parties(f"p{number}"), "default") for number in range(100)]
        closing.start()
    closing.join()

    assert all(answer.done() for answer in answers)
    assert len(written(sqlite)) == 100
    with pytest.raises(LedgerClosed):
        committer.run(parties("late"), "default")
    committer.close()


def test_a_unit_that_hands_in_another_is_told_so(sqlite: Engine) -> None:
    with Committer(sqlite) as committer, pytest.raises(RuntimeError, match="wait for itself"):
        committer.run(lambda _connection: committer.run(parties("a"), "default"), "default")
