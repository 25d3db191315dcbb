"""What a pair at hand is asked is answered as from the ledger, whatever the ledger is told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from threading import Thread

import pytest
from sqlalchemy import Engine

from features.catalogue import RELATIONS
from ledger.database import open_database, writing
from ledger.principals import OWNER
from ledger.writer import append
from scoring.asking import Request
from scoring.memory import Memory
from scoring.open_pairs import OpenPairs, may_stand
from scoring.serving import look_up
from tests.scoring.asked import opened, request
from tests.scoring.teller import Teller
from tests.worlds import RECORDED_AT, SmallWorld

NOW = RECORDED_AT + timedelta(hours=9)
STANDING = [one for one in RELATIONS if may_stand(one)]


@pytest.fixture
def engine(small_world: SmallWorld, tmp_path: Path) -> Iterator[Engine]:
    """A copy of the lender's ledger."""
    engine = open_database(small_world.copy(tmp_path))
    yield engine
    engine.dispose()


@pytest.fixture
def memory() -> Iterator[Memory]:
    """As a service has it."""
    memory = Memory()
    yield memory
    memory.pairs.close()


class Asker:
    """Requests of the two pairs that trade most, each for some of their claims."""

    def __init__(self, world: SmallWorld, chance: Random) -> None:
        by_pair: dict[tuple[str, str], list[dict[str, object]]] = {}
        for claim in world.rows["receivable"]:
            by_pair.setdefault((str(claim["supplier"]), str(claim["buyer"])), []).append(claim)
        self._pairs = sorted(by_pair.values(), key=len, reverse=True)[:2]
        self._chance = chance

    def one(self, as_of: datetime = NOW) -> Request:
        claims = self._chance.choice(self._pairs)
        return request(self._chance.sample(claims, self._chance.randint(1, 5)), as_of)


def numbers(engine: Engine, asked: Request, memory: Memory | None = None) -> dict[str, bytes]:
    """What the relations say, to the bit; of a pair at hand where there is a memory."""
    _, described = look_up(engine, opened(engine), [asked], STANDING, memory=memory)
    return {one.name: described.columns[one.name].tobytes() for one in STANDING}


def tell_history(engine: Engine, asker: Asker) -> None:
    """Say that the history of the day is kept: from now on what comes late is marked."""
    for _ in range(2):
        look_up(engine, opened(engine), [asker.one()], RELATIONS)


def test_four_relations_stand() -> None:
    names = {one.name for one in STANDING}
    assert names == {"claim_terms", "claim_record", "claim_company", "likeness"}


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_a_pair_at_hand_says_what_the_ledger_says(
    engine: Engine, small_world: SmallWorld, memory: Memory, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311 - nothing secret
    asker, teller = Asker(small_world, chance), Teller(small_world.rows, chance)
    tell_history(engine, asker)
    said = set()
    for at_round in range(24):
        with writing(engine) as connection:
            append(
                connection,
                OWNER,
                teller.one(),
                source_system="t",
                historical=chance.random() < 0.5,
                recorded_at=NOW - timedelta(minutes=24 - at_round),
                keep_good=True,
            )
        asked = asker.one()
        found = numbers(engine, asked, memory)
        assert found == numbers(engine, asked)
        said.add(tuple(found.values()))
    assert len(said) > 12, "they ask for different things"
    assert memory.pairs.hits, "none was at hand: nothing was compared"
    assert memory.pairs.misses > 2, "no fact came late for any: nothing was given up"


def test_before_the_day_is_told_no_pair_is_kept(
    engine: Engine, small_world: SmallWorld, memory: Memory
) -> None:
    asker = Asker(small_world, Random(3))  # noqa: S311 - nothing secret
    untold = replace(opened(engine), told_day=None)
    for _ in range(2):
        look_up(engine, untold, [asker.one()], STANDING, memory=memory)
    assert (len(memory.pairs), memory.pairs.hits) == (0, 0)


def test_a_book_read_before_a_pair_was_opened_has_it_opened_anew(
    engine: Engine, small_world: SmallWorld, memory: Memory
) -> None:
    chance = Random(4)  # noqa: S311 - nothing secret
    asker = Asker(small_world, chance)
    tell_history(engine, asker)
    before, asked = opened(engine), asker.one()
    with writing(engine) as connection:
        append(
            connection,
            OWNER,
            {"party": [dict(small_world.rows["party"][0], ref="new")]},
            source_system="t",
            historical=False,
            recorded_at=NOW,
        )
    numbers(engine, asked, memory)
    look_up(engine, before, [asked], STANDING, memory=memory)
    assert (memory.pairs.hits, memory.pairs.misses) == (0, 2)


def test_the_pair_asked_for_longest_ago_goes(engine: Engine, small_world: SmallWorld) -> None:
    asker = Asker(small_world, Random(5))  # noqa: S311 - nothing secret
    tell_history(engine, asker)
    memory = Memory()
    memory.pairs = OpenPairs(most=1)
    first = asker.one()
    others = (asker.one() for _ in range(50))
    other = next(one for one in others if one.supplier != first.supplier)
    for asked in (first, other, first, first):
        numbers(engine, asked, memory)
    assert (len(memory.pairs), memory.pairs.hits, memory.pairs.misses) == (1, 1, 3)
    memory.pairs.close()
    assert len(memory.pairs) == 0


def test_threads_that_ask_of_one_pair_at_once_are_answered_alike(
    engine: Engine, small_world: SmallWorld, memory: Memory
) -> None:
    asker = Asker(small_world, Random(6))  # noqa: S311 - nothing secret
    tell_history(engine, asker)
    asked = [asker.one() for _ in range(3)]
    expected = [numbers(engine, one) for one in asked]
    found: list[list[dict[str, bytes]]] = [[] for _ in range(3)]

    def ask(into: list[dict[str, bytes]]) -> None:
        into += [numbers(engine, one, memory) for one in asked]

    threads = [Thread(target=ask, args=(into,)) for into in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 3
    assert len(memory.pairs) <= 2
