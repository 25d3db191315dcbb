"""The parts of the monitor's page: plots with their notes, and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from markupsafe import Markup
from matplotlib.axes import Axes

from training.monitor import monitor_plots as plots
from training.report.plotting import INCHES, plotted

WIDE = 10.6
ROW_INCHES, HEAD_INCHES = 0.24, 1.0
MOST_MISSING = 10

Titles = tuple[str, ...]
Cells = tuple[str, ...]
UNTOLD = "–"


@dataclass
class Section:
    """A part of the page: plots with their notes, then a table."""

    title: str
    note: str = ""
    plots: list[tuple[Markup, str, bool]] = field(default_factory=list)
    tables: list[tuple[str, Titles, list[Cells]]] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """What every part of the page draws from."""

    found: dict[str, Any]
    words: dict[str, str]

    @property
    def months(self) -> list[dict[str, Any]]:
        """The months watched, in order, as they were told."""
        months: list[dict[str, Any]] = self.found["by_month"]
        return months

    @property
    def measured(self) -> bool:
        """Whether a month has enough requests to say more than how few they are."""
        return any(month["score"] is not None for month in self.months)

    def plot(
        self,
        section: Section,
        draw: Callable[[Axes], None],
        note: str,
        inches: tuple[float, float] = INCHES,
    ) -> None:
        """Add a plot to a section; a wide one fills the line."""
        name = f"{section.title}{len(section.plots)}".encode().hex()[:24]
        drawn = Markup(plotted(f"p{name}", draw, self.words, inches))  # noqa: S704 - ours
        section.plots.append((drawn, self.words[note], inches != INCHES))


def _volume_and_score(page: Page) -> Iterator[Section]:
    section, rules = Section(page.words["score"]), page.found["rules"]["score_drift"]
    page.plot(section, partial(plots.draw_volume, months=page.months), "volume_note")
    if page.measured:
        of_reference = page.found["reference"]["log_odds"]
        draw = partial(plots.draw_score, months=page.months, reference=of_reference)
        page.plot(section, draw, "score_note")
        drift = partial(
            plots.draw_score_drift, months=page.months, amber=rules["amber"], red=rules["red"]
        )
        page.plot(section, drift, "drift_of_score")
    yield section


def _late(page: Page) -> Iterator[Section]:
    section = Section(page.words["late"], page.words["late_note"])
    for days, rule in (("5", "lateness"), ("30", "long_lateness")):
        if any(month["late"][days]["share"] is not None for month in page.months):
            rules = page.found["rules"][rule]
            draw = partial(plots.draw_late, months=page.months, days=days, rule=rules)
            page.plot(section, draw, f"late_{days}")
    if section.plots:
        yield section


def _features(page: Page) -> Iterator[Section]:
    if not page.measured:
        return
    words, section = page.words, Section(page.words["features"])
    rows = plots.most_moved(page.months)
    inches = WIDE, HEAD_INCHES + ROW_INCHES * len(rows)
    draw = partial(plots.draw_features, months=page.months, alerts=page.found["alerts"])
    page.plot(section, draw, "features_note", inches)
    last = next(month for month in reversed(page.months) if month["features"])["features"]
    titles = tuple(
        words[name] for name in ("feature", "psi", "usual", "carried", "missing", "missing_before")
    )
    more = {name: one["missing"] - one["missing_before"] for name, one in last.items()}
    grown = sorted((name for name in more if more[name] > 0.0), key=lambda name: -more[name])
    if grown:
        cells = [_moves(name, last[name]) for name in grown[:MOST_MISSING]]
        section.tables.append((words["missing_note"], titles, cells))
    yield section


def _moves(name: str, one: dict[str, Any]) -> Cells:
    return (
        name,
        f"{one['psi']:.3f}",
        f"{max(one['by_chance'], one['usual']):.3f}",
        f"{one['carried']:+.3f}",
        f"{one['missing']:.1%}",
        f"{one['missing_before']:.1%}",
    )


def _expected(page: Page) -> Iterator[Section]:
    if not page.measured:
        return
    section, reference = Section(page.words["expected"]), page.found["reference"]
    draw = partial(plots.draw_rate, months=page.months, reference=reference["rate"])
    page.plot(section, draw, "rate_note")
    draw = partial(plots.draw_expected_auc, months=page.months, reference=reference["expected_auc"])
    page.plot(section, draw, "auc_note")
    yield section


def _outcomes(page: Page) -> Iterator[Section]:
    words, section = page.words, Section(page.words["outcomes"])
    bounds = page.found["rules"]["calibration"]["amber"]
    draw = partial(plots.draw_calibration, months=page.months, amber=bounds)
    page.plot(section, draw, "outcomes_note")
    page.plot(section, partial(plots.draw_ripe, months=page.months), "ripe_note")
    names = ("known_at", "ripe", "open", "events", "forecast", "ratio", "slope", "auc")
    titles = tuple(words[name] for name in names)
    section.tables.append(("", titles, [_known(month, words) for month in page.months]))
    yield section


def _known(month: dict[str, Any], words: dict[str, str]) -> Cells:
    known = month["so_far"]
    return (
        month["month"],
        f"{known['ripe']:,}",
        f"{known['open']:,}",
        f"{known['events']:,}",
        f"{known['expected']:.1f}",
        f"{number(known['ratio'])} {interval(known, 'ratio', words)}".strip(),
        number(known["slope"]),
        f"{number(known['auc'], '.3f')} {interval(known, 'auc', words, '.3f')}".strip(),
    )


def _decisions(page: Page) -> Iterator[Section]:
    words = page.words
    people = page.found["overrides"]
    note = "no_overrides" if people is None else "overrides"
    section = Section(words["decisions"], words[note])
    if people is not None:
        names = (
            "month",
            "scored",
            "overridden",
            "easier",
            "stricter",
            "repriced",
            "reviewed",
            "why",
        )
        rows = [_departed(month) for month in people["by_month"]]
        section.tables.append(("", tuple(words[name] for name in names), rows))
    if any(month["decisions"]["told"] for month in page.months):
        page.plot(section, partial(plots.draw_decisions, months=page.months), "decisions_note")
    graded = [month for month in page.months if month["grades"]]
    if graded:
        page.plot(section, partial(plots.draw_grades, months=page.months), "grades_note")
        titles = ("month", "compared", "better", "same", "worse", "notches")
        rows = [_migrated(month["month"], month["grades"]) for month in graded]
        section.tables.append(
            (words["migration_note"], tuple(words[name] for name in titles), rows)
        )
    yield section


def _departed(month: dict[str, Any]) -> Cells:
    """What people decided in a month; reasons as codes, which the ledger's words explain."""
    rate = "" if month["rate"] is None else f" ({month['rate']:.1%})"
    reasons = (f"{code} {count:,}" for code, count in month["reasons"].items())
    return (
        month["month"],
        f"{month['decisions']:,}",
        f"{month['overridden']:,}{rate}",
        *(f"{month[name]:,}" for name in ("easier", "stricter", "repriced")),
        f"{month['reviewed']:,} / {month['referred']:,}",
        ", ".join(reasons),
    )


def _migrated(month: str, moves: dict[str, Any]) -> Cells:
    counts = (moves[name] for name in ("compared", "better", "same", "worse"))
    return (month, *(f"{count:,}" for count in counts), number(moves["notches"], "+.2f"))


PARTS: tuple[Callable[[Page], Iterator[Section]], ...] = (
    _volume_and_score,
    _late,
    _features,
    _expected,
    _outcomes,
    _decisions,
)
"""The parts of the page in their order."""


def number(value: float | None, form: str = ".2f") -> str:
    """A figure as it is written; a dash where it isn't told."""
    return UNTOLD if value is None else format(value, form)


def interval(known: dict[str, Any], name: str, words: dict[str, str], form: str = ".2f") -> str:
    """From where to where a figure of outcomes may lie, in brackets; empty where it isn't told."""
    low, high = known[f"{name}_low"], known[f"{name}_high"]
    if known[name] is None:
        return ""
    told = words["interval"].format(low=format(low, form), high=format(high, form))
    return f"({told})"
