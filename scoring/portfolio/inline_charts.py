"""Charts as SVG inside a page: columns side by side, and lines over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from babel.numbers import format_compact_decimal, format_percent

from scoring.portfolio.committee_document import Chart

WIDTH, HEIGHT = 880, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 30, 26
COLOURS = ("#2f6f9f", "#d08a2e", "#4f8a5b", "#8b5a9c", "#a04545", "#5c6675")
STEPS = 4
LABELS = 18
"""Labels along the bottom, at most: more would run into one another."""


def chart_svg(chart: Chart) -> str:
    """The chart as an SVG element that takes the width of its place."""
    values = [value for _, row in chart.series for value in row if value is not None]
    most = _round_up(max(values, default=0.0))
    parts = [
        *_grid(most, chart),
        *_labels(chart.labels),
        *(_lines(chart, most) if chart.lines else _columns(chart, most)),
        *_legend([name for name, _ in chart.series]),
    ]
    said = escape(", ".join(name for name, _ in chart.series), {'"': "&quot;"})
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{said}">'
        + "".join(parts)
        + "</svg>"
    )


def _round_up(value: float) -> float:
    """The next of 1, 2, 2.5, 5 and 10 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 1.0
    while power * 10 <= value:
        power *= 10
    while power > value:
        power /= 10
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value)


def _y(value: float, most: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / most)


def _grid(most: float, chart: Chart) -> Iterator[str]:
    for step in range(STEPS + 1):
        value = most * step / STEPS
        y = _y(value, most)
        said = (
            format_percent(value, "#,##0.#%", chart.locale)
            if chart.percent
            else format_compact_decimal(value, locale=chart.locale, fraction_digits=1)
        )
        yield (
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" class="end">{said}</text>'
        )


def _slot(count: int) -> float:
    return (WIDTH - LEFT - RIGHT) / max(1, count)


def _labels(labels: Sequence[str]) -> Iterator[str]:
    slot = _slot(len(labels))
    every = -(-len(labels) // LABELS)
    for place, label in enumerate(labels):
        if place % every == 0:
            x = LEFT + slot * (place + 0.5)
            yield f'<text x="{x:.1f}" y="{HEIGHT - 8}" class="middle">{escape(label)}</text>'


def _columns(chart: Chart, most: float) -> Iterator[str]:
    slot = _slot(len(chart.labels))
    width = slot * 0.8 / max(1, len(chart.series))
    for which, (_, row) in enumerate(chart.series):
        for place, value in enumerate(row):
            if value is None:
                continue
            x = LEFT + slot * (place + 0.1) + width * which
            y = _y(value, most)
            yield (
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(1.0, width - 1):.1f}" '
                f'height="{max(0.0, _y(0, most) - y):.1f}" fill="{COLOURS[which % len(COLOURS)]}"/>'
            )


def _lines(chart: Chart, most: float) -> Iterator[str]:
    """A line through neighbours, and a dot for each value: one without neighbours shows too."""
    slot = _slot(len(chart.labels))
    for which, (_, row) in enumerate(chart.series):
        colour = COLOURS[which % len(COLOURS)]
        points: list[str] = []
        for place, value in enumerate((*row, None)):
            if value is not None:
                x, y = LEFT + slot * (place + 0.5), _y(value, most)
                points.append(f"{x:.1f},{y:.1f}")
                yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
            elif points:
                line = " ".join(points)
                yield (
                    f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
                )
                points = []


def _legend(names: Sequence[str]) -> Iterator[str]:
    x = float(LEFT)
    for which, name in enumerate(names):
        colour = COLOURS[which % len(COLOURS)]
        yield (
            f'<rect x="{x:.0f}" y="6" width="10" height="10" fill="{colour}"/>'
            f'<text x="{x + 15:.0f}" y="15">{escape(name)}</text>'
        )
        # Chinese signs are twice as wide
        x += 34 + sum(13 if ord(sign) > 0x2E80 else 7 for sign in name)
