"""Measures of credit: defaults and their causes, the oracle, fraud, contagion, our own lending."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator.arrays import Floats
from simulator.chances import CAUSES
from simulator.endings import LOSS_BY_CAUSE
from simulator.fraud import NONE
from simulator.policies import OURS
from simulator.report.discrimination import expected_auc
from simulator.report.told import told_months
from simulator.world import World


def true_pd(world: World) -> Floats:
    """Chance of default of each request, the macro factor known."""
    chance: Floats = world.full.sum(axis=1)
    return chance


def integrated_pd(world: World) -> Floats:
    """Chance of default of each request, the macro factor averaged over what may come."""
    chance: Floats = world.integrated.sum(axis=1)
    return chance


def expected_defaults(world: World) -> float:
    """Mean chance of default of a request."""
    return float(true_pd(world).mean())


def defaults(world: World) -> float:
    """Share of requests that end in default, were they financed."""
    return float(world.endings.defaulted.mean())


def defaults_per_expected(world: World) -> float:
    """Defaults that came, for each one to be expected."""
    return float(world.endings.defaulted.sum() / true_pd(world).sum())


def full_auc(world: World) -> float:
    """Discrimination of who knows the state of the world and how the economy goes on."""
    chances = true_pd(world)
    return expected_auc(chances, chances)


def integrated_auc(world: World) -> float:
    """Discrimination of who knows the state of the world, but not how the economy goes on."""
    return expected_auc(integrated_pd(world), true_pd(world))


def state_auc(world: World) -> float:
    """The same of who doesn't know either which requests deceive, only how honest suppliers are."""
    return expected_auc(world.by_state.sum(axis=1), true_pd(world))


def cause_shares(world: World) -> Floats:
    """Part of each of ``simulator.chances.CAUSES`` in the defaults to be expected."""
    shares: Floats = world.full.sum(axis=0) / world.full.sum()
    return shares


def loss_shares(world: World) -> Floats:
    """The same in the losses to be expected, in money."""
    losses = world.requests.amount_minor @ world.full * np.array(LOSS_BY_CAUSE)
    shares: Floats = losses / losses.sum()
    return shares


def of_causes(*causes: str) -> Callable[[World], float]:
    """Measure the part of some causes in the defaults to be expected."""
    places = [CAUSES.index(cause) for cause in causes]

    def measure(world: World) -> float:
        return float(cause_shares(world)[places].sum())

    return measure


def fraud_share_of_losses(world: World) -> float:
    """Part of fraud in the losses to be expected."""
    return float(loss_shares(world)[CAUSES.index("fraud")])


def fraud_incidence(world: World) -> float:
    """Share of requests that are fraudulent."""
    return float((world.fraud != NONE).mean())


def supplier_defaults(world: World) -> float:
    """Intensity with which a supplier of tier 1 fails within a year, mean over the told months."""
    intensity = _told_intensity(world, world.chain.ruin.sums)
    months = told_months(world)
    return float(12 * intensity.mean() / (months.stop - months.start))


def contagion_share(world: World) -> float:
    """Part of late buyers in the failures of tier 1 to be expected."""
    chain = world.chain
    came = _told_intensity(world, chain.ruin.sums).sum()
    anyway = _told_intensity(world, chain.ruin_anyway.sums).sum()
    return float(1 - anyway / came)


def approved_share(world: World) -> float:
    """Share of the requests made to us that we approved."""
    decisions = world.decisions
    return float((decisions.lender[decisions.ours] == OURS).mean())


def random_share(world: World) -> float:
    """Share of the requests made to us that were to be approved whatever the scorecard says."""
    decisions = world.decisions
    return float(decisions.at_random[decisions.ours].mean())


def _told_intensity(world: World, sums: Floats) -> Floats:
    """Intensity of each supplier of tier 1, added up over the told months."""
    months, first = told_months(world), world.chain.suppliers.first
    told: Floats = sums[:first, months.stop] - sums[:first, months.start]
    return told
