"""Who comes first in a claim: article 768, case by case."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.circumstances.claim_seen import AskedClaim, Rival
from lending.priority import standing

NINE, TEN = datetime(2026, 5, 1, 9, tzinfo=UTC), datetime(2026, 5, 1, 10, tzinfo=UTC)
MAY_1, MAY_2 = date(2026, 5, 1), date(2026, 5, 2)


def claim(*rivals: dict[str, Any], **own: Any) -> AskedClaim:
    return AskedClaim(
        "r0", rivals=tuple(Rival(f"x{n}", **one) for n, one in enumerate(rivals)), **own
    )


@pytest.mark.parametrize(
    ("asked", "rank", "by", "share"),
    [
        (claim(), "first", "alone", 1),
        (claim({"registered_at": TEN}, registered_at=NINE), "first", "registration", 1),
        (claim({"registered_at": NINE}, registered_at=TEN), "behind", "registration", 0),
        (claim({"registered_at": NINE}, registered_at=NINE), "behind", "registration", 0),
        (claim({"registered_at": TEN}, notified_on=MAY_1), "behind", "registration", 0),
        (claim({"notified_on": MAY_1}, registered_at=TEN), "first", "registration", 1),
        (claim({"notified_on": MAY_2}, notified_on=MAY_1), "first", "notice", 1),
        (claim({"notified_on": MAY_1}, notified_on=MAY_2), "behind", "notice", 0),
        (claim({"notified_on": MAY_1}), "behind", "notice", 0),
        (claim({}, notified_on=MAY_2), "first", "notice", 1),
        (claim({"notified_on": MAY_1}, notified_on=MAY_1), "shared", "notice", None),
        (
            claim({"notified_on": MAY_1}, {"notified_on": MAY_1}, notified_on=MAY_2),
            "behind",
            "notice",
            0,
        ),
        (claim({"amount_minor": 300}), "shared", "amount", Fraction(1, 4)),
        (claim({"amount_minor": 300}, {"amount_minor": 600}), "shared", "amount", Fraction(1, 10)),
        (claim({"amount_minor": 300}, {}), "shared", "amount", None),
    ],
)
def test_registered_before_unregistered_then_notice_then_amounts(
    asked: AskedClaim, rank: str, by: str, share: Fraction | None
) -> None:
    found = standing(asked, 100)

    assert (found.rank, found.by, found.share) == (rank, by, share)


instants = st.none() | st.sampled_from((NINE, TEN))
days = st.none() | st.sampled_from((MAY_1, MAY_2))
rights = st.tuples(instants, days, st.integers(1, 900))


@given(st.lists(rights, min_size=2, max_size=4))
def test_seen_from_each_side_there_is_one_first_at_most_and_shares_are_never_more_than_all(
    every: list[tuple[datetime | None, date | None, int]],
) -> None:
    found = []
    for at, (registered, notified, amount) in enumerate(every):
        others = [one for n, one in enumerate(every) if n != at]
        rivals = [{"registered_at": r, "notified_on": d, "amount_minor": a} for r, d, a in others]
        own = claim(*rivals, registered_at=registered, notified_on=notified)
        found.append(standing(own, amount))

    assert sum(one.rank == "first" for one in found) <= 1
    assert len({one.by for one in found}) == 1
    shares = [one.share for one in found if one.share is not None]
    assert sum(shares) <= 1
    if found[0].by == "amount":
        assert sum(shares) == 1
