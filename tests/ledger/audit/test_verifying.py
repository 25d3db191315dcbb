"""A ledger that was only ever appended to verifies, whoever wrote and in whatever order."""

import threading
from collections.abc import Iterator
from itertools import count
from time import process_time

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from ledger.audit.checkpoints import make_checkpoint
from ledger.audit.verifying import Verification, verify
from ledger.database import migrate, reading, writing
from ledger.faults import UnknownTenant, WrongKey
from ledger.principals import Principal
from ledger.tenants import ensure_tenant
from tests.ledger.audit.made_chains import a_busy_ledger, a_record
from tests.ledger.made_rows import NOW, OTHER, a_ledger, a_world, days, party, put

WRITERS = st.sampled_from(["main", "second"])
NAMES = st.sampled_from([None, "A", "B"])
BATCHES = st.dictionaries(st.sampled_from("pqr"), NAMES, max_size=3)
Act = tuple[str, dict[str, str | None] | None, bool]
ACTS = st.lists(st.tuples(WRITERS, st.none() | BATCHES, st.booleans()), max_size=8)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A ledger with two empty books."""
    with a_ledger(database_url) as opened:
        yield opened


def test_an_empty_book_verifies(engine: Engine) -> None:
    assert verify(engine, "default") == Verification("default", 0, 0, 0, 0, 0, ())


def test_each_book_verifies_by_itself(engine: Engine) -> None:
    a_busy_ledger(engine)

    assert verify(engine, "default") == Verification("default", 23, 3, 6, 26, 0, ())
    assert verify(engine, "other") == Verification("other", 8, 0, 1, 8, 0, ())
    with pytest.raises(UnknownTenant):
        verify(engine, "nobody")


def act(engine: Engine, lender: Principal, number: int, one: Act) -> None:
    writer, batch, historical = one
    if batch is None:
        a_record(engine, writer=writer, principal=lender)
        return
    rows = {"party": [party(ref, name=name) for ref, name in batch.items()]}
    at = NOW + days(number)
    put(engine, rows, writer=writer, historical=historical, recorded_at=at, principal=lender)


def test_whatever_is_appended_corrected_resent_or_scored_verifies(engine: Engine) -> None:
    key = Ed25519PrivateKey.generate()
    lenders = count()

    @given(acts=ACTS)
    def holds(acts: list[Act]) -> None:
        lender = Principal(f"lender-{next(lenders)}", "someone")
        checkpoints = []
        with writing(engine) as connection:
            ensure_tenant(connection, lender.tenant, "Asia/Shanghai", "CNY")
        for number, one in enumerate(acts):
            act(engine, lender, number, one)
            if number in {2, len(acts) - 1}:
                with reading(engine) as connection:
                    checkpoints.append(make_checkpoint(connection, lender.tenant, key, NOW))
        found = verify(engine, lender.tenant, checkpoints, [key.public_key()])

        assert (found.findings, found.checkpoints) == ((), len(checkpoints))
        assert found.facts + found.records == found.last_seq

    holds()


def test_a_batch_sent_again_adds_no_link(engine: Engine) -> None:
    put(engine, a_world())
    before = verify(engine, "default")
    put(engine, a_world(), writer="second")

    assert verify(engine, "default") == before
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM chain_head")) == 1


def test_two_writing_processes_have_a_chain_each(engine: Engine) -> None:
    failures: list[BaseException] = []

    def write(writer: str) -> None:
        try:
            for number in range(15):
                put(engine, {"party": [party(f"{writer}-{number}")]}, writer=writer)
                a_record(engine, writer=writer)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert verify(engine, "default") == Verification("default", 30, 30, 30, 60, 0, ())
    with reading(engine) as connection:
        asked = text("SELECT writer, last_seq FROM chain_head ORDER BY writer")
        heads = [tuple(row) for row in connection.execute(asked)]
    assert [writer for writer, _ in heads] == ["one", "two"]
    assert max(last for _, last in heads) == 60


def test_a_writer_needs_a_name(engine: Engine) -> None:
    with pytest.raises(WrongKey, match="writer"):
        put(engine, a_world(), writer="")
    with pytest.raises(WrongKey, match="writer"):
        a_record(engine, writer="a\nb")


def test_lost_triggers_are_found_with_an_untouched_chain(engine: Engine) -> None:
    a_busy_ledger(engine)
    trigger = "party_append_only" if engine.dialect.name == "postgresql" else "party_no_update"
    with writing(engine) as connection:
        on = " ON party" if engine.dialect.name == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER {trigger}{on}"))

    found = verify(engine, "default")
    assert (found.ok, found.last_seq) == (False, 26)
    assert [finding.reason for finding in found.findings] == [
        f"the trigger {trigger} is missing or off"
    ]
    migrate(engine)
    assert verify(engine, "default").ok


def test_a_value_of_another_type_is_found(sqlite_ledger: str) -> None:
    with a_ledger(sqlite_ledger) as engine:
        put(engine, a_world())
        with writing(engine) as connection:
            connection.execute(text("DROP TRIGGER receivable_no_update"))
            connection.execute(text("UPDATE receivable SET face_minor = '1;' WHERE ref = 'r2'"))
        first = verify(engine, "default").findings[0]

    assert (first.kind, first.seq, first.reason) == ("receivable", 6, "face_minor holds a str")


def test_a_text_that_is_none_is_found(sqlite_ledger: str) -> None:
    with a_ledger(sqlite_ledger) as engine:
        put(engine, a_world())
        with writing(engine) as connection:
            connection.execute(text("DROP TRIGGER party_no_update"))
            connection.execute(text("UPDATE party SET name = CAST(x'ff' AS TEXT) WHERE ref = 's'"))
        first = verify(engine, "default").findings[0]

    assert (first.kind, first.seq) == ("party", 1)
    assert "can't read it" in first.reason


def test_another_lender_breaks_only_its_own_book(engine: Engine) -> None:
    a_busy_ledger(engine)
    put(engine, {"party": [party("mine")]}, principal=OTHER)
    with writing(engine) as connection:
        connection.execute(text("UPDATE tenant SET last_seq = 5 WHERE tenant = 'other'"))

    assert verify(engine, "default").ok
    assert not verify(engine, "other").ok


def test_time_grows_with_the_rows_and_no_faster(sqlite_ledger: str) -> None:
    seconds = []
    with a_ledger(sqlite_ledger) as engine:
        for size in (2_000, 6_000):
            put(engine, {"party": [party(f"{size}-{number}") for number in range(size)]})
            began = process_time()
            assert verify(engine, "default").ok
            seconds.append(process_time() - began)

    assert seconds[1] < 4 * seconds[0] * 2.5  # 2,000 rows and then 8,000, on a busy machine
