"""Diagrams of credit: chances of default, whether they are true, causes, and the months."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes

from simulator.arrays import Floats
from simulator.chances import CAUSES
from simulator.report.canvas import BLUE, GREY, ORANGE, RED, by_half_years, draw
from simulator.report.chain_plots import month_marks
from simulator.report.credit_measures import cause_shares, integrated_pd, loss_shares, true_pd
from simulator.report.tenths import calibrate
from simulator.report.told import told_months
from simulator.world import World

PERCENT = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


def chances(world: World) -> str:
    """How true PDs are spread."""

    def plot(axes: Axes) -> None:
        edges = np.geomspace(0.001, 1, 61).tolist()
        for pd, color, name in (
            (true_pd(world), BLUE, "economy known"),
            (integrated_pd(world), ORANGE, "economy averaged out"),
        ):
            weights = np.full(len(pd), 1 / len(pd))
            axes.hist(pd, edges, weights=weights, histtype="step", color=color, label=name)
        axes.set_xscale("log")
        _in_percent(axes.set_xticks)
        axes.set_xlim(0.001, 1)
        axes.set_xlabel("true PD of a request")
        axes.set_ylabel("share of requests")
        axes.legend(loc="upper right")

    return draw("chances", plot)


def calibration(world: World) -> str:
    """Default rates that came against the true PD, by tenths."""
    found = calibrate(true_pd(world), world.endings.defaulted)

    def plot(axes: Axes) -> None:
        rate = found.defaults / found.requests
        least = 4e-4
        shown = np.maximum(rate, least)
        axes.plot([least, 1], [least, 1], color=GREY, linestyle="--", label="as it should be")
        whiskers = np.maximum([shown - np.maximum(found.low, least), found.high - shown], 0.0)
        axes.errorbar(
            found.expected,
            shown,
            yerr=whiskers,
            fmt="o",
            color=BLUE,
            markersize=4,
            elinewidth=1.2,
            capsize=2.5,
            label="a tenth of all requests, 95 %",
        )
        axes.set_xscale("log")
        axes.set_yscale("log")
        _in_percent(axes.set_xticks)
        _in_percent(axes.set_yticks)
        axes.set_xlim(0.001, 0.4)
        axes.set_ylim(least, 0.4)
        axes.set_xlabel("true PD, mean")
        axes.set_ylabel("default rate as it came")
        axes.legend(loc="upper left")

    return draw("calibration", plot)


def causes(world: World) -> str:
    """The parts of the causes in defaults and in losses."""
    cause = world.endings.cause[world.endings.defaulted]
    came = np.bincount(cause, minlength=len(CAUSES)) / max(len(cause), 1)
    bars = (
        (cause_shares(world), BLUE, "defaults to be expected"),
        (came, GREY, "defaults that came"),
        (loss_shares(world), ORANGE, "losses to be expected"),
    )

    def plot(axes: Axes) -> None:
        place = np.arange(len(CAUSES))
        for number, (shares, color, name) in enumerate(bars):
            axes.barh(place + 0.26 * (number - 1), 100 * shares, 0.24, color=color, label=name)
        axes.set_yticks(place, CAUSES)
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
        axes.set_xlabel("% of all")
        axes.legend(loc="lower right")

    return draw("causes", plot)


def months(world: World) -> str:
    """Default rates by the month of the request."""
    when = month_marks(world)

    def plot(axes: Axes) -> None:
        by_month = [
            _by_month(world, of)
            for of in (
                true_pd(world),
                integrated_pd(world),
                world.endings.defaulted.astype(np.float64),
            )
        ]
        full, integrated, came = (100 * rates for rates in by_month)
        axes.bar(when, came, 22, color=RED, alpha=0.28, label="as it came")
        axes.plot(when, integrated, color=ORANGE, label="to be expected, economy averaged out")
        axes.plot(when, full, color=BLUE, label="economy known")
        axes.set_ylim(0, 1.35 * max(np.nanmax(came), np.nanmax(full)))
        axes.set_ylabel("default rate (%)")
        by_half_years(axes, when)
        axes.legend(loc="upper left", ncols=3)

    return draw("months", plot)


def _by_month(world: World, values: Floats) -> Floats:
    """Mean over the requests of each told month; NaN where there is none."""
    told, calendar = told_months(world), world.chain.calendar
    month = calendar.month(world.requests.day)
    sums, counts = (
        np.bincount(month, weights=weights, minlength=calendar.all_months)[told]
        for weights in (values, np.ones(len(values)))
    )
    means: Floats = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return means


def _in_percent(set_ticks: Callable[..., object]) -> None:
    set_ticks(PERCENT, [f"{100 * share:g} %" for share in PERCENT])
    set_ticks([], minor=True)
