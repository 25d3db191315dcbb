"""An answer that is kept is the answer, whatever the ledger is told; or it is given up."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine

from features.catalogue import RELATIONS
from ledger.database import open_database, reading, writing
from ledger.principals import OWNER
from ledger.touched_keys import touched_keys
from ledger.writer import append
from models.bundle import Bundle, load
from scoring.asking import Mode, Request
from scoring.kept_answers import KeptAnswer
from scoring.path import MEASURED_BY
from scoring.reply import reply
from scoring.serving import look_up, serve
from tests.scoring.asked import PACK, opened, some_requests
from tests.scoring.teller import Teller
from tests.worlds import RECORDED_AT, SmallWorld

NOW = RECORDED_AT + timedelta(hours=9)
ROUNDS = 16


@pytest.fixture
def engine(small_world: SmallWorld, tmp_path: Path) -> Iterator[Engine]:
    """A copy of the lender's ledger."""
    engine = open_database(small_world.copy(tmp_path))
    yield engine
    engine.dispose()


@pytest.fixture
def bundle(small_world: SmallWorld) -> Bundle:
    """The small bundle."""
    return load(small_world.bundle)


def kept_of(engine: Engine, bundle: Bundle, request: Request) -> KeptAnswer:
    served = serve(engine, opened(engine), request, bundle, PACK)
    told = reply(served.scored, bundle, PACK, score_id=None, currency="CNY")
    return KeptAnswer.of(served.scored, served.gathered, told, PACK)


def every_number(engine: Engine, request: Request) -> dict[str, Any]:
    """What every relation says of a request, to the bit."""
    _, described = look_up(engine, opened(engine), [request], RELATIONS, MEASURED_BY)
    return {name: columns.tobytes() for name, columns in described.columns.items()}


def told_again(kept: KeptAnswer, later: timedelta = timedelta(0)) -> dict[str, Any]:
    """What is told when it is asked again, but for how far the ledger was read."""
    record = kept.record("id", "again", NOW + later, request="", bundle="b")
    told: dict[str, Any] = json.loads(record.reply)
    return told | {"ledger_seq": None}


def still_holds(engine: Engine, kept: KeptAnswer) -> bool:
    book = opened(engine)
    with reading(engine) as connection:
        keys = touched_keys(connection, book.tenant, kept.book.last_seq, book.last_seq)
        return kept.untouched(keys) and kept.as_held(connection, book, NOW)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_what_holds_is_what_would_be_worked_out_anew(
    engine: Engine, bundle: Bundle, small_world: SmallWorld, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311 - nothing secret
    teller = Teller(small_world.rows, chance)
    requests = [
        replace(one, as_of=NOW, mode=Mode.DECISION) for one in some_requests(small_world, 4, seed)
    ]
    kept = {at: kept_of(engine, bundle, one) for at, one in enumerate(requests)}
    numbers = {at: every_number(engine, one) for at, one in enumerate(requests)}
    held = given_up = 0
    for at_round in range(ROUNDS):
        with writing(engine) as connection:
            append(
                connection,
                OWNER,
                teller.one(),
                source_system="t",
                historical=chance.random() < 0.5,
                recorded_at=NOW - timedelta(minutes=ROUNDS - at_round),
                keep_good=True,
            )
        at = chance.randrange(len(requests))
        if still_holds(engine, kept[at]):
            held += 1
            assert every_number(engine, requests[at]) == numbers[at]
            fresh = kept_of(engine, bundle, requests[at])
            assert told_again(kept[at]) == told_again(fresh)
        else:
            given_up += 1
            kept[at] = kept_of(engine, bundle, requests[at])
            numbers[at] = every_number(engine, requests[at])
    assert held, "nothing held: nothing was compared"
    assert given_up, "nothing was given up: no fact touched any"


def test_asked_later_that_day_it_is_told_as_if_worked_out_then(
    engine: Engine, bundle: Bundle, small_world: SmallWorld
) -> None:
    for one in some_requests(small_world, 3, 5):
        request = replace(one, as_of=NOW, mode=Mode.DECISION)
        kept = kept_of(engine, bundle, request)
        later = kept.until - NOW - timedelta(microseconds=1)
        then = replace(request, request_id="again", as_of=NOW + later)
        served = serve(engine, opened(engine), then, bundle, PACK)
        told = reply(served.scored, bundle, PACK, score_id="id", currency="CNY")
        assert told_again(kept, later) == json.loads(json.dumps(told | {"ledger_seq": None}))
        assert not kept.timely(kept.until)
        assert not kept.timely(NOW - timedelta(microseconds=1))
