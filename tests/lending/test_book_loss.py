"""Loss of a book: against Basel's function, the binomial distribution, and the limit of many."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from lending.capital import Debtor, capital_share
from lending.pack import load_pack
from lending.portfolio.book_loss import ObligorLoss, book_loss, obligor_loss
from lending.portfolio.portfolio_rules import load_portfolio_rules

RULES = load_portfolio_rules().loss.model_copy(update={"paths": 40_000})
SMALL = load_pack().terms.table.capital.small

pds = st.floats(0.0005, 0.3)
obligors = st.lists(
    st.builds(ObligorLoss, pds, st.floats(1.0, 1e9), st.floats(0.0, 0.5)), min_size=1, max_size=6
)


@given(pds, st.floats(0.05, 1.0))
def test_the_granular_quantile_is_basels_capital_and_expectation(pd: float, lgd: float) -> None:
    """CRE31.5 at a maturity of one year, where its adjustment is 1."""
    one = obligor_loss([(pd, lgd)], SMALL)

    found = book_loss([one], RULES.model_copy(update={"paths": 1_000}))

    capital = capital_share(Debtor(pd, lgd, 1.0), SMALL)
    assert found.granular_minor == pytest.approx(capital + pd * lgd, rel=1e-9)
    assert found.expected_minor == pytest.approx(pd * lgd)


def test_equal_obligors_without_a_factor_are_binomial() -> None:
    count, pd = 20, 0.1  # the quantile is 7; P(X <= 6) is .9976 and P(X <= 7) is .9996
    found = book_loss([ObligorLoss(pd, 1.0, 0.0)] * count, RULES)

    assert found.simulated_minor == binom.ppf(RULES.quantile, count, pd)
    assert found.granular_minor == pytest.approx(count * pd)


def test_many_small_obligors_lose_what_endlessly_many_do() -> None:
    many = [ObligorLoss(0.02, 1.0, 0.18)] * 300
    found = book_loss(many, RULES)

    assert found.simulated_minor == pytest.approx(found.granular_minor, rel=0.08)


@given(obligors)
def test_a_book_loses_between_nothing_and_all_and_more_for_its_names(
    some: list[ObligorLoss],
) -> None:
    rules = RULES.model_copy(update={"paths": 2_000})
    found = book_loss(some, rules)
    whole = sum(one.loss_minor for one in some)

    assert 0.0 <= found.expected_minor <= found.granular_minor * (1 + 1e-9) + 1e-6
    assert found.granular_minor <= whole * (1 + 1e-9)
    assert 0.0 <= found.simulated_minor <= whole * (1 + 1e-9)
    twice = book_loss([replace(one, loss_minor=2 * one.loss_minor) for one in some], rules)
    assert twice.simulated_minor == pytest.approx(2 * found.simulated_minor)


def test_what_is_in_default_is_lost_for_sure() -> None:
    found = book_loss([ObligorLoss(1.0, 500.0, 0.12), ObligorLoss(0.0, 70.0, 0.24)], RULES)

    assert (found.expected_minor, found.granular_minor, found.simulated_minor) == (500, 500, 500)
    assert found.unexpected_minor == 0.0


def test_an_obligor_defaults_with_all_that_is_financed_of_it() -> None:
    one = obligor_loss([(0.01, 300.0), (0.04, 100.0)], SMALL)

    assert one.loss_minor == 400.0
    assert one.pd == pytest.approx(0.0175)  # expectation stays what it is
    assert obligor_loss([(0.5, 0.0)], SMALL).pd == 0.5
    assert book_loss([], RULES).simulated_minor == 0.0
    assert np.isclose(book_loss([one], RULES).expected_minor, 0.01 * 300 + 0.04 * 100)
