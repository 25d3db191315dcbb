"""Running totals are what a direct count gives at every point."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from features.engine import session
from features.rates import running

DAYS = st.integers(-4, 8)
KEYS = st.sampled_from(("a", "b", "c"))
STAYS = st.lists(st.tuples(KEYS, st.sampled_from((0, 1)), DAYS, DAYS), max_size=12)
POINTS = st.lists(st.tuples(KEYS, DAYS), max_size=12)


@given(STAYS, POINTS)
def test_at_a_point_those_count_that_have_entered_and_not_left(
    stays: list[tuple[str, int, int, int]], points: list[tuple[str, int]]
) -> None:
    names = ("key", "late", "enters", "leaves")
    types = (pa.string(), pa.int32(), pa.int32(), pa.int32())
    columns = [[stay[at] for stay in stays] for at in range(4)]
    stay = pa.table({n: pa.array(c, t) for n, c, t in zip(names, columns, types, strict=True)})
    point = pa.table(
        {
            "key": pa.array([key for key, _ in points], pa.string()),
            "day": pa.array([day for _, day in points], pa.int32()),
        }
    )
    with session(1) as connection:
        connection.register("stay", stay)
        connection.register("point", point)
        totals = running(("key",))
        rows = connection.sql(f"WITH {totals} SELECT key, day, n, x FROM running")  # noqa: S608
        found = {(key, day): (n, x) for key, day, n, x in rows.fetchall()}

    assert set(points) <= set(found)
    for key, day in points:
        inside = [late for k, late, enters, leaves in stays if k == key and enters <= day < leaves]
        assert found[key, day] == (len(inside), sum(inside))
