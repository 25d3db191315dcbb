"""An amount put on several things that take only so much each."""

from __future__ import annotations

from collections.abc import Sequence


def apportioned(amount_minor: int, rooms: Sequence[int]) -> tuple[int, ...]:
    """Parts of an amount in proportion to rooms, whole and each within its room.

    What rounding down leaves goes to the first that have room for it.

    Parameters
    ----------
    amount_minor : int
        0 or more, at most the sum of the rooms.
    rooms : sequence of int
        0 or more each.

    Raises
    ------
    ValueError
        Where the amount is more than all rooms together.
    """
    whole = sum(rooms)
    if not 0 <= amount_minor <= whole:
        raise ValueError(f"{amount_minor} doesn't fit into {whole}")
    parts = [amount_minor * room // whole if whole else 0 for room in rooms]
    left = amount_minor - sum(parts)
    for at, room in enumerate(rooms):
        more = min(left, room - parts[at])
        parts[at] += more
        left -= more
    return tuple(parts)
