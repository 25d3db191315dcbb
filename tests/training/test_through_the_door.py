"""Whom a model is watched on: everybody who asked, as it was when they asked."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine

from features.pipeline import silent
from ledger.clocks import to_day_number
from ledger.database import open_database, reading, writing
from ledger.principals import OWNER
from ledger.records import append_record
from ledger.tenants import book
from lending.pack import load_pack
from models.bundle import Bundle, load
from scoring.asking import Request
from scoring.batch import replies
from scoring.gather import Gathered, gather
from tests.default_bundles import DefaultBundles
from tests.features.worlds_of_facts import Row
from tests.training.lent_books import TODAY, asked, claim, ended, lent, link, of, usual
from tests.worlds import LAST_DAY, RECORDED_AT, SmallWorld
from training.default_examples import default_examples, with_lending
from training.monitor.given_scores import IN_THE_LEDGERS_WORDS, GivenScore, given_scores
from training.monitor.through_the_door import NO_OUTCOME, labels_of, through_the_door
from training.validation.by_month import months_of


@pytest.fixture(scope="module")
def bundle(default_bundles: DefaultBundles) -> Bundle:
    return load(default_bundles.default)


def test_who_was_declined_came_through_the_door_and_nothing_comes_of_it(bundle: Bundle) -> None:
    gathered = usual(
        ("receivable", claim("r2")),
        ("financing_request", asked("q2", decision="declined")),
        ("requested_receivable", link("q2", "r2")),
        ("outcome", ended("f", TODAY + 100, defaulted=True)),
    )

    door = through_the_door(gathered, bundle, (), silent)
    known = labels_of(gathered, bundle, door, TODAY + 200)

    assert door.outcomes.keys == ("f", NO_OUTCOME)
    assert door.decisions == ("approved", "declined")
    assert known.known.tolist() == known.event.tolist() == [True, False]
    assert not door.recorded.any()


def test_a_decision_told_later_is_the_decision(bundle: Bundle) -> None:
    first, later = asked("q", decision=None), asked("q", decision="declined")
    gathered = of(
        ("receivable", claim("r")),
        ("financing_request", first),
        ("financing_request", {**later, "revision": 1, "seq": 99}),
        ("requested_receivable", link("q", "r")),
    )

    assert through_the_door(gathered, bundle, (), silent).decisions == ("declined",)


@pytest.mark.parametrize(
    "rows",
    [
        [("financing_request", asked("q"))],
        [("financing_request", asked("q")), ("requested_receivable", link("q", "unknown"))],
        [
            ("receivable", claim("r")),
            ("financing_request", asked("q")),
            ("requested_receivable", link("q", "r")),
            ("financing", lent("f", "q", at=TODAY - 1)),
        ],
    ],
    ids=["names no claim", "names an unknown one", "was lent to before it was known"],
)
def test_what_no_score_could_be_asked_for_in_time_is_left_out(
    bundle: Bundle, rows: list[tuple[str, Row]]
) -> None:
    assert through_the_door(of(*rows), bundle, (), silent).outcomes.keys == ()


def test_who_was_lent_to_is_described_as_the_example_that_a_model_learns_from(
    small_world: SmallWorld, bundle: Bundle
) -> None:
    gathered = with_lending(open_database(small_world.url), small_world.gathered)
    learned = default_examples(gathered, bundle.feature_names)

    door = through_the_door(gathered, bundle, (), silent)

    place = {key: at for at, key in enumerate(door.outcomes.keys)}
    rows = door.rows[[place[key] for key in learned.keys]]
    np.testing.assert_array_equal(rows, learned.rows)
    assert len(door.day) > len(learned.day)
    assert (np.diff(door.day) >= 0).all()


def test_in_a_month_of_recorded_decisions_these_are_the_requests_as_they_were_told(
    small_world: SmallWorld, tmp_path: Path
) -> None:
    model = load(small_world.bundle)
    engine = open_database(small_world.copy(tmp_path))
    first, second, third = _requests(small_world)
    asked_twice = [first, replace(second, request_id=first.request_id), third]

    told = _recorded(engine, model, asked_twice, whys=("decision", "decision", "what_if"))
    gathered, given = _read(engine, model)
    door = through_the_door(gathered, model, given, silent)

    (one,) = given  # the last of what was asked twice; a what-if decides nothing
    now = door.taken(np.flatnonzero(door.recorded))
    months = set(months_of(small_world.known.day))
    assert set(door.month[~door.recorded]) == months - set(now.month)
    assert now.outcomes.keys == second.receivables
    assert now.probability.tolist() == [told[1]["probability"]]
    values = [told[1]["features"][name] for name in model.feature_names]
    np.testing.assert_array_equal(now.rows[0], np.array(values, dtype=np.float64))
    assert now.decisions == (IN_THE_LEDGERS_WORDS[told[1]["decision"]],)
    assert one.day == to_day_number(LAST_DAY)


def _requests(small_world: SmallWorld) -> list[Request]:
    """Three by one supplier, noon of the last day."""
    rows = small_world.gathered.facts["receivable"].to_pylist()
    mine = [row for row in rows if row["supplier"] == rows[-1]["supplier"]][-3:]
    as_of = RECORDED_AT + timedelta(hours=12)
    return [
        Request(row["ref"], row["supplier"], row["buyer"], (row["ref"],), as_of) for row in mine
    ]


def _recorded(
    engine: Engine, bundle: Bundle, requests: list[Request], whys: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Put the replies on record, as a service does."""
    with reading(engine) as connection:
        opened = book(connection, OWNER.tenant)
    pack = load_pack()
    told = []
    for said, why in zip(replies(engine, opened, requests, bundle, pack), whys, strict=True):
        reply = {**said, "mode": why}
        with writing(engine) as connection:
            append_record(
                connection,
                OWNER,
                recorded_at=requests[0].as_of,
                bundle=bundle.id,
                pack=pack.id,
                as_of=requests[0].as_of,
                history_before=RECORDED_AT,
                cut_seq=opened.last_seq,
                request="{}",
                features=json.dumps(reply["features"]),
                circumstances=json.dumps(reply["circumstances"]),
                reply=json.dumps(reply),
            )
        told.append(reply)
    return told


def _read(engine: Engine, bundle: Bundle) -> tuple[Gathered, Sequence[GivenScore]]:
    with reading(engine) as connection:
        opened = book(connection, OWNER.tenant)
    return gather(engine, opened, opened.last_seq), given_scores(engine, opened, bundle)
