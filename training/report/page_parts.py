"""The parts of a model's report: which plots, tables and lists stand under each title."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from markupsafe import Markup
from matplotlib.axes import Axes

from models.assessment import Assessment
from models.reasons import phrase
from training.report import model_plots as plots
from training.report.curves import Effect, Swarm, Tested, effect, swarms
from training.report.feature_words import dictionary, in_words
from training.report.model_tables import MOST_INPUTS, TABLES
from training.report.model_words import LANGUAGES, card_words, words_of
from training.report.page_table import Row, Titles, titled
from training.report.plotting import INCHES, drawn, worded
from training.report.run_tables import RUN_TABLES
from training.report.told_reasons import reasons_told
from training.report.worked_examples import worked_examples

MOST_SWARMS, MOST_EFFECTS, MOST_MOVED = 15, 12, 12
SMALL = (3.2, 2.2)
WIDE = 7.4


@dataclass
class Section:
    """A part of the page: plots with their notes, tables with their headings, lists with theirs."""

    title: str
    note: str = ""
    plots: list[tuple[Markup, str]] = field(default_factory=list)
    tables: list[tuple[str, Titles, list[Row]]] = field(default_factory=list)
    lists: list[tuple[str, list[str]]] = field(default_factory=list)
    small: bool = False
    large: bool = False
    prose: bool = False


@dataclass(frozen=True)
class Shown:
    """What the page shows in whatever language: worked out and drawn once for all of them.

    Attributes
    ----------
    report : dict
        Of one event, as `training.retrain.learn` makes it, with its ``test`` and ``validation``.
    tested : Tested
        The same bundle and the rows of the test.
    plots : dict of str to str
        What was drawn, by name, without words.
    """

    report: dict[str, Any]
    tested: Tested
    plots: dict[str, str] = field(default_factory=dict)

    @cached_property
    def heaviest(self) -> tuple[Swarm, ...]:
        """What the features add that add most."""
        return swarms(self.tested, MOST_SWARMS)

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """How the log-odds move with those that add most."""
        return tuple(effect(self.tested, one.name) for one in self.heaviest[:MOST_EFFECTS])

    @cached_property
    def examples(self) -> tuple[tuple[str, Assessment], ...]:
        """Worked examples by name."""
        return worked_examples(self.tested)

    @cached_property
    def reasons(self) -> tuple[tuple[str, dict[str, str], float], ...]:
        """How often each family of reasons is told."""
        return reasons_told(self.tested)

    @cached_property
    def moved(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Drift by month of the inputs of which some month lies farthest off, in that order."""
        found = {
            name: one["months"]
            for name, one in self.report["validation"]["drift"]["features"].items()
        }
        farthest = sorted(
            found, key=lambda name: -max(month["psi"] for month in found[name].values())
        )
        return {name: found[name] for name in farthest[:MOST_MOVED]}


def sections(shown: Shown, language: str) -> Iterator[Section]:
    """The parts of the page in their order."""
    words = words_of(language)
    page = _Page(shown, language, words)
    for title, part in PARTS.items():
        section = Section(words[title], words.get(f"{title}_note", "") if title in ABOUT else "")
        part(page, section)
        for heading, table in (TABLES | RUN_TABLES).get(title, ()):
            titles, rows = table(shown.report, words)
            if rows:
                section.tables.append((words.get(heading, ""), titles, rows))
        yield section


@dataclass(frozen=True)
class _Page:
    """What every part of the page draws from."""

    shown: Shown
    language: str
    words: dict[str, str]

    def plot(
        self,
        name: str,
        draw: Callable[[Axes], None],
        inches: tuple[float, float] = INCHES,
    ) -> Markup:
        """A plot as it stands on the page."""
        plots = self.shown.plots
        if name not in plots:
            plots[name] = drawn(name, draw, inches)
        return Markup(worded(plots[name], self.words))  # noqa: S704 - ours


def _ranking(page: _Page, section: Section) -> None:
    event, probability = page.shown.tested.event, page.shown.tested.probability
    for name, draw, note in (
        ("roc", plots.draw_roc, "ranking_note"),
        ("apart", plots.draw_distributions, "distribution_note"),
        ("gains", plots.draw_gains, "gains_note"),
    ):
        drawing = page.plot(name, partial(draw, event=event, probability=probability))
        section.plots.append((drawing, page.words[note]))


def _calibration(page: _Page, section: Section) -> None:
    section.note = page.words["grades_note"]
    event, probability = page.shown.tested.event, page.shown.tested.probability
    drawing = page.plot(
        "tenths", partial(plots.draw_calibration, event=event, probability=probability)
    )
    section.plots.append((drawing, page.words["calibration_note"]))


def _stability(page: _Page, section: Section) -> None:
    found = page.shown.report["validation"]
    months = found["months"]["rows"]
    drawing = page.plot("months", partial(plots.draw_months, months=months))
    section.plots.append((drawing, page.words["months_note"]))
    moved = found["drift"]["score"]["months"]
    drawing = page.plot("drift", partial(plots.draw_month_drift, months=moved))
    section.plots.append((drawing, page.words["drift_note"]))


def _moved(page: _Page, section: Section) -> None:
    section.large = True
    tall = 0.55 + 0.21 * len(page.shown.moved)
    drawing = page.plot(
        "moved", partial(plots.draw_drift_map, moved=page.shown.moved), (WIDE, tall)
    )
    section.plots.append((drawing, page.words["moved_note"]))


def _drives(page: _Page, section: Section) -> None:
    section.large = True
    drawing = page.plot("swarm", partial(plots.draw_swarms, found=page.shown.heaviest), (WIDE, 4.8))
    section.plots.append((drawing, page.words["swarm_note"]))


def _effects(page: _Page, section: Section) -> None:
    section.small, section.note = True, page.words["effects_note"]
    for place, found in enumerate(page.shown.effects):
        drawing = page.plot(f"effect{place}", partial(plots.draw_effect, found=found), SMALL)
        section.plots.append((drawing, in_words(found.name, page.language)))


def _reasons(page: _Page, section: Section) -> None:
    section.note = page.words["reasons_note"]
    rows = [
        Row((f"{code} {words[page.language]}", f"{share:.0%}"))
        for code, words, share in page.shown.reasons
    ]
    section.tables.append(("", (page.words["family"], page.words["share"]), rows))


def _examples(page: _Page, section: Section) -> None:
    section.note, section.prose = page.words["examples_note"], True
    at = LANGUAGES.index(page.language)
    for name, said in page.shown.examples:
        told = f"{page.words[name]}: " + page.words["probability"].format(
            p=f"{said.probability:.2%}"
        )
        drawing = page.plot(f"parts_{name}", partial(plots.draw_parts, said=said))
        section.plots.append((drawing, told))
        drawing = page.plot(f"all_{name}", partial(plots.draw_example, said=said))
        section.plots.append((drawing, told))
        rows = [
            Row((phrase(one, said.values[one])[at], f"{said.contributions[one]:+.3f}"))
            for one in plots.heaviest(said)
        ]
        section.tables.append((told, titled(page.words, "input", "adds"), rows))


def _dictionary(page: _Page, section: Section) -> None:
    """What is named anywhere on the page."""
    section.prose = True
    named = {
        *(swarm.name for swarm in page.shown.heaviest),
        *(name for _, said in page.shown.examples for name in plots.heaviest(said)),
        *page.shown.moved,
        *list(page.shown.report["validation"]["drift"]["features"])[:MOST_INPUTS],
        page.shown.report["alone"][0]["name"],
    }
    section.tables.append(("", *dictionary(named, page.language, page.words)))


def _card(page: _Page, section: Section) -> None:
    section.note = page.words["card_note"]
    for name, texts in card_words(page.language).items():
        section.lists.append((page.words[name], texts))


ABOUT = ("gates", "credits", "segments", "contest", "dictionary")
"""Parts whose note stands under the title; those of the others stand under their plots."""


def _nothing(_page: _Page, _section: Section) -> None:
    """A part that has tables alone."""


PARTS: dict[str, Callable[[_Page, Section], None]] = {
    "gates": _nothing,
    "made_of": _nothing,
    "ranking": _ranking,
    "calibration": _calibration,
    "stability": _stability,
    "moved": _moved,
    "drives": _drives,
    "effects": _effects,
    "credits": _nothing,
    "reasons": _reasons,
    "segments": _nothing,
    "contest": _nothing,
    "controls": _nothing,
    "examples": _examples,
    "dictionary": _dictionary,
    "card": _card,
}
"""The parts by the word that is their title; tables of a part are `TABLES` and `RUN_TABLES`."""
