"""Plots as SVG that goes into a page as it is, the same bytes for the same figures."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType

INK, BLUE, ORANGE, GREEN, RED, GREY = (
    "#3b4554",
    "#2f6f9f",
    "#d08a2e",
    "#4f8a5b",
    "#a04545",
    "#9aa4b2",
)

STYLE: dict[RcKeyType, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 9,
    "grid.color": "#e3e7ed",
    "grid.linewidth": 0.7,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "svg.fonttype": "none",  # words stay words: the page's fonts have the Chinese ones
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}
INCHES = (4.8, 3.3)
FONTS = "'DejaVu Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
"""The first is the one that plots are measured with; the others have the Chinese signs as China
writes them."""
SAY_NOTHING = dict.fromkeys(("Creator", "Date", "Format", "Type"))


def plotted(
    name: str,
    plot: Callable[[Axes], None],
    words: Mapping[str, str],
    inches: tuple[float, float] = INCHES,
) -> str:
    """Draw a plot, and return it as an SVG element in the words of a language.

    Parameters
    ----------
    name : str
        Goes before every id in the SVG, so that several may share a page.
    plot : callable
        Fills the axes it is given; writes ``[name]`` where words stand.
    words : mapping of str to str
        What stands there in the language of the page. They are put in afterwards, for matplotlib
        brings no Chinese signs.
    """
    return worded(drawn(name, plot, inches), words)


def drawn(name: str, plot: Callable[[Axes], None], inches: tuple[float, float] = INCHES) -> str:
    """Draw a plot, and return it as an SVG element in no language yet; arguments of `plotted`."""
    with mpl.rc_context({**STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=inches, layout="constrained")
        plot(figure.subplots())
        text = io.StringIO()
        figure.savefig(text, format="svg", transparent=True, metadata=SAY_NOTHING)
    svg = text.getvalue()
    element = re.sub(r'\s+xmlns(:xlink)?="[^"]*"', "", svg[svg.index("<svg") :])
    element = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", element)
    element = re.sub('font-family: [^;"]*', f"font-family: {FONTS}", element)
    return re.sub(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>', r'<svg role="img" viewBox="\1">', element)


def worded(element: str, words: Mapping[str, str]) -> str:
    """Put the words of a language into an SVG element."""
    return re.sub(r"\[(\w+)\]", lambda found: escape(words[found[1]]), element)
