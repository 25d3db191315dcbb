"""Parts of an amount: all of it, each within its room, in proportion to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.apportioning import apportioned

ROOMS = st.lists(st.integers(0, 2**53), min_size=1, max_size=8)


@given(ROOMS, st.fractions(0, 1))
def test_all_of_it_is_put_within_the_rooms(rooms: list[int], share: float) -> None:
    amount = int(sum(rooms) * share)

    parts = apportioned(amount, rooms)

    assert sum(parts) == amount
    assert all(0 <= part <= room for part, room in zip(parts, rooms, strict=True))
    for part, room in zip(parts, rooms, strict=True):
        assert (part + 1) * sum(rooms) >= amount * room  # at most a unit short


def test_what_rounding_leaves_goes_to_the_first_with_room() -> None:
    assert apportioned(2, [1, 1, 1]) == (1, 1, 0)
    assert apportioned(10, [4, 4, 4]) == (4, 3, 3)
    assert apportioned(0, [0, 5]) == (0, 0)


def test_more_than_all_rooms_is_refused() -> None:
    with pytest.raises(ValueError, match="7 doesn't fit into 6"):
        apportioned(7, [1, 5])
