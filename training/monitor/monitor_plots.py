"""The plots of the monitor's page, each filling its axes; words stand in brackets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter

from models.scale import GRADES
from training.report.plotting import BLUE, GREEN, GREY, INK, ORANGE, RED

Months = Sequence[dict[str, Any]]

MOST_FEATURES = 25
"""Rows of the heat map: more can't be read."""

WORST_PSI = 0.5
"""Where the colour of the heat map is darkest: still light enough to read the number on it."""

MARKS = frozenset({0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 2.0, 3.0, 5.0})
"""What an axis of ratios tells between powers of ten."""

LIGHT_GREEN = "#9cc4a5"
DECIDED = {
    "approved": GREEN,
    "approved_at_random": LIGHT_GREEN,
    "reduced": BLUE,
    "referred": ORANGE,
    "declined": RED,
    "withdrawn": GREY,
    "cannot_score": INK,
}
"""Every decision and its colour, from the bottom."""


def draw_volume(axes: Axes, months: Months) -> None:
    """Requests by month, and the mean of the three before."""
    names = _names(months)
    axes.bar(names, [one["requests"] for one in months], color=BLUE, width=0.6, label="[requests]")
    before = [one["requests_before"] or [np.nan] for one in months]
    mean = np.array([np.mean(some) for some in before])
    axes.plot(names, mean, "_", color=INK, markersize=14, label="[before]")
    _finish(axes)


def draw_late(axes: Axes, months: Months, days: str, rule: dict[str, float]) -> None:
    """Share of claims so late, that of the year before, and where alerts begin."""
    told = [one for one in months if one["late"][days]["share"] is not None]
    names, late = _names(told), [one["late"][days] for one in told]
    axes.plot(names, [one["share"] for one in late], "o-", color=BLUE, label="[share_late]")
    before = np.array([one["share_before"] for one in late], dtype=np.float64)
    axes.plot(names, before, "_", color=INK, markersize=14, label="[year_before]")
    for level, colour in (("amber", ORANGE), ("red", RED)):
        axes.plot(names, before * rule[level], "_", color=colour, markersize=14)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    _finish(axes)


def draw_score(axes: Axes, months: Months, reference: dict[str, float]) -> None:
    """Quantiles of the log-odds over time."""
    told = [one for one in months if one["score"] is not None]
    names = _names(told)
    at = {q: [one["score"]["log_odds"][q] for one in told] for q in reference}
    axes.fill_between(names, at["p5"], at["p95"], color=BLUE, alpha=0.15, linewidth=0)
    axes.fill_between(names, at["p25"], at["p75"], color=BLUE, alpha=0.25, linewidth=0)
    axes.plot(names, at["p50"], "o-", color=BLUE, label="[median]")
    for q, value in reference.items():
        style = "-" if q == "p50" else ":"
        axes.axhline(value, color=GREY, linewidth=1, linestyle=style)
    axes.set_ylabel("[log_odds]")
    _finish(axes)


def draw_score_drift(axes: Axes, months: Months, amber: float, red: float) -> None:
    """Drift of the score by month."""
    told = [one for one in months if one["score"] is not None]
    names, scores = _names(told), [one["score"] for one in told]
    axes.bar(names, [one["psi"] for one in scores], color=BLUE, width=0.6, label="[psi]")
    bound = [max(one["by_chance"], one["usual"]) for one in scores]
    axes.plot(names, bound, "_", color=INK, markersize=14, label="[bound]")
    axes.axhline(amber, color=ORANGE, linewidth=1)
    axes.axhline(red, color=RED, linewidth=1)
    _finish(axes)


def most_moved(months: Months) -> tuple[str, ...]:
    """Features by how far they went beyond chance and what was usual, the farthest first."""
    beyond: dict[str, float] = {}
    for month in months:
        for name, one in month["features"].items():
            ratio = one["psi"] / max(one["by_chance"], one["usual"], 1e-9)
            beyond[name] = max(beyond.get(name, 0.0), ratio)
    return tuple(sorted(beyond, key=lambda name: (-beyond[name], name))[:MOST_FEATURES])


def draw_features(axes: Axes, months: Months, alerts: Sequence[dict[str, Any]]) -> None:
    """Heat map of the stability index by feature and month."""
    told = [one for one in months if one["features"]]
    names, rows = _names(told), most_moved(told)
    index = np.array([[one["features"][row]["psi"] for one in told] for row in rows])
    bound = np.array(
        [
            [max(one["features"][row][of] for of in ("by_chance", "usual")) for one in told]
            for row in rows
        ]
    )
    shown = np.where(index > bound, np.minimum(index, WORST_PSI), 0.0)
    axes.imshow(shown, cmap="Blues", vmin=0.0, vmax=WORST_PSI * 2.2, aspect="auto")
    for row, column in np.ndindex(*index.shape):
        axes.text(column, row, f"{index[row, column]:.2f}", ha="center", va="center", fontsize=7)
    for alert in alerts:
        if alert["about"] in rows and alert["month"] in names:
            corner = names.index(alert["month"]) - 0.5, rows.index(alert["about"]) - 0.5
            colour = RED if alert["level"] == "red" else ORANGE
            axes.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=colour, linewidth=2))
    axes.set_xticks(range(len(names)), names, rotation=45)
    axes.set_yticks(range(len(rows)), rows)
    axes.grid(visible=False)


def draw_rate(axes: Axes, months: Months, reference: float) -> None:
    """Share of events that is expected, and what was observed of the ripe."""
    told = [one for one in months if one["expected"] is not None]
    names, rate = _names(told), [one["expected"]["rate"] for one in told]
    axes.fill_between(
        names,
        [one["low"] for one in rate],
        [one["high"] for one in rate],
        color=BLUE,
        alpha=0.15,
        linewidth=0,
    )
    axes.plot(names, [one["value"] for one in rate], "o-", color=BLUE, label="[forecast]")
    seen = [one["asked_in_it"] for one in told]
    observed = [one["events"] / one["ripe"] if one["ripe"] else np.nan for one in seen]
    axes.plot(names, observed, "o", color=RED, label="[observed]")
    axes.axhline(reference, color=GREY, linewidth=1)
    axes.set_ylabel("[probability]")
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=1))
    _finish(axes)


def draw_expected_auc(axes: Axes, months: Months, reference: float) -> None:
    """The area under the curve that probabilities expect."""
    told = [one for one in months if one["expected"] is not None and one["expected"]["auc"]]
    auc = [one["expected"]["auc"] for one in told]
    _with_errors(axes, _names(told), auc, BLUE)
    axes.axhline(reference, color=GREY, linewidth=1)
    axes.set_ylabel("[auc]")
    _finish(axes, legend=False)


def draw_calibration(axes: Axes, months: Months, amber: Sequence[float]) -> None:
    """Forecast over observed events of the ripe, month's end by month's end."""
    told = [one for one in months if one["so_far"]["ratio"] is not None]
    found = [
        {
            "value": one["so_far"]["ratio"],
            "low": one["so_far"]["ratio_low"],
            "high": one["so_far"]["ratio_high"],
        }
        for one in told
    ]
    _with_errors(axes, _names(told), found, BLUE)
    axes.axhline(1.0, color=GREY, linewidth=1)
    for bound in amber:
        axes.axhline(bound, color=ORANGE, linewidth=1, linestyle="--")
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_minor_formatter(
        lambda value, _: f"{value:g}" if round(value, 6) in MARKS else ""
    )
    axes.set_ylabel("[ratio]")
    _finish(axes, legend=False)


def draw_ripe(axes: Axes, months: Months) -> None:
    """Ripe and open outcomes at each month's end."""
    names, known = _names(months), [one["so_far"] for one in months]
    ripe = np.array([one["ripe"] for one in known])
    axes.bar(names, ripe, color=BLUE, width=0.6, label="[ripe]")
    still = [one["open"] for one in known]
    axes.bar(names, still, bottom=ripe, color=GREY, width=0.6, label="[open]")
    _finish(axes)


def draw_decisions(axes: Axes, months: Months) -> None:
    """Shares of decisions."""
    told = [one for one in months if one["decisions"]["told"]]
    shares = {
        name: np.array([one["decisions"]["shares"].get(name, 0.0) for one in told])
        for name in DECIDED
    }
    below = np.zeros(len(told))
    for name, share in shares.items():
        if share.any():
            axes.bar(
                _names(told), share, bottom=below, color=DECIDED[name], width=0.6, label=f"[{name}]"
            )
        below += share
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    _finish(axes)


def draw_grades(axes: Axes, months: Months) -> None:
    """Shares of grades; the safest at the bottom."""
    told = [one for one in months if one["grades"] and one["grades"]["grades"]]
    colours = mpl.colormaps["YlOrRd"](np.linspace(0.1, 1.0, GRADES))
    below = np.zeros(len(told))
    for grade in range(1, GRADES + 1):
        share = np.array(
            [
                one["grades"]["grades"].get(str(grade), 0) / sum(one["grades"]["grades"].values())
                for one in told
            ]
        )
        if share.any():
            axes.bar(
                _names(told),
                share,
                bottom=below,
                color=colours[grade - 1],
                width=0.7,
                label=str(grade),
            )
        below += share
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=7, reverse=True)
    axes.tick_params(axis="x", rotation=45)


def _with_errors(
    axes: Axes, names: Sequence[str], found: Sequence[dict[str, float]], colour: str
) -> None:
    value = np.array([one["value"] for one in found])
    reach = [
        np.maximum(value - [one["low"] for one in found], 0.0),
        np.maximum([one["high"] - one["value"] for one in found], 0.0),
    ]
    axes.errorbar(names, value, yerr=reach, fmt="o", color=colour, capsize=2)


def _names(months: Months) -> list[str]:
    return [one["month"] for one in months]


def _finish(axes: Axes, *, legend: bool = True) -> None:
    axes.tick_params(axis="x", rotation=45)
    if legend and axes.get_legend_handles_labels()[0]:
        axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0))  # words are longer than brackets
