"""What lessens an invoice, or corrects it, without anybody being unable to pay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Flags, Floats, Ints, stream
from simulator.cast import Suppliers
from simulator.network import Pairs
from simulator.trade import Invoices

NOTED_SHARE = 0.20
"""Share of invoices with a credit note; its size makes up the supplier's rate."""

DILUTION = (0.025, 0.020)
POOR_QUALITY = (-1.0, 1.8)
"""Mean and deviation of the share of face lost to credit notes; below which quality, times what."""

PRONE = 0.9
"""Correlation of the rank of a supplier's rate with its proneness to disputes."""

DISPUTED_SHARE = 0.03
DISPUTES_BY_QUALITY = -0.4
REDONE_SHARE = 0.015
RETENTION_SHARE = 0.05
CONSTRUCTION = 4
"""Place of construction in ``simulator.names.TRADES``, where a part is retained."""


@dataclass(frozen=True, eq=False)
class Dilution:
    """What befalls each invoice; days 0 where nothing does.

    Attributes
    ----------
    noted_on, noted_minor : int array
        Credit note, and its amount.
    retained_minor : int array
        Retention, paid much later.
    disputed_on, resolved_on : int array
        Dispute over quality.
    redone : bool array
        A mistake: a red note and a new invoice within ten days, and no risk at all.
    """

    noted_on: Ints
    noted_minor: Ints
    retained_minor: Ints
    disputed_on: Ints
    resolved_on: Ints
    redone: Flags


def dilute(
    invoices: Invoices, pairs: Pairs, suppliers: Suppliers, seed: int, name: str
) -> Dilution:
    """Draw what befalls invoices (domain.md section 4.3)."""
    rng = stream(seed, f"dilution {name}")
    count = len(invoices)
    seller = pairs.supplier[invoices.pair]
    rate = _rates(suppliers, proneness(seed, len(suppliers)), rng)[seller]
    noted = rng.random(count) < NOTED_SHARE
    part = np.minimum(rate / NOTED_SHARE * rng.uniform(0.5, 1.5, count), 0.9)
    chance = DISPUTED_SHARE * np.exp(DISPUTES_BY_QUALITY * suppliers.quality[seller] - 0.08)
    disputed = rng.random(count) < chance
    disputed_on = invoices.issued + rng.integers(5, 31, count)
    lasts = rng.integers(10, 61, count)
    retained = RETENTION_SHARE * (suppliers.trade[seller] == CONSTRUCTION)
    face = invoices.face_minor
    return Dilution(
        noted_on=np.where(noted, invoices.issued + rng.integers(5, 41, count), 0),
        noted_minor=np.where(noted, np.rint(part * face).astype(np.int64), 0),
        retained_minor=np.rint(retained * face).astype(np.int64),
        disputed_on=np.where(disputed, disputed_on, 0),
        resolved_on=np.where(disputed, disputed_on + lasts, 0),
        redone=rng.random(count) < REDONE_SHARE,
    )


def proneness(seed: int, suppliers: int) -> Floats:
    """How prone each supplier's goods are to disputes, whatever its quality; standard normal.

    It makes the chance that invoices are disputed away (``simulator.chances``), and credit notes
    tell of it: what a buyer complains of is first of all knocked off the price.
    """
    return stream(seed, "dispute noise").normal(size=suppliers)


def _rates(suppliers: Suppliers, prone: Floats, rng: np.random.Generator) -> Floats:
    mean, deviation = DILUTION
    worth = mean * (1 - mean) / deviation**2 - 1
    drawn = np.sort(rng.beta(mean * worth, (1 - mean) * worth, len(suppliers)))
    other = rng.normal(size=len(suppliers))
    order = np.argsort(np.argsort(PRONE * prone + np.sqrt(1 - PRONE**2) * other, kind="stable"))
    rates = drawn[order]
    below, times = POOR_QUALITY
    scaled: Floats = np.where(suppliers.quality < below, times * rates, rates)
    return scaled
