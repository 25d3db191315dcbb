"""A request of several receivables is described by the mean over them, by face."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue import RELATIONS
from features.engine import session, spine_of
from features.feature import Grain
from features.spine import ASKED, Spine
from scoring.asking import request_table, wanted_table
from tests.features.many_worlds import shared_worlds
from tests.features.small_ledgers import TODAY, worlds
from tests.features.worlds_of_facts import DAY, Row, World, corrected, fact, features_of

FEWER = settings(max_examples=settings().max_examples // 3)
OF_REQUEST = [relation for relation in RELATIONS if relation.grain is Grain.REQUEST]


def spine_in(world: World) -> Spine:
    with session(1) as connection:
        return spine_of(
            connection,
            request_table(world.requests, world.book),
            wanted_table(world.requests),
            world.tables["receivable"],
        )


def asking_for(world: World, *claims: Row) -> World:
    """The world's first request, for these receivables alone."""
    facts = {**world.facts, "receivable": [*world.facts["receivable"], *claims]}
    first = world.requests[0]
    keys = tuple(dict.fromkeys(claim["ref"] for claim in claims))
    return world.of(facts).asking(replace(first, receivables=keys))


def a_claim(ref: str, face_minor: int | None, **more: object) -> Row:
    terms = {"issued_on": TODAY - 200, "due_on": TODAY - 150, "rate_ppm": 10_000, **more}
    parties = {"supplier": "s0", "buyer": "b0"}
    visible_at = (TODAY - 200) * DAY
    return fact("receivable", ref, 9_000, visible_at, face_minor=face_minor, **parties, **terms)


@given(worlds())
def test_the_weights_of_a_request_sum_to_one(world: World) -> None:
    asked = spine_in(world).asked

    assert asked.schema == ASKED
    for row, request in enumerate(world.requests):
        own = [each for each in asked.to_pylist() if each["row_no"] == row]
        assert {each["receivable"] for each in own} == set(request.receivables)
        assert {(each["supplier"], each["buyer"]) for each in own} == {
            (request.supplier, request.buyer)
        }
        assert sum(each["weight"] for each in own) == pytest.approx(1.0, abs=1e-12)
        assert min(each["weight"] for each in own) >= 0.0


@pytest.mark.parametrize(
    ("faces", "weights"),
    [
        ((100, 300), (0.25, 0.75)),
        ((100, 0), (1.0, 0.0)),
        ((100, None), (0.5, 0.5)),  # how much the other weighs isn't known
        ((None, None, None), (1 / 3, 1 / 3, 1 / 3)),
        ((0, 0), (0.5, 0.5)),
        ((2**53 - 1, 2**53 - 1), (0.5, 0.5)),
    ],
)
@FEWER
@given(world=worlds(most_claims=1, most_requests=1))
def test_the_weight_is_the_share_of_the_face(
    faces: tuple[int | None, ...], weights: tuple[float, ...], world: World
) -> None:
    claims = [a_claim(f"z{at}", face) for at, face in enumerate(faces)]

    asked = spine_in(asking_for(world, *claims)).asked

    assert asked["weight"].to_pylist() == list(weights)


@st.composite
def equal_claims(draw: st.DrawFn) -> World:
    """A world whose one request is for a few receivables that are alike in all but their name."""
    world = draw(worlds(most_requests=1))
    face_minor = draw(st.sampled_from((None, 0, 10_000)))
    # asked for in the instant in which they come: none of them is history yet
    at = int(world.requests[0].as_of.timestamp() * 1_000_000)
    claims = [
        {**a_claim(f"z{number}", face_minor), "visible_at": at}
        for number in range(draw(st.integers(2, 7)))
    ]
    return asking_for(world, *claims)


def only_the_first(world: World) -> World:
    """The same request for the first of its receivables; the others are not there."""
    (request,) = world.requests
    first, *others = request.receivables
    claims = [row for row in world.facts["receivable"] if row["ref"] not in others]
    return world.of({**world.facts, "receivable": claims}).asking(
        replace(request, receivables=(first,))
    )


def test_equal_receivables_are_as_one_of_them() -> None:
    for shared in shared_worlds(equal_claims(), settings().max_examples // 3):
        one = features_of(shared.changed(only_the_first), OF_REQUEST)
        many = shared.features(OF_REQUEST)

        np.testing.assert_allclose(many, one, rtol=1e-12, atol=1e-12, equal_nan=True)


def test_a_value_that_one_receivable_lacks_is_the_mean_of_the_others() -> None:
    with_rate, without = a_claim("z0", 30_000), a_claim("z1", 70_000, rate_ppm=None)
    asking = worlds(most_requests=1).map(lambda world: asking_for(world, with_rate, without))
    names = [feature.name for relation in OF_REQUEST for feature in relation.features]

    for shared in shared_worlds(asking, settings().max_examples // 3):
        rates = shared.features(OF_REQUEST)[:, names.index("claim_rate")]

        assert (rates == 0.01).all()
        assert len(rates) == len(shared.worlds)


@given(worlds(most_requests=1))
def test_the_terms_are_those_of_the_last_revision_visible_at_as_of(world: World) -> None:
    first = a_claim("z0", 30_000)
    at = int(world.requests[0].as_of.timestamp() * 1_000_000)
    seen = corrected(first, at, face_minor=40_000)
    unseen = corrected(seen, at + 1, face_minor=50_000)

    asked = spine_in(asking_for(world, first, seen, unseen)).asked

    assert asked["face_minor"].to_pylist() == [40_000]
