"""The stability index: its formula by hand, and chance that it doesn't take for drift."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.validation.drift import Binned, drift

values = st.lists(
    st.one_of(st.integers(-3, 3).map(float), st.just(np.nan)), min_size=1, max_size=40
)


def test_two_bins_by_hand() -> None:
    """9 and 11 of 20 before, 19 and 1 after, half a row added to each."""
    before = np.repeat([0.0, 1.0], [10, 10])
    after = np.repeat([0.0, 1.0], [19, 1])

    found = drift(before, after, bins=2)

    p, q = np.array([10.5, 10.5]) / 21, np.array([19.5, 1.5]) / 21
    assert found.psi == pytest.approx(((q - p) * np.log(q / p)).sum())
    assert found.bins == ((0.0, 10, 19), (np.inf, 10, 1))
    assert found.state == "alarm"


def test_values_that_go_missing_are_drift() -> None:
    before = np.linspace(0, 1, 500)
    after = before.copy()
    after[::2] = np.nan

    found = drift(before, after)

    assert found.state == "alarm"
    assert found.bins[-1][1:] == (0, 250)
    assert np.isnan(found.bins[-1][0])


@given(values, values)
def test_every_row_is_in_one_bin_and_the_index_is_never_negative(
    before: list[float], after: list[float]
) -> None:
    found = drift(np.array(before), np.array(after))

    assert found.psi >= 0
    assert sum(one[1] for one in found.bins) == found.expected == len(before)
    assert sum(one[2] for one in found.bins) == found.actual == len(after)
    assert drift(np.array(before), np.array(before)).psi == 0


@pytest.mark.parametrize("rows", [60, 1000])
def test_chance_is_seldom_taken_for_drift(rows: int) -> None:
    """Of 300 pairs of samples of one distribution about 1 % lie beyond what chance explains."""
    generator = np.random.default_rng(5)
    found = [drift(generator.normal(size=rows), generator.normal(size=rows)) for _ in range(300)]

    assert np.mean([one.psi > one.by_chance for one in found]) <= 0.03
    assert all(one.state == "stable" for one in found if one.psi <= one.by_chance)


def test_what_moves_is_found_beyond_chance() -> None:
    generator = np.random.default_rng(5)
    before, after = generator.normal(size=(2, 2000, 2))
    after[:, 1] += 0.8

    assert drift(before[:, 0], after[:, 0]).state == "stable"
    assert drift(before[:, 1], after[:, 1]).state == "alarm"


@given(values, st.lists(values, min_size=1, max_size=3))
def test_one_sample_binned_once_compares_with_many_as_with_each(
    before: list[float], samples: list[list[float]]
) -> None:
    binned = Binned.of(np.array(before))

    for after in samples:
        once, anew = binned.drift(np.array(after)), drift(np.array(before), np.array(after))
        assert (once.psi, once.by_chance, once.state) == (anew.psi, anew.by_chance, anew.state)
