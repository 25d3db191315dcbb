"""500 seeded tamperings are found and located, by whoever has an exported checkpoint.

Somebody with all rights drops the triggers first. Each tampering is done in a transaction that is
rolled back, so that one ledger serves all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine

from ledger import triggers
from ledger.audit.chain_walk import Finding
from ledger.audit.checkpoints import Checkpoint, make_checkpoint
from ledger.audit.verifying import Verification, verify_within
from ledger.database import reading, writing
from tests.ledger.audit.made_chains import a_busy_ledger
from tests.ledger.audit.rehashing import edit_and_rehash, edit_and_reseal, rehash
from tests.ledger.audit.tamperings import (
    Place,
    change,
    edit,
    facts,
    forge,
    remove,
    reorder,
    swap,
    truncate,
    truncate_between_commits,
)
from tests.ledger.made_rows import NOW, a_ledger, party, put

Tampering = Callable[[Connection, Random], Place]

TAMPERINGS: dict[Tampering, int] = {
    edit: 90,
    remove: 30,
    reorder: 20,
    swap: 20,
    truncate: 10,
    truncate_between_commits: 10,
    forge: 20,
    edit_and_reseal: 20,
    edit_and_rehash: 30,
}
"""How many of each on each store: 250 on SQLite and 250 on PostgreSQL."""


@dataclass(frozen=True)
class Watched:
    """A ledger without triggers, and what was exported before."""

    engine: Engine
    checkpoint: Checkpoint
    key: Ed25519PrivateKey

    def verified(self, connection: Connection, with_checkpoint: bool = True) -> Verification:
        if not with_checkpoint:
            return verify_within(connection, "default")
        keys = [self.key.public_key()]
        return verify_within(connection, "default", [self.checkpoint], keys)


@pytest.fixture
def watched(database_url: str) -> Iterator[Watched]:
    with a_ledger(database_url) as engine:
        a_busy_ledger(engine)
        key = Ed25519PrivateKey.generate()
        with reading(engine) as connection:
            checkpoint = make_checkpoint(connection, "default", key, NOW)
            assert Watched(engine, checkpoint, key).verified(connection).ok
        with writing(engine) as connection:
            triggers.remove(connection)
        yield Watched(engine, checkpoint, key)


def of_the_chain(found: Verification) -> list[Finding]:
    """What was found, but for the triggers that are gone."""
    return [finding for finding in found.findings if "trigger" not in finding.reason]


def is_there(place: Place, found: Verification) -> bool:
    first = found.findings[0]
    row = (first.kind, first.id) == (place.kind, place.id) if place.id else False
    book = first.kind == place.kind if place.kind and not place.id else False
    return row or book or (first.seq in place.seqs and first.after is None)


def test_each_tampering_is_found_and_located(watched: Watched) -> None:
    missed = []
    with watched.engine.connect() as connection:
        for tampering, times in TAMPERINGS.items():
            for seed in range(times):
                transaction = connection.begin()
                place = tampering(connection, Random(seed))  # noqa: S311
                found = watched.verified(connection)
                transaction.rollback()
                if not is_there(place, found):
                    missed.append((tampering.__name__, seed, place, found.findings[:1]))

    done = sum(TAMPERINGS.values())
    print(f"{watched.engine.dialect.name}: {done - len(missed)} of {done} tamperings located")
    assert missed == []


def test_there_are_five_hundred() -> None:
    assert 2 * sum(TAMPERINGS.values()) == 500


def test_what_does_not_fit_together_is_found_without_a_checkpoint(watched: Watched) -> None:
    missed = []
    with watched.engine.connect() as connection:
        for tampering in (edit, remove, reorder, swap, forge):
            for seed in range(100, 110):
                transaction = connection.begin()
                place = tampering(connection, Random(seed))  # noqa: S311
                # under another name a book is no book of this lender any more
                if place.kind != "tenant" and not of_the_chain(watched.verified(connection, False)):
                    missed.append((tampering.__name__, seed))
                transaction.rollback()

    assert missed == []


@pytest.mark.parametrize("tampering", [edit_and_rehash, truncate_between_commits])
def test_only_a_checkpoint_exposes_who_sets_all_else_right(
    watched: Watched, tampering: Tampering
) -> None:
    with watched.engine.connect() as connection:
        for seed in range(200, 205):
            transaction = connection.begin()
            place = tampering(connection, Random(seed))  # noqa: S311
            alone, both = watched.verified(connection, False), watched.verified(connection)
            transaction.rollback()

            assert of_the_chain(alone) == []
            assert is_there(place, both)
            assert "checkpoint" in both.findings[0].reason


def test_in_a_large_ledger_the_place_lies_between_two_marks(watched: Watched) -> None:
    engine = watched.engine
    for number in range(4):
        rows = [party(f"{number}-{place}") for place in range(500)]
        put(engine, {"party": rows}, writer=("main", "second")[number % 2])
    with reading(engine) as connection:
        newest = make_checkpoint(connection, "default", watched.key, NOW)
    with engine.connect() as connection:
        for target in (700, 1_501):  # of both writers
            transaction = connection.begin()
            row = next(row for _, row in facts(connection) if row["seq"] == target)
            change(connection, "party", row, {"name": "another"})
            rehash(connection)
            found = Watched(engine, newest, watched.key).verified(connection)
            transaction.rollback()

            first = found.findings[0]
            assert first.seq is not None
            assert (first.after or first.seq - 1) < target <= first.seq
            assert first.seq - target <= 3
