"""A score served alone is the score given among all, to the last bit."""

import math
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from ledger.database import migrate, open_database
from ledger.principals import OWNER
from models.bundle import Bundle
from scoring.asking import Request
from scoring.batch import replies
from scoring.gather import FEW, gather
from scoring.path import Scored, describe
from simulator.observation.showcase import showcase_sheets
from simulator.observation.view import View
from simulator.output import write_world
from tests.scoring.asked import PACK, opened, request, served, some_requests, together, told
from tests.worlds import RECORDED_AT, SmallWorld

MANY = 40


@pytest.fixture(scope="module")
def asked(small_world: SmallWorld) -> list[Request]:
    """The three of the showcase and some more, at different instants."""
    shown = {part.receivable for part in small_world.showcase}
    claims = [dict(row) for row in small_world.rows["receivable"] if row["ref"] in shown]
    return [
        *(request([claim]) for claim in claims),
        *some_requests(small_world, MANY - len(claims), seed=1),
    ]


@pytest.fixture(scope="module")
def batch(engine: Engine, bundle: Bundle, asked: list[Request]) -> list[Scored]:
    """All answers, from the whole book at once."""
    return together(engine, bundle, asked)


@pytest.mark.parametrize("place", range(MANY))
def test_served_alone_is_scored_among_all(
    engine: Engine, bundle: Bundle, asked: list[Request], batch: list[Scored], place: int
) -> None:
    alone = served(engine, bundle, asked[place])

    assert told(alone) == told(batch[place])
    assert alone.cut == batch[place].cut


def test_the_requests_above_differ_in_what_they_ask(batch: list[Scored]) -> None:
    """Not vacuous: many probabilities, several receivables, every kind of decision."""
    assert len({answer.assessment.probability for answer in batch}) > MANY * 0.8
    assert {len(answer.request.receivables) for answer in batch} == {1, 2, 3}
    assert len({answer.offer.decision for answer in batch}) >= 3
    assert len({answer.cut.history_before for answer in batch}) > MANY // 2
    missing = [sum(map(math.isnan, answer.features.values())) for answer in batch]
    assert min(missing) < max(missing)


def test_keyed_facts_are_fewer_than_the_book(engine: Engine, asked: list[Request]) -> None:
    """Nor does serving read the whole book to be right."""
    at = opened(engine)
    keyed, whole = gather(engine, at, at.last_seq, asked[:1]), gather(engine, at, at.last_seq)

    assert {*keyed.facts, *(keyed.seen or {})} == set(whole.facts)
    for kind, facts in keyed.facts.items():
        assert facts.schema == whole.facts[kind].schema
        assert facts.num_rows < max(1, whole.facts[kind].num_rows)
    for kind, rows in (keyed.seen or {}).items():
        assert len(rows) < max(1, whole.facts[kind].num_rows)


def test_few_and_many_requests_reply_the_same(
    engine: Engine, bundle: Bundle, small_world: SmallWorld, asked: list[Request]
) -> None:
    """Above `FEW` requests the whole book is read; below, what they name."""
    more = [*asked, *some_requests(small_world, FEW, seed=2)]
    assert len(asked) <= FEW < len(more)

    few = list(replies(engine, opened(engine), asked, bundle, PACK))
    many = list(replies(engine, opened(engine), more, bundle, PACK))

    assert many[: len(asked)] == few
    assert [reply["request_id"] for reply in many] == [one.request_id for one in more]


def test_no_requests_have_no_replies(engine: Engine, bundle: Bundle) -> None:
    assert list(replies(engine, opened(engine), [], bundle, PACK)) == []


def test_the_order_of_the_requests_does_not_matter(
    engine: Engine, bundle: Bundle, asked: list[Request], batch: list[Scored]
) -> None:
    backwards = together(engine, bundle, asked[::-1])

    assert [told(answer) for answer in backwards[::-1]] == [told(answer) for answer in batch]


def test_the_order_of_the_receivables_does_not_matter(
    engine: Engine, bundle: Bundle, asked: list[Request]
) -> None:
    several = next(one for one in asked if len(one.receivables) == 3)
    turned = Request(**{**vars(several), "receivables": several.receivables[::-1]})

    one, other = told(served(engine, bundle, several)), told(served(engine, bundle, turned))

    assert one.pop("request") != other.pop("request")
    assert one == other


def test_the_number_of_threads_does_not_matter(
    engine: Engine, small_world: SmallWorld, asked: list[Request]
) -> None:
    one, two = (
        describe(small_world.gathered, asked, threads=threads).features.values for threads in (1, 2)
    )

    assert one.tobytes() == two.tobytes()


def test_both_stores_give_the_same_scores_alone_and_among_all(
    database_url: str,
    small_world: SmallWorld,
    bundle: Bundle,
    asked: list[Request],
    batch: list[Scored],
) -> None:
    store = open_database(database_url)
    migrate(store)
    more = showcase_sheets(View(small_world.world))
    write_world(small_world.world, store, OWNER, RECORDED_AT, more=more)
    few = asked[:3]

    answers = [[served(store, bundle, one) for one in few], together(store, bundle, few)]
    store.dispose()

    for found in answers:
        for answer, expected in zip(found, batch, strict=False):
            new, old = told(answer), told(expected)
            # the ids of the evidence are made when the facts are written
            assert len(answer.seen.evidence) == len(expected.seen.evidence)
            signs, known = answer.seen.signs or (), expected.seen.signs or ()
            assert [len(one.evidence) for one in signs] == [len(one.evidence) for one in known]
            seen = replace(
                answer.seen,
                evidence=expected.seen.evidence,
                signs=tuple(
                    replace(one, evidence=other.evidence)
                    for one, other in zip(signs, known, strict=True)
                ),
            )
            assert (seen, new.pop("seen") != old.pop("seen")) == (expected.seen, True)
            assert new == old
