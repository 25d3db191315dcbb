"""What a whole book may lose: expectation, and a quantile by Vasicek's one factor.

Given the factor, obligors default independently with ``N((G(PD) - sqrt(rho) Z) / sqrt(1 - rho))``.
A book of endlessly many small obligors loses exactly its conditional expectation (Gordy 2003); a
real one more, by the weight of its names, which the simulation by obligor shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from lending.bounds import share
from lending.capital import correlation
from lending.portfolio.portfolio_rules import BookLossRules
from lending.terms import SmallFirms

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

PATHS_A_BLOCK = 4_000
HIGHEST_PD = 1.0 - 1e-9


@dataclass(frozen=True)
class ObligorLoss:
    """Who may default, and what that would cost.

    Attributes
    ----------
    pd : float
        Probability of default over the lives of its financings, 0-1; 1 is in default.
    loss_minor : float
        ``EAD x LGD`` of all its financings, in minor units.
    rho : float
        Correlation with the factor, 0-1.
    """

    pd: float
    loss_minor: float
    rho: float

    def __post_init__(self) -> None:
        share("pd", self.pd)
        share("rho", self.rho)


@dataclass(frozen=True)
class BookLoss:
    """Loss of a book, in minor units.

    Attributes
    ----------
    expected_minor : float
    quantile : float
        Which quantile the others are.
    granular_minor : float
        That of endlessly many small obligors.
    simulated_minor : float
        That of these obligors.
    """

    expected_minor: float
    quantile: float
    granular_minor: float
    simulated_minor: float

    @property
    def unexpected_minor(self) -> float:
        """What the quantile of these obligors is above expectation."""
        return self.simulated_minor - self.expected_minor

    @property
    def names_minor(self) -> float:
        """What concentration in names adds to the quantile."""
        return self.simulated_minor - self.granular_minor


def obligor_loss(
    financings: Sequence[tuple[float, float]], small: SmallFirms, sales: float | None = None
) -> ObligorLoss:
    """One obligor from its financings: they default together, with their loss-weighted mean PD.

    Parameters
    ----------
    financings : sequence of (pd, loss)
        Probability of default of each, and its ``EAD x LGD`` in minor units.
    sales : float or None
        Of the obligor, in the unit of the rules for small firms.
    """
    whole = sum([loss for _, loss in financings])
    weights = [loss / whole if whole > 0 else 1.0 / len(financings) for _, loss in financings]
    pd = min(1.0, sum([weight * pd for weight, (pd, _) in zip(weights, financings, strict=True)]))
    return ObligorLoss(pd, whole, correlation(pd, sales, small))


def conditional_pd(pd: Floats, rho: Floats, factor: Floats | float) -> Floats:
    """Probability of default given the factor; a low factor is bad times. 0 and 1 stay."""
    inner: Floats = (ndtri(pd) - np.sqrt(rho) * factor) / np.sqrt(1.0 - rho)
    chance: Floats = ndtr(inner)
    return chance


def book_loss(obligors: Sequence[ObligorLoss], rules: BookLossRules) -> BookLoss:
    """Expectation and quantile of a book's loss over the lives of its financings."""
    pd = np.array([one.pd for one in obligors])
    loss = np.array([one.loss_minor for one in obligors])
    rho = np.array([min(one.rho, HIGHEST_PD) for one in obligors])
    if not len(obligors):
        return BookLoss(0.0, rules.quantile, 0.0, 0.0)
    worst = float(ndtri(1.0 - rules.quantile))
    return BookLoss(
        expected_minor=float(pd @ loss),
        quantile=rules.quantile,
        granular_minor=float(conditional_pd(pd, rho, worst) @ loss),
        simulated_minor=_simulated(pd, loss, rho, rules),
    )


def _simulated(pd: Floats, loss: Floats, rho: Floats, rules: BookLossRules) -> float:
    """The quantile over drawn years, a block of paths at a time."""
    rng = np.random.default_rng(rules.seed)
    threshold, common, own = ndtri(pd), np.sqrt(rho), np.sqrt(1.0 - rho)
    lost = np.empty(rules.paths)
    for start in range(0, rules.paths, PATHS_A_BLOCK):
        paths = min(PATHS_A_BLOCK, rules.paths - start)
        factor = rng.standard_normal((paths, 1))
        worth = common * factor + own * rng.standard_normal((paths, len(pd)))
        lost[start : start + paths] = (worth < threshold) @ loss
    return float(np.quantile(lost, rules.quantile, method="inverted_cdf"))
