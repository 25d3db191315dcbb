"""No cell of few firms is told, nor can one be worked out from a total of one month."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.portfolio.cell_suppression import Place, Weights, hidden
from lending.portfolio.portfolio_rules import load_portfolio_rules

RULES = load_portfolio_rules().index
FIRMS = st.lists(st.floats(1.0, 1e6), min_size=1, max_size=30)
TABLES = st.dictionaries(
    st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from(["x", "y", "z"])),
    FIRMS,
    min_size=1,
)


def with_totals(table: dict[tuple[str, str], list[float]]) -> dict[Place, Weights]:
    """Every firm sells in one cell only."""
    cells: dict[Place, list[float]] = {}
    for (row, column), firms in table.items():
        for place in ((row, column), (row, None), (None, column), (None, None)):
            cells.setdefault(place, []).extend(firms)
    return {
        place: Weights(len(firms), sum(firms), max(firms) / sum(firms))
        for place, firms in cells.items()
    }


def lines(cells: dict[Place, Weights]) -> list[tuple[Place, list[Place]]]:
    """Each total and the cells that add up to it, said once more and plainly."""
    rows = {row for row, _ in cells if row is not None}
    columns = {column for _, column in cells if column is not None}
    inner = {place for place in cells if None not in place}
    found: list[tuple[Place, list[Place]]] = [
        ((None, None), [(row, None) for row in rows]),
        ((None, None), [(None, column) for column in columns]),
    ]
    found += [((row, None), [place for place in inner if place[0] == row]) for row in rows]
    found += [((None, c), [place for place in inner if place[1] == c]) for c in columns]
    return found


@given(TABLES)
def test_what_is_told_is_of_enough_firms_and_no_total_tells_the_rest(
    table: dict[tuple[str, str], list[float]],
) -> None:
    cells = with_totals(table)
    out = hidden(cells, RULES)

    for place, one in cells.items():
        if place not in out:
            assert one.firms >= RULES.least_firms
            assert one.top_share <= RULES.top_share
    for total, line in lines(cells):
        unknown = [place for place in line if place in out]
        assert total in out or len(unknown) != 1


def test_a_second_cell_is_hidden_behind_the_first() -> None:
    table = {("a", "x"): [1.0] * 9, ("a", "y"): [1.0] * 12, ("a", "z"): [1.0] * 40}

    out = hidden(with_totals(table), RULES)

    assert ("a", "x") in out
    assert ("a", "y") in out  # the smaller of the two that could stand beside it
    assert ("a", "z") not in out
    assert (None, None) not in out


@pytest.mark.parametrize(("largest", "told"), [(29.0, True), (31.0, False)])
def test_a_firm_that_has_most_of_a_cell_hides_it(largest: float, told: bool) -> None:
    table = {("a", "x"): [1.0] * 30 + [largest]}

    assert (("a", "x") not in hidden(with_totals(table), RULES)) is told
