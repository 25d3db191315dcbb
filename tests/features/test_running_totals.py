"""What relations share: running totals and what is seen briefly, against a direct count."""

from collections.abc import Sequence

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from features.claims_seen import seen_briefly
from features.engine import session
from features.rates import running

DAYS = st.integers(-4, 8)
KEYS = st.sampled_from(("a", "b", "c"))
STAYS = st.lists(st.tuples(KEYS, st.sampled_from((0, 1)), DAYS, DAYS), max_size=12)
POINTS = st.lists(st.tuples(KEYS, DAYS), max_size=12)


def table(rows: Sequence[tuple[str | int, ...]], *names: str) -> pa.Table:
    """Rows as a table: the first column text, the others days and counts."""
    types = [pa.string() if at == 0 else pa.int32() for at in range(len(names))]
    columns = [pa.array([row[at] for row in rows], kind) for at, kind in enumerate(types)]
    return pa.table(columns, list(names))


@given(STAYS, POINTS)
def test_at_a_point_those_count_that_have_entered_and_not_left(
    stays: list[tuple[str, int, int, int]], points: list[tuple[str, int]]
) -> None:
    with session(1) as connection:
        connection.register("stay", table(stays, "key", "late", "enters", "leaves"))
        connection.register("point", table(points, "key", "day"))
        totals = running(("key",))
        rows = connection.sql(f"WITH {totals} SELECT key, day, n, x FROM running")  # noqa: S608
        found = {(key, day): (n, x) for key, day, n, x in rows.fetchall()}

    assert set(points) <= set(found)
    for key, day in points:
        inside = [late for k, late, enters, leaves in stays if k == key and enters <= day < leaves]
        assert found[key, day] == (len(inside), sum(inside))


LASTS = st.lists(st.tuples(KEYS, st.integers(-40, 40), st.integers(0, 33)), max_size=8)
FAR = st.lists(st.tuples(KEYS, st.integers(-80, 80)), max_size=12, unique=True)
UNTOLD = ("supplier", "issued_on", "due_on", "term_days", "face_minor", "settled_on")
STAY = f"""
    SELECT receivable, buyer, {", ".join(f"NULL::INTEGER AS {name}" for name in UNTOLD)},
        since AS from_day, since + lasts AS until_day
    FROM claim
"""  # noqa: S608 - literals


@given(LASTS, FAR)
def test_what_is_seen_briefly_is_seen_at_the_points_of_its_days_and_at_no_other(
    claims: list[tuple[str, int, int]], points: list[tuple[str, int]]
) -> None:
    numbered = [(*claim, at) for at, claim in enumerate(claims)]
    with session(1) as connection:
        connection.register("claim", table(numbered, "buyer", "since", "lasts", "receivable"))
        connection.register("buyer_day", table(points, "buyer", "day"))
        found = connection.sql(seen_briefly("buyer_day", STAY, 33))
        rows = found.select("receivable, buyer, day").fetchall()

    assert sorted(rows) == sorted(
        (at, key, day)
        for buyer, since, lasts, at in numbered
        for key, day in points
        if key == buyer and since <= day < since + lasts
    )
