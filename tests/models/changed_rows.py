"""Rows of the small world in which hypothesis changes what it likes."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from models.trees import Matrix
from tests.worlds import NAMES

COLUMNS = len(NAMES)
EXTREMES = st.sampled_from(
    [float("nan"), 0.0, -0.0, 5e-324, 1e-300, 1e300, -1e300, float("inf"), float("-inf")]
)
VALUES = EXTREMES | st.floats() | st.floats(-400, 400)

Changes = list[tuple[int, dict[int, float]]]

changes: st.SearchStrategy[Changes] = st.lists(
    st.tuples(
        st.integers(0, 2_000),
        st.dictionaries(st.integers(0, COLUMNS - 1), VALUES, max_size=COLUMNS),
    ),
    min_size=1,
    max_size=6,
)
"""A few rows by their place, and what is written over them: missing, infinite, extreme values."""


def changed(rows: Matrix, drawn: Changes) -> Any:
    """Apply changes to copies of the rows they name."""
    some = np.array([rows[at % len(rows)] for at, _ in drawn])
    for row, (_, values) in zip(some, drawn, strict=True):
        for column, value in values.items():
            row[column] = value
    return some
