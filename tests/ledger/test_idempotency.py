"""A request with a key is carried out once, on both stores, however many send it at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine, text

from ledger.committing import Committer
from ledger.database import open_database, reading, writing
from ledger.faults import KeyReused, UnknownTenant
from ledger.idempotency import Given, RequestKey, fingerprint, given_before, once
from ledger.ids import new_id
from ledger.principals import OWNER, Principal
from ledger.records import append_record
from tests.ledger.made_rows import EARLIER, NOW, OTHER, a_ledger

ASKED = fingerprint("POST", "/score", '{"a": 1}')


@pytest.fixture
def sqlite(sqlite_ledger: str) -> Iterator[Engine]:
    """The same on SQLite, for what doesn't depend on the store."""
    with a_ledger(sqlite_ledger) as opened:
        yield opened


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A ledger with two empty books."""
    with a_ledger(database_url) as opened:
        yield opened


def records(principal: Principal = OWNER) -> Callable[[Connection], Given]:
    """Work that appends a record with a reply that is never the same twice."""

    def work(connection: Connection) -> Given:
        record = append_record(
            connection,
            principal,
            recorded_at=NOW,
            bundle="b",
            pack="p",
            as_of=NOW,
            history_before=EARLIER,
            cut_seq=0,
            request="{}",
            features="{}",
            circumstances="{}",
            reply=f'{{"id": "{new_id()}", "名": "é"}}',
        )
        return Given(record.reply, record.id)

    return work


def ask(
    engine: Engine,
    key: str,
    work: Callable[[Connection], Given],
    *,
    asked: bytes = ASKED,
    tenant: str = "default",
) -> str:
    with writing(engine) as connection:
        return once(connection, tenant, RequestKey(key, asked), NOW, work)


def count(engine: Engine, table: str) -> int:
    with reading(engine) as connection:
        found: int = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
        return found


@pytest.mark.parametrize("record", [True, False])
def test_a_request_sent_again_gets_the_same_reply(engine: Engine, record: bool) -> None:
    work = records() if record else lambda _connection: Given(f"plain {new_id()}")

    first = ask(engine, "k", work)
    again = ask(engine, "k", work)

    assert first == again
    assert count(engine, "score_record") == int(record)
    with reading(engine) as connection:
        assert given_before(connection, "default", RequestKey("k", ASKED)) == first
        assert given_before(connection, "default", RequestKey("other", ASKED)) is None


def test_a_reply_on_record_is_kept_once(sqlite: Engine) -> None:
    ask(sqlite, "k", records())
    with reading(sqlite) as connection:
        row = connection.execute(text("SELECT reply, record FROM idempotency_key")).one()
        held = connection.scalar(text("SELECT id FROM score_record"))

    assert tuple(row) == (None, held)


def test_another_request_with_the_same_key_is_refused(sqlite: Engine) -> None:
    ask(sqlite, "k", records())
    other = fingerprint("POST", "/score", '{"a": 2}')

    with pytest.raises(KeyReused):
        ask(sqlite, "k", records(), asked=other)
    with reading(sqlite) as connection, pytest.raises(KeyReused):
        given_before(connection, "default", RequestKey("k", other))

    assert count(sqlite, "score_record") == 1


def test_each_tenant_has_its_own_keys(sqlite: Engine) -> None:
    ours = ask(sqlite, "k", records())
    theirs = ask(sqlite, "k", records(OTHER), tenant="other")

    assert ours != theirs
    assert ask(sqlite, "k", records(OTHER), tenant="other") == theirs
    with pytest.raises(UnknownTenant):
        ask(sqlite, "k", records(), tenant="nobody")


def test_a_request_that_fails_leaves_its_key_unused(sqlite: Engine) -> None:
    def fail(connection: Connection) -> Given:
        records()(connection)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(sqlite, "k", fail)
    with Committer(sqlite) as committer, pytest.raises(ZeroDivisionError):
        committer.run(lambda one: once(one, "default", RequestKey("k", ASKED), NOW, fail), "x")

    assert count(sqlite, "idempotency_key") == count(sqlite, "score_record") == 0
    assert ask(sqlite, "k", records())


def test_twenty_keys_from_fifty_threads_are_twenty_records(engine: Engine) -> None:
    keys = [RequestKey(f"key {number}", fingerprint(f"{number}")) for number in range(20)]

    def send(thread: int) -> list[str]:
        order = [(thread + step) % 20 for step in range(20)]  # so that others are ahead and behind
        replies = {
            at: committer.run(
                lambda one, at=at: once(one, "default", keys[at], NOW, records()),  # type: ignore[misc]
                "default",
            )
            for at in order
        }
        return [replies[at] for at in range(20)]

    with Committer(engine) as committer, ThreadPoolExecutor(50) as pool:
        replies = list(pool.map(send, range(50)))

    assert len(set(replies[0])) == 20
    assert replies == [replies[0]] * 50
    assert count(engine, "idempotency_key") == count(engine, "score_record") == 20


def test_two_processes_carry_a_request_out_once(database_url: str) -> None:
    with a_ledger(database_url) as engine:
        second = open_database(database_url)

        def send(number: int) -> str:
            return ask((engine, second)[number % 2], f"key {number // 8}", records())

        with ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(send, range(40)))
        second.dispose()

        assert [len(set(replies[at : at + 8])) for at in range(0, 40, 8)] == [1] * 5
        assert count(engine, "score_record") == 5


def test_nothing_moves_between_the_parts_of_a_fingerprint() -> None:
    parts = [("a", "bc"), ("ab", "c"), ("abc",), ("abc", ""), ("", "abc"), ("1:a", "bc")]

    assert len({fingerprint(*part) for part in parts}) == len(parts)
    assert len(fingerprint()) == 32
