"""Why a number is missing: its source has not told, or has, and there is nothing to make it of."""

from math import nan

import pytest

from features.at_hand import UNDEFINED, AtHand, additions
from features.catalogue import BY_NAME, RELATION_OF
from features.feature import Grain
from features.sources import ALWAYS, ASKED, TIERS, Source, State

NOTHING = [State.NOT_CHECKED] * len(ASKED)
EVERYTHING = [State.FOUND] * len(ASKED)
LATE = "buyer_late5_365d"  # a feature over the bank


def states(**named: State) -> list[State]:
    return [named.get(source.value, State.NOT_CHECKED) for source in ASKED]


@pytest.mark.parametrize(
    ("told", "tier"),
    [
        (states(), 0),
        (states(invoices=State.FOUND), 0),
        (states(invoices=State.FOUND, bank=State.NONE_FOUND), 1),
        (states(bank=State.REFUSED), 0),
        (states(platform=State.STALE, bank=State.FOUND), 1),
        (states(platform=State.FOUND), 2),
        (states(courts=State.NONE_FOUND), 3),
    ],
)
def test_the_tier_is_that_of_the_highest_source_that_told(told: list[State], tier: int) -> None:
    assert AtHand.of(told, NOTHING).tier == tier


@pytest.mark.parametrize("name", BY_NAME)
def test_every_feature_is_missing_for_a_reason(name: str) -> None:
    needs = RELATION_OF[name].needs_of(BY_NAME[name])
    nobody, everybody = AtHand.of(NOTHING, NOTHING), AtHand.of(EVERYTHING, EVERYTHING)

    lack = nobody.lack(name)
    assert lack.why == (UNDEFINED if set(needs) <= set(ALWAYS) else "NOT_CHECKED")
    assert lack.source in {None, *needs}
    assert lack.of == ("buyer" if RELATION_OF[name].grain is Grain.BUYER else "supplier")
    assert everybody.lack(name).why == UNDEFINED
    assert RELATION_OF[name].tier(BY_NAME[name]) == max(TIERS[source] for source in needs)


def test_unknown_refused_stale_and_empty_are_told_apart() -> None:
    for state, why in (
        (State.NOT_CHECKED, "NOT_CHECKED"),
        (State.REFUSED, "REFUSED"),
        (State.STALE, "STALE"),
        (State.NONE_FOUND, UNDEFINED),
        (State.FOUND, UNDEFINED),
    ):
        assert AtHand.of(states(bank=state), NOTHING).lack(LATE).why == why


def test_only_missing_values_lack_something_and_sources_add_what_lacks() -> None:
    at_hand = AtHand.of(states(bank=State.REFUSED), NOTHING)
    lacks = at_hand.lacks({LATE: nan, "buyer_late1_365d": nan, "data_tier": 0.0})

    assert set(lacks) == {LATE, "buyer_late1_365d"}
    (added,) = additions(lacks)
    assert (added.source, added.of, added.why) == (Source.BANK, "supplier", "REFUSED")
    assert added.features == (LATE, "buyer_late1_365d")


def test_what_is_undefined_is_no_want_of_a_source() -> None:
    at_hand = AtHand.of(EVERYTHING, EVERYTHING)

    assert additions(at_hand.lacks({LATE: nan})) == ()
