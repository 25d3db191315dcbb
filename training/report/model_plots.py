"""The plots of a model's report, each filling its axes; words stand in brackets."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, NoNorm
from matplotlib.ticker import PercentFormatter

from models.assessment import PARTS, Assessment
from models.trees import Vector
from training.metrics import Flags
from training.report.curves import Effect, Swarm, distributions, gains, roc, tenths
from training.report.plotting import BLUE, GREEN, GREY, INK, ORANGE, RED
from training.validation.drift import ALARM, FINE

MOST_WEIGHTS = 8
"""Features of a worked example that are drawn; the others are one bar."""

STATES = ("stable", "watch", "alarm")
PALE = "#9dbdd4"
STATE_COLOURS = ("#e9eef3", "#f3d9b0", "#e3a9a5")


def draw_roc(axes: Axes, event: Flags, probability: Vector) -> None:
    """Hits against wrong alarms."""
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1)
    axes.plot(*roc(event, probability), color=BLUE)
    _shares(axes, "[alarms]", "[hits]")


def draw_distributions(axes: Axes, event: Flags, probability: Vector) -> None:
    """Both distributions of the score, and where they lie farthest apart."""
    at, bad, good = distributions(event, probability)
    axes.plot(at, good, color=GREEN, label="[others]")
    axes.plot(at, bad, color=RED, label="[events]")
    far = int(np.argmax(good - bad))
    axes.plot([at[far]] * 2, [bad[far], good[far]], color=INK, linewidth=1, linestyle="--")
    axes.set_xlabel("[log_odds]")
    axes.set_ylabel("[below]")
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.legend(loc="upper left")


def draw_gains(axes: Axes, event: Flags, probability: Vector) -> None:
    """Share of events among the riskiest."""
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1)
    axes.plot(*gains(event, probability), color=BLUE)
    _shares(axes, "[riskiest]", "[of_events]")


def draw_calibration(axes: Axes, event: Flags, probability: Vector) -> None:
    """Share of events against forecast, by tenths, with intervals."""
    found = tenths(event, probability)
    expected, observed, low, high = (
        np.array([getattr(one, name) for one in found])
        for name in ("expected", "observed", "low", "high")
    )
    end = float(max(expected.max(), high.max()))
    reach = [
        np.maximum(observed - low, 0.0),
        high - observed,
    ]
    axes.plot([0, end], [0, end], color=GREY, linewidth=1)
    axes.errorbar(expected, observed, yerr=reach, fmt="o", color=BLUE, capsize=2)
    _shares(axes, "[forecast]", "[observed]", decimals=1)


def draw_months(axes: Axes, months: list[dict[str, Any]]) -> None:
    """Forecast and share of events, month by month."""
    names = [month["month"] for month in months]
    axes.plot(names, [month["expected"] for month in months], color=BLUE, label="[forecast]")
    axes.plot(names, [month["observed"] for month in months], "o", color=RED, label="[observed]")
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=1))
    axes.tick_params(axis="x", rotation=45)
    axes.set_ymargin(0.15)
    axes.set_ylim(bottom=0.0)
    axes.legend(loc="lower left")  # words may be longer than what stands for them


def draw_month_drift(axes: Axes, months: dict[str, dict[str, Any]]) -> None:
    """Drift of the score by month, beside what chance explains."""
    names, found = list(months), list(months.values())
    chance = [one["by_chance"] for one in found]
    axes.bar(names, [one["psi"] for one in found], color=PALE, width=0.6, label="[psi]")
    axes.plot(names, chance, "_", color=INK, markersize=16, markeredgewidth=2, label="[chance]")
    axes.axhline(FINE, color=ORANGE, linewidth=1)
    axes.axhline(ALARM, color=RED, linewidth=1)
    axes.set_ylabel("[psi]")
    axes.tick_params(axis="x", rotation=45)
    axes.legend(loc="best")


def draw_drift_map(axes: Axes, moved: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Drift by input and month: the index in each cell, its colour by what it means."""
    months = list(next(iter(moved.values())))
    cells = [[of[month] for month in months] for of in moved.values()]
    axes.pcolormesh(
        np.array([[STATES.index(cell["state"]) for cell in row] for row in cells]),
        cmap=ListedColormap(STATE_COLOURS),
        norm=NoNorm(vmin=0, vmax=len(STATES) - 1),
        edgecolors="white",
        linewidth=1.5,
    )
    for up, row in enumerate(cells):
        for across, cell in enumerate(row):
            told = axes.text(across + 0.5, up + 0.5, f"{cell['psi']:.2f}", ha="center", va="center")
            told.set_fontsize(7.5)
            told.set_fontweight("bold" if cell["state"] == "alarm" else "normal")
    chance = [max(row[at]["by_chance"] for row in cells) for at in range(len(months))]
    told_below = [
        f"{month}\n[chance] {most:.2f}" for month, most in zip(months, chance, strict=True)
    ]
    axes.set_xticks(np.arange(len(months)) + 0.5, told_below)
    axes.set_yticks(np.arange(len(moved)) + 0.5, list(moved))
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.invert_yaxis()
    axes.spines[:].set_visible(False)


def draw_swarms(axes: Axes, found: tuple[Swarm, ...]) -> None:
    """What the heaviest features add to many requests; colour says low or high values."""
    generator = np.random.default_rng(0)
    for row, swarm in enumerate(found):
        height = len(found) - 1 - row + generator.uniform(-0.28, 0.28, len(swarm.added))
        missing = np.isnan(swarm.place)
        axes.scatter(swarm.added[missing], height[missing], s=4, color=GREY, linewidths=0)
        axes.scatter(
            swarm.added[~missing],
            height[~missing],
            s=4,
            c=swarm.place[~missing],
            cmap="coolwarm",
            linewidths=0,
            rasterized=True,
        )
    axes.axvline(0.0, color=GREY, linewidth=1)
    axes.set_yticks(range(len(found)), [swarm.name for swarm in reversed(found)])
    axes.set_xlabel("[adds]")


def draw_effect(axes: Axes, found: Effect) -> None:
    """How the log-odds move with one feature; where it is missing, as a line of its own."""
    axes.plot(found.values, found.change, color=BLUE)
    axes.axhline(found.missing, color=GREY, linewidth=1, linestyle="--")
    axes.set_title(found.name, fontsize=9)
    axes.set_ylabel("[log_odds]")


def heaviest(said: Assessment) -> list[str]:
    """The features that move a request most, the heaviest first."""
    order = sorted(said.contributions, key=lambda name: -abs(said.contributions[name]))
    return order[:MOST_WEIGHTS]


def draw_example(axes: Axes, said: Assessment) -> None:
    """One request: what its heaviest features add to the base, and where that ends."""
    steps = [(name, said.contributions[name]) for name in heaviest(said)]
    steps.append(("[rest]", said.logit - said.base - sum(step for _, step in steps)))
    at = said.base
    ends = [at]
    for row, (_, step) in enumerate(steps):
        axes.barh(len(steps) - row, step, left=at, color=RED if step > 0 else GREEN, height=0.6)
        at += step
        ends.append(at)
    axes.axvline(said.base, color=GREY, linewidth=1)
    axes.axvline(said.logit, color=INK, linewidth=1)
    margin = 0.08 * (max(ends) - min(ends)) + 0.01
    axes.set_xlim(min(ends) - margin, max(ends) + margin)
    axes.set_yticks([len(steps) - row for row in range(len(steps))], [name for name, _ in steps])
    axes.set_xlabel("[log_odds]")


def draw_parts(axes: Axes, said: Assessment) -> None:
    """The same request by credit."""
    values = [said.parts[part] for part in PARTS]
    axes.barh(
        [f"[{part}]" for part in reversed(PARTS)],
        values[::-1],
        color=[RED if value > 0 else GREEN for value in reversed(values)],
        height=0.6,
    )
    axes.axvline(0.0, color=GREY, linewidth=1)
    axes.set_xlabel("[adds]")


def _shares(axes: Axes, across: str, up: str, decimals: int = 0) -> None:
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0, decimals=decimals))
    axes.set_xlabel(across)
    axes.set_ylabel(up)
