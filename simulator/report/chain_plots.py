"""Diagrams of the chain: economy and failures, delays, the network, contagion."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from simulator.arrays import Floats, Ints
from simulator.intensities import Intensities
from simulator.regimes import REGIMES
from simulator.report.canvas import BLUE, GREY, ORANGE, RED, SCALE, by_half_years, draw, draw_rows
from simulator.report.told import fell_due, told_months
from simulator.report.trade_measures import degrees, tail_exponent
from simulator.world import World

MOST_DAYS = 240


def economy(world: World) -> str:
    """The factor and the sectors by month, and who failed in it."""
    chain = world.chain
    months = told_months(world)
    when = month_marks(world)
    first = chain.suppliers.first

    def plot(axes: list[Axes]) -> None:
        above, below = axes
        above.axhline(0, color=GREY, linewidth=0.8)
        sectors = chain.macro.sectors[:, months].T
        above.plot(when, sectors, color=GREY, linewidth=0.8, alpha=0.7)
        above.plot([], [], color=GREY, linewidth=0.8, label="sectors")
        above.plot(when, chain.macro.factor[months], color=BLUE, linewidth=2.2, label="factor")
        above.set_ylabel("economy (sd)")
        above.legend(loc="upper left", ncols=2)
        stops, failures = (_by_month(world, of) for of in (chain.stop_day, chain.ruin_day[:first]))
        width = np.timedelta64(12, "D")
        below.bar(when - width / 2, stops, width, color=ORANGE, label="pairs no longer paid")
        below.bar(when + width / 2, failures, width, color=RED, label="suppliers failed")
        below.set_ylabel("a month")
        below.set_ylim(0, 1.45 * max(stops.max(), failures.max(), 1))
        below.legend(loc="upper right", ncols=2)
        by_half_years(below, when)

    return draw_rows("economy", plot, rows=2)


def delays(world: World) -> str:
    """How many payments are later than so many days, by the payer's way of paying."""
    payments = world.chain.core.payments
    counted = fell_due(world)

    def plot(axes: Axes) -> None:
        for place, name in enumerate(REGIMES):
            days = payments.days_late[counted & (payments.regime == place)]
            if len(days):
                axes.step(
                    np.arange(MOST_DAYS), _above(days), where="post", color=SCALE[place], label=name
                )
        axes.set_yscale("log")
        axes.set_ylim(5e-4, 1)
        axes.set_xlim(0, MOST_DAYS)
        axes.set_yticks([0.001, 0.01, 0.1, 1], ["0.1 %", "1 %", "10 %", "100 %"])
        axes.set_xlabel("days after the due date")
        axes.set_ylabel("payments later than that")
        axes.legend(loc="upper right")

    return draw("delays", plot)


def tail(world: World) -> str:
    """How many enterprises have at least so many suppliers, with the fitted power law."""
    counts = degrees(world)
    exponent = tail_exponent(counts)
    share = np.arange(1, len(counts) + 1) / len(counts)
    center, level = (float(np.exp(np.log(of).mean())) for of in (counts, share))
    # of enterprises with as many suppliers as each other, the last has the share of them all
    least, repeated = np.unique(counts, return_counts=True)
    at_least = np.cumsum(repeated[::-1])[::-1] / len(counts)
    cores = np.bincount(world.chain.core.pairs.buyer, minlength=len(world.chain.buyers))
    line = np.array([counts[-1], counts[0]], dtype=np.float64)

    def plot(axes: Axes) -> None:
        axes.axvspan(cores.min(), cores.max(), color=ORANGE, alpha=0.12, label="core enterprises")
        axes.plot(
            line,
            level * (line / center) ** -exponent,
            color=GREY,
            linestyle="--",
            label=f"exponent {exponent:.2f}",
        )
        axes.plot(least, at_least, ".", color=BLUE, markersize=5, label="enterprises that buy")
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_ylim(0.5 * share[0], 2)
        axes.set_xlabel("suppliers")
        axes.set_ylabel("share with at least as many")
        axes.legend(loc="lower left")

    return draw("tail", plot)


def contagion(world: World) -> str:
    """Failures of tier 1 to be expected, with late buyers and without, and those that came."""
    chain = world.chain
    when = month_marks(world)
    came, anyway = (_expected(world, of) for of in (chain.ruin, chain.ruin_anyway))
    failed = np.cumsum(_by_month(world, chain.ruin_day[: chain.suppliers.first]))

    def plot(axes: Axes) -> None:
        axes.fill_between(when, anyway, came, color=RED, alpha=0.18, label="brought by late buyers")
        axes.plot(when, came, color=RED, label="to be expected")
        axes.plot(when, anyway, color=BLUE, label="had everybody paid on time")
        axes.step(when, failed, where="mid", color=GREY, linewidth=1.1, label="as it came")
        axes.set_ylim(bottom=0)
        by_half_years(axes, when)
        axes.set_ylabel("suppliers of tier 1 failed, in all")
        axes.legend(loc="upper left")

    return draw("contagion", plot)


def month_marks(world: World) -> NDArray[np.datetime64]:
    """First day of each told month."""
    return world.chain.calendar.starts[:-1][told_months(world)].astype("datetime64[D]")


def _by_month(world: World, days: Ints) -> Ints:
    """Count days in each of the told months."""
    starts = world.chain.calendar.starts
    months = told_months(world)
    counts, _ = np.histogram(days, starts[months.start : months.stop + 1])
    return counts.astype(np.int64)


def _above(days: Ints) -> Floats:
    """Share of delays longer than 0, 1, 2 and so on days."""
    counts = np.bincount(np.clip(days, 0, MOST_DAYS), minlength=MOST_DAYS + 1)
    shares: Floats = 1 - np.cumsum(counts)[:MOST_DAYS] / len(days)
    return shares


def _expected(world: World, of: Intensities) -> Floats:
    """Failures of tier 1 to be expected by the end of each told month, of those there before."""
    chain, months = world.chain, told_months(world)
    first = chain.suppliers.first
    there = np.flatnonzero(chain.ruin_day[:first] >= chain.calendar.starts[months.start])
    sums = of.sums[there, months.start + 1 : months.stop + 1]
    chances = -np.expm1(of.sums[there, months.start, None] - sums)
    expected: Floats = chances.sum(axis=0)
    return expected
