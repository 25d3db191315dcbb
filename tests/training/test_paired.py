"""The paired bootstrap: its interval holds the truth as often as it says."""

from typing import Any

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from training.paired import MEASURES, brier, difference, difference_of_sums, differences


def whole(measure: Any, event: Any, chance: Any) -> float:
    return float(measure(event, chance)(np.ones(len(event), dtype=np.int64)))


SKLEARN = {
    "auc": sklearn.metrics.roc_auc_score,
    "average_precision": sklearn.metrics.average_precision_score,
    "log_loss": sklearn.metrics.log_loss,
    "brier": sklearn.metrics.brier_score_loss,
}


@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(1, 9), st.integers(0, 3)), min_size=2, max_size=40
    ).filter(lambda rows: len({event for event, _, count in rows if count}) == 2)
)
def test_a_measure_of_a_draw_is_that_of_scikit_learn(rows: list[tuple[bool, int, int]]) -> None:
    event, chance, counts = (np.array(column) for column in zip(*rows, strict=True))
    drawn_event, drawn_chance = (np.repeat(one, counts) for one in (event, chance / 10))

    for name, measure in MEASURES.items():
        expected = SKLEARN[name](drawn_event, drawn_chance)
        assert measure(event, chance / 10)(counts) == pytest.approx(expected, abs=1e-12)


def drawn(generator: np.random.Generator, count: int) -> tuple[Any, Any, Any]:
    """Outcomes, the chances by which they were drawn, and chances that know less."""
    known, unknown = generator.normal(size=(2, count))
    true = expit(known + unknown - 1.0)
    return generator.random(count) < true, true, expit(known - 1.0)


def test_the_interval_covers_the_true_difference() -> None:
    """95 % of 200 intervals should; the bound leaves three standard errors."""
    generator = np.random.default_rng(1)
    event, good, poor = drawn(generator, 400_000)
    truth = whole(brier, event, good) - whole(brier, event, poor)
    covered = 0
    for seed in range(200):
        found = difference(*drawn(generator, 300), brier, seed=seed, draws=150)
        covered += found.low <= truth <= found.high

    assert 0.90 <= covered / 200 <= 0.99


@pytest.mark.parametrize("name", MEASURES)
def test_a_prediction_differs_from_itself_by_nothing(name: str) -> None:
    event, chance, _ = drawn(np.random.default_rng(2), 200)

    found = difference(event, chance, chance, MEASURES[name], seed=1, draws=20)

    assert (found.difference, found.low, found.high) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("name", "sign"), [("auc", 1), ("average_precision", 1), ("log_loss", -1), ("brier", -1)]
)
def test_a_better_prediction_shows_beyond_doubt(name: str, sign: int) -> None:
    event, good, poor = drawn(np.random.default_rng(3), 4_000)
    measure = MEASURES[name]

    found = difference(event, good, poor, measure, seed=1, draws=100)
    back = difference(event, poor, good, measure, seed=1, draws=100)

    assert found.difference == whole(measure, event, good) - whole(measure, event, poor)
    assert found.low <= found.difference <= found.high
    assert min(sign * found.low, sign * found.high) > 0
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low))


def test_the_same_seed_draws_the_same() -> None:
    given = drawn(np.random.default_rng(4), 300)

    first, again = (difference(*given, brier, seed=7, draws=50) for _ in range(2))
    other = difference(*given, brier, seed=8, draws=50)

    assert first == again
    assert (first.low, first.high) != (other.low, other.high)


def test_draws_with_one_outcome_only_are_drawn_again() -> None:
    """One event among ten rows: a third of all draws hold none, and have no AUC."""
    event = np.arange(10) == 0
    chance = np.linspace(0.9, 0.1, 10)

    found = difference(event, chance, chance[::-1].copy(), MEASURES["auc"], seed=1, draws=100)

    assert found.difference == 1.0
    assert np.isfinite([found.low, found.high]).all()


def test_pairing_makes_a_small_steady_difference_visible() -> None:
    """Both vary much with the rows drawn, and together."""
    event, good, _ = drawn(np.random.default_rng(5), 2_000)
    slightly_worse = np.clip(good + 0.02, 0, 1)

    found = difference(event, good, slightly_worse, brier, seed=1, draws=200)
    rows = np.random.default_rng(6).integers(0, 2_000, (200, 2_000))
    alone = np.std([whole(brier, event[some], good[some]) for some in rows])

    assert found.high - found.low < 2 * alone


def test_many_pairs_by_all_measures_are_each_what_they_are_alone() -> None:
    event, good, poor = drawn(np.random.default_rng(7), 400)
    pairs = {"gained": ("good", "poor"), "lost": ("poor", "good")}

    found = differences(event, {"good": good, "poor": poor}, pairs, seed=3, draws=40)

    assert set(found) == set(pairs)
    for name, measure in MEASURES.items():
        alone = difference(event, good, poor, measure, seed=3, draws=40)
        back = difference(event, poor, good, measure, seed=3, draws=40)
        assert (found["gained"][name], found["lost"][name]) == (alone, back)


def test_sums_of_drawn_clusters_are_those_of_their_rows() -> None:
    """The whole, and the ends, beside the same drawn row by row."""
    generator = np.random.default_rng(9)
    first, second = generator.normal(size=(2, 40, 2)) + 3.0
    clusters = [f"c{at % 7}" for at in range(40)]

    found = difference_of_sums(
        first, second, clusters, lambda sums: sums[:, 0] / sums[:, 1], seed=5, draws=60
    )

    drawn = np.random.default_rng(5).multinomial(7, np.full(7, 1 / 7), size=60)
    slow = []
    for counts in drawn:
        at = [row for row in range(40) for _ in range(counts[row % 7])]
        ours, theirs = first[at].sum(axis=0), second[at].sum(axis=0)
        slow.append(ours[0] / ours[1] - theirs[0] / theirs[1])
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(slow, [2.5, 97.5])))
    whole = [one.sum(axis=0) for one in (first, second)]
    assert found.difference == pytest.approx(whole[0][0] / whole[0][1] - whole[1][0] / whole[1][1])


def test_a_share_of_nothing_has_no_interval() -> None:
    nothing = np.zeros((3, 1))

    with np.errstate(invalid="ignore"):
        found = difference_of_sums(
            nothing, nothing, ["a", "b", "c"], lambda sums: sums[:, 0] / sums[:, 0], seed=1, draws=9
        )

    assert np.isnan([found.difference, found.low, found.high]).all()
