"""A batch in chunks is the batch at once."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text

from ledger.audit.digests import FIELDS, digest, digesting
from ledger.audit.verifying import verify
from ledger.checking import check_rows
from ledger.database import reading, writing
from ledger.faults import RowFault, UnknownKind
from ledger.kinds import KINDS
from ledger.loads import Load, Receipt
from ledger.principals import OWNER
from tests.ledger.made_kinds import every_kind
from tests.ledger.made_rows import NOW, Row, a_ledger, a_world, days, party, put, receivable


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A ledger with two empty books."""
    with a_ledger(database_url) as opened:
        yield opened


def loaded(
    engine: Engine, *chunks: dict[str, list[Row]]
) -> tuple[Receipt, list[tuple[RowFault, ...]]]:
    with writing(engine) as connection:
        load = Load(
            connection, OWNER, source_system="test", historical=True, recorded_at=NOW + days(1)
        )
        faults = [load.add(chunk) for chunk in chunks]
        return load.close(), faults


def stored(engine: Engine, kind: str, *columns: str) -> list[tuple[Any, ...]]:
    place = "first_seq" if kind == "batch" else "seq"
    asked = text(f"SELECT {', '.join(columns)} FROM {kind} ORDER BY {place}")  # noqa: S608
    with reading(engine) as connection:
        return [tuple(row) for row in connection.execute(asked)]


def is_whole(engine: Engine) -> bool:
    found = verify(engine, OWNER.tenant, [], [])
    return found.ok


def test_chunks_are_one_batch_with_one_header_and_one_chain(engine: Engine) -> None:
    receipt, faults = loaded(engine, *({kind: rows} for kind, rows in a_world().items()))

    assert set(faults) == {()}
    assert (receipt.added, receipt.corrected, receipt.unchanged, receipt.last_seq) == (8, 0, 0, 8)
    assert stored(engine, "batch", "id", "first_seq", "last_seq", "added") == [
        (receipt.batch, 1, 8, 8)
    ]
    assert {batch for (batch,) in stored(engine, "payment", "batch")} == {receipt.batch}
    assert is_whole(engine)


def test_a_chunk_may_name_what_an_earlier_one_brought_and_not_a_later_one(engine: Engine) -> None:
    parties = {"party": [party("s"), party("b")]}
    claims = {"receivable": [receivable("r")]}

    assert loaded(engine, claims, parties)[1] == [
        (
            RowFault("receivable", 0, "supplier", stray("party", "s")),
            RowFault("receivable", 0, "buyer", stray("party", "b")),
        ),
        (),
    ]
    assert loaded(engine, claims)[1] == [()]
    assert is_whole(engine)


def stray(kind: str, ref: str) -> str:
    return (
        f"{kind} {ref!r} is neither in the ledger nor among the good rows of the batch; "
        f"load that {kind} first"
    )


def test_a_row_that_differs_from_an_earlier_chunk_is_at_fault(engine: Engine) -> None:
    first, again = party("p", name="One"), party("q")
    receipt, faults = loaded(
        engine, {"party": [first, again]}, {"party": [again, party("p", name="Two"), first]}
    )

    # in its own chunk the row has a twin that differs too
    assert [{fault.field for fault in some} for some in faults] == [set(), {"ref"}]
    assert (receipt.added, receipt.corrected, receipt.unchanged) == (2, 0, 1)

    receipt, faults = loaded(engine, {"party": [again]}, {"party": [party("r")]})
    assert (receipt.added, receipt.unchanged) == (1, 1)
    receipt, faults = loaded(
        engine, {"party": [party("p", name="Three")]}, {"party": [party("p", name="Four")]}
    )
    assert (receipt.corrected, [len(some) for some in faults]) == (1, [0, 1])
    assert stored(engine, "party", "ref", "revision", "name")[-1] == ("p", 1, "Three")
    assert is_whole(engine)


def test_a_load_without_news_leaves_no_trace(engine: Engine) -> None:
    put(engine, a_world())
    receipt, _ = loaded(engine, a_world(), {"party": []})

    assert (receipt.batch, receipt.added, receipt.unchanged, receipt.last_seq) == (None, 0, 8, 8)
    assert len(stored(engine, "batch", "id")) == 1


def test_a_load_left_by_an_error_leaves_no_trace(engine: Engine) -> None:
    with pytest.raises(UnknownKind):
        loaded(engine, a_world(), {"moonbeam": []})

    assert stored(engine, "party", "ref") == stored(engine, "batch", "id") == []
    assert loaded(engine, a_world())[0].last_seq == 8


def test_the_digest_of_a_stored_form_is_that_of_the_row_for_every_kind() -> None:
    for kind in KINDS:
        for row in every_kind()[kind.name]:
            (checked,) = check_rows(kind, [row], "BRL", NOW).good

            assert digesting(kind.name)(checked.stored) == digest(kind.name, checked.values)
            assert len(checked.stored) == len(FIELDS[kind.name])
