"""Measures of trade: the network, terms and receivables, and what lessens an invoice."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Flags, Floats, Ints
from simulator.intensities import NEVER
from simulator.report.told import issued, told_months
from simulator.world import World


def mean_terms(world: World) -> float:
    """Mean days from invoice to due date."""
    invoices = world.chain.core.invoices
    return float((invoices.due - invoices.issued)[issued(world)].mean())


def sales_outstanding(world: World) -> float:
    """Receivables as days of sales: mean balance at the months' starts over the sales of a day.

    What is never paid is no receivable: a supplier would have written it off.
    """
    story, invoices, starts = world.story, world.chain.core.invoices, world.chain.calendar.starts
    counted = story.happened & (story.paid_on < NEVER)
    amount = story.paid_minor[counted].astype(np.float64)
    months = told_months(world)
    marks = starts[months.start : months.stop + 1]
    sold = _through(invoices.issued[counted], amount, marks)
    owed = sold - _through(story.paid_on[counted], amount, marks)
    return float(owed[:-1].mean() * (marks[-1] - marks[0]) / (sold[-1] - sold[0]))


def main_buyer_share(world: World) -> float:
    """Mean share of a supplier's orders that come from its largest buyer."""
    pairs = world.chain.core.pairs
    largest = np.zeros(world.chain.suppliers.first)
    np.maximum.at(largest, pairs.supplier, pairs.share)
    return float(largest[largest > 0].mean())


def degrees(world: World) -> Ints:
    """Suppliers of each enterprise that has any: core enterprises, and the tiers that buy."""
    core, upstream = world.chain.core.pairs, world.chain.upstream.pairs
    found = np.concatenate([np.bincount(core.buyer), np.bincount(upstream.buyer)])
    counts: Ints = np.sort(found[found > 0])[::-1].astype(np.int64)
    return counts


def tail_exponent(counts: Ints) -> float:
    """Exponent of the tail of 1 - F, by regression of ln(rank - 1/2) on ln(count).

    Half a rank less takes away most of the bias in small samples.

    Parameters
    ----------
    counts : int array
        Positive, in falling order.
    """
    ranks = np.arange(1, len(counts) + 1) - 0.5
    slope, _ = np.polyfit(np.log(counts), np.log(ranks), 1)
    return float(-slope)


def degree_exponent(world: World) -> float:
    """Exponent of the number of suppliers, over all enterprises that buy."""
    return tail_exponent(degrees(world))


def links_surviving(world: World) -> float:
    """Share of pairs that still trade a year later, over the told months."""
    pairs, months = world.chain.core.pairs, told_months(world)
    month = np.arange(months.start, max(months.stop - 12, months.start + 1))[:, None]
    trades = (pairs.from_month <= month) & (month < pairs.until_month)
    later = trades & (month + 12 < pairs.until_month)
    return float(later.sum() / trades.sum())


def dilution_share(world: World) -> float:
    """Credit notes as a share of what was invoiced."""
    noted, face = world.chain.core.dilution.noted_minor, world.chain.core.invoices.face_minor
    counted = issued(world)
    return float(noted[counted].sum() / face[counted].sum())


def disputed_share(world: World) -> float:
    """Share of invoices with a dispute over quality."""
    return float(disputed(world)[issued(world)].mean())


def redone_share(world: World) -> float:
    """Share of invoices cancelled by a red note and made anew, for a mere mistake."""
    return float(world.chain.core.dilution.redone[issued(world)].mean())


def disputed(world: World) -> Flags:
    """Invoices of the core flow with a dispute over quality."""
    found: Flags = world.chain.core.dilution.disputed_on > 0
    return found


def _through(days: Ints, amount: Floats, marks: Ints) -> Floats:
    """Sum of what came before each of the marks."""
    place = np.searchsorted(marks, days, side="right")
    sums: Floats = np.cumsum(np.bincount(place, weights=amount, minlength=len(marks) + 1))
    return sums[:-1]
