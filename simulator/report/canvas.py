"""Drawing: figures as SVG that goes into a page as it is, the same bytes for the same data."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType
from numpy.typing import NDArray

BLUE, ORANGE, GREEN, RED, GREY = "#1f5fa8", "#d9822b", "#2f855a", "#b83232", "#8a94a3"
SCALE = ("#2f855a", "#1f5fa8", "#d9822b", "#b83232")
"""From good to bad."""

STYLE: dict[RcKeyType, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": "#9aa4b2",
    "axes.grid": True,
    "axes.labelcolor": "#3b4554",
    "axes.labelsize": 9,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 10,
    "font.family": "sans-serif",
    "font.size": 9,
    "grid.color": "#e3e7ed",
    "grid.linewidth": 0.7,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "svg.fonttype": "none",  # words stay words: they can be read aloud, and searched
    "text.color": "#3b4554",
    "xtick.color": "#5c6675",
    "ytick.color": "#5c6675",
}
INCHES = (6.2, 3.5)
SAY_NOTHING = dict.fromkeys(("Creator", "Date", "Format", "Type"))


def draw(name: str, plot: Callable[[Axes], None]) -> str:
    """Draw one diagram, and return it as an SVG element.

    Parameters
    ----------
    name : str
        Goes before every id in the SVG, so that several may share a page.
    plot : callable
        Fills the axes it is given.
    """
    return draw_rows(name, lambda axes: plot(axes[0]), rows=1)


def draw_rows(name: str, plot: Callable[[list[Axes]], None], rows: int) -> str:
    """Draw diagrams one above the other that share their x-axis; the first is twice as high."""
    with mpl.rc_context({**STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=INCHES, layout="constrained")
        heights = [2.0] + [1.0] * (rows - 1)
        grid = figure.subplots(rows, 1, sharex=True, squeeze=False, height_ratios=heights)
        plot(list(grid[:, 0]))
        text = io.StringIO()
        figure.savefig(text, format="svg", transparent=True, metadata=SAY_NOTHING)
    return _inline(name, text.getvalue())


def by_half_years(axes: Axes, when: NDArray[np.datetime64]) -> None:
    """Mark the Januaries and Julys among the months of an x-axis."""
    marks = when[when.astype("datetime64[M]").astype(np.int64) % 6 == 0]
    axes.set_xticks(marks, [str(mark)[:7] for mark in marks])


def _inline(name: str, svg: str) -> str:
    """Take away what only a file of its own needs, addresses of namespaces among it."""
    element = svg[svg.index("<svg") :]
    element = re.sub(r'\s+xmlns(:xlink)?="[^"]*"', "", element)
    element = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", element)
    return re.sub(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>', r'<svg role="img" viewBox="\1">', element)
