"""What a supplier truly collects: the sum written invoice by invoice."""

import numpy as np

from simulator.collectible import YEAR_DAYS, collected_minor, collectible_minor, last_told
from simulator.intensities import NEVER
from simulator.observation.settlements import claim_minor
from simulator.observation.view import View
from simulator.world import World
from tests.worlds import small


def plain(world: World, supplier: int, day: int) -> float:
    """Claims of core enterprises issued by a year after the day, paid after it, less set-off."""
    flow, total = world.chain.core, 0
    every = np.arange(len(flow.invoices))
    claims = claim_minor(View(world), every)
    for at in np.flatnonzero(flow.seller == supplier):
        issued, paid = flow.invoices.issued[at], world.story.paid_on[at]
        stopped = issued > world.chain.ruin_day[supplier]
        if stopped or paid >= NEVER or world.story.diverted[at]:
            continue
        if issued <= day + YEAR_DAYS and paid > day:
            noted = min(flow.dilution.noted_minor[at], claims[at] - 1)
            total += int(claims[at] - noted)
    return float(total)


def test_it_is_the_sum_over_invoices_and_missing_where_the_world_ends_too_early() -> None:
    world = small()
    days = np.array([last_told(world) - 40, last_told(world), last_told(world) + 1])
    for supplier in range(4):
        found = collected_minor(world, np.full(3, supplier), days)

        assert found[:2].tolist() == [plain(world, supplier, int(day)) for day in days[:2]]
        assert np.isnan(found[2])


def test_a_request_is_told_that_of_its_supplier() -> None:
    world = small()
    supplier = world.chain.core.pairs.supplier[world.requests.pair]
    found = collected_minor(world, supplier, world.requests.day)

    assert np.array_equal(collectible_minor(world), found, equal_nan=True)
    assert np.isnan(found).any()
