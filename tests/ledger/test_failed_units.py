"""What a unit, a commit, the store or the committer fails at reaches its callers, and only them."""

import sqlite3
from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import IntegrityError, OperationalError

from ledger.audit.verifying import verify
from ledger.committing import Committer
from ledger.database import open_database, writing
from ledger.faults import DatabaseUnreachable, LedgerClosed, RejectedRows, UnknownTenant
from ledger.loads import Receipt
from ledger.principals import OWNER, Principal
from ledger.writer import append
from tests.ledger.made_rows import NOW, a_ledger, party, receivable
from tests.ledger.made_units import Work, counted, held, parties, written
from tests.postgres import PostgresServer


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


def test_a_locked_sqlite_file_is_told_as_ever(sqlite_ledger: str) -> None:
    with a_ledger(sqlite_ledger) as engine:
        be_impatient(engine)
        with Committer(engine) as committer:
            second = open_database(sqlite_ledger)
            with writing(second):
                answers = [
                    committer.submit(parties(f"p{number}"), "default") for number in range(2)
                ]
                for answer in answers:
                    with pytest.raises(OperationalError, match="locked"):
                        answer.result()
            second.dispose()

            assert committer.run(parties("a"), "default").last_seq == 1


def be_impatient(engine: Engine) -> None:
    """Let every connection wait 10 milliseconds for a lock, not 30 seconds."""

    def hurry(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout = 10")

    event.listen(engine, "connect", hurry)
    engine.dispose()  # those that are open were patient


def test_a_full_sqlite_file_fails_its_group_and_no_other(sqlite_ledger: str) -> None:
    def fill(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        try:
            parties(*(f"many {number}" for number in range(2_000)))(connection)
        finally:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000000")

    with a_ledger(sqlite_ledger) as engine, Committer(engine) as committer:
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
