"""Every measure of the graph is what its definition says, and sees no more than it may."""

import random
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.graph.measuring import MEASURES, MICRO, Measured, measures_of
from features.graph.relatedness import SHARED_BY_MANY
from features.graph.standing_in_trade import MONEY, communities, weights_of
from features.graph.trade_graph import KINDS_READ, Network, graph_of, graphs, network
from ledger.kinds import KINDS
from tests.features.graph.graph_worlds import books
from tests.features.graph.plain_graph import Key, PlainGraph
from tests.features.plain_claims import first_day
from tests.features.small_ledgers import TODAY
from tests.features.worlds_of_facts import DAY, Facts, Row, World, corrected, fact, table

MEASURED_ON = (TODAY - 20, TODAY, TODAY + 1)


def tables(facts: Facts) -> dict[str, pa.Table]:
    return {kind: table(kind, facts.get(kind, ())) for kind in KINDS_READ}


def measured(world: World, day: int = TODAY) -> dict[Key, int]:
    with graphs(tables(world.facts), world.time_zone) as connection:
        found = list(measures_of(graph_of(connection, day)))
    values = {(one.measure, one.party, one.other): one.value_micro for one in found}
    assert len(values) == len(found)
    return values


def communities_of(world: World, day: int) -> dict[str, int]:
    with graphs(tables(world.facts), world.time_zone) as connection:
        money = network(graph_of(connection, day), MONEY)
    return dict(zip(money.parties.to_pylist(), communities(money).tolist(), strict=True))


def sold(*trades: tuple[str, str, int]) -> World:
    """A book of invoices: seller, buyer, amount, all of ten days ago."""
    rows = [
        fact(
            "invoice",
            f"i{number}",
            number,
            (TODAY - 9) * DAY,
            seller=seller,
            buyer=buyer,
            issued_on=TODAY - 10,
            gross_minor=amount,
        )
        for number, (seller, buyer, amount) in enumerate(trades)
    ]
    return World("UTC", {"invoice": rows}, ())


@given(books(), st.sampled_from(MEASURED_ON))
def test_a_measure_is_what_its_definition_says(world: World, day: int) -> None:
    plain = PlainGraph(world, day).values(communities_of(world, day))
    found = measured(world, day)

    assert found.keys() == plain.keys()
    for key, micro in found.items():
        assert micro / MICRO == pytest.approx(plain[key], rel=1e-9, abs=2 / MICRO), key


@settings(max_examples=settings().max_examples // 2)
@given(books())
def test_facts_visible_from_the_day_on_change_nothing(world: World) -> None:
    facts: dict[str, list[Row]] = {}
    for kind, rows in world.facts.items():
        seen = [row for row in rows if first_day(row["visible_at"], world.time_zone) <= TODAY]
        last = {row["ref"]: row for row in sorted(seen, key=lambda row: int(row["revision"]))}
        later = [
            corrected(row, (TODAY + 1) * DAY, **{k: v + 7 for k, v in row.items() if _amount(k, v)})
            for row in last.values()
        ]
        facts[kind] = [*seen, *later]

    assert measured(world.of(facts)) == measured(world)


def _amount(name: str, value: object) -> bool:
    return isinstance(value, int) and name in {"gross_minor", "share_ppm", "severity"}


@settings(max_examples=settings().max_examples // 2)
@given(books())
def test_the_order_of_facts_changes_nothing(world: World) -> None:
    dealer = random.Random(5)  # noqa: S311 - a shuffle, no secret
    facts = {kind: dealer.sample(rows, len(rows)) for kind, rows in world.facts.items()}

    assert measured(world.of(facts)) == measured(world)


@settings(max_examples=settings().max_examples // 6)
@given(books())
def test_a_day_after_another_gives_what_it_gives_alone(world: World) -> None:
    with graphs(tables(world.facts), world.time_zone, threads=2) as connection:
        nights = [list(measures_of(graph_of(connection, day))) for day in (*MEASURED_ON, TODAY)]

    assert nights[1] == nights[3]
    for day, night in zip(MEASURED_ON, nights, strict=False):
        values = {(one.measure, one.party, one.other): one.value_micro for one in night}
        assert values == measured(world, day)


def test_an_empty_book_has_no_measures() -> None:
    assert measured(World("UTC", {}, ())) == {}


@pytest.mark.parametrize("firms", [2, 3, 4, 5])
def test_money_that_goes_round_is_found_up_to_four_firms(firms: int) -> None:
    ring = [f"s{number}" for number in range(firms)]
    round_ = [(one, other, 1_000) for one, other in pairwise([*ring, ring[0]])]
    honest = [(one, "core", 3_000) for one in ring]

    found = measured(sold(*round_, *honest))

    shares = [found["cycle_share", one, None] for one in ring]
    assert shares == [250_000 if firms <= 4 else 0] * firms
    assert ("cycle_share", "core", None) not in found  # it sells nothing


@pytest.mark.parametrize(("smallest", "share"), [(900, 1_000_000), (899, 0)])
def test_amounts_of_a_circle_are_alike_from_nine_tenths_on(smallest: int, share: int) -> None:
    found = measured(sold(("a", "b", 1_000), ("b", "c", smallest), ("c", "a", 950)))

    assert found["cycle_share", "a", None] == share


def test_large_amounts_go_round_too() -> None:
    most = 9_000_000_000_000_000
    found = measured(sold(("a", "b", most), ("b", "a", most), ("b", "a", -1), ("a", "c", 1)))

    assert found["cycle_share", "b", None] == found["reciprocity", "a", "b"] == 1_000_000


def test_an_address_of_many_tells_nothing() -> None:
    few, many = SHARED_BY_MANY, SHARED_BY_MANY + 1
    for count, size in ((few, few), (many, 1)):
        rows = [
            fact(
                "party_attribute",
                f"p{number}",
                number,
                0,
                party=f"s{number}",
                attribute="address",
                value_hash="0",
            )
            for number in range(count)
        ]
        world = sold(*((f"s{number}", "core", 5) for number in range(count)))

        found = measured(world.of({**world.facts, "party_attribute": rows}))

        assert found["attribute_cluster", "s3", None] == size * MICRO


def test_two_groups_that_trade_among_themselves_are_two_communities() -> None:
    parties = [f"{group}{number}" for group in "xy" for number in range(6)]
    trades = [
        (one, other, 1_000)
        for one in parties
        for other in parties
        if one < other and one[0] == other[0]
    ]

    found = communities_of(sold(*trades, ("x0", "y0", 10)), TODAY)

    assert len(set(found.values())) == 2
    for group in "xy":
        assert len({found[party] for party in parties if party[0] == group}) == 1


def test_communities_are_better_than_none_and_better_than_one() -> None:
    dealer = np.random.default_rng(3)
    for _ in range(10):
        edges = np.unique(dealer.integers(0, 40, (80, 2)), axis=0)
        edges = edges[edges[:, 0] != edges[:, 1]]
        weight = dealer.lognormal(0, 1, len(edges))
        parties = pa.array([f"{number:02}" for number in range(40)])
        money = Network(parties, edges[:, 0], edges[:, 1], weight)

        labels = communities(money)

        both = (money.matrix() + money.matrix().T).toarray()
        assert _modularity(both, labels) > max(0.2, _modularity(both, np.arange(40)))


def _modularity(both: np.ndarray, labels: np.ndarray) -> float:
    whole, same = both.sum(), labels[:, None] == labels[None, :]
    expected = np.outer(both.sum(axis=1), both.sum(axis=1)) / whole
    return float(((both - expected) * same).sum() / whole)


def test_a_supplier_that_core_enterprises_pay_weighs_more_than_one_at_the_edge() -> None:
    trades = [("mill", f"core{number}", 1_000) for number in range(5)] + [("shop", "core0", 1)]
    with graphs(tables(sold(*trades).facts), "UTC") as connection:
        money = network(graph_of(connection, TODAY), MONEY)
    weight = dict(zip(money.parties.to_pylist(), weights_of(money).tolist(), strict=True))

    assert weight["mill"] > 1 > weight["shop"]
    assert sum(weight.values()) == pytest.approx(len(weight))


def test_every_measure_of_the_ledger_is_taken() -> None:
    (kind,) = (kind for kind in KINDS if kind.name == "graph_measure")
    told = kind.row.model_fields["measure"].annotation

    assert tuple(MEASURES) == told.__args__  # type: ignore[union-attr]
    assert Measured._fields == ("measure", "party", "other", "value_micro")


@pytest.mark.parametrize("firms", [2, 3, 6, 7])
def test_money_passed_on_round_three_to_six_firms_is_a_ring_beside_other_trade(firms: int) -> None:
    ring = [f"s{number}" for number in range(firms)]
    passed = [(other, one, 1_000 - 50 * at) for at, (one, other) in enumerate(pairwise(ring))]
    back = (ring[0], ring[-1], 1_000 - 50 * (firms - 1))
    honest = [(other, one, 70_000) for one, other in pairwise(ring)]

    found = measured(sold(*passed, back, *honest))

    told = {(one, other) for name, one, other in found if name == "ring_share"}
    edges = {(other, one) for one, other in pairwise(ring)} | {(ring[0], ring[-1])}
    assert told == (edges if 3 <= firms <= 6 else set())


@pytest.mark.parametrize(("smallest", "rings"), [(900, 3), (899, 0), (1_112, 0)])
def test_a_ring_passes_on_nine_tenths_or_all(smallest: int, rings: int) -> None:
    found = measured(sold(("b", "a", 1_000), ("c", "b", smallest), ("a", "c", smallest)))

    assert sum(name == "ring_share" for name, _, _ in found) == rings
