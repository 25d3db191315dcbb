"""Group commit: one transaction for many, each caller answered after it and for itself alone."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import IntegrityError, OperationalError

from ledger.audit.verifying import verify
from ledger.committing import Committer
from ledger.database import open_database, reading, writing
from ledger.faults import DatabaseUnreachable, LedgerBusy, LedgerClosed, RejectedRows, UnknownTenant
from ledger.loads import Receipt
from ledger.principals import OWNER, Principal
from ledger.writer import append
from tests.ledger.made_rows import NOW, OTHER, a_ledger, party, receivable
from tests.postgres import PostgresServer

Work = Callable[[Connection], Any]


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
def sqlite(sqlite_url: str) -> Iterator[Engine]:
    """The same on SQLite, for what doesn't depend on the store."""
    with a_ledger(sqlite_url) as opened:
        yield opened


def parties(*refs: str, principal: Principal = OWNER) -> Callable[[Connection], Receipt]:
    """A unit of work that appends parties."""
    return partial(
        append,
        principal=principal,
        rows={"party": [party(ref) for ref in refs]},
        source_system="test",
        historical=True,
        recorded_at=NOW,
    )


def written(engine: Engine) -> list[tuple[str, int, str]]:
    asked = text("SELECT tenant, seq, ref FROM party ORDER BY tenant, seq")
    with reading(engine) as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(asked)]


@contextmanager
def held(committer: Committer, tenant: str = "default") -> Iterator[None]:
    """Keep the committer busy with one unit, so that what is handed in meanwhile gathers."""
    begun, go_on = threading.Event(), threading.Event()

    def wait(_connection: Connection) -> None:
        begun.set()
        go_on.wait(60)

    first = committer.submit(wait, tenant)
    begun.wait(60)
    try:
        yield
    finally:
        go_on.set()
        first.result()


@contextmanager
def counted(engine: Engine, name: str) -> Iterator[list[str]]:
    """What happens to the transactions of an engine, in order: ``begin``, ``commit``."""
    seen: list[str] = []

    def note(_connection: Connection) -> None:
        seen.append(name)

    event.listen(engine, name, note)
    try:
        yield seen
    finally:
        event.remove(engine, name, note)


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


def test_a_unit_that_fails_is_undone_alone_and_told_alone(
    engine: Engine, committer: Committer
) -> None:
    def writes_and_fails(connection: Connection) -> None:
        parties("lost")(connection)
        raise ZeroDivisionError

    def breaks_a_rule(connection: Connection) -> None:
        parties("lost too")(connection)
        connection.execute(text("UPDATE party SET seq = 5"))

    refused = partial(
        append,
        principal=OWNER,
        rows={"party": [party("lost as well")], "receivable": [receivable("r")]},
        source_system="test",
        historical=True,
        recorded_at=NOW,
    )
    stranger = parties("x", principal=Principal("nobody", "x"))
    works: list[Work] = [
        parties("a"),
        writes_and_fails,
        parties("b"),
        breaks_a_rule,
        refused,
        stranger,
        parties("c"),
    ]
    with counted(engine, "commit") as commits:
        with held(committer):
            answers = [committer.submit(work, "default") for work in works]
        errors = [type(answer.exception()) for answer in answers]

    assert errors[:3] == [type(None), ZeroDivisionError, type(None)]
    assert "append-only" in str(answers[3].exception())
    assert errors[4:] == [RejectedRows, UnknownTenant, type(None)]
    assert len(commits) == 2
    assert [ref for _, _, ref in written(engine)] == ["a", "b", "c"]
    assert [answers[at].result().last_seq for at in (0, 2, 6)] == [1, 2, 3]
    assert verify(engine, "default").ok


def test_a_unit_that_would_end_the_thread_does_not(sqlite: Engine) -> None:
    with Committer(sqlite) as committer:

        def leave(_connection: Connection) -> None:
            raise SystemExit(3)

        with pytest.raises(SystemExit):
            committer.run(leave, "default")

        assert committer.run(parties("a"), "default").added == 1


def test_a_commit_that_fails_fails_every_unit_of_its_group(
    engine: Engine, committer: Committer
) -> None:
    create_deferred_rule(engine)

    def against_the_rule(connection: Connection) -> str:
        connection.execute(text("INSERT INTO child VALUES (7)"))  # checked at the commit
        return "done"

    with held(committer):
        good = committer.submit(parties("a"), "default")
        bad = committer.submit(against_the_rule, "default")
        also_good = committer.submit(parties("b"), "default")

    errors = [answer.exception() for answer in (good, bad, also_good)]
    assert [type(error) for error in errors] == [IntegrityError] * 3
    assert len({id(error) for error in errors}) == 3  # nobody adds to another's traceback
    assert written(engine) == []
    assert committer.run(parties("a"), "default").last_seq == 1


def create_deferred_rule(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
        rule = "REFERENCES parent DEFERRABLE INITIALLY DEFERRED"
        connection.execute(text(f"CREATE TABLE child (id INTEGER {rule})"))


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
    postgresql_url: str,
) -> None:
    with a_ledger(postgresql_url) as engine:
        second = open_database(postgresql_url)
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


def test_a_fault_of_the_committer_itself_leaves_nobody_waiting(sqlite: Engine) -> None:
    committer = Committer(sqlite)
    with held(committer):
        answers = [committer.submit(parties(f"p{number}"), "default") for number in range(3)]
        committer._most = "a mistake"  # type: ignore[assignment]

    for answer in answers:
        with pytest.raises(LedgerClosed):
            answer.result(60)
    with pytest.raises(LedgerClosed):
        committer.submit(parties("late"), "default")


def test_a_locked_sqlite_file_is_told_as_ever(sqlite_url: str) -> None:
    with a_ledger(sqlite_url) as engine, Committer(engine) as committer:
        with reading(engine) as connection:  # a short patience, for this connection
            connection.exec_driver_sql("PRAGMA busy_timeout = 10")
        second = open_database(sqlite_url)
        with writing(second):
            answers = [committer.submit(parties(f"p{number}"), "default") for number in range(2)]
            for answer in answers:
                with pytest.raises(OperationalError, match="locked"):
                    answer.result()
        second.dispose()

        assert committer.run(parties("a"), "default").last_seq == 1


def test_a_full_sqlite_file_fails_its_group_and_no_other(sqlite_url: str) -> None:
    def fill(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        try:
            parties(*(f"many {number}" for number in range(2_000)))(connection)
        finally:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000000")

    with a_ledger(sqlite_url) as engine, Committer(engine) as committer:
        with held(committer):
            answers = [
                committer.submit(work, "default") for work in (parties("a"), fill, parties("b"))
            ]
        results = [answer.exception() for answer in answers]
        found = [ref for _, _, ref in written(engine)]

        assert isinstance(results[1], OperationalError)
        told = [ref for ref, error in zip(["a", "b"], results[::2], strict=True) if not error]
        assert found == told  # what is acknowledged is there, and nothing else
        assert committer.run(parties("c"), "default").added == 1
        assert verify(engine, "default").ok


def test_a_lost_connection_is_told_as_ever_and_the_next_one_works(
    postgres_server: PostgresServer,
) -> None:
    url = postgres_server.create_database()

    def cut(connection: Connection) -> Receipt:
        receipt = parties("lost")(connection)
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return receipt

    def cut_and_hide(connection: Connection) -> Receipt:
        try:
            return cut(connection)
        except OperationalError:
            raise ZeroDivisionError from None

    with a_ledger(url) as engine, Committer(engine) as committer:
        for work in (cut, cut_and_hide):
            with held(committer):
                before = committer.submit(parties("a"), "default")
                itself = committer.submit(work, "default")
                after = committer.submit(parties("b"), "default")
            for answer in (before, itself, after):
                assert isinstance(answer.exception(), OperationalError | DatabaseUnreachable)

        assert written(engine) == []
        assert committer.run(parties("a"), "default").last_seq == 1
    postgres_server.drop_database(url)
