"""All anchors of a world, and the measuring."""

from __future__ import annotations

from simulator.report.anchor import Anchor, Finding, Group
from simulator.report.credit_anchors import CREDIT
from simulator.report.payment_anchors import PAYMENTS
from simulator.report.trade_anchors import TRADE
from simulator.world import World

GROUPS: tuple[Group, ...] = (*TRADE, *PAYMENTS, *CREDIT)
"""Anchors by subject, in the order in which people read them."""

ANCHORS: tuple[Anchor, ...] = tuple(anchor for group in GROUPS for anchor in group.anchors)


def measure(world: World) -> tuple[Finding, ...]:
    """Measure a world by every anchor, in the order of `ANCHORS`.

    A world of size ``bench`` takes a few seconds.
    """
    return tuple(Finding(anchor, anchor.measure(world)) for anchor in ANCHORS)
